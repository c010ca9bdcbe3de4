//! A check that requires a plan or a feature.

use http::request::Parts;

use crate::{
    policy::Requirement,
    subscription::{Decision, SubscriptionCheck, Unanswered, Unidentified, ask},
};

/// A check that refuses callers whose plan is too small, from
/// [`SubscriptionCheckExt::requiring`](super::SubscriptionCheckExt::requiring).
///
/// If a grant tells too little for its [requirement](Requirement), the check fails: the answer is 503.
#[derive(Clone, Debug)]
pub struct Requiring<C> {
    check: C,
    requirement: Requirement,
}

// === impl Requiring ===

impl<C> Requiring<C> {
    pub(crate) const fn new(check: C, requirement: Requirement) -> Self {
        Self { check, requirement }
    }

    /// The inner check.
    #[must_use]
    pub const fn get_ref(&self) -> &C {
        &self.check
    }

    /// The inner check, without its requirement.
    #[must_use]
    pub fn into_inner(self) -> C {
        self.check
    }

    fn judge(&self, decision: Decision) -> Result<Decision, Unanswered> {
        match decision {
            Decision::Admit(grant) => Ok(self.requirement.decide(grant)?),
            refusal => Ok(refusal),
        }
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for Requiring<C> {
    type Subject = C::Subject;
    type Error = Unanswered;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<C::Subject, Unidentified> {
        self.check.subject(head)
    }

    #[inline]
    fn remembered(&self, subject: &C::Subject) -> Option<Decision> {
        let decision = self.check.remembered(subject)?;
        // A remembered grant may tell too little to decide; only `check` can return that error.
        self.judge(decision).ok()
    }

    async fn check(&self, subject: &C::Subject) -> Result<Decision, Unanswered> {
        match ask(&self.check, subject).await {
            Ok(decision) => self.judge(decision),
            Err(error) => Err(Unanswered::failed(error.into())),
        }
    }

    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        match self.check.check_all(subjects).await {
            Ok(decisions) => {
                let decisions = decisions.into_iter();
                decisions.map(|decision| self.judge(decision)).collect()
            }
            Err(error) => Err(Unanswered::failed(error.into())),
        }
    }
}
