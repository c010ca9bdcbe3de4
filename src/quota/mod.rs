//! So much, and no more: quotas that are held, and then spent or given back.
//!
//! A [`Quota`] says how many units each caller may use, and when that begins anew. It is a
//! [`Charge`](crate::Charge), so that a [`SettleLayer`](crate::SettleLayer) holds the units of a request
//! before its handler runs, spends them with the last piece of the response, and gives them back
//! where there is none.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use http::{Request, Response, request::Parts};
//! use http_body_util::{BodyExt, Full};
//! use statuary::{
//!     Grant, SettleLayer, Unidentified,
//!     quota::{Counter, Limit, MemoryStore, Window},
//! };
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! #[derive(Clone, Copy, PartialEq, Eq, Hash)]
//! struct AccountId(u64);
//!
//! // A layer outside has authenticated the caller.
//! fn account(head: &Parts) -> Result<AccountId, Unidentified> {
//!     head.extensions.get().copied().ok_or(Unidentified)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Infallible> {
//! let quota = Counter::new(MemoryStore::with_counts(100_000), account)
//!     .limit_by("month", |grant| match grant.plan() {
//!         Some("enterprise") => Limit::unlimited(),
//!         Some("pro") => Limit::new(500, Window::MONTH.anchored_at(grant.billing_anchor())),
//!         _ => Limit::new(1, Window::MONTH),
//!     })
//!     .limit("burst", Limit::new(10, Window::MINUTE).too_many_requests());
//! let reports = ServiceBuilder::new()
//!     .layer(SettleLayer::new(quota))
//!     .service(service_fn(async |_: Request<Full<bytes::Bytes>>| {
//!         Ok::<_, Infallible>(Response::new(Full::<bytes::Bytes>::from("a report")))
//!     }));
//! // The grant is what the paywall leaves, which belongs outside of the quota.
//! let ask = || {
//!     let request = Request::get("/").extension(AccountId(7)).extension(Grant::trial());
//!     request.body(Full::default()).unwrap()
//! };
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! let left = response.headers()["ratelimit"].to_str().unwrap();
//! assert!(left.starts_with(r#""month";r=0;t="#) && left.contains(r#", "burst";r=9;t="#));
//! // It goes unread, and is given back.
//! drop(response);
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! response.into_body().collect().await?;
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! assert_eq!(response.status(), 402);
//! # Ok(())
//! # }
//! ```
//!
//! # Limits
//!
//! [`Quota::limit`] is for everybody. [`Quota::limit_by`] depends on the [`Grant`](crate::Grant), which the
//! paywall outside leaves in the request: where there is none, the answer is 503, and not a guess. A
//! caller whom an open gate lets through is counted by the limits for everybody alone.
//!
//! # What becomes of units
//!
//! | the request | its units are |
//! |---|---|
//! | is answered, and the answer delivered | spent; by [`Quota::charge`] more or fewer than were held |
//! | is answered with an error, 4xx or 5xx | given back |
//! | is given up by its client, or breaks off, before its last piece | given back; [`ChargeAt::Beginning`] spends them |
//! | is lost with its server | free again when the lease lapses |
//!
//! # What a caller is told
//!
//! Each response that is counted has [`RateLimit`] and [`RateLimitPolicy`], in the order of the limits.
//! A request for which there is not enough left is answered with 402, or with 429 if none of
//! the limits that it goes beyond is one that a payment raises
//! ([`Limit::too_many_requests`]). `Retry-After` is there only where waiting helps: not for a request that
//! takes more than there ever is, and a second where the rest is held by requests that are being
//! answered.
//!
//! # Stores
//!
//! [`MemoryStore`] is for one process. A [`QuotaStore`] of your own keeps the counts where many servers
//! share them, and `statuary::testing::assert_quota_store` tries whether it keeps to the contract.

mod bill;
mod calendar;
mod claim;
mod counter;
mod held;
mod ledger;
mod limit;
mod limit_name;
mod memory;
mod quota;
mod rate_limit;
mod rate_limit_policy;
mod rules;
mod statement;
mod store;
mod structured;
mod sync;
mod window;

pub use self::{
    bill::Bill,
    claim::{Claim, Usage},
    counter::Counter,
    held::Held,
    limit::Limit,
    limit_name::{InvalidLimitName, LimitName},
    memory::{MemoryFull, MemoryStore, MemoryTicket},
    quota::Quota,
    rate_limit::{RateLimit, ServiceLimit},
    rate_limit_policy::{QuotaPolicy, QuotaUnit, RateLimitPolicy},
    rules::ChargeAt,
    store::{QuotaStore, Reservation},
    window::{Period, Window},
};
