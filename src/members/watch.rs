//! What a paywall over members counts and logs, with the features `metrics` and `tracing`.
//!
//! Only labels with few values, and numbers: never an href, a subject, or the source of a failure.

use crate::subscription::{Grant, Unanswered, warn_of};

/// What became of the members of a listing that cost something, reported together.
#[derive(Debug, Default)]
pub(super) struct Tally(Vec<Count>);

#[derive(Debug)]
struct Count {
    outcome: &'static str,
    reason: &'static str,
    members: u64,
}

/// What some members cost, or whether they were paid for, is not known.
pub(super) fn failed(unanswered: &Unanswered) {
    warn_of!(unanswered);
}

/// The members of a 207 are not known.
pub(super) fn closed() {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        "the members of a 207 cannot be read: the paywall over members is outside of a layer that belongs \
         around it, or the multistatus is not of this crate"
    );
}

/// A listing failed, and its response about the failure is withheld.
pub(super) fn untold() {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        "a listing failed, and the response that reports it is withheld: answered with 503"
    );
}

// === impl Tally ===

impl Tally {
    pub(super) fn admitted(&mut self, grant: &Grant) {
        self.add("admitted", grant.standing().code());
    }

    pub(super) fn refused(&mut self, reason: &'static str) {
        self.add("refused", reason);
    }

    pub(super) fn waived(&mut self, reason: &'static str) {
        self.add("waived", reason);
    }

    pub(super) fn tell(self) {
        for count in self.0 {
            let Count {
                outcome,
                reason,
                members,
            } = count;
            #[cfg(feature = "metrics")]
            metrics::counter!("statuary_members_total", "outcome" => outcome, "reason" => reason)
                .increment(members);
            #[cfg(feature = "tracing")]
            tracing::debug!(outcome, reason, members, "members");
            let _ = (outcome, reason, members);
        }
    }

    fn add(&mut self, outcome: &'static str, reason: &'static str) {
        let is_same = |count: &&mut Count| (count.outcome, count.reason) == (outcome, reason);
        match self.0.iter_mut().find(is_same) {
            Some(count) => count.members += 1,
            None => self.0.push(Count {
                outcome,
                reason,
                members: 1,
            }),
        }
    }
}
