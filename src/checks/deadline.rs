//! A check with a deadline.

use std::time::Duration;

use http::request::Parts;

use crate::subscription::{Decision, SubscriptionCheck, Unanswered, Unidentified, answer};

/// A check that is given up on after a time, from
/// [`SubscriptionCheckExt::deadline`](super::SubscriptionCheckExt::deadline).
#[derive(Clone, Debug)]
pub struct Deadline<C> {
    check: C,
    deadline: Duration,
}

// === impl Deadline ===

impl<C> Deadline<C> {
    pub(crate) const fn new(check: C, deadline: Duration) -> Self {
        Self { check, deadline }
    }

    /// The inner check.
    #[must_use]
    pub const fn get_ref(&self) -> &C {
        &self.check
    }

    /// The inner check, without its deadline.
    #[must_use]
    pub fn into_inner(self) -> C {
        self.check
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for Deadline<C> {
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
        answer(self.deadline, async { self.check.check(subject).await }).await
    }

    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        answer(self.deadline, async {
            self.check.check_all(subjects).await
        })
        .await
    }
}
