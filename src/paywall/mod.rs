//! 402 Payment Required: a tower layer that lets through only those who have paid.
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
//! A refusal is `no-store`, and takes the form that its caller accepts: a problem document ([RFC 9457]) for
//! programs, as below, a page for browsers, and [others](crate::challenge).
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
//! By default a check that gives no answer closes the gate; [`on_failure`](PaywallLayer::on_failure) opens it
//! for that case, [`shadow`](PaywallLayer::shadow) for every request. A request that passes only by one of
//! these carries a [`Waiver`] in its extensions, and so does its response.
//!
//! A handler that refuses, because only it knows what the body costs, can answer [as the paywall
//! does](crate::challenge::Challenges).
//!
//! A 402 has `Retry-After` only if its denial says that waiting helps.
//!
//! The inner service's response is marked as this caller's own, whatever its status: `private` is merged into
//! its `Cache-Control` (`public` and `s-maxage` are dropped), and the [fields that the check
//! reads](PaywallLayer::vary) into its `Vary`. Fields for one kind of cache, such as `CDN-Cache-Control`, are
//! left as they are.
//!
//! # What passes unasked
//!
//! OPTIONS, and CORS preflight with it, and whatever else the owner [exempts](PaywallLayer::exempt). HEAD is
//! gated like GET. The response to an exempt request is left unchanged, so shared caches may store it.
//!
//! Beware of handlers that ignore the method: axum's [`any`], a fallback, or a proxy to a server that treats
//! every method as GET. They give away to OPTIONS what they sell. In front of such a handler, [exempt no
//! method](PaywallLayer::exempt_methods), and answer preflight outside of the paywall:
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
//! Exempting only preflight would not help: any client can send its header fields. A
//! [`SettleLayer`](crate::SettleLayer) that is [behind](crate::SettleLayer::behind) the paywall follows its
//! exemptions; one that is not has [methods of its own](crate::SettleLayer::exempt_methods).
//!
//! # Order of layers
//!
//! - Inside of the paywall, from the outside in: [`IdempotencyLayer`](crate::IdempotencyLayer),
//!   [`SettleLayer`](crate::SettleLayer), [`MultiStatusLayer`](crate::MultiStatusLayer). Answers kept outside
//!   of the paywall would go to those who have stopped paying, and a quota outside of it would see no grant
//!   and no plan. Declare both to be [behind](crate::SettleLayer::behind) the paywall, and they answer 503
//!   where they are not.
//! - The paywall is cheapest around the whole router: [`Router::layer`] boxes every route, which costs more
//!   than the paywall does. Give a router its state before wrapping it, `with_state(())` if it has none:
//!   otherwise axum rebuilds its routes for each request. `axum::serve` does this for a router that is not
//!   wrapped.
//! - In [`Router::layer`], axum boxes each body that is not its own. A body that the layers of this crate
//!   left untouched is axum's again, without that box, if it is converted first:
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
//! - [`Router::route_layer`] does not wrap the fallback, so that a 404 stays a 404. A 405 does not stay a
//!   405: it comes from inside of a route, after the check was asked and a
//!   [`SettleLayer`](crate::SettleLayer) has set something aside. So a method that nobody serves is answered
//!   with 402 if the caller may not pass or has used up a quota. [`MethodRouter::route_layer`] leaves a 405
//!   alone, too:
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
//! - CORS belongs outside of the paywall, so that a browser can read a refusal, too; so does authentication
//!   that the check's subject relies on. A CORS layer that has its own list of exposed fields must include
//!   [those of a refusal](crate::challenge::exposed_headers).
//! - While a check is pending, its request holds the capacity that the inner service reserved in
//!   `poll_ready`. In front of a concurrency limit, a slow check thus starves other requests: choose a
//!   [deadline](PaywallLayer::deadline) with that in mind. A refusal releases the capacity at once.
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
//! With the feature `tracing`, each decision is a DEBUG event with the same two fields, a check that gave no
//! answer is a WARN event, and a check that is waited for is a span, `subscription_check`. Neither feature
//! reveals who asked, for what, or the error of a failed check.
//!
//! That error is the source of the [`Unanswered`], and may hold a secret. A layer outside can log it where
//! that is safe:
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
//! Where the gate is open, the [`Unanswered`] is in the [`Waiver`].
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
