//! Tools for tests of a paywall: a scripted check, a clock, assertions, and conformance suites.
//!
//! Needs the feature `testing`, which is meant for dev-dependencies.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use axum::{Router, body::Body, routing::get};
//! use http::{Request, header::AUTHORIZATION};
//! use statuary::{
//!     Grant, PaywallLayer, Reason, SubscriptionCheck,
//!     testing::{ScriptedCheck, Step, assert_payment_required},
//! };
//! use tower::ServiceExt;
//!
//! fn app<C: SubscriptionCheck>(check: C) -> Router {
//!     let paywall = PaywallLayer::new(check).upgrade("https://example.com/plans");
//!     Router::new().route("/report", get(async || "the report")).route_layer(paywall)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Infallible> {
//! let check = ScriptedCheck::new([
//!     Step::decide(Grant::paid()),
//!     Step::decide(Reason::Expired),
//! ]);
//! let app = app(check.clone());
//! let ask = || {
//!     let request = Request::get("/report").header(AUTHORIZATION, "Bearer alice");
//!     request.body(Body::empty()).unwrap()
//! };
//!
//! let response = app.clone().oneshot(ask()).await?;
//! assert_eq!(response.status(), 200);
//!
//! let response = app.clone().oneshot(ask()).await?;
//! assert_eq!(assert_payment_required(&response).reason(), Reason::Expired);
//!
//! assert_eq!(check.asked(), ["Bearer alice", "Bearer alice"]);
//! # Ok(())
//! # }
//! ```
//!
//! The app is generic over its check, since there is no `dyn SubscriptionCheck`. One that is not generic
//! takes a [`BoxCheck`](crate::checks::BoxCheck).
//!
//! The subject of this [`ScriptedCheck`] is the whole value of `Authorization`, with its scheme. An app whose
//! callers have another, such as an account, is tested with a check that names them [as it
//! does](ScriptedCheck::with_subject), and that answers for [each of them](ScriptedCheck::about):
//!
//! ```
//! use http::request::Parts;
//! use statuary::{
//!     Grant, Reason, Unidentified,
//!     testing::{ScriptedCheck, Step},
//! };
//!
//! #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
//! struct AccountId(u64);
//!
//! /// Who is asking, as the app finds out.
//! fn account(head: &Parts) -> Result<AccountId, Unidentified> {
//!     head.extensions.get().copied().ok_or(Unidentified)
//! }
//!
//! let check = ScriptedCheck::with_subject(account, [Step::decide(Reason::NeverSubscribed)])
//!     .about(AccountId(1), [Step::decide(Grant::paid())])
//!     .about(AccountId(2), [Step::decide(Grant::grace()), Step::decide(Reason::Expired)]);
//! # let _ = check;
//! ```
//!
//! # A month that ends
//!
//! A quota asks its clock which period it is, and a store in memory asks its own which periods are over. Give
//! both the same: a [`TestClock`] is `Copy`, and any other clock can be shared [in an
//! `Arc`](crate::subscription::Clock). To pause the clock of tokio, which a [`TestClock`] follows, takes
//! tokio's feature `test-util`, and in a test `#[tokio::test(start_paused = true)]`:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use axum::{Router, body::{Body, to_bytes}, routing::get};
//! use http::Request;
//! use statuary::{
//!     SettleLayer,
//!     quota::{Counter, Limit, MemoryStore, Window},
//!     subscription::Clock,
//!     testing::TestClock,
//! };
//! use tower::ServiceExt;
//!
//! fn app(clock: impl Clock + Clone) -> Router {
//!     let store = MemoryStore::with_counts(1_000).clock(clock.clone());
//!     let quota = Counter::new(store, |_| Ok("alice"))
//!         .limit("month", Limit::new(1, Window::MONTH))
//!         .clock(clock);
//!     Router::new().route("/report", get(async || "the report")).layer(SettleLayer::new(quota))
//! }
//!
//! async fn status(app: &Router) -> u16 {
//!     let request = Request::get("/report").body(Body::empty()).unwrap();
//!     let response = app.clone().oneshot(request).await.unwrap();
//!     let status = response.status().as_u16();
//!     // The unit is spent with the last piece.
//!     to_bytes(response.into_body(), 1_000).await.unwrap();
//!     status
//! }
//!
//! #[tokio::main(flavor = "current_thread", start_paused = true)]
//! async fn main() {
//!     let new_year = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
//!     let app = app(TestClock::starting_at(new_year - Duration::from_secs(10)));
//!     assert_eq!(status(&app).await, 200);
//!     assert_eq!(status(&app).await, 402);
//!     tokio::time::advance(Duration::from_secs(10)).await;
//!     assert_eq!(status(&app).await, 200);
//! }
//! ```
//!
//! Test a check of your own with [`assert_subscription_check`], a charge with [`assert_charge`], a store of
//! answers with [`assert_idempotency_store`], and a store of quotas with [`assert_quota_store`].

mod assertions;
mod charge;
mod clock;
mod idempotency_store;
mod quota_store;
mod script;
mod subscription_check;

pub use self::{
    assertions::assert_payment_required,
    charge::assert_charge,
    clock::TestClock,
    idempotency_store::assert_idempotency_store,
    quota_store::assert_quota_store,
    script::{ScriptedCheck, Step},
    subscription_check::assert_subscription_check,
};
