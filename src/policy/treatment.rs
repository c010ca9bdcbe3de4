//! What is done with a status that may be judged either way.

use std::time::SystemTime;

use crate::subscription::{Denial, Grant, Reason};

/// What is done with a status that the owner may judge either way.
///
/// Who is let in by a treatment stands in [grace](crate::subscription::Standing::Grace), but for a
/// [trial](crate::subscription::Standing::Trial), which does so only in its
/// [leeway](super::Policy::renewal_leeway).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Treatment {
    /// The caller passes as long as the status lasts, whatever the end says.
    Admit,
    /// The caller passes to the end of the period or trial.
    ///
    /// Where no end is known, a trial lasts as long as its status, a status that is not known, either, is
    /// [`Undecided`](super::Undecided), and for all others the caller does not pass.
    UntilEnd,
    /// The caller does not pass.
    Refuse,
}

// === impl Treatment ===

impl Treatment {
    /// Who is let in, and until when, or else the reason why nobody is.
    pub(super) fn judge(
        self,
        end: Option<SystemTime>,
        now: SystemTime,
        reason: Reason,
    ) -> Result<Grant, Denial> {
        match self {
            Self::Admit => Ok(Grant::grace()),
            Self::UntilEnd => until(end, now, Grant::grace(), reason),
            Self::Refuse => Err(reason.into()),
        }
    }
}

// === helpers ===

/// A grant to an end that is still to come.
pub(super) fn until(
    end: Option<SystemTime>,
    now: SystemTime,
    grant: Grant,
    over: Reason,
) -> Result<Grant, Denial> {
    match end {
        Some(end) if now < end => Ok(grant.with_valid_until(end)),
        _ => Err(over.into()),
    }
}
