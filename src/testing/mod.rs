//! What tests of a paywall need: a check that follows a script, a clock, and assertions.
//!
//! Needs the feature `testing`, which belongs among the features of a dev-dependency.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use http::{Request, Response, header::AUTHORIZATION};
//! use statuary::{
//!     Grant, PaywallLayer, Reason,
//!     testing::{ScriptedCheck, Step, assert_payment_required},
//! };
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Infallible> {
//! let check = ScriptedCheck::new([
//!     Step::decide(Grant::paid()),
//!     Step::decide(Reason::Expired),
//! ]);
//! let reports = PaywallLayer::new(check.clone())
//!     .upgrade("https://example.com/plans")
//!     .layer(service_fn(async |_: Request<String>| {
//!         Ok::<_, Infallible>(Response::new(String::from("a report")))
//!     }));
//! let ask = || Request::get("/").header(AUTHORIZATION, "alice").body(String::new()).unwrap();
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! assert_eq!(response.status(), 200);
//!
//! let response = reports.clone().oneshot(ask()).await?;
//! assert_eq!(assert_payment_required(&response).reason(), Reason::Expired);
//!
//! assert_eq!(check.asked(), ["alice", "alice"]);
//! # Ok(())
//! # }
//! ```
//!
//! Whoever writes a check runs [`assert_subscription_check`] on it, whoever writes a store of answers
//! [`assert_idempotency_store`], and whoever writes a store of quotas [`assert_quota_store`].

mod assertions;
mod clock;
mod idempotency_store;
mod quota_store;
mod script;
mod subscription_check;

pub use self::{
    assertions::assert_payment_required,
    clock::TestClock,
    idempotency_store::assert_idempotency_store,
    quota_store::assert_quota_store,
    script::{ScriptedCheck, Step},
    subscription_check::assert_subscription_check,
};
