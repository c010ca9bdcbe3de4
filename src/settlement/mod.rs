//! Charges: each request is charged for once, and only if its response is delivered.
//!
//! A [`Grant`](crate::Grant) says that a caller may pass, and may be cached; a charge is made for each
//! request. [`SettleLayer`], inside of the paywall, makes it in three steps:
//!
//! 1. Before the handler runs, a [`Charge`] says what the request costs and sets that aside.
//! 2. The [`Settlement`] that holds it learns the head of the response before any of it is sent. It may
//!    add header fields, charge at once, charge nothing, or withhold the response.
//! 3. It commits with the last piece of the body. If dropped before that, it rolls back: the handler
//!    failed, the client disconnected, or the body broke off.
//!
//! [Quotas](crate::quota) build on this, and so can payments per request. A prepaid balance:
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
//! // The client disconnects before the body is sent, and gets its cents back.
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
//! If the price depends on what the handler finds, the handler puts it into the extensions of its response.
//! The charge sets aside the most that it can be, and the settlement reads the actual price there. A price
//! per row:
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
//! /// The number of rows in a response.
//! #[derive(Clone, Copy)]
//! struct Rows(u64);
//!
//! /// How many rows are paid for. A real one asks a database.
//! struct Account(Arc<AtomicU64>);
//!
//! /// The most rows that a response may have.
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
//!         // Others may use the rest while the body is being sent.
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
//! [`Quota::charge`](crate::Quota::charge) sees the same head, and returns how many units the response costs.
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
//! | cannot be reserved, or not in time | 503 | `Retry-After`; the handler does not run |
//! | withholds the response | [402, 403 or 429](crate::Denial::status) | the fields of [`Declined`] |
//! | gives no answer about the response | 503 | `Retry-After` |
//! | cannot be committed | the inner service's | the response is delivered; the reservation lapses |
//!
//! Refusals take the form that the caller accepts, in [terms](SettleLayer::terms) of the layer's own or in
//! those of the paywall that it is [behind](SettleLayer::behind). Money can be lost only in the last two
//! rows; `statuary_settlements_total` counts them with `outcome="unknown"`.
//!
//! # Order of layers
//!
//! Put the layer inside of the paywall, which decides who may pass at all and leaves the grant: a layer that
//! is [behind](SettleLayer::behind) a paywall charges nobody who has not come through it. Put it inside of
//! [idempotency](crate::idempotency), so that a replayed answer is not charged for, and outside of any layer
//! that replaces bodies: a body that a layer outside replaces is not delivered, and so not charged for.
//! [`MultiStatusLayer`](crate::MultiStatusLayer) thus belongs inside. Outside, it leaves a response that is
//! charged for as it is, or answers 503 if it would have to rewrite its hrefs; [a paywall over
//! members](crate::MemberPaywall::layer) lets through only those that are streamed.
//!
//! Of several charges, the innermost sees the response first, and commits first. It may already have taken
//! its money when one further out withholds the response, or never learns that the last piece has left. So a
//! charge that cannot be given back belongs outermost.
//!
//! # When a response is delivered
//!
//! A response is delivered when the last piece of its body is handed to the server: the one that completes a
//! known length, or else the trailers, or the end. That piece waits until the charge is committed. A gRPC
//! response over HTTP/2 is delivered with its trailers, which hold the status of the call, unless its head
//! does; without trailers, it is not delivered. The answer to HEAD, the start of a tunnel, a 204, a 304 and,
//! except with gRPC, a response without a body are delivered with their head.
//!
//! # Watching
//!
//! With the feature `metrics` the layer counts `statuary_settlements_total` by `outcome`:
//!
//! | outcome | |
//! |---|---|
//! | `committed` | charged for |
//! | `declined` | declined by the charge |
//! | `rolled-back` | not delivered as a whole, and not charged for |
//! | `uncharged` | sent at no charge, as the settlement chose |
//! | `unknown` | the settlement failed or was late, or its client disconnected meanwhile: what it took is not known |
//! | `unreserved` | the charge failed or was late, or its client disconnected meanwhile: whether it set something aside is not known |
//! | `withheld` | withheld by the settlement |
//! | `unidentified` | refused: the request does not say who pays |
//! | `settlement-unavailable` | refused: the bill panicked, or a paywall that belongs outside is missing there |
//!
//! With the feature `tracing`, each is a DEBUG event. A step that gave no answer is another event, with the
//! name of the method in the field `step`: WARN for `bill`, `reserve`, `announce` and `roll_back`, and ERROR
//! for `respond` and `commit`, where money may be lost. A step that was dropped since its client disconnected
//! is reported by the outcome alone: `unreserved` for `reserve`, `unknown` for `respond` and `commit`, and
//! for `roll_back` what it would have been anyway. No event reveals whose charge it is, or the error of the
//! method.

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
