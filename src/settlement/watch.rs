//! What became of settlements, told to those who watch by the features `metrics` and `tracing`.

use crate::{
    challenge::Refusal,
    subscription::{Unanswered, warn_of},
};

/// What becomes of a settlement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    Committed,
    RolledBack,
    Uncharged,
    /// It did not say, so that it may have been charged or not.
    Unknown,
    Withheld,
}

/// Counts and logs what became of one.
macro_rules! settled {
    ($outcome:tt) => {
        #[cfg(feature = "metrics")]
        metrics::counter!("statuary_settlements_total", "outcome" => $outcome).increment(1);
        #[cfg(feature = "tracing")]
        tracing::debug!(outcome = $outcome, "settlement");
    };
}

pub(super) fn settled(fate: Fate) {
    match fate {
        Fate::Committed => {
            settled!("committed");
        }
        Fate::RolledBack => {
            settled!("rolled-back");
        }
        Fate::Uncharged => {
            settled!("uncharged");
        }
        Fate::Unknown => {
            settled!("unknown");
        }
        Fate::Withheld => {
            settled!("withheld");
        }
    }
}

/// Nothing could be set aside, so that there is nothing to settle.
pub(super) fn declined() {
    settled!("declined");
}

/// Nobody knows whether anything was set aside.
pub(super) fn unreserved() {
    settled!("unreserved");
}

/// There was no bill, or nobody to whom it could be given.
pub(super) fn turned_away(refusal: &Refusal) {
    let outcome = refusal.code();
    settled!(outcome);
    let _ = outcome;
}

/// A charge that gives no answer is the owner's to mend.
pub(super) fn failed(unanswered: &Unanswered) {
    warn_of!(unanswered);
}
