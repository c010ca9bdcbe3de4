//! Quotas: units per caller and period, held for a request and then spent or given back.
//!
//! A [`Quota`] says how many units each caller may use in each period. It is a [`Charge`](crate::Charge): a
//! [`SettleLayer`](crate::SettleLayer) holds the units of a request before its handler runs, spends them
//! with the last piece of the response, and gives them back if that is never sent.
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
//! // The paywall leaves the grant; it belongs outside of the quota.
//! let ask = || {
//!     let request = Request::get("/").extension(AccountId(7)).extension(Grant::trial());
//!     request.body(Full::default()).unwrap()
//! };
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! let left = response.headers()["ratelimit"].to_str().unwrap();
//! assert!(left.starts_with(r#""month";r=0;t="#) && left.contains(r#", "burst";r=9;t="#));
//! // The response is dropped unread, and its unit given back.
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
//! paywall outside leaves in the request: where there is none, the answer is 503 rather than a guess. A
//! caller with a [waived](crate::subscription::Standing::Waived) grant is counted only by the limits for
//! everybody. A [change of plans](Limit#when-the-plan-changes) may begin a new count.
//!
//! The handler sees in its grant what is left [of each limit](crate::Grant::quota_left_of), and the least
//! [of all](crate::Grant::quota_left).
//!
//! All limits of a quota count the same units: the [cost](Quota::cost) of a request. A limit on bursts beside
//! one on pages would count pages, too. To count requests, whatever they cost, make it a quota of its own in
//! a layer of its own. Both may have the same store if no two limits have the same name, by which units are
//! counted:
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, routing::post};
//! use http::request::Parts;
//! use statuary::{
//!     SettleLayer, Unidentified,
//!     quota::{Counter, Limit, MemoryStore, Window},
//! };
//!
//! fn account(head: &Parts) -> Result<u64, Unidentified> {
//!     head.extensions.get().copied().ok_or(Unidentified)
//! }
//!
//! /// How many pages a request prints.
//! fn pages(head: &Parts) -> u64 {
//!     let query = head.uri.query().unwrap_or_default();
//!     query.strip_prefix("pages=").and_then(|pages| pages.parse().ok()).unwrap_or(1)
//! }
//!
//! fn app(printer: Router) -> Router {
//!     let store = Arc::new(MemoryStore::with_counts(100_000));
//!     let pages = Counter::new(store.clone(), account)
//!         .limit("pages", Limit::new(500, Window::MONTH))
//!         .cost(pages);
//!     let requests = Counter::new(store, account)
//!         .limit("burst", Limit::new(8, Window::MINUTE).too_many_requests());
//!     // The burst outside: a request that comes too soon holds no pages.
//!     printer.layer(SettleLayer::new(pages)).layer(SettleLayer::new(requests))
//! }
//! # let _ = app(Router::new().route("/print", post(async || "printed")));
//! ```
//!
//! Each layer adds a line to `RateLimit` and `RateLimit-Policy`. The lines of such a field are one list
//! ([RFC 9651, section 4.2](https://www.rfc-editor.org/rfc/rfc9651#section-4.2)).
//!
//! # What becomes of units
//!
//! | the request | its units are |
//! |---|---|
//! | is answered, and the answer delivered | spent; [`Quota::charge`] may spend more or fewer than were held |
//! | is answered with an error, 4xx or 5xx | given back |
//! | is aborted by its client, or fails, before the last piece of the response | given back; [`ChargeAt::Beginning`] spends them |
//! | is lost with its server | free again when the lease lapses |
//!
//! # Header fields and refusals
//!
//! Each response that is counted has the fields [`RateLimit`] and [`RateLimitPolicy`], with the limits in
//! order. A request that exceeds a limit is answered with 402, or with 429 if no payment raises any of the
//! limits that it exceeds ([`Limit::too_many_requests`]). `Retry-After` is present only if waiting helps:
//! never for a request that costs more than a whole limit, and one second if enough units are merely held
//! by requests in progress.
//!
//! # Stores
//!
//! [`MemoryStore`] is for one process. A [`QuotaStore`] of your own keeps the counts where many servers
//! share them; `statuary::testing::assert_quota_store` tests whether it keeps to the contract.

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
