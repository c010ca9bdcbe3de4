//! Two checks of which one is enough.

use http::request::Parts;

use crate::{
    checks::Alternatives,
    subscription::{
        Decision, Denial, Reason, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified, ask,
    },
};

/// A check that admits what either of two others admits, from
/// [`SubscriptionCheckExt::or`](super::SubscriptionCheckExt::or).
///
/// | the first | the second | together |
/// |---|---|---|
/// | admits | is not asked | the first's grant |
/// | refuses, or has no answer | admits | the second's grant |
/// | refuses | refuses | the first's denial; the second's, if the first has never heard of the caller |
/// | has no answer | refuses | no answer |
/// | refuses | has no answer | no answer |
///
/// A check that does not know the caller is left out.
#[derive(Clone, Debug)]
pub struct Or<A, B> {
    first: A,
    second: B,
}

// === impl Or ===

impl<A, B> Or<A, B> {
    pub(crate) const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }
}

impl<A: SubscriptionCheck, B: SubscriptionCheck> SubscriptionCheck for Or<A, B> {
    type Subject = Alternatives<A::Subject, B::Subject>;
    type Error = Unanswered;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<Self::Subject, Unidentified> {
        let (first, second) = (self.first.subject(head), self.second.subject(head));
        Alternatives::new(first.ok(), second.ok()).ok_or(Unidentified)
    }

    #[inline]
    fn remembered(&self, subject: &Self::Subject) -> Option<Decision> {
        let first = match subject.first() {
            Some(first) => self.first.remembered(first)?,
            None => return self.second.remembered(subject.second()?),
        };
        match (first, subject.second()) {
            (Decision::Refuse(denial), Some(second)) => {
                Some(either(denial, self.second.remembered(second)?))
            }
            (decision, _) => Some(decision),
        }
    }

    async fn check(&self, subject: &Self::Subject) -> Result<Decision, Unanswered> {
        let first = match subject.first() {
            Some(first) => match ask(&self.first, first).await {
                Ok(Decision::Refuse(denial)) => Some(Ok(denial)),
                Ok(admitted) => return Ok(admitted),
                Err(error) => Some(Err(Unanswered::failed(error.into()))),
            },
            None => None,
        };
        let second = match subject.second() {
            Some(second) => match ask(&self.second, second).await {
                Ok(decision) => Some(decision),
                Err(error) => return Err(Unanswered::failed(error.into())),
            },
            None => None,
        };
        match (first, second) {
            (Some(Ok(denial)), Some(decision)) => Ok(either(denial, decision)),
            (Some(Ok(denial)), None) => Ok(denial.into()),
            (Some(Err(_)), Some(admitted @ Decision::Admit(_))) => Ok(admitted),
            (Some(Err(unanswered)), _) => Err(unanswered),
            (None, Some(decision)) => Ok(decision),
            // There is no such subject; were there one, nothing would be known of it.
            (None, None) => Err(Unanswered::new(UnansweredKind::Failed)),
        }
    }
}

// === helpers ===

/// What becomes of a caller that the first check refuses, and of whom the second thinks this.
fn either(denial: Denial, decision: Decision) -> Decision {
    match decision {
        Decision::Refuse(_) if denial.reason() != Reason::NeverSubscribed => denial.into(),
        decision => decision,
    }
}
