#![cfg_attr(docsrs, feature(doc_cfg))]
// Where the README's links lead in the documentation, which has no files beside it: of two definitions of
// a link the first counts.
//! [docs]: crate
//! [design]: https://docs.rs/crate/statuary/latest/source/DESIGN.md
//! [changelog]: https://docs.rs/crate/statuary/latest/source/CHANGELOG.md
//! [`Challenges`]: challenge::Challenges
//! [`Charge`]: Charge
//! [`IdempotencyLayer`]: IdempotencyLayer
//! [`IdempotencyStore`]: idempotency::IdempotencyStore
//! [`MemberPaywallLayer`]: members::MemberPaywallLayer
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
//! [`TCP_NODELAY`]: MultiStatusStream#tcp_nodelay
//! [`examples/client.rs`]: https://docs.rs/crate/statuary/latest/source/examples/client.rs
//! [`examples/drive`]: https://docs.rs/crate/statuary/latest/source/examples/drive/
//! [`examples/hyper.rs`]: https://docs.rs/crate/statuary/latest/source/examples/hyper.rs
//! [`examples/members.rs`]: https://docs.rs/crate/statuary/latest/source/examples/members.rs
//! [`examples/multistatus.rs`]: https://docs.rs/crate/statuary/latest/source/examples/multistatus.rs
//! [`examples/page.rs`]: https://docs.rs/crate/statuary/latest/source/examples/page.rs
//! [`examples/paywall.rs`]: https://docs.rs/crate/statuary/latest/source/examples/paywall.rs
//! [`examples/pictures`]: https://docs.rs/crate/statuary/latest/source/examples/pictures/
//! [`examples/quota.rs`]: https://docs.rs/crate/statuary/latest/source/examples/quota.rs
//! [`examples/read.rs`]: https://docs.rs/crate/statuary/latest/source/examples/read.rs
//! [`examples/report.rs`]: https://docs.rs/crate/statuary/latest/source/examples/report.rs
//! [`examples/subscriptions.rs`]: https://docs.rs/crate/statuary/latest/source/examples/subscriptions.rs
//! [examples]: https://docs.rs/crate/statuary/latest/source/examples/

// The README's examples are on axum.
#![cfg_attr(feature = "axum", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "axum"),
    doc = "207 Multi-Status and 402 Payment Required for tower and hyper."
)]

pub mod challenge;
pub mod checks;
mod counted;
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
