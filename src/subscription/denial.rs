//! A refusal, as the check states it.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use crate::subscription::{Reason, Remedies, Remedy};

/// Why a caller does not pass, and what helps.
///
/// The paywall answers it with the reason's [status](Reason::status) and leaves it in the
/// response's extensions, for the layers outside of it to read.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use statuary::{Denial, Reason};
///
/// let denial = Denial::new(Reason::QuotaExhausted)
///     .with_detail("all 500 reports of this month are used")
///     .with_retry_after(Duration::from_secs(86_400));
///
/// assert_eq!(denial.reason().code(), "quota-exhausted");
/// assert_eq!(denial.to_string(), "all 500 reports of this month are used");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Denial {
    reason: Reason,
    detail: Option<Arc<str>>,
    retry_after: Option<Duration>,
    remedies: Option<Arc<Remedies>>,
}

// === impl Denial ===

impl Denial {
    /// A refusal for a reason, in the reason's own words.
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            detail: None,
            retry_after: None,
            remedies: None,
        }
    }

    /// Says in other words what is wrong. Default: the reason's [detail](Reason::detail).
    ///
    /// The caller reads this sentence: keep balances and secrets out of it.
    pub fn with_detail(mut self, detail: impl Into<Arc<str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Offers remedies of this caller's own, such as a link into its billing session, in place
    /// of the paywall's. Default: the paywall's.
    pub fn with_remedies(mut self, remedies: Remedies) -> Self {
        self.remedies = Some(Arc::new(remedies));
        self
    }

    /// Says that waiting helps, and for how long: a quota that will be renewed. Default: waiting
    /// does not help.
    pub const fn with_retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The reason.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The sentence that the caller reads.
    #[must_use]
    pub fn detail(&self) -> &str {
        match &self.detail {
            Some(detail) => detail,
            None => self.reason.detail(),
        }
    }

    /// The remedies of this caller's own, if it has some.
    #[must_use]
    pub fn remedies(&self) -> Option<&Remedies> {
        self.remedies.as_deref()
    }

    /// The links that help this caller, the most fitting one first: its own, or else those that
    /// are offered to everyone.
    pub fn links<'a>(&'a self, offered: &'a Remedies) -> impl Iterator<Item = (Remedy, &'a str)> {
        self.remedies().unwrap_or(offered).fitting(self.reason)
    }

    /// How long to wait, if waiting helps.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The sentence in words of its own, if it has some.
    pub(crate) fn own_detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Whether it says nothing that the reason does not say by itself.
    pub(crate) const fn is_plain(&self) -> bool {
        self.detail.is_none() && self.remedies.is_none() && self.retry_after.is_none()
    }
}

impl From<Reason> for Denial {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())
    }
}

impl Error for Denial {}
