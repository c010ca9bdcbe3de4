//! What passes unasked, and how the layers behind know.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    routing::{any, get},
};
use http::{Method, Request, Response};
use statuary::{Grant, IdempotencyLayer, PaywallLayer, SettleLayer, idempotency::MemoryStore};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

use crate::{
    idempotency::orders::{counting, sender},
    settlement::rail::{PAYMENT, Rail},
    support::{Body, Obedient, ask, by, headers},
};

#[tokio::test]
async fn options_and_so_preflight_pass_unmarked() {
    let mut preflight = by("expired");
    *preflight.method_mut() = Method::OPTIONS;
    let fields = preflight.headers_mut();
    fields.insert("origin", "https://example.com".parse().unwrap());
    fields.insert("access-control-request-method", "GET".parse().unwrap());

    let response = ask(PaywallLayer::new(Obedient), preflight).await;
    assert_eq!(response.status(), 200);
    assert!(headers(&response, "cache-control").is_empty());
    assert!(headers(&response, "vary").is_empty());
}

#[tokio::test]
async fn all_other_methods_are_gated() {
    for method in ["GET", "HEAD", "POST", "PROPFIND", "TRACE", "options"] {
        let mut request = by("expired");
        *request.method_mut() = method.parse().unwrap();
        let response = ask(PaywallLayer::new(Obedient), request).await;
        assert_eq!(response.status(), 402, "{method}");
    }
}

/// The handler of all methods, as that of a proxy is, answers OPTIONS with what it sells.
fn report() -> Router {
    Router::new().route("/report", any(async || "the report"))
}

fn options(name: &str) -> Request<Body> {
    let mut request = to("/report");
    *request.method_mut() = Method::OPTIONS;
    let fields = request.headers_mut();
    fields.insert("authorization", name.parse().unwrap());
    request
}

#[tokio::test]
async fn options_is_gated_where_no_method_is_exempt() {
    let service = report().layer(PaywallLayer::new(Obedient).exempt_methods([]));
    for (name, expected) in [("expired", 402), ("fail", 503), ("pro", 200)] {
        let response = service.clone().oneshot(options(name)).await.unwrap();
        assert_eq!(response.status(), expected, "{name}");
        if expected == 200 {
            assert_eq!(headers(&response, "cache-control"), ["private"]);
            assert_eq!(headers(&response, "vary"), ["authorization"]);
        }
    }
}

#[tokio::test]
async fn a_charge_lets_those_methods_through_that_its_paywall_does() {
    let open = PaywallLayer::new(Obedient);
    for (paywall, expected) in [(open.clone(), 200), (open.exempt_methods([]), 402)] {
        let charge = || SettleLayer::new(Rail::default()).behind(&paywall);
        let service = report().layer(charge()).layer(paywall.clone());
        assert_eq!(status(service, options("pro")).await, expected);
        // What the paywall exempts is none of its own.
        let none = charge().exempt_methods([]);
        let service = report().layer(none).layer(paywall.clone());
        assert_eq!(status(service, options("pro")).await, expected);
        // It may have methods of its own that cost nothing.
        let free = charge().exempt_methods([Method::OPTIONS]);
        let service = report().layer(free).layer(paywall.clone());
        assert_eq!(status(service, options("pro")).await, 200);
    }
}

#[tokio::test]
async fn one_exemption_is_enough() {
    let layer = PaywallLayer::new(Obedient)
        .exempt(|head| head.uri.path() == "/robots.txt")
        .exempt(|head| head.extensions.get::<Grant>().is_some());

    let mut robots = by("expired");
    *robots.uri_mut() = "/robots.txt".parse().unwrap();
    assert_eq!(ask(layer.clone(), robots).await.status(), 200);

    let mut granted = by("expired");
    granted.extensions_mut().insert(Grant::free());
    assert_eq!(ask(layer.clone(), granted).await.status(), 200);

    assert_eq!(ask(layer, by("expired")).await.status(), 402);
}

/// A request to this path by somebody who has subscribed.
fn to(path: &str) -> Request<Body> {
    let mut request = by("pro");
    *request.uri_mut() = path.parse().unwrap();
    request
}

/// The same pages at the root and below `/api`, where the layers inside do not see that part of the path.
fn nested(pages: &Router) -> Router {
    Router::new()
        .nest("/api", pages.clone())
        .merge(pages.clone())
}

