//! What a cache counts, with the feature `metrics`: the outcomes of requests, and how its own questions
//! went.

use crate::{remembering::entry::Age, subscription::Unanswered};

/// Counts a request. With literals, the label is a constant, so that a hit allocates nothing.
macro_rules! asked {
    ($outcome:literal) => {
        #[cfg(feature = "metrics")]
        metrics::counter!("statuary_cache_requests_total", "outcome" => $outcome).increment(1);
    };
}

/// Counts a decision that is used without a question.
#[inline]
pub(super) fn met(age: &Age) {
    match age {
        Age::Fresh(_) => {
            asked!("hit");
        }
        Age::Spared(_) => stale(),
        Age::Serving(_) | Age::Over => {}
    }
}

/// A stale grant was used at once.
#[inline]
pub(super) fn stale() {
    asked!("stale");
}

/// A question had to begin.
pub(super) fn missed() {
    asked!("miss");
}

/// A pending question was joined.
pub(super) fn joined() {
    asked!("coalesced");
}

/// Stale grants that were used, since asking failed or took too long.
pub(super) fn reserves(count: usize) {
    #[cfg(feature = "metrics")]
    metrics::counter!("statuary_cache_reserves_total").increment(count as u64);
    let _ = count;
}

/// A question to the inner check has ended.
pub(super) fn looked_up<T>(answer: &Result<T, Unanswered>) {
    #[cfg(feature = "metrics")]
    {
        let outcome = if answer.is_ok() { "answered" } else { "failed" };
        metrics::counter!("statuary_cache_lookups_total", "outcome" => outcome).increment(1);
    }
    let _ = answer;
}
