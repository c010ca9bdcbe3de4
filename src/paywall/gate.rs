//! The decision about one request, from its head.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Extensions, HeaderMap, Response, request::Parts};

use crate::{
    challenge::{Challenges, Refusal},
    paywall::{
        Exemptions, FailurePolicy, Seal, Waiver, settings::Settings, unasked::PaywallId, watch,
    },
    subscription::{Decision, Grant, SubscriptionCheck, Unanswered, answer, guard},
};

/// The answer of a check that has to be waited for.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Decision, Unanswered>> + Send>>;

/// What decides which requests reach the service.
#[derive(Debug)]
pub(crate) struct Gate {
    deadline: Duration,
    exempt: Exemptions,
    id: PaywallId,
    on_failure: FailurePolicy,
    shadow: bool,
    show_grant: bool,
    /// `None` for a shadow, which leaves responses unchanged.
    seal: Option<Seal>,
    challenges: Challenges,
}

/// What is known about a request before anything has been waited for.
pub(crate) enum Verdict {
    Decided(Result<Passage, Refusal>),
    Exempt,
    Waiting(Answer),
}

/// What a request passes by.
pub(crate) enum Passage {
    Granted(Grant),
    Waived(Waiver),
}

// === impl Gate ===

impl Gate {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings {
            deadline,
            exempt,
            id,
            on_failure,
            shadow,
            show_grant,
            terms,
        } = settings;
        Self {
            deadline,
            exempt,
            id,
            on_failure,
            shadow,
            show_grant,
            seal: (!shadow).then(|| Seal::new(terms.vary.clone())),
            challenges: Challenges::new(terms),
        }
    }

    /// Decides what can be decided at once.
    #[inline]
    pub(crate) fn judge<C: SubscriptionCheck>(&self, check: &Arc<C>, head: &Parts) -> Verdict {
        let mut is_named = false;
        // All of the owner's code that runs at once.
        let judged = guard(|| {
            if self.exempt.holds(head) {
                return Verdict::Exempt;
            }
            let subject = match check.subject(head) {
                Ok(subject) => subject,
                Err(unidentified) => {
                    let waived = self.waive(Refusal::Unidentified(unidentified));
                    return Verdict::Decided(waived);
                }
            };
            is_named = true;
            match check.remembered(&subject) {
                Some(decision) => Verdict::Decided(self.decide(Ok(decision))),
                None => Verdict::Waiting(self.ask(check, subject)),
            }
        });
        judged.unwrap_or_else(|panicked| {
            let panicked = Refusal::Unanswered(panicked);
            Verdict::Decided(match is_named {
                true => self.waive(panicked),
                // A crafted request may have made the owner's code panic, so even an open gate is
                // closed to it.
                false => self.waive_if(self.shadow, panicked),
            })
        })
    }

    /// Decides by the answer of the check.
    #[inline]
    pub(crate) fn decide(
        &self,
        answered: Result<Decision, Unanswered>,
    ) -> Result<Passage, Refusal> {
        match Refusal::of(answered) {
            Ok(grant) => Ok(Passage::Granted(grant)),
            Err(refusal) => self.waive(refusal),
        }
    }

    /// Lets a request pass, and shows its grant or waiver to the service behind the gate. The
    /// waiver is for the response, too.
    #[inline]
    pub(crate) fn admit(
        &self,
        passage: Passage,
        extensions: &mut Extensions,
    ) -> Option<Box<Waiver>> {
        self.id.pass_asked(extensions);
        match passage {
            Passage::Granted(grant) => {
                watch::admitted(&grant);
                match self.shadow {
                    true => self.show_where_none_is(grant, extensions),
                    false => self.show(grant, extensions),
                }
                None
            }
            Passage::Waived(waiver) => {
                waiver.clone().leave_in_request(extensions);
                // A handler that takes its grant as an argument must not fail for want of one.
                self.show_where_none_is(Grant::waived(), extensions);
                Some(Box::new(waiver))
            }
        }
    }

    /// Lets an exempt request pass, and marks it for the layers behind the gate.
    pub(crate) fn pass_unasked(&self, extensions: &mut Extensions) {
        watch::exempt();
        self.id.pass_unasked(extensions);
    }

    pub(crate) fn refuse(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        watch::refused(&refusal);
        self.challenges.respond(refusal, head)
    }

    pub(crate) const fn challenges(&self) -> &Challenges {
        &self.challenges
    }

    /// Marks the answer of the service behind the gate as this caller's own.
    #[inline]
    pub(crate) fn seal(&self, headers: &mut HeaderMap) {
        if let Some(seal) = &self.seal {
            seal.put_on(headers);
        }
    }

    #[inline]
    fn show(&self, grant: Grant, extensions: &mut Extensions) {
        if self.show_grant {
            extensions.insert(grant);
        }
    }

    /// What a paywall outside has granted in earnest stays.
    fn show_where_none_is(&self, grant: Grant, extensions: &mut Extensions) {
        if extensions.get::<Grant>().is_none() {
            self.show(grant, extensions);
        }
    }

    /// Lets a refused request pass, if the owner wants that.
    fn waive(&self, refusal: Refusal) -> Result<Passage, Refusal> {
        let is_failure = matches!(refusal, Refusal::Unanswered(_));
        let is_open = self.on_failure == FailurePolicy::Open;
        self.waive_if(self.shadow || (is_failure && is_open), refusal)
    }

    fn waive_if(&self, waived: bool, refusal: Refusal) -> Result<Passage, Refusal> {
        if !waived {
            return Err(refusal);
        }
        watch::waived(&refusal);
        Ok(Passage::Waived(Waiver::new(refusal)))
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
