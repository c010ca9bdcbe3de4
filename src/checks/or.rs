//! Two checks, of which one must admit.

use http::request::Parts;

use crate::{
    checks::Alternatives,
    subscription::{
        Decision, Denial, Reason, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified,
        answer, ask, ask_all, guard,
    },
};

/// A check that admits callers whom either of two others admits, from
/// [`SubscriptionCheckExt::or`](super::SubscriptionCheckExt::or).
///
/// | the first | the second | together |
/// |---|---|---|
/// | admits | is not asked | the first's grant |
/// | refuses, or has no answer | admits | the second's grant |
/// | refuses | refuses | the first's denial, or the second's if the first's is [`NeverSubscribed`](Reason::NeverSubscribed) |
/// | has no answer | refuses | no answer |
/// | refuses | has no answer | no answer |
///
/// A check that panics when it is asked has no answer. One that cannot identify the caller is left out; one
/// that panics over that leaves the whole without an answer.
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
            Some(first) => remembered(&self.first, first)?,
            None => return remembered(&self.second, subject.second()?),
        };
        match (first, subject.second()) {
            (Decision::Refuse(denial), Some(second)) => {
                Some(either(denial, remembered(&self.second, second)?))
            }
            (decision, _) => Some(decision),
        }
    }

    async fn check(&self, subject: &Self::Subject) -> Result<Decision, Unanswered> {
        let first = match subject.first() {
            Some(first) => Some(answer(None, ask(&self.first, first)).await),
            None => None,
        };
        let second = match subject.second().filter(|_| !is_enough(&first)) {
            Some(second) => Some(answer(None, ask(&self.second, second)).await?),
            None => None,
        };
        together(first, second)
    }

    /// Asks each check one question, the second about those that the first does not admit.
    async fn check_all(&self, subjects: &[Self::Subject]) -> Result<Vec<Decision>, Unanswered> {
        let known = subjects.iter().filter_map(Alternatives::first);
        let known: Vec<_> = known.cloned().collect();
        let answers = answer(None, ask_all(&self.first, &known)).await;
        let mut answers = answers.map(Vec::into_iter);
        let firsts = subjects.iter().map(|subject| {
            subject.first()?;
            match &mut answers {
                Ok(decisions) => decisions.next().map(Ok),
                Err(unanswered) => Some(Err(unanswered.clone())),
            }
        });
        let firsts: Vec<First> = firsts.collect();
        let open = subjects.iter().zip(&firsts);
        let open = open.filter(|(_, first)| !is_enough(first));
        let asked: Vec<_> = open
            .filter_map(|(subject, _)| subject.second().cloned())
            .collect();
        let answers = answer(None, ask_all(&self.second, &asked)).await?;
        let mut answers = answers.into_iter();
        let decisions = subjects.iter().zip(firsts).map(|(subject, first)| {
            let second = subject.second().filter(|_| !is_enough(&first));
            together(first, second.and_then(|_| answers.next()))
        });
        decisions.collect()
    }
}

// === helpers ===

/// What the first check says of a caller, if it knows the caller.
type First = Option<Result<Decision, Unanswered>>;

/// What a check knows at once. If it panics, that is nothing: it has no answer, and is asked.
#[inline]
fn remembered<C: SubscriptionCheck>(check: &C, subject: &C::Subject) -> Option<Decision> {
    guard(|| check.remembered(subject)).ok().flatten()
}

/// Whether the second check need not be asked.
const fn is_enough(first: &First) -> bool {
    matches!(first, Some(Ok(Decision::Admit(_))))
}

/// Combines what the checks say, each if it knows the caller and was asked.
fn together(first: First, second: Option<Decision>) -> Result<Decision, Unanswered> {
    match (first, second) {
        (Some(Ok(Decision::Refuse(denial))), Some(decision)) => Ok(either(denial, decision)),
        (Some(Ok(decision)), _) | (None, Some(decision)) => Ok(decision),
        (Some(Err(_)), Some(admitted @ Decision::Admit(_))) => Ok(admitted),
        (Some(Err(unanswered)), _) => Err(unanswered),
        // No such subject can be made.
        (None, None) => Err(Unanswered::new(UnansweredKind::Failed)),
    }
}

/// Combines the denial of the first check with the decision of the second.
fn either(denial: Denial, decision: Decision) -> Decision {
    match decision {
        Decision::Refuse(_) if denial.reason() != Reason::NeverSubscribed => denial.into(),
        decision => decision,
    }
}