async fn status<S, B>(service: S, request: Request<Body>) -> u16
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
{
    service.oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_charge_takes_the_word_of_the_paywall() {
    for shows_grant in [true, false] {
        let paywall = PaywallLayer::new(Obedient)
            .exempt(|head| ["/status", "/api/terms"].contains(&head.uri.path()))
            .show_grant(shows_grant);
        let pages = Router::new()
            .route("/status", get(async || "up"))
            .route("/terms", get(async || "be kind"))
            .layer(SettleLayer::new(Rail::default()).behind(&paywall));
        let service = paywall.layer(nested(&pages));

        // What is exempt at the gate costs nothing, whatever it is called inside.
        assert_eq!(status(service.clone(), to("/status")).await, 200);
        assert_eq!(status(service.clone(), to("/api/terms")).await, 200);
        // What is not has its price, though it is called as what is exempt.
        assert_eq!(status(service.clone(), to("/api/status")).await, 402);
        let mut paying = to("/api/status");
        paying
            .headers_mut()
            .insert(PAYMENT, "token".parse().unwrap());
        assert_eq!(status(service, paying).await, 200);
    }
}

#[tokio::test]
async fn what_no_paywall_has_seen_is_not_exempt() {
    let paywall = PaywallLayer::new(Obedient).exempt(|_| true);
    let wrong = ServiceBuilder::new()
        .layer(SettleLayer::new(Rail::default()).behind(&paywall))
        .layer(paywall)
        .service(counting(&Arc::default()));
    for request in [to("/"), options("pro")] {
        assert_eq!(status(wrong.clone(), request).await, 503);
    }
}

#[tokio::test]
async fn answers_are_kept_by_the_word_of_the_paywall() {
    let paywall = PaywallLayer::new(Obedient).exempt(|head| head.uri.path() == "/api/terms");
    let pages = Router::new()
        .route("/terms", get(async || "be kind"))
        .layer(IdempotencyLayer::new(MemoryStore::with_bytes(1 << 20), sender).behind(&paywall));
    let service = paywall.layer(nested(&pages));
    for replayed in [false, true] {
        let mut request = to("/api/terms");
        let fields = request.headers_mut();
        fields.insert("x-account", "alice".parse().unwrap());
        fields.insert("idempotency-key", "k".parse().unwrap());
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let replay = response.headers().contains_key("idempotent-replayed");
        assert_eq!(replay, replayed);
    }
}

#[tokio::test]
async fn an_exemption_is_looked_at_once() {
    let looks = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&looks);
    let paywall = PaywallLayer::new(Obedient).exempt(move |_| {
        seen.fetch_add(1, Ordering::Relaxed);
        true
    });
    let service = ServiceBuilder::new()
        .layer(paywall.clone())
        .layer(SettleLayer::new(Rail::default()).behind(&paywall))
        .service(counting(&Arc::default()));
    assert_eq!(status(service, to("/")).await, 200);
    assert_eq!(looks.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_one_paywall_lets_through_is_another_ones_to_ask_about() {
    let nothing = PaywallLayer::new(Obedient);
    let stranger = PaywallLayer::new(Obedient).exempt(|_| true);
    let changed_clone = nothing.clone().exempt(|_| true);
    for everything in [stranger, changed_clone] {
        for (outer, inner) in [(&everything, &nothing), (&nothing, &everything)] {
            for (paywall, expected) in [(&everything, 200), (&nothing, 402)] {
                let service = ServiceBuilder::new()
                    .layer(outer.clone())
                    .layer(inner.clone())
                    .layer(SettleLayer::new(Rail::default()).behind(paywall))
                    .service(counting(&Arc::default()));
                assert_eq!(status(service, to("/")).await, expected);
            }
        }
    }
}

/// One paywall at two gates, with a router between them that changes the path.
#[tokio::test]
async fn the_inner_gate_of_a_paywall_has_the_last_word() {
    for (exempt, expected) in [("/api/terms", 402), ("/terms", 200)] {
        let paywall = PaywallLayer::new(Obedient).exempt(move |head| head.uri.path() == exempt);
        let pages = Router::new()
            .route("/terms", get(async || "be kind"))
            .layer(SettleLayer::new(Rail::default()).behind(&paywall))
            .layer(paywall.clone());
        let service = paywall.layer(nested(&pages));
        assert_eq!(status(service, to("/api/terms")).await, expected);
    }
}

#[tokio::test]
async fn a_clone_that_only_speaks_otherwise_is_the_same_paywall() {
    let paywall = PaywallLayer::new(Obedient).exempt(|_| true);
    let charge = SettleLayer::new(Rail::default()).behind(&paywall);
    let service = ServiceBuilder::new()
        .layer(paywall.clone().upgrade("https://example.com/plans"))
        .layer(charge)
        .service(counting(&Arc::default()));
    assert_eq!(status(service, to("/")).await, 200);
}

#[tokio::test]
async fn every_paywall_that_lets_a_request_through_is_known() {
    let paywalls = [(); 2].map(|()| PaywallLayer::new(Obedient).exempt(|_| true));
    for paywall in &paywalls {
        let service = ServiceBuilder::new()
            .layer(paywalls[0].clone())
            .layer(paywalls[1].clone())
            .layer(SettleLayer::new(Rail::default()).behind(paywall))
            .service(counting(&Arc::default()));
        assert_eq!(status(service, to("/")).await, 200);
    }
}
