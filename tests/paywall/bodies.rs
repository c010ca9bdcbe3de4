//! What layers leave untouched is axum's own body again, without a box.

use std::{convert::Infallible, sync::OnceLock};

use allocation_counter::measure;
use axum::{Router, body::Body, extract::Request, routing::get};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Response, StatusCode, request::Parts};
use http_body_util::BodyExt;
use statuary::{
    Decision, Grant, IdempotencyLayer, MultiStatusLayer, PaywallLayer, Reason, SettleLayer,
    Unidentified,
    idempotency::MemoryStore,
    quota::{Counter, Limit, MemoryStore as Counts, Window},
};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

use crate::support::Always;

fn router() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// The body of an answer as axum's, and how many allocations it took to make it that.
async fn converted<B: Into<Body>>(
    service: impl Service<Request, Response = Response<B>, Error = Infallible>,
) -> (Body, u64) {
    let request = Request::new(Body::empty());
    let Ok(response) = service.oneshot(request).await;
    let (mut body, converted) = (Some(response.into_body()), OnceLock::new());
    let counted = measure(|| _ = converted.set(body.take().unwrap().into()));
    (converted.into_inner().unwrap(), counted.count_total)
}

async fn text(body: Body) -> Bytes {
    body.collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn an_untouched_body_needs_no_box_however_many_layers_it_came_through() {
    let sender = |_: &Parts| Err::<String, _>(Unidentified);
    let quota = Counter::new(Counts::with_counts(10), |_: &Parts| Ok(()))
        .limit("day", Limit::new(1, Window::DAY));
    let layers = ServiceBuilder::new()
        .layer(PaywallLayer::new(Always(Grant::free().into())))
        .layer(IdempotencyLayer::new(
            MemoryStore::with_bytes(1 << 20),
            sender,
        ))
        .layer(SettleLayer::new(quota).exempt(|_| true))
        .layer(MultiStatusLayer::new());
    let (body, allocations) = converted(layers.service(router())).await;

    assert_eq!(allocations, 0);
    assert_eq!(text(body).await, "hello");
}

#[tokio::test]
async fn a_refusal_is_as_it_is_elsewhere() {
    let paywall = PaywallLayer::new(Always(Reason::Expired.into()));
    let (body, _) = converted(paywall.layer(router())).await;

    assert!(text(body).await.starts_with(br#"{"type":"urn:statuary"#));
}

#[tokio::test]
async fn a_router_takes_layers_with_their_bodies_converted() {
    for (decision, status) in [
        (Decision::Admit(Grant::free()), StatusCode::OK),
        (Reason::Expired.into(), StatusCode::PAYMENT_REQUIRED),
    ] {
        let app = router().layer(
            ServiceBuilder::new()
                .map_response(|response: Response<_>| response.map(Body::from))
                .layer(PaywallLayer::new(Always(decision))),
        );
        let response = app.oneshot(Request::new(Body::empty())).now_or_never();
        assert_eq!(response.unwrap().unwrap().status(), status);
    }
}
