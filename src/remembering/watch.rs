//! What a cache tells those who watch it, by the feature `metrics`: how it met those who asked, and how
//! its own questions went.

use crate::{remembering::entry::Age, subscription::Unanswered};

/// Counts one that asked. Of two literals, the label is made by the compiler, so that a hit allocates
/// nothing.
macro_rules! asked {
    ($outcome:literal) => {
        #[cfg(feature = "metrics")]
        metrics::counter!("statuary_cache_requests_total", "outcome" => $outcome).increment(1);
    };
}

/// What is remembered is given at once, if it is good for that by itself.
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

/// It is old, and was given at once.
#[inline]
pub(super) fn stale() {
    asked!("stale");
}

/// It had to be asked for.
pub(super) fn missed() {
    asked!("miss");
}

/// Somebody was asking for it already.
pub(super) fn joined() {
    asked!("coalesced");
}

/// So many had to be asked for, the answer did not come in time, and they were given although they are old.
pub(super) fn reserves(count: usize) {
    #[cfg(feature = "metrics")]
    metrics::counter!("statuary_cache_reserves_total").increment(count as u64);
    let _ = count;
}

/// A question to the check behind came to its end.
pub(super) fn looked_up<T>(answer: &Result<T, Unanswered>) {
    #[cfg(feature = "metrics")]
    {
        let outcome = if answer.is_ok() { "answered" } else { "failed" };
        metrics::counter!("statuary_cache_lookups_total", "outcome" => outcome).increment(1);
    }
    let _ = answer;
}
