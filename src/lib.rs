#![cfg_attr(docsrs, feature(doc_cfg))]
// The README's links to items, as those of this version: of two definitions of a link the first counts.
//! [docs]: crate
//! [unasked]: paywall#what-passes-unasked
//! [`Challenges`]: challenge::Challenges
//! [`Charge`]: Charge
//! [`IdempotencyLayer`]: IdempotencyLayer
//! [`IdempotencyStore`]: idempotency::IdempotencyStore
//! [`MemberPaywall::ask`]: MemberPaywall::ask
//! [`MemberPaywallLayer`]: members::MemberPaywallLayer
//! [`MemberRules`]: MemberRules
//! [`MultiStatus`]: MultiStatus
//! [`MultiStatusLayer`]: MultiStatusLayer
//! [`MultiStatusStream`]: MultiStatusStream
//! [`outcome`]: outcome
//! [`PaywallLayer`]: PaywallLayer
//! [`PaywallLayer::members`]: PaywallLayer::members
//! [`Policy`]: Policy
//! [`Quota`]: Quota
//! [`QuotaStore`]: quota::QuotaStore
//! [`read::Reader`]: read::Reader
//! [`read::ResponseStream`]: read::ResponseStream
//! [`SettleLayer`]: SettleLayer
//! [`shadow`]: PaywallLayer::shadow
//! [`SubscriptionCheck`]: SubscriptionCheck
//! [`target`]: IdempotencyLayer::target
//! [`TCP_NODELAY`]: MultiStatusStream#tcp_nodelay

// The README's examples are on axum.
#![cfg_attr(feature = "axum", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "axum"),
    doc = "207 Multi-Status and 402 Payment Required for tower and hyper."
)]

mod bound;
pub mod challenge;
pub mod checks;
mod date;
pub mod dav;
pub mod idempotency;
pub mod members;
pub mod multistatus;
pub mod outcome;
pub mod paywall;
pub mod policy;
pub mod quota;
pub mod read;
#[doc(alias = "cache")]
pub mod remembering;
pub mod reply;
pub mod request;
pub mod settlement;
pub mod subscription;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;
mod turn;
mod vary;
pub mod xml;

#[cfg(feature = "axum")]
mod axum;

pub use self::{
    checks::SubscriptionCheckExt,
    dav::{Condition, Depth, Destination, Href, Overwrite, Prefer},
    idempotency::{Idempotency, IdempotencyLayer},
    members::{Member, MemberPaywall, MemberRules},
    multistatus::{MultiStatus, PropStat, Property, Resource, prop},
    paywall::{Paywall, PaywallLayer},
    policy::{Policy, Subscription},
    quota::Quota,
    remembering::{Cache, Cached},
    reply::{DavError, MultiStatusLayer, MultiStatusStream},
    request::{PropertyUpdate, Propfind},
    settlement::{Charge, Settle, SettleLayer, Settlement},
    subscription::{Decision, Denial, Grant, Reason, Remedies, SubscriptionCheck, Unidentified},
};
