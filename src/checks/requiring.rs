//! A check that asks for a plan, or for a feature.

use http::request::Parts;

use crate::{
    policy::Requirement,
    subscription::{Decision, Reason, SubscriptionCheck, Unidentified},
};

/// A check that refuses too small a plan, from
/// [`SubscriptionCheckExt::requiring`](super::SubscriptionCheckExt::requiring).
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

    fn judge(&self, decision: Decision) -> Decision {
        match decision {
            Decision::Admit(grant) if !self.requirement.is_met(&grant) => Reason::NotInPlan.into(),
            decision => decision,
        }
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for Requiring<C> {
    type Subject = C::Subject;
    type Error = C::Error;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<C::Subject, Unidentified> {
        self.check.subject(head)
    }

    #[inline]
    fn remembered(&self, subject: &C::Subject) -> Option<Decision> {
        let decision = self.check.remembered(subject)?;
        Some(self.judge(decision))
    }

    async fn check(&self, subject: &C::Subject) -> Result<Decision, C::Error> {
        let decision = self.check.check(subject).await?;
        Ok(self.judge(decision))
    }

    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, C::Error> {
        let decisions = self.check.check_all(subjects).await?;
        let judged = decisions.into_iter().map(|decision| self.judge(decision));
        Ok(judged.collect())
    }
}
