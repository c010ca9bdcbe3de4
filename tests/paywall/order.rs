//! Layers in the wrong order are told of at the first request that would suffer from it.

use std::{
    collections::HashSet,
    convert::Infallible,
    fmt::Debug,
    future::ready,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Method, Request, Response};
use http_body_util::BodyExt;
use statuary::{
    DavError, Grant, Href, IdempotencyLayer, MultiStatus, MultiStatusLayer, MultiStatusStream,
    PaywallLayer, Prefer, Resource, SettleLayer,
    challenge::Texts,
    idempotency::MemoryStore,
    outcome::Written,
    paywall::FailurePolicy,
    quota::{self, Counter, Limit, Quota, Window},
    subscription::{Unanswered, UnansweredKind},
};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use crate::{
    idempotency::orders::{counting, sender},
    settlement::rail::{PAYMENT, Rail},
    support::{Body, Inner, Obedient, at, bytes, header, problem, whole},
};

/// A request of somebody who has subscribed, pays for it, and may send it again.
fn order() -> Request<Body> {
    Request::post("/orders")
        .header("authorization", "pro")
        .header("x-account", "alice")
        .header("idempotency-key", "k")
        .header(PAYMENT, "token")
        .body(Body::default())
        .unwrap()
}

fn paywall() -> PaywallLayer<Obedient> {
    PaywallLayer::new(Obedient)
}

fn charge(paywall: &PaywallLayer<Obedient>) -> SettleLayer<Rail> {
    SettleLayer::new(Rail::default()).behind(paywall)
}

fn once(paywall: &PaywallLayer<Obedient>) -> IdempotencyLayer<MemoryStore> {
    IdempotencyLayer::new(MemoryStore::with_bytes(1 << 20), sender).behind(paywall)
}

