//! What a refused caller can do: four links, validated when set.

use std::{fmt, sync::Arc};

use crate::subscription::{
    Reason,
    url::{InvalidUrl, origin, validate_url},
};

/// Links for a refused caller, to its subscription or its balance.
///
/// Every link is an absolute `http` or `https` URL in the characters of RFC 3986, so that it is
/// safe in a header, in JSON and in XML. `Debug` shows no more of a link than its origin: the rest
/// may be the key to a billing session.
///
/// # Examples
///
/// ```
/// use statuary::{Reason, Remedies, subscription::Remedy};
///
/// let remedies = Remedies::new()
///     .with_update_payment_method("https://example.com/billing/card")?
///     .with_upgrade("https://example.com/plans")?;
///
/// let first = remedies.fitting(Reason::PastDue).next();
/// assert_eq!(first, Some((Remedy::UpdatePaymentMethod, "https://example.com/billing/card")));
///
/// assert!(remedies.with_billing_status("/billing").is_err());
/// # Ok::<_, statuary::subscription::InvalidUrl>(())
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
#[must_use]
pub struct Remedies {
    billing_status: Option<Arc<str>>,
    top_up: Option<Arc<str>>,
    update_payment_method: Option<Arc<str>>,
    upgrade: Option<Arc<str>>,
}

/// One thing that a refused caller can do.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Remedy {
    /// Look up how the subscription stands.
    BillingStatus,
    /// Pay into a prepaid balance.
    TopUp,
    /// Correct or replace the payment method.
    UpdatePaymentMethod,
    /// Choose a plan, or a larger one.
    Upgrade,
}

// === impl Remedies ===

impl Remedies {
    /// No remedies.
    pub const fn new() -> Self {
        Self {
            billing_status: None,
            top_up: None,
            update_payment_method: None,
            upgrade: None,
        }
    }

    /// Links to a page that shows how the subscription stands. Default: none.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is not an absolute `http` or `https` URL, or has credentials.
    pub fn with_billing_status(self, url: &str) -> Result<Self, InvalidUrl> {
        self.with(Remedy::BillingStatus, url)
    }

    /// Links to a page where a prepaid balance can be topped up. Default: none.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is not an absolute `http` or `https` URL, or has credentials.
    pub fn with_top_up(self, url: &str) -> Result<Self, InvalidUrl> {
        self.with(Remedy::TopUp, url)
    }

    /// Links to a page where the payment method can be updated. Default: none.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is not an absolute `http` or `https` URL, or has credentials.
    pub fn with_update_payment_method(self, url: &str) -> Result<Self, InvalidUrl> {
        self.with(Remedy::UpdatePaymentMethod, url)
    }

    /// Links to a page where a plan can be chosen. Default: none.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is not an absolute `http` or `https` URL, or has credentials.
    pub fn with_upgrade(self, url: &str) -> Result<Self, InvalidUrl> {
        self.with(Remedy::Upgrade, url)
    }

    /// The link of one remedy.
    #[must_use]
    pub fn get(&self, remedy: Remedy) -> Option<&str> {
        match remedy {
            Remedy::BillingStatus => self.billing_status.as_deref(),
            Remedy::TopUp => self.top_up.as_deref(),
            Remedy::UpdatePaymentMethod => self.update_payment_method.as_deref(),
            Remedy::Upgrade => self.upgrade.as_deref(),
        }
    }

    /// The links that help with a reason, the most fitting one first.
    pub fn fitting(&self, reason: Reason) -> impl Iterator<Item = (Remedy, &str)> {
        reason
            .remedies()
            .iter()
            .filter_map(|&remedy| Some((remedy, self.get(remedy)?)))
    }

    pub(crate) fn with(mut self, remedy: Remedy, url: &str) -> Result<Self, InvalidUrl> {
        validate_url(url)?;
        let link = match remedy {
            Remedy::BillingStatus => &mut self.billing_status,
            Remedy::TopUp => &mut self.top_up,
            Remedy::UpdatePaymentMethod => &mut self.update_payment_method,
            Remedy::Upgrade => &mut self.upgrade,
        };
        *link = Some(url.into());
        Ok(self)
    }
}

impl fmt::Debug for Remedies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = [
            Remedy::BillingStatus,
            Remedy::TopUp,
            Remedy::UpdatePaymentMethod,
            Remedy::Upgrade,
        ]
        .into_iter()
        .filter_map(|remedy| Some((remedy, origin(self.get(remedy)?))));
        f.debug_map().entries(links).finish()
    }
}

// === impl Remedy ===

impl Remedy {
    /// The stable code for programs, such as `top_up`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BillingStatus => "billing_status",
            Self::TopUp => "top_up",
            Self::UpdatePaymentMethod => "update_payment_method",
            Self::Upgrade => "upgrade",
        }
    }

    /// The title of its link, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BillingStatus => "Check the billing status",
            Self::TopUp => "Top up the balance",
            Self::UpdatePaymentMethod => "Update the payment method",
            Self::Upgrade => "Upgrade",
        }
    }
}
