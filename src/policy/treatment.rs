//! How a status is treated that the owner may judge either way.

use std::time::SystemTime;

use crate::subscription::{Denial, Grant, Reason};

/// How a status is treated that the owner may judge either way.
///
/// A grant by a treatment has the standing [`Grace`](crate::subscription::Standing::Grace); that of a
/// trial has [`Trial`](crate::subscription::Standing::Trial), and `Grace` only in its
/// [leeway](super::Policy::renewal_leeway).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Treatment {
    /// The caller passes as long as the status lasts, whatever the end.
    Admit,
    /// The caller passes to the end of the period or trial.
    ///
    /// If no end is known, a trial lasts as long as its status, an unknown status is
    /// [`Undecided`](super::Undecided), and with any other status the caller does not pass.
    UntilEnd,
    /// The caller does not pass.
    Refuse,
}

// === impl Treatment ===

impl Treatment {
    /// The grant and its end, or the denial.
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

/// A grant up to an end, unless that has passed.
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
