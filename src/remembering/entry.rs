//! One remembered decision, and what it may be used for as it ages.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    remembering::Cache,
    subscription::{Decision, later},
};

/// A decision with its ages, each of which ends no earlier than the one before.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    decision: Decision,
    /// The number of the question that it answers.
    question: u64,
    fresh_until: Instant,
    serves_until: Instant,
    /// No earlier than `serves_until`: what serves while it is renewed also serves when asking
    /// fails.
    replaces_errors_until: Instant,
    spared: Option<Spared>,
}

/// How long nobody asks, if a stale grant can be used instead.
#[derive(Clone, Debug)]
pub(crate) enum Spared {
    /// Asking has just failed, or a question that can be joined takes long.
    Until(Instant),
    /// A question about many is under way.
    While(Weak<UnderWay>),
}

/// Lives as long as a question about many is under way.
#[derive(Debug)]
pub(crate) struct UnderWay;

/// What a remembered decision may be used for.
#[derive(Clone, Debug)]
pub(crate) enum Age {
    /// It is fresh.
    Fresh(Decision),
    /// It is used while somebody renews it.
    Serving(Decision),
    /// It is stale, but asking has just failed, or is under way.
    Spared(Decision),
    /// It may not be used.
    Over,
}

// === impl Entry ===

impl Entry {
    /// An entry for a decision that was made now.
    pub(crate) fn new(decision: Decision, question: u64, cache: &Cache, now: Instant) -> Self {
        let grant = match &decision {
            Decision::Admit(grant) => grant,
            Decision::Refuse(denial) => {
                // A caller that comes back after the wait must find a new answer.
                let waits = [denial.retry_after(), denial.reset()];
                let ttl = waits
                    .into_iter()
                    .flatten()
                    .fold(cache.denial_ttl, Duration::min);
                return Self::with_ages(decision, question, [later(now, ttl); 3]);
            }
        };
        let [fresh, serves, replaces] = [
            Duration::ZERO,
            cache.stale_while_revalidate,
            cache.stale_while_revalidate.max(cache.stale_if_error),
        ]
        .map(|more| later(now, cache.ttl.saturating_add(more)));
        let end = grant.valid_until().map(|end| {
            let left = end.duration_since(cache.clock.now());
            later(now, left.unwrap_or_default())
        });
        let ages = [fresh, serves, replaces].map(|age| end.map_or(age, |end| age.min(end)));
        Self::with_ages(decision, question, ages)
    }

    /// The same entry, spared further questions.
    pub(crate) fn spared(self, spared: Spared) -> Self {
        Self {
            spared: Some(spared),
            ..self
        }
    }

    pub(crate) fn is_spared(&self, now: Instant) -> bool {
        match &self.spared {
            None => false,
            Some(Spared::Until(until)) => now < *until,
            Some(Spared::While(under_way)) => under_way.strong_count() > 0,
        }
    }

    pub(crate) const fn question(&self) -> u64 {
        self.question
    }

    pub(crate) fn age(self, now: Instant) -> Age {
        if now < self.fresh_until {
            Age::Fresh(self.decision)
        } else if now < self.replaces_errors_until && self.is_spared(now) {
            Age::Spared(self.decision)
        } else if now < self.serves_until {
            Age::Serving(self.decision)
        } else {
            Age::Over
        }
    }

    /// The decision, if it may stand in for a missing answer.
    pub(crate) fn reserve(&self, now: Instant) -> Option<&Decision> {
        (now < self.replaces_errors_until).then_some(&self.decision)
    }

    const fn with_ages(decision: Decision, question: u64, ages: [Instant; 3]) -> Self {
        let [fresh_until, serves_until, replaces_errors_until] = ages;
        Self {
            decision,
            question,
            fresh_until,
            serves_until,
            replaces_errors_until,
            spared: None,
        }
    }
}

// === impl Spared ===

impl Spared {
    /// For a moment from now on.
    pub(crate) fn briefly(now: Instant) -> Self {
        Self::Until(later(now, Duration::from_secs(1)))
    }

    /// As long as a question is under way.
    pub(crate) fn by(question: &Arc<UnderWay>) -> Self {
        Self::While(Arc::downgrade(question))
    }
}

// === impl Age ===

impl Age {
    /// The decision, if it needs no question.
    pub(crate) fn current(self) -> Option<Decision> {
        match self {
            Self::Fresh(decision) | Self::Spared(decision) => Some(decision),
            Self::Serving(_) | Self::Over => None,
        }
    }
}
