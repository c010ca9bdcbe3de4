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
    /// The owner's code panicked before it had said who asks.
    Nameless(Unanswered),
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
        // Guards around all that is the owner's code.
        let named = guard(|| match self.exempt.holds(head) {
            true => None,
            false => Some(check.subject(head)),
        });
        let subject = match named {
            Ok(Some(Ok(subject))) => subject,
            Ok(Some(Err(unidentified))) => {
                return Verdict::Decided(Err(Refusal::Unidentified(unidentified)));
            }
            Ok(None) => return Verdict::Exempt,
            Err(panicked) => return Verdict::Nameless(panicked),
        };
        match guard(|| check.remembered(&subject)) {
            Ok(Some(decision)) => Verdict::Decided(Refusal::of(Ok(decision))),
            Ok(None) => Verdict::Waiting(self.ask(check, subject)),
            Err(panicked) => Verdict::Decided(Err(Refusal::Unanswered(panicked))),
        }
    }

    pub(crate) fn refuse(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        watch::refused(&refusal);
        self.challenges.response(refusal, head)
    }

    /// Lets a request pass all the same, if the owner wants that.
    pub(crate) fn waive(&self, refusal: Refusal) -> Result<Waiver, Refusal> {
        let is_failure = matches!(refusal, Refusal::Unanswered(_));
        let is_open = self.on_failure == FailurePolicy::Open;
        self.waive_if(self.shadow || (is_failure && is_open), refusal)
    }

    /// The same for a request of nobody knows whom. What its sender wrote may have made the owner's
    /// code panic, so that an open gate is closed to it.
    pub(crate) fn waive_nameless(&self, panicked: Unanswered) -> Result<Waiver, Refusal> {
        self.waive_if(self.shadow, Refusal::Unanswered(panicked))
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

    /// Marks what the service behind the gate answers as this caller's own. A shadow changes nothing.
    #[inline]
    pub(crate) fn seal(&self, headers: &mut HeaderMap) {
        if self.shadow {
            return;
        }
        cache_control::keep_private(headers);
        self.challenges.vary().merge_into(headers);
    }

    fn waive_if(&self, waived: bool, refusal: Refusal) -> Result<Waiver, Refusal> {
        if !waived {
            return Err(refusal);
        }
        watch::waived(&refusal);
        Ok(Waiver::new(refusal))
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

    pub(crate) fn holds(&self, head: &Parts) -> bool {
        self.0.iter().any(|exempts| exempts(head))
    }
}

impl fmt::Debug for Exemptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exemptions").field(&self.0.len()).finish()
    }
}
