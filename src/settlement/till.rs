//! The charge for one request, from its head.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
    request::Parts,
};

use crate::{
    challenge::{Challenges, Refusal, Terms, expose::expose},
    paywall::{Exemptions, FailurePolicy, Seal, Threshold, Waiver},
    settlement::{
        Charge, Declined, Price, Reserved, Settlement,
        tab::{Step, Tab},
        watch::{self, Reserving},
    },
    subscription::{Unanswered, UnansweredKind, answer, guard},
};

/// What the owner configures once for all requests.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) deadline: Duration,
    pub(super) exempt: Exemptions,
    pub(super) on_failure: FailurePolicy,
    /// Terms of its own, if it does not use those of the paywall.
    pub(super) terms: Option<Terms>,
    pub(super) threshold: Option<Threshold>,
}

/// Where requests are charged for.
#[derive(Debug)]
pub(super) struct Till {
    deadline: Duration,
    exempt: Exemptions,
    on_failure: FailurePolicy,
    challenges: Challenges,
    threshold: Option<Threshold>,
    /// Marks a response as its payer's own.
    pub(super) seal: Seal,
}

/// What is known about a request before anything has been waited for.
pub(super) enum Bill<T> {
    Due(Step<Result<Reserved<T>, Unanswered>>),
    Free,
    /// Refused without a charge, whatever the policy for failures.
    Refused(Refusal),
}

/// Marks a request that is being charged for, for a layer inside that might replay an answer to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charged;

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(2),
            exempt: Exemptions::default(),
            on_failure: FailurePolicy::default(),
            terms: None,
            threshold: None,
        }
    }
}

// === impl Till ===

impl Till {
    pub(super) fn new(settings: Settings) -> Self {
        let Settings {
            deadline,
            exempt,
            on_failure,
            terms,
            threshold,
        } = settings;
        let terms = Threshold::terms_of(terms.as_ref(), threshold.as_ref());
        Self {
            deadline,
            // A paywall outside has marked those that it exempts by method.
            exempt: match threshold {
                Some(_) => exempt.of_no_method_by_default(),
                None => exempt,
            },
            on_failure,
            seal: Seal::new(terms.vary.clone()),
            challenges: Challenges::new(terms),
            threshold,
        }
    }

    /// Says what a request costs, and begins to reserve it.
    pub(super) fn bill<C: Charge>(&self, charge: &Arc<C>, head: &Parts) -> Bill<C::Settlement> {
        let threshold = self.threshold.as_ref();
        let is_exempt = threshold.is_some_and(|paywall| paywall.exempts(head));
        // Guards all of the owner's code.
        let priced = guard(|| match is_exempt || self.exempt.holds(head) {
            true => Ok(Price::Free),
            false => charge.bill(head),
        });
        match priced {
            Ok(Ok(Price::Free)) => Bill::Free,
            Ok(Ok(Price::Due(bill))) if threshold.is_none_or(|paywall| paywall.is_behind(head)) => {
                Bill::Due(self.reserve(charge, bill))
            }
            Ok(Ok(Price::Due(_) | Price::Misplaced)) => {
                let misplaced = Unanswered::new(UnansweredKind::Misplaced).of_charge();
                Bill::Refused(Refusal::Unanswered(misplaced))
            }
            Ok(Err(unidentified)) => Bill::Refused(Refusal::Unidentified(unidentified)),
            // A crafted request may have caused that.
            Err(panicked) => Bill::Refused(Refusal::Unanswered(panicked.of_charge())),
        }
    }

    /// Holds a settlement, after it has announced itself to the handler.
    pub(super) fn hold<T: Settlement>(
        &self,
        settlement: T,
        head: &mut Parts,
    ) -> Result<Tab<T>, Unanswered> {
        let tab = Tab::new(settlement, self.deadline, head.extensions.get().cloned());
        if let Some(settlement) = tab.settlement() {
            let announced = guard(|| settlement.announce(head)).map_err(Unanswered::of_charge);
            announced.inspect_err(watch::unannounced)?;
        }
        Ok(tab)
    }

    /// The response to a caller whose charge was declined.
    pub(super) fn decline(&self, declined: Declined, head: &Parts) -> Response<Bytes> {
        let (denial, mut fields) = declined.into_parts();
        let mut response = self.challenges.respond(denial, head);
        for own in [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
            fields.remove(own);
        }
        let added: Vec<_> = fields.keys().cloned().collect();
        for name in &added {
            for value in fields.get_all(name) {
                response.headers_mut().append(name, value.clone());
            }
        }
        expose(&added, head, response.headers_mut());
        response
    }

    /// The response to a caller for whom there was no bill.
    pub(super) fn turn_away(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        watch::turned_away(&refusal);
        self.refuse(refusal, head)
    }

    pub(super) fn refuse(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        self.challenges.respond(refusal, head)
    }

    /// Lets a request pass uncharged, if the owner wants that of a charge that gave no answer.
    pub(super) fn waive(&self, unanswered: Unanswered) -> Result<Waiver, Unanswered> {
        match self.on_failure {
            FailurePolicy::Open => Ok(Waiver::new(Refusal::Unanswered(unanswered))),
            FailurePolicy::Closed => Err(unanswered),
        }
    }

    fn reserve<C: Charge>(
        &self,
        charge: &Arc<C>,
        bill: C::Bill,
    ) -> Step<Result<Reserved<C::Settlement>, Unanswered>> {
        let charge = Arc::clone(charge);
        let deadline = self.deadline;
        Box::pin(async move {
            let reserving = Reserving;
            let question = async { charge.reserve(bill).await };
            let reserved = answer(deadline, question).await;
            reserving.end();
            reserved.map_err(Unanswered::of_charge)
        })
    }
}
