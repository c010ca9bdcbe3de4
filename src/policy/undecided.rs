//! What a policy cannot tell.

use std::{error::Error, fmt};

use crate::policy::Status;

/// Whether a subscription is paid for cannot be told: it counts to the end of its period, and that
/// is not known.
///
/// As the error of a check it becomes a 503, and not a refusal.
///
/// # Examples
///
/// ```
/// use statuary::policy::{Policy, Status, Subscription};
///
/// let odd = Subscription::new(Status::from_stripe("on_the_moon"));
/// let undecided = Policy::default().decide(&odd).unwrap_err();
///
/// assert_eq!(*undecided.status(), Status::Unknown("on_the_moon".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    status: Status,
}

// === impl Undecided ===

impl Undecided {
    /// The status that says too little by itself.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }

    pub(super) const fn new(status: Status) -> Self {
        Self { status }
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            Status::Unknown(word) => write!(f, "status {word:?} is not known, nor is")?,
            _ => f.write_str("the subscription was cancelled, and nobody knows")?,
        }
        f.write_str(" the end of its period")
    }
}

impl Error for Undecided {}
