//! Two checks that must both admit.

use http::request::Parts;

use crate::subscription::{
    Decision, Grant, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified, ask, ask_all,
};

/// A check that admits callers whom two others admit, from
/// [`SubscriptionCheckExt::and`](super::SubscriptionCheckExt::and).
///
/// The second is asked only about callers whom the first admits. The grant is the first's, limited to the
/// earlier end and the smaller quota of the two. The plan, the features and the end of the period are the
/// second's where the first names none; so is the billing anchor, unless the first has a period of its
/// own.
#[derive(Clone, Debug)]
pub struct And<A, B> {
    first: A,
    second: B,
}

// === impl And ===

impl<A, B> And<A, B> {
    pub(crate) const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }

    /// The two checks.
    #[must_use]
    pub const fn get_ref(&self) -> (&A, &B) {
        (&self.first, &self.second)
    }

    /// The two checks, separated.
    #[must_use]
    pub fn into_inner(self) -> (A, B) {
        (self.first, self.second)
    }
}

impl<A: SubscriptionCheck, B: SubscriptionCheck> SubscriptionCheck for And<A, B> {
    type Subject = (A::Subject, B::Subject);
    type Error = Unanswered;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<Self::Subject, Unidentified> {
        Ok((self.first.subject(head)?, self.second.subject(head)?))
    }

    #[inline]
    fn remembered(&self, (first, second): &Self::Subject) -> Option<Decision> {
        match self.first.remembered(first)? {
            Decision::Admit(grant) => Some(both(grant, self.second.remembered(second)?)),
            refusal => Some(refusal),
        }
    }

    async fn check(&self, (first, second): &Self::Subject) -> Result<Decision, Unanswered> {
        let grant = match ask(&self.first, first).await {
            Ok(Decision::Admit(grant)) => grant,
            Ok(refusal) => return Ok(refusal),
            Err(error) => return Err(Unanswered::failed(error.into())),
        };
        match ask(&self.second, second).await {
            Ok(decision) => Ok(both(grant, decision)),
            Err(error) => Err(Unanswered::failed(error.into())),
        }
    }

    /// Asks each check one question, the second about those that the first admits.
    async fn check_all(&self, subjects: &[Self::Subject]) -> Result<Vec<Decision>, Unanswered> {
        let firsts: Vec<_> = subjects.iter().map(|(first, _)| first.clone()).collect();
        let decisions = ask_all(&self.first, &firsts).await?;
        let admitted = subjects.iter().zip(&decisions);
        let admitted = admitted.filter(|(_, decision)| decision.is_admitted());
        let seconds: Vec<_> = admitted.map(|((_, second), _)| second.clone()).collect();
        let mut others = ask_all(&self.second, &seconds).await?.into_iter();
        let together = decisions.into_iter().map(|decision| match decision {
            Decision::Admit(grant) => Some(both(grant, others.next()?)),
            refusal => Some(refusal),
        });
        together
            .collect::<Option<_>>()
            .ok_or_else(|| Unanswered::new(UnansweredKind::Failed))
    }
}

// === helpers ===

/// Combines the grant of the first check with the decision of the second.
fn both(grant: Grant, decision: Decision) -> Decision {
    match decision {
        Decision::Admit(other) => grant.within(&other).into(),
        refusal => refusal,
    }
}
