//! What a check decides.

use crate::subscription::{Denial, Grant, Reason};

/// What a check decides: the caller passes, or does not.
///
/// There is no third answer: a check that does not know returns its error.
///
/// # Examples
///
/// A policy that is a plain function can return a `Result`:
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
///
/// And back, where only the grant matters:
///
/// ```
/// # use statuary::{Decision, Denial};
/// fn on_plan(decision: Decision, plan: &str) -> Result<bool, Denial> {
///     Ok(decision.into_result()?.plan() == Some(plan))
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
#[expect(
    clippy::exhaustive_enums,
    reason = "a check around a check answers for both, and for no other"
)]
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

    /// The terms on which the caller passes, if it does.
    #[must_use]
    pub const fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Admit(grant) => Some(grant),
            Self::Refuse(_) => None,
        }
    }

    /// Why the caller does not pass, if it does not.
    #[must_use]
    pub const fn denial(&self) -> Option<&Denial> {
        match self {
            Self::Admit(_) => None,
            Self::Refuse(denial) => Some(denial),
        }
    }

    /// The grant or the denial as a `Result`, for the operator `?`.
    ///
    /// # Errors
    ///
    /// The denial.
    pub fn into_result(self) -> Result<Grant, Denial> {
        match self {
            Self::Admit(grant) => Ok(grant),
            Self::Refuse(denial) => Err(denial),
        }
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

impl From<Decision> for Result<Grant, Denial> {
    fn from(decision: Decision) -> Self {
        decision.into_result()
    }
}
