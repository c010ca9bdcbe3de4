//! A check that is left alone when it fails.

use std::sync::Arc;

use http::request::Parts;

use crate::{
    checks::{Breaker, circuit::Circuit},
    subscription::{Decision, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified},
};

/// A check that is left alone for a while when it has failed too often, from
/// [`SubscriptionCheckExt::spared`](super::SubscriptionCheckExt::spared).
///
/// Meanwhile its answer is [`Unanswered`], at once. Then one question tries it: if that is answered,
/// all may ask again. A question that is dropped, because its caller has gone or its deadline has
/// passed, counts for nothing: put a [`Deadline`](super::Deadline) inside, so that lateness is a
/// failure. Clones share their breaker.
#[derive(Clone, Debug)]
pub struct Spared<C> {
    check: C,
    circuit: Arc<Circuit>,
}

// === impl Spared ===

impl<C> Spared<C> {
    pub(crate) fn new(check: C, breaker: Breaker) -> Self {
        Self {
            check,
            circuit: Arc::new(Circuit::new(breaker)),
        }
    }

    async fn ask<T, E>(&self, question: impl Future<Output = Result<T, E>>) -> Result<T, Unanswered>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Some(leave) = self.circuit.leave() else {
            return Err(Unanswered::new(UnansweredKind::Spared));
        };
        let answer = question.await;
        leave.tell(answer.is_ok());
        answer.map_err(|error| Unanswered::failed(error.into()))
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for Spared<C> {
    type Subject = C::Subject;
    type Error = Unanswered;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<C::Subject, Unidentified> {
        self.check.subject(head)
    }

    #[inline]
    fn remembered(&self, subject: &C::Subject) -> Option<Decision> {
        self.check.remembered(subject)
    }

    async fn check(&self, subject: &C::Subject) -> Result<Decision, Unanswered> {
        self.ask(async { self.check.check(subject).await }).await
    }

    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        self.ask(async { self.check.check_all(subjects).await })
            .await
    }
}
