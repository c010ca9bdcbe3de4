//! The status of a subscription, in one vocabulary for all billing systems.

use std::sync::Arc;

/// The status of a subscription, in one vocabulary for all billing systems.
///
/// | status | Stripe | Paddle | Apple | Google Play |
/// |---|---|---|---|---|
/// | `Active` | `active` | `active` | 1 | `ACTIVE` |
/// | `Trialing` | `trialing` | `trialing` | | |
/// | `InGrace` | | | 4 | `IN_GRACE_PERIOD` |
/// | `PastDue` | `past_due` | `past_due` | | |
/// | `OnHold` | | | 3 | `ON_HOLD` |
/// | `Unpaid` | `unpaid` | | | |
/// | `Incomplete` | `incomplete` | | | |
/// | `Pending` | | | | `PENDING` |
/// | `Abandoned` | `incomplete_expired` | | | `PENDING_PURCHASE_CANCELED` |
/// | `Paused` | `paused` | `paused` | | `PAUSED` |
/// | `Cancelled` | | | | `CANCELED` |
/// | `Ended` | `canceled` | `canceled`, `deleted` | | |
/// | `Expired` | | | 2 | `EXPIRED` |
/// | `Revoked` | | | 5 | |
/// | `Unknown` | any other | any other | any other | any other |
///
/// # Examples
///
/// ```
/// use statuary::policy::Status;
///
/// assert_eq!(Status::from_stripe("past_due"), Status::PastDue);
/// assert_eq!(Status::from_apple(4), Status::InGrace);
///
/// // An unknown word is kept, for logs.
/// assert_eq!(Status::from_stripe("hibernating"), Status::Unknown("hibernating".into()));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Status {
    /// The first payment was not made in time.
    Abandoned,
    /// All is paid.
    Active,
    /// It will not be renewed, and runs to the end of the paid period.
    Cancelled,
    /// It was cancelled, and the paid period is over.
    Ended,
    /// It has expired.
    Expired,
    /// A payment failed, and the billing system lets the subscriber in while it retries.
    InGrace,
    /// The first payment waits for the subscriber, such as for a confirmation or another card.
    Incomplete,
    /// A payment failed, and the billing system shuts the subscriber out while it retries.
    OnHold,
    /// A payment failed, and the billing system leaves it to the owner what follows.
    PastDue,
    /// The subscriber or the owner has paused it.
    Paused,
    /// The first payment is being processed.
    Pending,
    /// The payment was reversed.
    Revoked,
    /// It is on trial.
    Trialing,
    /// A payment failed for good.
    Unpaid,
    /// A status that this crate does not know, verbatim.
    Unknown(Arc<str>),
}

// === impl Status ===

impl Status {
    /// Reads the `status` of a [subscription of Stripe's].
    ///
    /// # Example values
    ///
    /// * `active`
    /// * `past_due`
    ///
    /// [subscription of Stripe's]: https://docs.stripe.com/api/subscriptions/object
    #[must_use]
    pub fn from_stripe(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "canceled" => Self::Ended,
            "incomplete" => Self::Incomplete,
            "incomplete_expired" => Self::Abandoned,
            "past_due" => Self::PastDue,
            "paused" => Self::Paused,
            "trialing" => Self::Trialing,
            "unpaid" => Self::Unpaid,
            other => Self::Unknown(other.into()),
        }
    }

    /// Reads the `status` of a [subscription of Paddle's], of Paddle Billing or Paddle Classic.
    ///
    /// # Example values
    ///
    /// * `active`
    /// * `deleted`
    ///
    /// [subscription of Paddle's]: https://developer.paddle.com/api-reference/subscriptions/overview
    #[must_use]
    pub fn from_paddle(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "canceled" | "deleted" => Self::Ended,
            "past_due" => Self::PastDue,
            "paused" => Self::Paused,
            "trialing" => Self::Trialing,
            other => Self::Unknown(other.into()),
        }
    }

    /// Reads the number of a `status` in the [App Store Server API].
    ///
    /// # Example values
    ///
    /// * `1`
    /// * `4`
    ///
    /// [App Store Server API]: https://developer.apple.com/documentation/appstoreserverapi/status
    #[must_use]
    pub fn from_apple(number: i32) -> Self {
        match number {
            1 => Self::Active,
            2 => Self::Expired,
            3 => Self::OnHold,
            4 => Self::InGrace,
            5 => Self::Revoked,
            other => Self::Unknown(other.to_string().into()),
        }
    }

    /// Reads the `subscriptionState` of Google Play's [`purchases.subscriptionsv2`], with or
    /// without its prefix `SUBSCRIPTION_STATE_`.
    ///
    /// # Example values
    ///
    /// * `SUBSCRIPTION_STATE_ACTIVE`
    /// * `IN_GRACE_PERIOD`
    ///
    /// [`purchases.subscriptionsv2`]: https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2
    #[must_use]
    pub fn from_google_play(word: &str) -> Self {
        match word.strip_prefix("SUBSCRIPTION_STATE_").unwrap_or(word) {
            "ACTIVE" => Self::Active,
            "CANCELED" => Self::Cancelled,
            "EXPIRED" => Self::Expired,
            "IN_GRACE_PERIOD" => Self::InGrace,
            "ON_HOLD" => Self::OnHold,
            "PAUSED" => Self::Paused,
            "PENDING" => Self::Pending,
            "PENDING_PURCHASE_CANCELED" => Self::Abandoned,
            _ => Self::Unknown(word.into()),
        }
    }
}
