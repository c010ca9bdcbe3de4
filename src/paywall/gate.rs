//! The decision about one request, from its head.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Extensions, Method, Response, request::Parts};

use crate::{
    challenge::{Challenges, Refusal},
    paywall::{FailurePolicy, Waiver, plan::Settings, seal::Seal, watch},
    subscription::{Decision, Grant, SubscriptionCheck, Unanswered, answer, guard},
};

/// The answer of a check that has to be waited for.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Decision, Unanswered>> + Send>>;

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
        let mut is_named = false;
        // All this is the owner's code.
        let judged = guard(|| {
            if self.exempt.holds(head) {
                return Verdict::Exempt;
            }
            let subject = match check.subject(head) {
                Ok(subject) => subject,
                Err(unidentified) => {
                    return Verdict::Decided(Err(Refusal::Unidentified(unidentified)));
                }
            };
            is_named = true;
            match check.remembered(&subject) {
                Some(decision) => Verdict::Decided(Refusal::of(Ok(decision))),
                None => Verdict::Waiting(self.ask(check, subject)),
            }
        });
        judged.unwrap_or_else(|panicked| match is_named {
            true => Verdict::Decided(Err(Refusal::Unanswered(panicked))),
            false => Verdict::Nameless(panicked),
        })
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

    /// Admits a caller, and shows the grant to the service behind the gate if it is to see it.
    #[inline]
    pub(crate) fn admit(&self, grant: Grant, extensions: &mut Extensions) {
        watch::admitted(&grant);
        self.show(grant, extensions);
    }

    /// Lets a request pass that was not admitted.
    pub(crate) fn pass(&self, waiver: &Waiver, extensions: &mut Extensions) {
        extensions.insert(waiver.clone());
        // A handler that takes its grant as an argument must not fail for want of one.
        self.show(Grant::grace(), extensions);
    }

    /// What marks the answer of the service behind the gate as this caller's own. A shadow changes
    /// nothing.
    #[inline]
    pub(crate) fn seal(&self) -> Option<Seal> {
        (!self.shadow).then(|| Seal::new(self.challenges.vary().clone()))
    }

    #[inline]
    fn show(&self, grant: Grant, extensions: &mut Extensions) {
        if self.show_grant {
            extensions.insert(grant);
        }
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
