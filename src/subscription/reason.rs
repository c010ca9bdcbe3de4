//! The reasons for a refusal: stable codes for programs.

use std::fmt;

use http::StatusCode;

use crate::subscription::Remedy;

/// Why a caller does not pass.
///
/// | reason | code | status | what helps, first to last |
/// |---|---|---|---|
/// | `Cancelled` | `cancelled` | 402 | upgrade, update payment method, billing status |
/// | `Expired` | `expired` | 402 | upgrade, update payment method, billing status |
/// | `Forbidden` | `forbidden` | 403 | nothing |
/// | `Incomplete` | `incomplete` | 402 | update payment method, billing status, upgrade |
/// | `InsufficientBalance` | `insufficient-balance` | 402 | top up, upgrade, update payment method, billing status |
/// | `NeverSubscribed` | `never-subscribed` | 402 | upgrade, update payment method, billing status |
/// | `NotInPlan` | `not-in-plan` | 402 | upgrade, update payment method, billing status |
/// | `PastDue` | `past-due` | 402 | update payment method, billing status, upgrade |
/// | `Paused` | `paused` | 402 | billing status, upgrade, update payment method |
/// | `QuotaExhausted` | `quota-exhausted` | 402 | upgrade, update payment method, billing status |
/// | `Unpaid` | `unpaid` | 402 | update payment method, billing status, upgrade |
///
/// The codes are stable: programs may compare them, and a code is never reused. Topping up helps only
/// where the balance is too low.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The subscriber cancelled the subscription, and the paid period is over.
    Cancelled,
    /// The subscription has expired.
    Expired,
    /// No payment helps: the caller may not have this resource at all.
    Forbidden,
    /// The first payment was never completed, such as after a declined card or a missing
    /// confirmation.
    Incomplete,
    /// The prepaid balance does not cover the price of the request.
    InsufficientBalance,
    /// There is no subscription, and never was.
    NeverSubscribed,
    /// The subscription is in order, but its plan does not include this feature.
    NotInPlan,
    /// A payment is overdue, and its grace is over.
    PastDue,
    /// The subscription is paused.
    Paused,
    /// A quota is used up: that of the plan, or another that this request counts towards.
    QuotaExhausted,
    /// The payment failed for good, and is not retried.
    Unpaid,
}

// === impl Reason ===

impl Reason {
    /// The number of reasons: the last one's place, plus one.
    pub(crate) const COUNT: usize = Self::Unpaid as usize + 1;

    /// The stable code for programs, as in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
            Self::Incomplete => "incomplete",
            Self::InsufficientBalance => "insufficient-balance",
            Self::NeverSubscribed => "never-subscribed",
            Self::NotInPlan => "not-in-plan",
            Self::PastDue => "past-due",
            Self::Paused => "paused",
            Self::QuotaExhausted => "quota-exhausted",
            Self::Unpaid => "unpaid",
        }
    }

    /// A sentence for people: what is wrong.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Cancelled => "The subscription was cancelled and its last period is over.",
            Self::Expired => "The subscription has expired.",
            Self::Forbidden => "This account may not have this resource.",
            Self::Incomplete => "The first payment of the subscription was not completed.",
            Self::InsufficientBalance => "The balance does not cover the price.",
            Self::NeverSubscribed => "This resource needs a subscription.",
            Self::NotInPlan => "The plan of the subscription does not include this resource.",
            Self::PastDue => "A payment for the subscription is overdue.",
            Self::Paused => "The subscription is paused.",
            Self::QuotaExhausted => "The quota is used up.",
            Self::Unpaid => "The subscription is unpaid.",
        }
    }

    /// What helps, the most fitting remedy first.
    #[must_use]
    pub const fn remedies(self) -> &'static [Remedy] {
        use Remedy::{BillingStatus, TopUp, UpdatePaymentMethod, Upgrade};

        match self {
            Self::Cancelled
            | Self::Expired
            | Self::NeverSubscribed
            | Self::NotInPlan
            | Self::QuotaExhausted => &[Upgrade, UpdatePaymentMethod, BillingStatus],
            Self::Forbidden => &[],
            Self::Incomplete | Self::PastDue | Self::Unpaid => {
                &[UpdatePaymentMethod, BillingStatus, Upgrade]
            }
            Self::InsufficientBalance => &[TopUp, Upgrade, UpdatePaymentMethod, BillingStatus],
            Self::Paused => &[BillingStatus, Upgrade, UpdatePaymentMethod],
        }
    }

    /// The status of the answer: 403 for `Forbidden`, 402 for all others. A denial may [choose
    /// another](crate::Denial::with_status).
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            _ => StatusCode::PAYMENT_REQUIRED,
        }
    }

    /// A few words for people that name the reason, and never change.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cancelled => "Subscription cancelled",
            Self::Expired => "Subscription expired",
            Self::Forbidden => "Forbidden",
            Self::Incomplete => "Payment incomplete",
            Self::InsufficientBalance => "Insufficient balance",
            Self::NeverSubscribed => "Subscription required",
            Self::NotInPlan => "Not included in the plan",
            Self::PastDue => "Payment past due",
            Self::Paused => "Subscription paused",
            Self::QuotaExhausted => "Quota exhausted",
            Self::Unpaid => "Subscription unpaid",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
