//! What scripts from other origins may read.

use http::{Method, Request, Response, header, request::Parts};
use statuary::{
    PaywallLayer,
    challenge::{Problem, exposed_headers},
};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::{Any, CorsLayer};

use crate::support::{Body, Obedient, ask, behind, by, headers, refused_for, whole};

const EXPOSE: &str = "access-control-expose-headers";

#[tokio::test]
async fn what_is_there_is_exposed_to_other_origins() {
    let layer = PaywallLayer::new(Obedient).upgrade("https://example.com/plans");
    let origin = ("origin", "https://app.example");

    let exposed =
        async |name, fields: &[_]| headers(&refused_for(&layer, name, fields).await, EXPOSE);
    assert_eq!(exposed("expired", &[origin]).await, ["link"]);
    assert_eq!(exposed("fail", &[origin]).await, ["retry-after"]);
    assert!(exposed("forbidden", &[origin]).await.is_empty());
    assert!(exposed("expired", &[]).await.is_empty());

    let mut stranger = by("nobody");
    stranger.headers_mut().clear();
    stranger
        .headers_mut()
        .insert("origin", "null".parse().unwrap());
    let response = ask(layer, stranger).await;
    assert_eq!(headers(&response, EXPOSE), ["www-authenticate"]);
}

#[tokio::test]
async fn a_page_that_speaks_grpc_reads_its_status() {
    let layer = PaywallLayer::new(Obedient);
    for content_type in ["application/grpc-web+proto", "application/grpc"] {
        let fields = [
            ("origin", "https://app.example"),
            ("content-type", content_type),
        ];
        let response = refused_for(&layer, "expired", &fields).await;
        assert_eq!(headers(&response, EXPOSE), ["grpc-status", "grpc-message"]);
    }
}

#[tokio::test]
async fn a_success_exposes_what_its_handler_wants_and_no_more() {
    let origin = ("origin", "https://app.example");
    for layer in [
        PaywallLayer::new(Obedient).upgrade("https://example.com/plans"),
        PaywallLayer::new(Obedient).shadow(),
    ] {
        let response = refused_for(&layer, "pro", &[origin]).await;
        assert_eq!(response.status(), 200);
        assert!(headers(&response, EXPOSE).is_empty(), "{response:?}");

        let handler = service_fn(async |_: Request<Body>| {
            let response = Response::builder().header(EXPOSE, "etag");
            response.header("link", "</next>").body(Body::default())
        });
        let mut request = by("pro");
        let value = origin.1.parse().unwrap();
        request.headers_mut().insert(origin.0, value);
        let response = layer.layer(handler).oneshot(request).await.unwrap();
        assert_eq!(headers(&response, EXPOSE), ["etag"]);
    }
}

#[tokio::test]
async fn the_owners_own_form_keeps_what_it_exposes() {
    let layer = PaywallLayer::new(Obedient)
        .upgrade("https://example.com/plans")
        .renderer(|_: &Problem<'_>, _: &Parts| {
            let response = Response::builder().header(EXPOSE, "x-request-id, LINK");
            response.header("x-request-id", "7").body("own".into()).ok()
        });
    let response = refused_for(&layer, "expired", &[("origin", "https://app.example")]).await;
    assert_eq!(headers(&response, EXPOSE), ["x-request-id, LINK"]);
    let response = refused_for(&layer, "fail", &[("origin", "https://app.example")]).await;
    assert_eq!(
        headers(&response, EXPOSE),
        ["x-request-id, LINK", "retry-after"]
    );
}

#[tokio::test]
async fn a_layer_outside_may_name_the_fields_itself() {
    let layer = PaywallLayer::new(Obedient).upgrade("https://example.com/plans");
    let exposed = async |cors: CorsLayer| {
        let service = cors.allow_origin(Any).layer(behind(&layer));
        let mut request = by("expired");
        request
            .headers_mut()
            .insert("origin", "https://app.example".parse().unwrap());
        let response = whole(service.oneshot(request).await.unwrap()).await;
        assert_eq!(response.status(), 402);
        assert_eq!(headers(&response, "access-control-allow-origin"), ["*"]);
        headers(&response, EXPOSE)
    };
    assert_eq!(exposed(CorsLayer::new()).await, ["link"]);
    let named = exposed(CorsLayer::new().expose_headers(exposed_headers())).await;
    let all = "link,retry-after,www-authenticate,ratelimit,ratelimit-policy,\
               idempotent-replayed,grpc-status,grpc-message";
    assert_eq!(named, [all]);
}

#[tokio::test]
async fn preflight_reaches_a_layer_inside() {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::PUT])
        .allow_headers([header::AUTHORIZATION]);
    let service = cors.layer(service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(Response::new(Body::default()))
    }));
    let service = PaywallLayer::new(Obedient).layer(service);
    let request = Request::options("/")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization")
        .body(Body::default())
        .unwrap();
    let response = whole(service.oneshot(request).await.unwrap()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(headers(&response, "access-control-allow-methods"), ["PUT"]);
    assert_eq!(
        headers(&response, "access-control-allow-headers"),
        ["authorization"]
    );
}
