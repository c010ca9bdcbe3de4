//! What became of settlements, for the features `metrics` and `tracing`.

use std::mem;

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
    /// It gave no answer, and may have taken the charge or not.
    Unknown,
    Withheld,
}

/// A reservation that was asked for. Dropped, it is counted: whether it was made is not known.
#[derive(Debug)]
pub(super) struct Reserving;

/// Counts and logs the outcome of a settlement.
macro_rules! settled {
    ($outcome:tt) => {
        #[cfg(feature = "metrics")]
        metrics::counter!("statuary_settlements_total", "outcome" => $outcome).increment(1);
        #[cfg(feature = "tracing")]
        tracing::debug!(outcome = $outcome, "settlement");
    };
}

/// Logs a step after which somebody may have to check the account.
macro_rules! money_lost {
    ($unanswered:expr, $step:literal) => {
        #[cfg(feature = "tracing")]
        tracing::error!(step = $step, "{}", $unanswered);
        let _ = $unanswered;
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

/// Something may have been set aside.
pub(super) fn unreserved(unanswered: &Unanswered) {
    warn_of!(unanswered, step = "reserve");
    settled!("unreserved");
}

/// There was no bill, or nobody to give it to.
pub(super) fn turned_away(refusal: &Refusal) {
    let outcome = refusal.code();
    if let Refusal::Unanswered(unanswered) = refusal {
        warn_of!(unanswered, step = "bill");
    }
    settled!(outcome);
    let _ = outcome;
}

/// The settlement panicked as it announced itself to the handler.
pub(super) fn unannounced(unanswered: &Unanswered) {
    warn_of!(unanswered, step = "announce");
}

/// What was set aside is given back only when the reservation ends.
pub(super) fn not_rolled_back(unanswered: &Unanswered) {
    warn_of!(unanswered, step = "roll_back");
}

/// Something may have been taken for a response that is withheld.
pub(super) fn unknown_at_response(unanswered: &Unanswered) {
    money_lost!(unanswered, "respond");
}

/// A response that is delivered may be unpaid.
pub(super) fn uncommitted(unanswered: &Unanswered) {
    money_lost!(unanswered, "commit");
}

// === impl Reserving ===

impl Reserving {
    /// It was answered, in one way or another.
    pub(super) fn end(self) {
        mem::forget(self);
    }
}

impl Drop for Reserving {
    fn drop(&mut self) {
        settled!("unreserved");
    }
}
