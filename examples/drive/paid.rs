//! The paid collection: where it is, and who may enter.

use std::convert::Infallible;

use axum::http::request::Parts;
use statuary::{
    Decision, Denial, Grant, Href, Member, PaywallLayer, Reason, SubscriptionCheck, Unidentified,
    challenge::Page,
};

use crate::{
    account::Account,
    target::{Destination, Target},
};

/// Who has subscribed.
#[derive(Debug)]
pub(crate) struct Subscriptions;

/// The paywall before the paid collection.
pub(crate) fn paywall() -> PaywallLayer<Subscriptions> {
    PaywallLayer::new(Subscriptions)
        .authenticate("Basic realm=\"drive\", charset=\"UTF-8\"")
        .billing_status("https://example.com/billing")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans")
        .page(Page::new("Drive"))
        .exempt(|head| !touches_paid(head))
}

/// Whether a target is the paid collection itself.
pub(crate) fn is_collection(target: &Target) -> bool {
    target.path().as_os_str() == COLLECTION
}

/// What a member of a listing costs the caller.
pub(crate) fn cost(href: &Href<'_>, caller: Option<Account>) -> Member<Account> {
    match Target::of(href) {
        Ok(target) if !is_paid(&target) => Member::Free,
        _ => caller.map_or(Member::Unidentified, Member::Costs),
    }
}

impl SubscriptionCheck for Subscriptions {
    type Subject = Account;
    type Error = Infallible;

    fn subject(&self, head: &Parts) -> Result<Account, Unidentified> {
        Account::of(&head.headers).ok_or(Unidentified)
    }

    async fn check(&self, account: &Account) -> Result<Decision, Infallible> {
        Ok(match account {
            Account::Alice => Grant::paid().with_plan("premium").into(),
            Account::Bob => Denial::new(Reason::Expired).into(),
            Account::Carol => Grant::grace().with_plan("premium").into(),
            Account::Dave => Denial::new(Reason::NeverSubscribed).into(),
        })
    }
}

/// Whether a request reads or writes below the paid collection, at either end.
///
/// A request without a target has not been [located](crate::target::locate): it pays. OPTIONS has none, and
/// passes unasked.
fn touches_paid(head: &Parts) -> bool {
    let destination = head.extensions.get::<Destination>();
    head.extensions.get::<Target>().is_none_or(is_paid)
        || destination.is_some_and(|Destination(target)| is_paid(target))
}

/// Whether a target is the paid collection or in it.
pub(crate) fn is_paid(target: &Target) -> bool {
    target.path().starts_with(COLLECTION)
}

const COLLECTION: &str = "premium";
