//! How refusals are told: by a layer of its own, or as by the paywall that it is behind.

use std::{sync::Arc, time::Duration};

use http::{HeaderName, Request, Response};
use statuary::{
    IdempotencyLayer, PaywallLayer, Remedies, SettleLayer,
    challenge::{Page, Terms},
    idempotency::MemoryStore,
};
use tower::{Layer, ServiceExt};

use crate::{
    idempotency::orders::{counting, sender},
    settlement::rail::{self, PAYMENT, Rail, Script},
    support::{Body, Obedient, behind, bytes, header, problem, refused_for, whole},
};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

fn terms() -> Terms {
    Terms::new()
        .authenticate(r#"ApiKey realm="reports""#)
        .page(Page::new("Acme"))
        .problem_base("https://example.com/problems/")
        .retry_after(Duration::from_secs(90))
        .upgrade("https://example.com/plans")
        .top_up("https://example.com/top-up")
        .update_payment_method("https://example.com/card")
        .billing_status("https://example.com/billing")
        .vary([API_KEY])
}

/// Asks a rail that charges by this layer.
async fn charged(charge: SettleLayer<Rail>, request: Request<Body>) -> Response<Body> {
    let service = charge.layer(counting(&Arc::default()));
    whole(service.oneshot(request).await.unwrap()).await
}

fn asking(script: Script) -> Request<Body> {
    let request = Request::get("/").extension(script);
    request.body(Body::default()).unwrap()
}

#[tokio::test]
async fn a_charge_alone_speaks_for_itself() {
    let charge = SettleLayer::new(Rail::default()).terms(terms());

    let declined = charged(charge.clone(), asking(Script::default())).await;
    assert_eq!(declined.status(), 402);
    assert_eq!(header(&declined, "vary"), "x-api-key, accept");
    assert!(header(&declined, "link").contains("https://example.com/card"));
    let document = problem(&declined);
    let kind = document["type"].as_str().unwrap();
    assert!(kind.starts_with("https://example.com/problems/"), "{kind}");

    let nobody = Script {
        bill: rail::Bill::Unidentified,
        ..Script::default()
    };
    let unidentified = charged(charge.clone(), asking(nobody)).await;
    assert_eq!(unidentified.status(), 401);
    let authenticate = header(&unidentified, "www-authenticate");
    assert_eq!(authenticate, r#"ApiKey realm="reports""#);

    let broken = Script {
        bill: rail::Bill::Panics,
        ..Script::default()
    };
    let unanswered = charged(charge.clone(), asking(broken)).await;
    assert_eq!(header(&unanswered, "retry-after"), "90");

    let mut paying = asking(Script::default());
    paying
        .headers_mut()
        .insert(PAYMENT, "token".parse().unwrap());
    let delivered = charged(charge.clone(), paying).await;
    assert_eq!(delivered.status(), 200);
    assert_eq!(header(&delivered, "vary"), "x-api-key");

    let mut browsing = asking(Script::default());
    let html = "text/html".parse().unwrap();
    browsing.headers_mut().insert("accept", html);
    let page = charged(charge, browsing).await;
    assert!(String::from_utf8_lossy(&bytes(&page)).contains("Acme"));
}

#[tokio::test]
async fn an_idempotency_layer_alone_speaks_for_itself() {
    let once = IdempotencyLayer::new(MemoryStore::with_bytes(1 << 20), sender).terms(terms());
    let service = once.layer(counting(&Arc::default()));
    let mut request = asking(Script::default());
    let no_key = "a,b".parse().unwrap();
    request.headers_mut().insert("idempotency-key", no_key);
    let response = whole(service.oneshot(request).await.unwrap()).await;
    assert_eq!(response.status(), 400);
    assert_eq!(header(&response, "vary"), "x-api-key, accept");
    assert_eq!(
        problem(&response)["type"],
        "https://example.com/problems/idempotency-key-invalid"
    );
}

#[tokio::test]
async fn own_terms_go_before_those_of_the_paywall_in_either_order() {
    let paywall = PaywallLayer::new(Obedient)
        .show_grant(false)
        .upgrade("https://example.com/elsewhere");
    let charge = || SettleLayer::new(Rail::default());
    for own in [
        charge().terms(terms()).behind(&paywall),
        charge().behind(&paywall).terms(terms()),
    ] {
        let declined = charged(own, asking(Script::default())).await;
        assert_eq!(header(&declined, "vary"), "x-api-key, accept");
        assert!(!header(&declined, "link").contains("elsewhere"));
    }
    // Without terms of its own it speaks as the paywall did then.
    let shared = charge().behind(&paywall);
    let _later = paywall.remedies(Remedies::new());
    let declined = charged(shared, asking(Script::default())).await;
    assert!(header(&declined, "link").contains("elsewhere"));
}

#[tokio::test]
async fn a_paywall_takes_terms_as_a_whole_and_then_one_by_one() {
    let paywall = PaywallLayer::with_terms(Obedient, terms())
        .top_up("https://example.com/vouchers")
        .upgrade("https://example.com/tariffs")
        .vary([API_KEY, http::header::COOKIE]);
    let refused = refused_for(&paywall, "past-due", &[]).await;
    assert_eq!(header(&refused, "vary"), "x-api-key, cookie, accept");
    let links = header(&refused, "link");
    assert!(links.contains("https://example.com/billing"));
    assert!(links.contains("https://example.com/tariffs"));
    assert!(!links.contains("https://example.com/plans"));
    let declined = refused_for(&paywall, "insufficient-balance", &[]).await;
    let first = r#"<https://example.com/vouchers>; rel="payment"; title="Top up the balance", "#;
    assert!(header(&declined, "link").starts_with(first));

    let nobody = Request::new(Body::default());
    let unidentified = whole(behind(&paywall).oneshot(nobody).await.unwrap()).await;
    let authenticate = header(&unidentified, "www-authenticate");
    assert_eq!(authenticate, r#"ApiKey realm="reports""#);
}
