//! Why a request does not get through, as a type.

use std::{error::Error, fmt};

use http::{Extensions, StatusCode};

use crate::{
    challenge::Unclaimed,
    subscription::{
        Asked, Decision, Denial, Grant, Reason, Unanswered, UnansweredKind, Unidentified,
    },
};

/// Why a request does not reach the service behind the paywall, the charge or the idempotency layer, or why
/// [a handler](super::Challenges) refuses it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The check or the handler refused, or the charge declined.
    Denied(Denial),
    /// The check, the charge, the idempotency store or the rules over members gave no answer.
    Unanswered(Unanswered),
    /// The request was not carried out, because of its `Idempotency-Key`.
    Unclaimed(Unclaimed),
    /// The caller is not known.
    Unidentified(Unidentified),
}

// === impl Refusal ===

impl Refusal {
    /// The status of the answer: that of the [denial](Denial::status) or of the [claim](Unclaimed::status),
    /// 503 if unanswered, 401 if unidentified.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Denied(denial) => denial.status(),
            Self::Unanswered(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unclaimed(unclaimed) => unclaimed.status(),
            Self::Unidentified(_) => StatusCode::UNAUTHORIZED,
        }
    }

    /// The stable code for programs, such as `check-unavailable`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.reason().code(),
            Self::Unanswered(unanswered) => match unanswered.asked() {
                Asked::Charge => "settlement-unavailable",
                Asked::Check | Asked::Rules => "check-unavailable",
                Asked::Store => "idempotency-store-unavailable",
            },
            Self::Unclaimed(unclaimed) => unclaimed.code(),
            Self::Unidentified(_) => "unidentified",
        }
    }

    /// A few words for people, always the same for one code.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.reason().title(),
            Self::Unanswered(unanswered) => match unanswered.asked() {
                Asked::Charge => "Settlement unavailable",
                Asked::Check | Asked::Rules => "Subscription check unavailable",
                Asked::Store => "Store unavailable",
            },
            Self::Unclaimed(unclaimed) => unclaimed.title(),
            Self::Unidentified(_) => "Authentication required",
        }
    }

    /// A sentence for people: what is wrong.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Denied(denial) => denial.detail(),
            Self::Unanswered(unanswered) if unanswered.kind() == UnansweredKind::Misplaced => {
                "The server is not set up to answer this request. Nothing was done, and sending it \
                 again does not help."
            }
            Self::Unanswered(unanswered) => match unanswered.asked() {
                Asked::Charge | Asked::Check | Asked::Rules => {
                    "Whether this is paid for is not known at the moment."
                }
                Asked::Store => {
                    "Whether the request was carried out before is not known at the moment. \
                     Nothing was done. Send it again later with the same key."
                }
            },
            Self::Unclaimed(unclaimed) => unclaimed.detail(),
            Self::Unidentified(_) => "The request does not say who is asking.",
        }
    }

    /// Separates the grant from the refusal.
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
            Self::Unclaimed(unclaimed) => _ = extensions.insert(unclaimed),
            Self::Unidentified(unidentified) => _ = extensions.insert(unidentified),
        }
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::Denied(reason.into())
    }
}

impl From<Unanswered> for Refusal {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}

impl From<Unclaimed> for Refusal {
    fn from(unclaimed: Unclaimed) -> Self {
        Self::Unclaimed(unclaimed)
    }
}

impl From<Unidentified> for Refusal {
    fn from(unidentified: Unidentified) -> Self {
        Self::Unidentified(unidentified)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(denial) => denial.fmt(f),
            Self::Unanswered(unanswered) => unanswered.fmt(f),
            Self::Unclaimed(unclaimed) => unclaimed.fmt(f),
            Self::Unidentified(unidentified) => unidentified.fmt(f),
        }
    }
}

// It displays as the error inside, and so has that error's source.
impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Denied(denial) => denial.source(),
            Self::Unanswered(unanswered) => unanswered.source(),
            Self::Unclaimed(unclaimed) => unclaimed.source(),
            Self::Unidentified(unidentified) => unidentified.source(),
        }
    }
}
