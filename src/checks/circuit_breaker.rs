//! A check that is not asked for a while when it fails.

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

/// A check that is not asked for a while when it has failed too often, from
/// [`SubscriptionCheckExt::circuit_breaker`](super::SubscriptionCheckExt::circuit_breaker).
///
/// Meanwhile it fails at once, with [`Unanswered`]. Then a single question tries the check: if that is
/// answered, all may ask again; if it has no answer within another [rest](TripPolicy::rest), another question
/// tries. Errors and panics are failures. A question that is dropped, because its caller has gone or a
/// deadline outside has passed, does not count: put a [`Deadline`](super::Deadline) inside, so that lateness
/// is a failure. An error with an [`Undecided`] among its sources does not count, either: it is about one
/// subscription, not about the store. Clones share one circuit.
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

    /// The inner check.
    #[must_use]
    pub const fn get_ref(&self) -> &C {
        &self.check
    }

    /// The inner check, without its circuit breaker.
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
        // Catches a panic, which is a failure: unwinding would drop the leave without an outcome.
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

/// Records how a question went, if it counts.
fn told<T>(leave: Leave<'_>, answer: Result<T, Unanswered>) -> Result<T, Unanswered> {
    match &answer {
        Err(unanswered) if Undecided::is_behind(unanswered) => drop(leave),
        _ => leave.tell(answer.is_ok()),
    }
    answer
}