async fn ask<S, B>(service: S, request: Request<Body>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Error: Debug>,
{
    whole(service.oneshot(request).await.unwrap()).await
}

#[track_caller]
fn assert_misplaced(response: &Response<Body>, reason: &str) {
    assert_eq!(response.status(), 503);
    assert_eq!(header(response, "cache-control"), "no-store");
    let problem = problem(response);
    assert_eq!(problem["reason"], reason);
    // Nothing but another order helps.
    assert!(!response.headers().contains_key("retry-after"));
    assert_eq!(problem["retryable"], false);
    assert!(problem.get("retry_after").is_none());
    assert_eq!(
        problem["detail"],
        "The server is not set up to answer this request. Nothing was done, and sending it again does \
         not help."
    );
    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    assert_eq!(unanswered.kind(), UnansweredKind::Misplaced);
    assert!(
        unanswered.to_string().ends_with(
            "was not asked, since the request carries no grant of a paywall: put its layer inside of \
             the paywall, call `behind` once the paywall is fully configured, and let it show its \
             grant"
        ),
        "{unanswered}"
    );
}

/// The paywall stands outside, and is not the one that was named.
#[tokio::test]
async fn a_paywall_that_exempts_more_than_was_named_is_told_of() {
    let calls = Arc::<AtomicUsize>::default();
    let paywall = paywall();
    let wrong = ServiceBuilder::new()
        .layer(paywall.clone().exempt(|_| true))
        .layer(charge(&paywall))
        .service(counting(&calls));
    assert_misplaced(&ask(wrong, order()).await, "settlement-unavailable");
}

/// Programs of gRPC come back by themselves after 14.
#[tokio::test]
async fn what_is_misplaced_is_13_and_has_a_page_without_a_second_try() {
    let calls = Arc::<AtomicUsize>::default();
    let paywall = paywall();
    let wrong = ServiceBuilder::new()
        .layer(charge(&paywall))
        .layer(once(&paywall))
        .service(counting(&calls));
    let mut call = order();
    let grpc = "application/grpc".parse().unwrap();
    call.headers_mut().insert("content-type", grpc);
    let refused = ask(wrong.clone(), call).await;
    assert_eq!(refused.status(), 200);
    assert_eq!(header(&refused, "grpc-status"), "13");

    let mut pages = HashSet::new();
    for texts in Texts::built_in() {
        let mut browser = order();
        for (name, value) in [
            ("accept", "text/html"),
            ("accept-language", texts.language()),
        ] {
            browser.headers_mut().insert(name, value.parse().unwrap());
        }
        let page = ask(wrong.clone(), browser).await;
        assert_eq!(page.status(), 503);
        let page = String::from_utf8(bytes(&page).to_vec()).unwrap();
        assert!(!page.contains("<a "), "{page}");
        let (_, main) = page.split_once("<main>").unwrap();
        let (main, _) = main.split_once("</main>").unwrap();
        assert!(pages.insert(main.to_owned()), "said twice: {main}");
    }
}

#[tokio::test]
async fn a_charge_outside_of_its_paywall_serves_nobody() {
    let calls = Arc::<AtomicUsize>::default();
    let paywall = paywall();
    for policy in [FailurePolicy::Closed, FailurePolicy::Open] {
        let wrong = ServiceBuilder::new()
            .layer(charge(&paywall).on_failure(policy))
            .layer(paywall.clone())
            .service(counting(&calls));
        let refused = ask(wrong, order()).await;
        assert_misplaced(&refused, "settlement-unavailable");
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }
    let right = ServiceBuilder::new()
        .layer(paywall.clone())
        .layer(charge(&paywall))
        .service(counting(&calls));
    assert_eq!(ask(right, order()).await.status(), 200);
}

#[tokio::test]
async fn a_charge_behind_no_paywall_stands_where_it_likes() {
    let calls = Arc::<AtomicUsize>::default();
    let outside = ServiceBuilder::new()
        .layer(SettleLayer::new(Rail::default()))
        .layer(paywall())
        .service(counting(&calls));
    assert_eq!(ask(outside, order()).await.status(), 200);
}

#[tokio::test]
async fn a_paywall_that_shows_no_grant_is_not_looked_for() {
    let calls = Arc::<AtomicUsize>::default();
    let paywall = paywall().show_grant(false);
    let service = ServiceBuilder::new()
        .layer(paywall.clone())
        .layer(once(&paywall))
        .layer(charge(&paywall))
        .service(counting(&calls));
    assert_eq!(ask(service, order()).await.status(), 200);
}

#[tokio::test]
async fn answers_are_not_kept_outside_of_the_paywall() {
    let calls = Arc::<AtomicUsize>::default();
    let paywall = paywall().exempt_methods([Method::PUT, Method::OPTIONS]);
    let wrong = ServiceBuilder::new()
        .layer(once(&paywall))
        .layer(paywall.clone())
        .service(counting(&calls));
    let refused = ask(wrong.clone(), order()).await;
    assert_misplaced(&refused, "idempotency-store-unavailable");
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    // Without a key there is nothing to keep.
    let mut plain = order();
    plain.headers_mut().remove("idempotency-key");
    assert_eq!(ask(wrong, plain).await.status(), 200);

    let right = ServiceBuilder::new()
        .layer(paywall.clone())
        .layer(once(&paywall))
        .service(counting(&calls));
    // What the paywall lets through unasked has no grant, and is in its place all the same.
    let exempt = [Method::PUT, Method::OPTIONS].map(|method| {
        let mut exempt = order();
        let key = method.as_str().parse().unwrap();
        exempt.headers_mut().insert("idempotency-key", key);
        *exempt.method_mut() = method;
        exempt
    });
    for _ in 0..2 {
        assert_eq!(ask(right.clone(), order()).await.status(), 200);
        for exempt in &exempt {
            assert_eq!(ask(right.clone(), exempt.clone()).await.status(), 200);
        }
    }
    assert_eq!(calls.load(Ordering::Relaxed), 4);
}

/// So many by the plan, in a moment that does not pass.
fn by_plan() -> Quota<quota::MemoryStore<String>> {
    let store = quota::MemoryStore::with_counts(100).clock(|| at(0));
    let quota = Counter::new(store, sender).limit_by("month", |grant| match grant.plan() {
        Some("pro") => Limit::new(500, Window::MONTH),
        _ => Limit::new(1, Window::MONTH),
    });
    quota.clock(|| at(0))
}

#[tokio::test]
async fn a_limit_by_grant_makes_no_grant_up() {
    let calls = Arc::<AtomicUsize>::default();
    let quota = Arc::new(by_plan());
    for policy in [FailurePolicy::Closed, FailurePolicy::Open] {
        let wrong = ServiceBuilder::new()
            .layer(SettleLayer::new(Arc::clone(&quota)).on_failure(policy))
            .layer(paywall())
            .service(counting(&calls));
        let refused = ask(wrong, order()).await;
        assert_misplaced(&refused, "settlement-unavailable");
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }

    let right = ServiceBuilder::new()
        .layer(paywall())
        .layer(SettleLayer::new(quota))
        .service(counting(&calls));
    let served = ask(right, order()).await;
    assert!(header(&served, "ratelimit").starts_with(r#""month";r=499;"#));
}

/// Nobody knows what they have paid for, and they are not told that it is used up.
#[tokio::test]
async fn a_limit_by_grant_counts_nobody_whom_an_open_gate_lets_through() {
    let calls = Arc::<AtomicUsize>::default();
    let mut failing = order();
    failing
        .headers_mut()
        .insert("authorization", "fail".parse().unwrap());
    let waiving = ServiceBuilder::new().layer(paywall().on_failure(FailurePolicy::Open));
    let service = waiving
        .clone()
        .layer(SettleLayer::new(by_plan()))
        .service(counting(&calls));
    for _ in 0..3 {
        let served = ask(service.clone(), failing.clone()).await;
        assert_eq!(served.status(), 200);
        assert!(!served.headers().contains_key("ratelimit"));
    }
    // What is for everybody is for them, too.
    let both = by_plan().limit("burst", Limit::new(2, Window::MINUTE));
    let service = waiving
        .layer(SettleLayer::new(both))
        .service(counting(&calls));
    for status in [200, 200, 402] {
        let response = ask(service.clone(), failing.clone()).await;
        assert_eq!(response.status(), status);
        assert!(header(&response, "ratelimit").starts_with(r#""burst";"#));
    }
}

#[tokio::test]
async fn a_limit_for_everybody_needs_no_grant() {
    let calls = Arc::<AtomicUsize>::default();
    let quota = Counter::new(quota::MemoryStore::with_counts(100), sender)
        .limit("burst", Limit::new(2, Window::MINUTE));
    let service = SettleLayer::new(quota).layer(counting(&calls));
    assert_eq!(ask(service, order()).await.status(), 200);
    // One more that needs a grant makes the whole need it.
    let both = by_plan().limit("burst", Limit::new(2, Window::MINUTE));
    let service = SettleLayer::new(both).layer(counting(&calls));
    assert_misplaced(
        &ask(service.clone(), order()).await,
        "settlement-unavailable",
    );
    let mut granted = order();
    granted.extensions_mut().insert(Grant::free());
    assert_eq!(ask(service, granted).await.status(), 200);
}

/// What a mount outside would move, in each of the ways in which it is told.
async fn listing(way: &str) -> Response<Inner> {
    let members = || (0..500).map(|index| Resource::new(Href::path(&format!("/{index}"))));
    let stream = match way {
        "whole" => MultiStatusStream::from(members().collect::<MultiStatus>()),
        "streamed" => {
            let begin = MultiStatusStream::from_iterator(members().map(Ok::<_, DavError>));
            begin.chunk_size(1_000).await.unwrap()
        }
        "empty" => {
            let home = Href::collection("/home");
            MultiStatusStream::from(MultiStatus::new().located_at(home))
        }
        _ => {
            let get = ready(Err::<Response<Body>, _>(()));
            let written = Written::created(Href::path("/new"));
            let response = written.answer(Prefer::default(), get).await;
            return response.map(|body| body.map_err(|never| match never {}).boxed_unsync());
        }
    };
    let response = stream.into_http();
    response.map(|body| body.map_err(io::Error::other).boxed_unsync())
}

/// Changed on its way out, an answer would be another one than that which is given again.
#[tokio::test]
async fn what_is_kept_before_it_is_mounted_goes_out_to_nobody() {
    let mount = MultiStatusLayer::new().mounted_at("/dav");
    let once = || IdempotencyLayer::new(MemoryStore::with_bytes(1 << 20), sender);
    for way in ["whole", "streamed", "empty", "located"] {
        let handler =
            service_fn(async move |_: Request<Body>| Ok::<_, Infallible>(listing(way).await));
        let wrong = mount.layer(once().layer(handler));
        let refused = ask(wrong.clone(), order()).await;
        assert_eq!(refused.status(), 503, "{way}");
        assert_eq!(bytes(&refused), "This answer is kept before it is mounted.");

        // Without a key there is nothing to keep.
        let mut plain = order();
        plain.headers_mut().remove("idempotency-key");
        let mounted = ask(wrong, plain).await;
        assert!(mounted.status().is_success());
        let right = once().layer(mount.layer(handler));
        for _ in 0..2 {
            let mut kept = ask(right.clone(), order()).await;
            kept.headers_mut().remove("idempotent-replayed");
            assert_eq!(kept.headers(), mounted.headers());
            assert_eq!(bytes(&kept), bytes(&mounted));
        }
        // To follow preferences is a favour.
        let unmounted = MultiStatusLayer::new().layer(once().layer(handler));
        assert!(ask(unmounted, order()).await.status().is_success());
    }
}
