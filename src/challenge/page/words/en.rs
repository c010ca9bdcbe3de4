//! English.

use super::{Saying, Words};
use crate::subscription::{Reason, Remedy};

pub(in crate::challenge::page) const WORDS: Words = Words {
    language: "en",
    denied,
    too_many_requests: (
        "You’ve reached a limit",
        "Please wait until it is renewed, then try again.",
    ),
    unanswered: (
        "We can’t check your subscription right now",
        "This is our fault, not yours. Please try again in a moment.",
    ),
    store_unanswered: (
        "We can’t process your request right now",
        "Nothing was done, and this is our fault, not yours. Please try again in a moment.",
    ),
    misplaced: (
        "We can’t process your request",
        "Nothing was done. Something on our side is not set up right, and trying again won’t help.",
    ),
    in_progress: (
        "Your request is still being processed",
        "Please wait a moment, then try again.",
    ),
    not_kept: (
        "Your request has been carried out",
        "Its answer can’t be shown again, and nothing was done a second time.",
    ),
    unclaimed: (
        "We couldn’t process your request",
        "It wasn’t sent in the right way, so nothing was done.",
    ),
    unidentified: (
        "Please sign in",
        "We need to know who you are to look up your subscription.",
    ),
    remedy,
    retry: "Try again",
    sign_in: "Sign in",
    support: "Contact support",
    code: "Code",
    valid_until: "Valid until",
    remaining: "Remaining",
    wait: "Available again in",
};

const fn denied(reason: Reason) -> Saying {
    match reason {
        Reason::Cancelled => (
            "Your subscription has ended",
            "It was cancelled, and its last paid period is over. Choose a plan to come back.",
        ),
        Reason::Expired => (
            "Your subscription has expired",
            "Renew it to carry on where you left off.",
        ),
        Reason::Forbidden => (
            "You don’t have access to this page",
            "Your account may not open it, and no plan changes that.",
        ),
        Reason::Incomplete => (
            "Your first payment didn’t go through",
            "Your subscription starts as soon as it is paid. Please check your payment method.",
        ),
        Reason::InsufficientBalance => ("Your balance is too low", "Top it up to carry on."),
        Reason::NeverSubscribed => (
            "This page is for subscribers",
            "Choose a plan to get access.",
        ),
        Reason::NotInPlan => (
            "Your plan doesn’t include this page",
            "Move to a plan that does to get access.",
        ),
        Reason::PastDue => (
            "Your payment is overdue",
            "We couldn’t collect your last payment. Update your payment method to restore access.",
        ),
        Reason::Paused => (
            "Your subscription is paused",
            "Resume it to get access again.",
        ),
        Reason::QuotaExhausted => (
            "You’ve used all of your plan’s allowance",
            "A larger plan lets you carry on.",
        ),
        Reason::Unpaid => (
            "Your subscription is unpaid",
            "Our attempts to collect the payment have failed. Update your payment method to restore access.",
        ),
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "View billing",
        Remedy::TopUp => "Top up balance",
        Remedy::UpdatePaymentMethod => "Update payment method",
        Remedy::Upgrade => "Choose a plan",
    }
}
