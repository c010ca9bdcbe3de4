//! A route costs money: 402 Payment Required as a tower layer.
//!
//! [`PaywallLayer`] asks a [`SubscriptionCheck`] about every request before the inner service
//! sees it.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use http::{Request, Response, StatusCode, header};
//! use statuary::{
//!     Decision, Denial, Grant, PaywallLayer, Reason, Unidentified, subscription::check_fn,
//! };
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Infallible> {
//! let check = check_fn(
//!     // Set by the proxy that authenticates, and by nobody else.
//!     |head| match head.headers.get("x-account") {
//!         Some(account) => Ok(account.clone()),
//!         None => Err(Unidentified),
//!     },
//!     |account| async move {
//!         Ok::<_, Infallible>(match account.as_bytes() {
//!             b"alice" => Decision::Admit(Grant::paid().with_plan("pro")),
//!             _ => Decision::Refuse(Denial::new(Reason::Expired)),
//!         })
//!     },
//! );
//! let reports = ServiceBuilder::new()
//!     .layer(
//!         PaywallLayer::new(check)
//!             .upgrade("https://example.com/plans")
//!             .vary([header::HeaderName::from_static("x-account")]),
//!     )
//!     .service(service_fn(async |request: Request<String>| {
//!         let plan = request.extensions().get::<Grant>().and_then(Grant::plan);
//!         Ok::<_, Infallible>(Response::new(format!("reports of the {plan:?} plan")))
//!     }));
//!
//! let ask = |account| Request::get("/").header("x-account", account).body(String::new()).unwrap();
//!
//! let response = reports.clone().oneshot(ask("alice")).await?;
//! assert_eq!(response.status(), StatusCode::OK);
//! assert_eq!(response.headers()[header::CACHE_CONTROL], "private");
//!
//! let response = reports.clone().oneshot(ask("bob")).await?;
//! assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED);
//! assert_eq!(
//!     response.headers()[header::LINK],
//!     r#"<https://example.com/plans>; rel="payment"; title="Upgrade""#,
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # Answers
//!
//! | the check | status | and |
//! |---|---|---|
//! | admits | the inner service's | [`Grant`] in the request's extensions |
//! | refuses | [402, 403 or 429](crate::Denial::status) | [`Denial`] in the response's extensions, `Link` |
//! | does not know the caller | 401 | [`Unidentified`] in the extensions, `WWW-Authenticate` |
//! | fails, panics, is late | 503 | [`Unanswered`] in the extensions, `Retry-After` |
//!
//! A refusal is `no-store`, and is written in the form that its caller reads: for programs a problem
//! document ([RFC 9457]), as below, for browsers a page, and more. The
//! [module about challenges](crate::challenge) tells them all.
//!
//! ```json
//! {
//!   "type": "urn:statuary:problem:expired",
//!   "title": "Subscription expired",
//!   "status": 402,
//!   "detail": "The subscription has expired.",
//!   "reason": "expired",
//!   "retryable": false,
//!   "remedies": { "upgrade": "https://example.com/plans" }
//! }
//! ```
//!
//! That a check which gives no answer closes the gate is the owner's choice
//! ([`on_failure`](PaywallLayer::on_failure)); so is that it is closed at all
//! ([`shadow`](PaywallLayer::shadow)). What passes for these reasons carries a [`Waiver`], in the
//! extensions of the request and of the response.
//!
//! A handler that refuses, since it alone knows what the body costs, answers
//! [as the paywall does](crate::challenge::Challenges).
//!
//! `Retry-After` on a 402 is there only if waiting helps, as the denial says.
//!
//! What the inner service answers is for this caller alone, whatever its status: `private` is
//! merged into its `Cache-Control` (`public` and `s-maxage` are dropped), and what the check
//! reads into its `Vary`. Fields that speak to one kind of cache only, such as
//! `CDN-Cache-Control`, stay as they are.
//!
//! # What passes unasked
//!
//! OPTIONS, and CORS preflight with it, and what else the owner [exempts](PaywallLayer::exempt). HEAD is
//! gated as GET is. An exempt answer is left as it is, for caches, too.
//!
//! Beware of handlers that do not look at the method: axum's [`any`], a fallback, or a proxy before a server
//! that takes every method for GET. Asked by OPTIONS, they give away what they sell. Before one of them,
//! [exempt no method](PaywallLayer::exempt_methods), and have preflight answered outside of the paywall:
//!
//! ```
//! use axum::{Router, routing::any};
//! # use statuary::{Grant, PaywallLayer, Unidentified, subscription::check_fn};
//! use tower_http::cors::{Any, CorsLayer};
//!
//! # let check = check_fn(
//! #     |_| Ok(()),
//! #     |()| async { Ok::<_, std::convert::Infallible>(Grant::free().into()) },
//! # );
//! let app: Router = Router::new()
//!     .route("/report", any(async || "hello"))
//!     .layer(PaywallLayer::new(check).exempt_methods([]))
//!     .layer(CorsLayer::new().allow_origin(Any)); // it answers OPTIONS itself
//! ```
//!
//! To let preflight alone pass would close nothing: its fields are those that a client likes to write. A
//! [`SettleLayer`](crate::SettleLayer) that is [behind](crate::SettleLayer::behind) the paywall follows it;
//! one that is not has [methods of its own](crate::SettleLayer::exempt_methods).
//!
//! # Order of layers
//!
//! - Inside of the paywall, from the outside in:
//!   [`IdempotencyLayer`](crate::IdempotencyLayer), [`SettleLayer`](crate::SettleLayer),
//!   [`MultiStatusLayer`](crate::MultiStatusLayer). Answers kept outside of the paywall would go to
//!   those who have stopped paying, and a quota outside of it would see no grant and no plan. Say of both
//!   that they are [behind](crate::SettleLayer::behind) it, and they answer 503 where they are not.
//! - Wrapped around the whole router, the paywall is cheapest. [`Router::layer`] puts every route
//!   into a box of its own, which costs more than the paywall does. Give a router its state before it
//!   is wrapped, `with_state(())` if it has none: axum makes the routes of any other anew for each
//!   request. `axum::serve` does so for a router that is not wrapped.
//! - Inside of [`Router::layer`], axum puts each body that is not its own into a box. What the layers of
//!   this crate left untouched is axum's body again, without that box, where it is converted before:
//!
//!   ```
//!   use axum::{Router, body::Body, response::Response, routing::get};
//!   # use statuary::{Grant, PaywallLayer, Unidentified, subscription::check_fn};
//!   use tower::ServiceBuilder;
//!
//!   # let check = check_fn(
//!   #     |_| Ok(()),
//!   #     |()| async { Ok::<_, std::convert::Infallible>(Grant::free().into()) },
//!   # );
//!   let app: Router = Router::new().route("/report", get(async || "hello")).layer(
//!       ServiceBuilder::new()
//!           .map_response(|response: Response<_>| response.map(Body::from))
//!           .layer(PaywallLayer::new(check)),
//!   );
//!   ```
//! - [`Router::route_layer`] leaves alone what no route matches, so that a 404 stays a 404. A 405 does not
//!   stay one: it comes from inside of a route, where a request is asked about first, and something set aside
//!   for it by a [`SettleLayer`](crate::SettleLayer). So the answer to a method that nobody serves is 402 for
//!   those who may not pass, or have used up their quota. [`MethodRouter::route_layer`] leaves it alone, too:
//!
//!   ```
//!   # use std::convert::Infallible;
//!   # use axum::body::Body;
//!   # use http::Request;
//!   use axum::{Router, routing::get};
//!   # use statuary::{PaywallLayer, Reason, subscription::check_fn};
//!   # use tower::ServiceExt;
//!
//!   # #[tokio::main(flavor = "current_thread")]
//!   # async fn main() -> Result<(), Infallible> {
//!   # let check = check_fn(
//!   #     |_| Ok(()),
//!   #     |()| async { Ok::<_, Infallible>(Reason::Expired.into()) },
//!   # );
//!   let paywall = PaywallLayer::new(check);
//!   let app: Router = Router::new()
//!       .route("/charged", get(async || "hello"))
//!       .route_layer(paywall.clone())
//!       .route("/report", get(async || "hello").route_layer(paywall));
//!   # let delete = |path| Request::delete(path).body(Body::empty()).unwrap();
//!   assert_eq!(app.clone().oneshot(delete("/charged")).await?.status(), 402);
//!   assert_eq!(app.oneshot(delete("/report")).await?.status(), 405);
//!   # Ok(())
//!   # }
//!   ```
//! - CORS belongs outside of the paywall, so that a browser can read a refusal, too; so does
//!   authentication that the check's subject relies on. A CORS layer that names the fields to expose
//!   itself has to name [those of a refusal](crate::challenge::exposed_headers), too.
//! - While a check waits, its request holds the place that the inner service promised it. Before
//!   a service with a concurrency limit, a slow check thus starves others: choose a
//!   [deadline](PaywallLayer::deadline) with that in mind. A refusal gives the place back at once.
//!
//! # Watching
//!
//! With the feature `metrics`, the paywall counts through the facade of that name:
//!
//! | metric | labels |
//! |---|---|
//! | `statuary_paywall_decisions_total` | `outcome`: `admitted`, `refused`, `waived` or `exempt`; `reason`: the standing of the grant, or the code of the refusal |
//! | `statuary_paywall_check_seconds`, a histogram of checks that had to be waited for | `answered`: `yes` or `no` |
//!
//! A [cache](crate::remembering#watching) counts for itself.
//!
//! With the feature `tracing`, each decision is an event of level DEBUG with the same two fields, a
//! check that gave no answer one of level WARN, and a check that is waited for a span,
//! `subscription_check`. Neither tells who asked, what for, or what a failed check said.
//!
//! What it said is the source of an [`Unanswered`], and may hold a secret. A layer outside that knows better
//! logs it:
//!
//! ```
//! use std::error::Error;
//!
//! use axum::{Router, middleware::map_response, response::Response, routing::get};
//! # use statuary::{Grant, PaywallLayer, Unidentified, subscription::check_fn};
//! use statuary::subscription::Unanswered;
//!
//! async fn log_failure(response: Response) -> Response {
//!     if let Some(unanswered) = response.extensions().get::<Unanswered>() {
//!         eprintln!("{unanswered}: {:?}", unanswered.source());
//!     }
//!     response
//! }
//!
//! # let check = check_fn(
//! #     |_| Ok(()),
//! #     |()| async { Ok::<_, std::convert::Infallible>(Grant::free().into()) },
//! # );
//! let app: Router = Router::new()
//!     .route("/report", get(async || "hello"))
//!     .layer(PaywallLayer::new(check))
//!     .layer(map_response(log_failure)); // outside of it
//! ```
//!
//! Where the gate is open, it is in a [`Waiver`].
//!
//! # Panics
//!
//! A panic in the check is caught and answered with 503, unless the program is compiled to abort
//! on panics.
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
//! [`Denial`]: crate::Denial
//! [`Grant`]: crate::Grant
//! [`MethodRouter::route_layer`]: https://docs.rs/axum/latest/axum/routing/method_routing/struct.MethodRouter.html#method.route_layer
//! [`Router::layer`]: https://docs.rs/axum/latest/axum/struct.Router.html#method.layer
//! [`Router::route_layer`]: https://docs.rs/axum/latest/axum/struct.Router.html#method.route_layer
//! [`SubscriptionCheck`]: crate::SubscriptionCheck
//! [`Unanswered`]: crate::subscription::Unanswered
//! [`Unidentified`]: crate::Unidentified
//! [`any`]: https://docs.rs/axum/latest/axum/routing/fn.any.html

mod body;
mod cache_control;
mod exemptions;
mod future;
mod gate;
mod gatekeeper;
mod layer;
#[cfg(feature = "axum")]
mod missing_grant;
mod seal;
mod service;
mod settings;
mod threshold;
mod unasked;
mod waiver;
mod watch;

#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use self::missing_grant::MissingGrant;
pub use self::{
    body::ResponseBody,
    future::ResponseFuture,
    layer::PaywallLayer,
    service::Paywall,
    waiver::{FailurePolicy, Waiver},
};

pub(crate) use self::{exemptions::Exemptions, seal::Seal, threshold::Threshold};
