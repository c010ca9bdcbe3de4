//! Refusals for gRPC: the status is in the head, and there is no body.

use http::{Request, Response, request::Parts};
use statuary::{Denial, PaywallLayer, Reason, challenge::Problem};

use crate::support::{
    Always, Body, Obedient, REASONS, ask, by, bytes, header, headers, refused_for,
};

#[tokio::test]
async fn each_refusal_has_its_status() {
    let layer = PaywallLayer::new(Obedient).upgrade("https://example.com/plans");
    let expected = |code| match code {
        "forbidden" | "not-in-plan" => "7",
        "quota-exhausted" => "8",
        "fail" => "14",
        _ => "9",
    };
    let names = REASONS.iter().map(|(_, code, ..)| *code);
    for name in names.chain(["fail"]) {
        let response = refused_for(&layer, name, &[("content-type", "application/grpc")]).await;
        assert_eq!(response.status(), 200, "{name}");
        assert_eq!(header(&response, "grpc-status"), expected(name), "{name}");
        assert_eq!(header(&response, "content-type"), "application/grpc");
        assert_eq!(header(&response, "cache-control"), "no-store");
        assert!(bytes(&response).is_empty());
    }
    let response = refused_for(&layer, "expired", &[("content-type", "application/grpc")]).await;
    assert_eq!(
        header(&response, "grpc-message"),
        "The subscription has expired."
    );
    assert!(header(&response, "link").contains("https://example.com/plans"));
    assert!(response.extensions().get::<Denial>().is_some());

    let stranger = Request::post("/").header("content-type", "application/grpc");
    let response = ask(layer, stranger.body(Body::default()).unwrap()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "grpc-status"), "16");
}

#[tokio::test]
async fn only_grpc_is_answered_so() {
    let layer = PaywallLayer::new(Obedient);
    for (content_type, answer) in [
        ("application/grpc", Some("application/grpc")),
        ("application/grpc+proto", Some("application/grpc")),
        ("Application/gRPC+json", Some("application/grpc")),
        ("application/grpc;charset=utf-8", Some("application/grpc")),
        ("application/grpc-web", Some("application/grpc-web+proto")),
        (
            "application/grpc-web-text+proto",
            Some("application/grpc-web+proto"),
        ),
        ("application/grpcx", None),
        ("application/grp", None),
        ("x-application/grpc", None),
        ("application/json", None),
        ("", None),
    ] {
        // Whatever it accepts: the protocol has one form only.
        let fields = [("content-type", content_type), ("accept", "text/html")];
        let response = refused_for(&layer, "expired", &fields).await;
        let found = headers(&response, "grpc-status").len() == 1;
        assert_eq!(found, answer.is_some(), "{content_type}");
        if let Some(answer) = answer {
            assert_eq!(header(&response, "content-type"), answer);
        }
    }
}

/// Gateways that ask a paywall by GET, with the fields of their own client, take a 200 for a yes.
#[tokio::test]
async fn only_a_post_is_a_call() {
    for method in ["GET", "HEAD", "PUT", "PROPFIND"] {
        for content_type in ["application/grpc", "application/grpc-web+proto"] {
            let mut request = by("expired");
            *request.method_mut() = method.parse().unwrap();
            request
                .headers_mut()
                .insert("content-type", content_type.parse().unwrap());
            let response = ask(PaywallLayer::new(Obedient), request).await;
            assert_eq!(response.status(), 402, "{method} {content_type}");
            assert!(headers(&response, "grpc-status").is_empty());
        }
    }
}

#[tokio::test]
async fn a_message_is_percent_encoded() {
    let denial = Denial::new(Reason::Unpaid).with_detail("100 % ü\r\nx: y\0");
    let request = Request::post("/").header("content-type", "application/grpc");
    let paywall = PaywallLayer::new(Always(denial.into()));
    let response = ask(paywall, request.body(Body::default()).unwrap()).await;
    assert_eq!(
        header(&response, "grpc-message"),
        "100 %25 %C3%BC%0D%0Ax: y%00"
    );
}

#[tokio::test]
async fn the_owners_own_form_is_not_for_grpc() {
    let layer = PaywallLayer::new(Obedient)
        .renderer(|_: &Problem<'_>, _: &Parts| Some(Response::new("own".into())));
    let response = refused_for(&layer, "expired", &[("content-type", "application/grpc")]).await;
    assert_eq!(header(&response, "grpc-status"), "9");
}
