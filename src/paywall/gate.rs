//! The decision about one request, from its head.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, request::Parts};

use crate::{
    challenge::{Challenges, Refusal, Terms},
    paywall::{FailurePolicy, Waiver, cache_control, watch},
    subscription::{Decision, Grant, SubscriptionCheck, Unanswered, answer, guard},
};

/// The answer of a check that has to be waited for.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Decision, Unanswered>> + Send>>;

/// What the owner settles once for all requests.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) deadline: Duration,
    pub(crate) exempt: Exemptions,
    pub(crate) on_failure: FailurePolicy,
    pub(crate) shadow: bool,
    pub(crate) show_grant: bool,
    pub(crate) terms: Terms,
}

/// What stands between the requests and the service.
#[derive(Debug)]
pub(crate) struct Gate {
    deadline: Duration,
    exempt: Exemptions,
    on_failure: FailurePolicy,
    shadow: bool,
    show_grant: bool,
    challenges: Challenges,
}

/// The owner's exemptions; any one of them is enough.
#[derive(Clone, Default)]
pub(crate) struct Exemptions(Vec<Arc<Predicate>>);

type Predicate = dyn Fn(&Parts) -> bool + Send + Sync;

/// What is known about a request before anything has been waited for.
pub(crate) enum Verdict {
    Decided(Result<Grant, Refusal>),
    Exempt,
    Waiting(Answer),
}

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(2),
            exempt: Exemptions::default(),
            on_failure: FailurePolicy::default(),
            shadow: false,
            show_grant: true,
            terms: Terms::default(),
        }
    }
}

// === impl Gate ===

impl Gate {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings {
            deadline,
            exempt,
            on_failure,
            shadow,
            show_grant,
            terms,
        } = settings;
        Self {
            deadline,
            exempt,
            on_failure,
            shadow,
            show_grant,
            challenges: Challenges::new(terms),
        }
    }

    /// Decides what can be decided at once.
    #[inline]
    pub(crate) fn judge<C: SubscriptionCheck>(&self, check: &Arc<C>, head: &Parts) -> Verdict {
        if head.method == Method::OPTIONS {
            return Verdict::Exempt;
        }
        // One guard around all that is the owner's code.
        guard(|| {
            if self.exempt.holds(head) {
                return Verdict::Exempt;
            }
            let subject = match check.subject(head) {
                Ok(subject) => subject,
                Err(unidentified) => {
                    return Verdict::Decided(Err(Refusal::Unidentified(unidentified)));
                }
            };
            match check.remembered(&subject) {
                Some(decision) => Verdict::Decided(Refusal::of(Ok(decision))),
                None => Verdict::Waiting(self.ask(check, subject)),
            }
        })
        .unwrap_or_else(|unanswered| Verdict::Decided(Err(Refusal::Unanswered(unanswered))))
    }

    pub(crate) fn refuse(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        watch::refused(&refusal);
        self.challenges.response(refusal, head)
    }

    /// Lets a request pass all the same, if the owner wants that.
    pub(crate) fn waive(&self, refusal: Refusal) -> Result<Waiver, Refusal> {
        let is_failure = matches!(refusal, Refusal::Unanswered(_));
        match self.shadow || (is_failure && self.on_failure == FailurePolicy::Open) {
            true => {
                watch::waived(&refusal);
                Ok(Waiver::new(refusal))
            }
            false => Err(refusal),
        }
    }

    /// Admits a caller; what the service behind the gate learns of the grant.
    #[inline]
    pub(crate) fn admit(&self, grant: Grant) -> Option<Grant> {
        watch::admitted(&grant);
        self.show(grant)
    }

    /// What the service behind the gate learns of a grant.
    #[inline]
    pub(crate) fn show(&self, grant: Grant) -> Option<Grant> {
        self.show_grant.then_some(grant)
    }

    /// Marks what the service behind the gate answers as this caller's own.
    #[inline]
    pub(crate) fn seal(&self, headers: &mut HeaderMap) {
        cache_control::keep_private(headers);
        self.challenges.vary().merge_into(headers);
    }

    fn ask<C: SubscriptionCheck>(&self, check: &Arc<C>, subject: C::Subject) -> Answer {
        let check = Arc::clone(check);
        let deadline = self.deadline;
        Box::pin(async move {
            let question = async { check.check(&subject).await };
            watch::answered(answer(deadline, question)).await
        })
    }
}

// === impl Exemptions ===

impl Exemptions {
    pub(crate) fn add(&mut self, predicate: impl Fn(&Parts) -> bool + Send + Sync + 'static) {
        self.0.push(Arc::new(predicate));
    }

    fn holds(&self, head: &Parts) -> bool {
        self.0.iter().any(|exempts| exempts(head))
    }
}

impl fmt::Debug for Exemptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exemptions").field(&self.0.len()).finish()
    }
}
