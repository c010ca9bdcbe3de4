//! What passes unasked.

use http::Method;
use statuary::{Grant, PaywallLayer};

use crate::support::{Obedient, ask, by, headers};

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
