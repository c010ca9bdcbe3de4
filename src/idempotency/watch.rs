//! What an idempotency layer counts and logs, with the features `metrics` and `tracing`.
//!
//! Only labels with few values: never a key, or who sent it.

use std::sync::Once;

use crate::{
    challenge::Refusal,
    subscription::{Unanswered, warn_of},
};

/// What becomes of a request that is carried out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    /// Its answer is kept.
    Kept,
    /// It has no answer to keep, and may be sent again.
    Released,
    /// It is kept that it was answered, but not the answer.
    TooLarge,
    /// It may have been paid for, or its answer may be kept: neither is known.
    Unknown,
}

/// Counts and logs what became of a request.
macro_rules! became {
    ($outcome:tt) => {
        #[cfg(feature = "metrics")]
        metrics::counter!("statuary_idempotency_requests_total", "outcome" => $outcome)
            .increment(1);
        #[cfg(feature = "tracing")]
        tracing::debug!(outcome = $outcome, "idempotency");
    };
}

pub(super) fn carried_out(fate: Fate) {
    match fate {
        Fate::Kept => {
            became!("kept");
        }
        Fate::Released => {
            became!("released");
        }
        Fate::TooLarge => {
            became!("too-large");
        }
        Fate::Unknown => {
            became!("unknown");
        }
    }
}

pub(super) fn replayed() {
    became!("replayed");
}

pub(super) fn refused(refusal: &Refusal) {
    let outcome = refusal.code();
    if let Refusal::Unanswered(unanswered) = refusal {
        failed(unanswered);
    }
    became!(outcome);
    let _ = outcome;
}

/// Logs that the store gave no answer, since the owner has to fix it.
pub(super) fn failed(unanswered: &Unanswered) {
    warn_of!(unanswered);
}

/// Logs that clients pay for replayed answers, since a charge is outside. Either the layers are in the
/// wrong order, or this is intended, so that once is enough.
pub(super) fn charged(told: &Once) {
    told.call_once(|| {
        #[cfg(feature = "tracing")]
        tracing::warn!(
            "a replayed answer is charged for: a charge is outside of the idempotency layer"
        );
    });
}
