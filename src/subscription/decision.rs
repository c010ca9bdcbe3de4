//! What a check decides.

use crate::subscription::{Denial, Grant, Reason};

/// What a check decides: the caller passes, or does not.
///
/// There is no third answer: a check that does not know returns its error.
///
/// # Examples
///
/// A policy that is a plain function reads well as a `Result`:
///
/// ```
/// use statuary::{Decision, Denial, Grant, Reason};
///
/// fn decide(paid: bool) -> Result<Grant, Denial> {
///     if !paid {
///         return Err(Denial::new(Reason::Unpaid));
///     }
///     Ok(Grant::paid())
/// }
///
/// assert!(Decision::from(decide(true)).is_admitted());
/// assert!(!Decision::from(decide(false)).is_admitted());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Decision {
    /// The caller passes, on these terms.
    Admit(Grant),
    /// The caller does not pass, for this reason.
    Refuse(Denial),
}

// === impl Decision ===

impl Decision {
    /// Whether the caller passes.
    #[must_use]
    pub const fn is_admitted(&self) -> bool {
        matches!(self, Self::Admit(_))
    }
}

impl From<Grant> for Decision {
    fn from(grant: Grant) -> Self {
        Self::Admit(grant)
    }
}

impl From<Denial> for Decision {
    fn from(denial: Denial) -> Self {
        Self::Refuse(denial)
    }
}

impl From<Reason> for Decision {
    fn from(reason: Reason) -> Self {
        Self::Refuse(Denial::new(reason))
    }
}

impl From<Result<Grant, Denial>> for Decision {
    fn from(decided: Result<Grant, Denial>) -> Self {
        decided.map_or_else(Self::Refuse, Self::Admit)
    }
}
