//! How a subscription stands: one vocabulary for those of the billing systems.

use std::sync::Arc;

/// How a subscription stands, whoever bills it.
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
/// // A word of next year's is kept, to be seen in logs.
/// assert_eq!(Status::from_stripe("hibernating"), Status::Unknown("hibernating".into()));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Status {
    /// The first payment was not made in time.
    Abandoned,
    /// All is paid.
    Active,
    /// It will not be renewed; what was paid for runs to the end of the period.
    Cancelled,
    /// It was cancelled, and nothing that was paid for is left.
    Ended,
    /// It has run out.
    Expired,
    /// A payment failed, and the billing system lets the subscriber in while it tries again.
    InGrace,
    /// The first payment waits for the subscriber: a confirmation, another card.
    Incomplete,
    /// A payment failed, and the billing system shuts the subscriber out while it tries again.
    OnHold,
    /// A payment failed, and the billing system leaves it to the owner what that means.
    PastDue,
    /// The subscriber or the owner lets it rest.
    Paused,
    /// The first payment is on its way.
    Pending,
    /// The payment was taken back.
    Revoked,
    /// It is being tried out.
    Trialing,
    /// A payment failed for good.
    Unpaid,
    /// A word that this crate does not know, as it came.
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

    /// Reads the `status` of a [subscription of Paddle's], of today's interface or the classic
    /// one.
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

    /// Reads the number that the [App Store Server API] has for a `status`.
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
    /// without its long prefix.
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
