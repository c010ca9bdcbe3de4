//! A check that is left alone when it fails.

use std::sync::Arc;

use http::request::Parts;

use crate::{
    checks::{
        TripPolicy,
        circuit::{Circuit, Leave},
    },
    policy::Undecided,
    subscription::{Decision, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified, answer},
};

/// A check that is left alone for a while when it has failed too often, from
/// [`SubscriptionCheckExt::circuit_breaker`](super::SubscriptionCheckExt::circuit_breaker).
///
/// Meanwhile its answer is [`Unanswered`], at once. Then one question tries it: if that is answered,
/// all may ask again; if it takes as long as the check was left alone, another one tries. An error and a panic are failures. A question that is dropped, because its caller
/// has gone or its deadline has passed, counts for nothing: put a [`Deadline`](super::Deadline) inside,
/// so that lateness is a failure. So does an error whose sources hold an [`Undecided`]: it tells of one
/// subscription, and nothing of the store. Clones share one circuit.
#[derive(Clone, Debug)]
pub struct CircuitBreaker<C> {
    check: C,
    circuit: Arc<Circuit>,
}

// === impl CircuitBreaker ===

impl<C> CircuitBreaker<C> {
    pub(crate) fn new(check: C, policy: TripPolicy) -> Self {
        Self {
            check,
            circuit: Arc::new(Circuit::new(policy)),
        }
    }

    /// The check behind.
    #[must_use]
    pub const fn get_ref(&self) -> &C {
        &self.check
    }

    /// The check behind, without its circuit breaker.
    #[must_use]
    pub fn into_inner(self) -> C {
        self.check
    }

    fn leave(&self) -> Result<Leave<'_>, Unanswered> {
        let leave = self.circuit.leave();
        leave.map_err(|rest| Unanswered::new(UnansweredKind::CircuitOpen).with_retry_after(rest))
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for CircuitBreaker<C> {
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
        let leave = self.leave()?;
        // A panic is a failure, and an unwound stack would give the leave back untold.
        let answer = answer(None, async { self.check.check(subject).await }).await;
        told(leave, answer)
    }

    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        let leave = self.leave()?;
        let answer = answer(None, async { self.check.check_all(subjects).await }).await;
        told(leave, answer)
    }
}

// === helpers ===

/// Tells how a question went, if that tells anything.
fn told<T>(leave: Leave<'_>, answer: Result<T, Unanswered>) -> Result<T, Unanswered> {
    match &answer {
        Err(unanswered) if Undecided::is_behind(unanswered) => drop(leave),
        _ => leave.tell(answer.is_ok()),
    }
    answer
}
