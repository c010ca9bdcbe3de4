//! A request is charged for: once, and only if its response is delivered.
//!
//! A [`Grant`](crate::Grant) is remembered and says that a caller may pass; a charge is made
//! for each request. [`SettleLayer`] stands inside of the paywall and does so in three steps:
//!
//! 1. Before the handler runs, a [`Charge`] says what the request costs and sets that aside.
//! 2. The [`Settlement`] that holds it learns the head of the response before any of it leaves. It may
//!    add fields, charge for it at once, let it go uncharged, or withhold it.
//! 3. With the last piece of the body it commits. Dropped before, it rolls back: the handler
//!    failed, the client has gone, the body broke off.
//!
//! Quotas stand on this, and so do payments by the request. A prepaid balance:
//!
//! ```
//! use std::{
//!     convert::Infallible,
//!     sync::{Arc, atomic::{AtomicU64, Ordering}},
//! };
//!
//! use http::{HeaderValue, Request, Response, StatusCode, request, response};
//! use http_body_util::{BodyExt, Full};
//! use statuary::{
//!     Charge, Reason, SettleLayer, Settlement, Unidentified,
//!     settlement::{Price, Release, Reserved},
//! };
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! /// What is left in cents. A real one asks a database.
//! #[derive(Clone)]
//! struct Prepaid(Arc<AtomicU64>);
//!
//! struct Cents {
//!     account: Prepaid,
//!     held: u64,
//! }
//!
//! impl Charge for Prepaid {
//!     type Bill = u64;
//!     type Settlement = Cents;
//!     type Error = Infallible;
//!
//!     fn bill(&self, head: &request::Parts) -> Result<Price<u64>, Unidentified> {
//!         Ok(match head.uri.path() {
//!             "/terms" => Price::Free,
//!             _ => Price::Due(5),
//!         })
//!     }
//!
//!     async fn reserve(&self, cents: u64) -> Result<Reserved<Cents>, Infallible> {
//!         let take = |left: u64| left.checked_sub(cents);
//!         Ok(match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
//!             Ok(_) => Reserved::Held(Cents { account: self.clone(), held: cents }),
//!             Err(_) => Reserved::Declined(Reason::InsufficientBalance.into()),
//!         })
//!     }
//! }
//!
//! impl Settlement for Cents {
//!     type Error = Infallible;
//!
//!     async fn respond(&mut self, response: &mut response::Parts) -> Result<Release, Infallible> {
//!         if response.status.is_server_error() {
//!             return Ok(Release::Uncharged);
//!         }
//!         response.headers.insert("x-charged", HeaderValue::from(self.held));
//!         Ok(Release::Deliver)
//!     }
//!
//!     async fn commit(mut self) -> Result<(), Infallible> {
//!         self.held = 0;
//!         Ok(())
//!     }
//! }
//!
//! impl Drop for Cents {
//!     fn drop(&mut self) {
//!         self.account.0.fetch_add(self.held, Ordering::Relaxed);
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Infallible> {
//! let balance = Arc::new(AtomicU64::new(7));
//! let reports = ServiceBuilder::new()
//!     .layer(SettleLayer::new(Prepaid(balance.clone())))
//!     .service(service_fn(async |_: Request<Full<bytes::Bytes>>| {
//!         Ok::<_, Infallible>(Response::new(Full::<bytes::Bytes>::from("a report")))
//!     }));
//! let ask = || Request::get("/report").body(Full::default()).unwrap();
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! assert_eq!(response.headers()["x-charged"], "5");
//! // The client goes away before the body is there, and has its cents back.
//! drop(response);
//! assert_eq!(balance.load(Ordering::Relaxed), 7);
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! response.into_body().collect().await?;
//! assert_eq!(balance.load(Ordering::Relaxed), 2);
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED);
//! # Ok(())
//! # }
//! ```
//!
//! # What only the handler knows
//!
//! A price that depends on what the handler finds is told by it, in the extensions of its response. The charge
//! sets aside as much as that can be at most, and the settlement reads there what it is. By the row:
//!
//! ```
//! use std::{
//!     convert::Infallible,
//!     sync::{Arc, atomic::{AtomicU64, Ordering}},
//! };
//!
//! use axum::{Extension, Router, body::{Body, to_bytes}, routing::get};
//! use http::{Request, request, response};
//! use statuary::{
//!     Charge, Reason, SettleLayer, Settlement, Unidentified,
//!     settlement::{Price, Release, Reserved},
//! };
//! use tower::ServiceExt;
//!
//! /// How many rows there are in a response.
//! #[derive(Clone, Copy)]
//! struct Rows(u64);
//!
//! /// How many rows are paid for. A real one asks a database.
//! struct Account(Arc<AtomicU64>);
//!
//! /// As many rows as an answer may have.
//! const MOST: u64 = 100;
//!
//! struct Held {
//!     account: Arc<AtomicU64>,
//!     rows: u64,
//! }
//!
//! impl Charge for Account {
//!     type Bill = ();
//!     type Settlement = Held;
//!     type Error = Infallible;
//!
//!     fn bill(&self, _: &request::Parts) -> Result<Price<()>, Unidentified> {
//!         Ok(Price::Due(()))
//!     }
//!
//!     async fn reserve(&self, (): ()) -> Result<Reserved<Held>, Infallible> {
//!         let take = |left: u64| left.checked_sub(MOST);
//!         Ok(match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
//!             Ok(_) => Reserved::Held(Held { account: self.0.clone(), rows: MOST }),
//!             Err(_) => Reserved::Declined(Reason::InsufficientBalance.into()),
//!         })
//!     }
//! }
//!
//! impl Settlement for Held {
//!     type Error = Infallible;
//!
//!     async fn respond(&mut self, response: &mut response::Parts) -> Result<Release, Infallible> {
//!         let Some(&Rows(rows)) = response.extensions.get() else {
//!             return Ok(Release::Uncharged); // an error, for instance
//!         };
//!         let more = rows.saturating_sub(self.rows);
//!         let take = |left: u64| left.checked_sub(more);
//!         if self.account.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
//!             return Ok(Release::Withhold(Reason::InsufficientBalance.into()));
//!         }
//!         // What is left may be used by others, while the body is on its way.
//!         self.account.fetch_add(self.rows.saturating_sub(rows), Ordering::Relaxed);
//!         self.rows = rows;
//!         Ok(Release::Deliver)
//!     }
//!
//!     async fn commit(mut self) -> Result<(), Infallible> {
//!         self.rows = 0;
//!         Ok(())
//!     }
//! }
//!
//! impl Drop for Held {
//!     fn drop(&mut self) {
//!         self.account.fetch_add(self.rows, Ordering::Relaxed);
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), axum::BoxError> {
//! let left = Arc::new(AtomicU64::new(120));
//! let app = Router::new()
//!     .route("/search", get(async || (Extension(Rows(3)), "a\nb\nc\n")))
//!     .layer(SettleLayer::new(Account(left.clone())));
//! let response = app.oneshot(Request::get("/search").body(Body::empty())?).await?;
//! to_bytes(response.into_body(), 1_000).await?;
//! assert_eq!(left.load(Ordering::Relaxed), 117);
//! # Ok(())
//! # }
//! ```
//!
//! [`Quota::charge`](crate::Quota::charge) sees the same head, and says how many units it costs.
//!
//! # Answers
//!
//! | the charge | status | and |
//! |---|---|---|
//! | is free | the inner service's | nothing is changed |
//! | is reserved | the inner service's | `private`, `Vary`; committed with the last piece |
//! | declines | [402, 403 or 429](crate::Denial::status) | the fields of [`Declined`]; the handler does not run |
//! | does not know who pays | 401 | `WWW-Authenticate` |
//! | is [misplaced](crate::subscription::UnansweredKind::Misplaced) | 503 | the handler does not run |
//! | cannot be reserved, in time or at all | 503 | `Retry-After`; the handler does not run |
//! | withholds the response | [402, 403 or 429](crate::Denial::status) | the fields of [`Declined`] |
//! | does not know what to make of it | 503 | `Retry-After` |
//! | cannot be committed | the inner service's | is delivered; a reservation ends by itself |
//!
//! Refusals take the form that their caller reads, in [terms](SettleLayer::terms) of the layer's own or in
//! those of the paywall that it is [behind](SettleLayer::behind). The last two rows are the ones where
//! money can be lost, and they are told in `statuary_settlements_total`, `outcome="unknown"`.
//!
//! # Where it stands
//!
//! Inside of the paywall, which decides who may pass at all and leaves the grant: a layer that is
//! [behind](SettleLayer::behind) a paywall charges nobody who has not come through it. Inside of
//! [idempotency](crate::idempotency), so that an answer given again is not charged for; and outside of
//! whatever replaces bodies. A layer outside that throws a body away and writes one of its own has not
//! delivered what was charged for, and it is not charged for: so
//! [`MultiStatusLayer`](crate::MultiStatusLayer) belongs inside. Outside, it leaves a response that is
//! charged for as it is, and answers one with 503 whose hrefs it would have to move; [a paywall over
//! members](crate::MemberPaywall::layer) lets none through, but for those that are streamed.
//!
//! Of several charges the innermost sees the response first, and commits first. It may have taken its money
//! when one further out withholds the response, or is not told that the last piece has left. So what cannot
//! be given back belongs outermost.
//!
//! # When a response is delivered
//!
//! When its last piece is handed to the server: the one that makes up a length that is known, or else the
//! trailers, or the end. It leaves once the charge is committed. What gRPC answers over HTTP/2 is not
//! delivered before its trailers, which tell how the call has gone, unless its head tells that already; where
//! none come, it is not delivered. The answer to a HEAD, the beginning of a tunnel, a response of 204 or 304
//! and, with anything but gRPC, one without a body are delivered with their head.
//!
//! # Watching
//!
//! With the feature `metrics` the layer counts `statuary_settlements_total` by `outcome`:
//!
//! | outcome | |
//! |---|---|
//! | `committed` | charged for |
//! | `declined` | nothing could be set aside |
//! | `rolled-back` | not delivered as a whole, and not charged for |
//! | `uncharged` | delivered, and let go by the settlement |
//! | `unknown` | the settlement did not say in time what it did, or its client went away meanwhile |
//! | `unreserved` | the charge did not say in time whether it set something aside, or its client went away meanwhile |
//! | `withheld` | kept back by the settlement |
//! | `unidentified` | refused: it does not say who pays |
//! | `settlement-unavailable` | refused: the bill panicked, or a paywall that belongs outside does not stand there |
//!
//! With the feature `tracing` each is an event of level DEBUG. A step that gave no answer is one more,
//! with the method that was called in the field `step`: of level WARN for `bill`, `reserve`, `announce` and
//! `roll_back`, and of level ERROR for `respond` and `commit`, where money may be lost. One that was given up
//! with its client has no such event: it is told by the outcome alone, which is `unreserved` for `reserve` and
//! `unknown` for `respond` and `commit`; with `roll_back` it is `uncharged` or `withheld` in any case. None tells
//! whose it is, or what the method returned.

mod body;
mod charge;
mod future;
mod layer;
mod length;
mod payment;
mod service;
mod tab;
mod till;
mod watch;

pub use self::{
    body::ResponseBody,
    charge::{Charge, Declined, Price, Release, Reserved, Settlement},
    future::ResponseFuture,
    layer::SettleLayer,
    service::Settle,
};
pub(crate) use self::{
    charge::is_error,
    length::{Content, Framing, Length, with_held},
    payment::Payment,
    till::Charged,
};
