//! The error of what a policy cannot decide.

use std::{error::Error, fmt, iter};

use crate::{policy::Status, subscription::Unanswered};

/// Whether a subscription suffices cannot be decided: it counts to the end of its period, and that is not
/// known; it is active, and should have been [renewed](crate::Policy::renewal_leeway) since; or a
/// [requirement](crate::policy::Requirement) asks for more than its grant says.
///
/// As the error of a check, or among its sources, it becomes a 503, not a refusal, and a [circuit
/// breaker](crate::SubscriptionCheckExt::circuit_breaker) does not count it.
///
/// # Examples
///
/// ```
/// use statuary::policy::{Policy, Status, Subscription};
///
/// let odd = Subscription::new(Status::from_stripe("on_the_moon"));
/// let undecided = Policy::default().decide(&odd).unwrap_err();
///
/// assert_eq!(undecided.status(), Some(&Status::Unknown("on_the_moon".into())));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Undecided {
    kind: Kind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    End(Status),
    Plan,
    Renewal,
}

/// The source of each [`Undecided`]: an error that hides what it was made of shows the source of that.
#[derive(Debug)]
struct TooLittle;

// === impl Undecided ===

impl Undecided {
    /// The status that does not suffice to decide; `None` if the plan is what is not known.
    #[must_use]
    pub const fn status(&self) -> Option<&Status> {
        match &self.kind {
            Kind::End(status) => Some(status),
            Kind::Plan => None,
            Kind::Renewal => Some(&Status::Active),
        }
    }

    /// Whether an error is one of these, or has one behind it.
    pub(crate) fn is_behind(error: &(dyn Error + 'static)) -> bool {
        let mut errors = iter::successors(Some(error), |&error| error.source());
        errors.any(<dyn Error>::is::<TooLittle>)
    }

    /// The end of the period is not known.
    pub(super) const fn end(status: Status) -> Self {
        Self {
            kind: Kind::End(status),
        }
    }

    /// The plan is not known.
    pub(super) const fn plan() -> Self {
        Self { kind: Kind::Plan }
    }

    /// The period has ended, and the next one is not known.
    pub(super) const fn renewal() -> Self {
        Self {
            kind: Kind::Renewal,
        }
    }
}

/// The answer of a handler that cannot decide is the 503 of a check that cannot.
impl From<Undecided> for Unanswered {
    fn from(undecided: Undecided) -> Self {
        Self::failed(undecided.into())
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::End(Status::Unknown(word)) => {
                write!(
                    f,
                    "status {word:?} is not known, nor is the end of its period"
                )
            }
            Kind::End(_) => f.write_str(
                "the subscription was cancelled, and the end of its period is not known",
            ),
            Kind::Plan => f.write_str("a plan or feature is required, and the grant names no plan"),
            Kind::Renewal => {
                f.write_str("the subscription is active, and there is no news of its renewal")
            }
        }
    }
}

impl Error for Undecided {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&TooLittle)
    }
}

// === impl TooLittle ===

impl fmt::Display for TooLittle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what is known of the subscription is too little to decide by")
    }
}

impl Error for TooLittle {}
