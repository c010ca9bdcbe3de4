//! Why a request does not get through, as a type.

use http::{Extensions, StatusCode};

use crate::subscription::{Decision, Denial, Grant, Unanswered, Unidentified};

/// Why a request does not reach the service behind the paywall.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The check refused, or the charge declined.
    Denied(Denial),
    /// The check or the charge gave no answer.
    Unanswered(Unanswered),
    /// The caller is not known.
    Unidentified(Unidentified),
}

// === impl Refusal ===

impl Refusal {
    /// The status of the answer: that of the [denial](Denial::status), 503, 401.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Denied(denial) => denial.status(),
            Self::Unanswered(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unidentified(_) => StatusCode::UNAUTHORIZED,
        }
    }

    /// The stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.reason().code(),
            Self::Unanswered(unanswered) if unanswered.is_of_charge() => "settlement-unavailable",
            Self::Unanswered(_) => "check-unavailable",
            Self::Unidentified(_) => "unidentified",
        }
    }

    /// A few words for people that never change.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.reason().title(),
            Self::Unanswered(unanswered) if unanswered.is_of_charge() => "Settlement unavailable",
            Self::Unanswered(_) => "Subscription check unavailable",
            Self::Unidentified(_) => "Authentication required",
        }
    }

    /// A sentence for people: what is wrong.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Denied(denial) => denial.detail(),
            Self::Unanswered(_) => "Whether this is paid for cannot be told at the moment.",
            Self::Unidentified(_) => "The request does not say who is asking.",
        }
    }

    /// Tells the grant from the refusal.
    pub(crate) fn of(decided: Result<Decision, Unanswered>) -> Result<Grant, Self> {
        match decided {
            Ok(Decision::Admit(grant)) => Ok(grant),
            Ok(Decision::Refuse(denial)) => Err(Self::Denied(denial)),
            Err(unanswered) => Err(Self::Unanswered(unanswered)),
        }
    }

    /// Leaves the typed cause to the layers outside of the paywall.
    pub(super) fn leave_in(self, extensions: &mut Extensions) {
        match self {
            Self::Denied(denial) => _ = extensions.insert(denial),
            Self::Unanswered(unanswered) => _ = extensions.insert(unanswered),
            Self::Unidentified(unidentified) => _ = extensions.insert(unidentified),
        }
    }
}
