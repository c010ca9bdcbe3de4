//! What became of settlements, told to those who watch by the features `metrics` and `tracing`.

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
    /// It did not say, so that it may have been charged or not.
    Unknown,
    Withheld,
}

/// A reservation that was asked for. Given up, it is counted: nobody knows whether it was made.
#[derive(Debug)]
pub(super) struct Reserving;

/// Counts and logs what became of one.
macro_rules! settled {
    ($outcome:tt) => {
        #[cfg(feature = "metrics")]
        metrics::counter!("statuary_settlements_total", "outcome" => $outcome).increment(1);
        #[cfg(feature = "tracing")]
        tracing::debug!(outcome = $outcome, "settlement");
    };
}

/// Logs a step after which somebody may have to look into the account, whatever has kept it.
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

/// Nobody knows whether anything was set aside.
pub(super) fn unreserved(unanswered: &Unanswered) {
    warn_of!(unanswered, step = "reserve");
    settled!("unreserved");
}

/// There was no bill, or nobody to whom it could be given.
pub(super) fn turned_away(refusal: &Refusal) {
    let outcome = refusal.code();
    if let Refusal::Unanswered(unanswered) = refusal {
        warn_of!(unanswered, step = "bill");
    }
    settled!(outcome);
    let _ = outcome;
}

/// The handler could not be told what there was to say.
pub(super) fn unannounced(unanswered: &Unanswered) {
    warn_of!(unanswered, step = "announce");
}

/// What was set aside is given back only when the reservation ends.
pub(super) fn not_rolled_back(unanswered: &Unanswered) {
    warn_of!(unanswered, step = "roll_back");
}

/// Nobody knows what was taken for a response that is withheld.
pub(super) fn unknown_at_response(unanswered: &Unanswered) {
    money_lost!(unanswered, "respond");
}

/// Nobody knows whether a response that is delivered was paid for.
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
