//! A handler refuses, and its answer is that of the paywall.

use std::{convert::Infallible, error::Error, io, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use statuary::{
    Denial, Grant, PaywallLayer, Reason, Remedies, Unidentified,
    challenge::{Challenges, Page, Refusal, Terms, Unclaimed},
    subscription::{DenialStatus, Unanswered, UnansweredKind},
};
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{Always, Body, ask, by, bytes, header, whole};

fn terms() -> Terms {
    Terms::new()
        .upgrade("https://example.com/plans")
        .page(Page::new("Acme"))
}

/// The answer of a handler behind a paywall that admits.
async fn refused_inside(denial: Denial, request: Request<Body>) -> Response<Body> {
    let paywall = PaywallLayer::with_terms(Always(Grant::paid().into()), terms());
    let challenges = paywall.challenges();
    let handler = service_fn(move |request: Request<Body>| {
        let (head, _) = request.into_parts();
        let response: Response<Body> = challenges.respond(denial.clone(), &head);
        async { Ok::<_, Infallible>(response) }
    });
    whole(paywall.layer(handler).oneshot(request).await.unwrap()).await
}

/// A request with this method and these fields.
fn request(method: &str, fields: &[(&'static str, &'static str)]) -> Request<Body> {
    let mut request = by("anyone");
    *request.method_mut() = method.parse().unwrap();
    for (name, value) in fields {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn a_handler_refuses_as_the_paywall_does() {
    let own = Remedies::new().with_upgrade("https://example.com/larger");
    for denial in [
        Denial::new(Reason::NotInPlan),
        Denial::new(Reason::NotInPlan).with_plan("basic"),
        Denial::new(Reason::NotInPlan).with_remedies(own.unwrap()),
        Denial::new(Reason::NotInPlan).with_status(DenialStatus::Forbidden),
    ] {
        for (method, fields) in [
            ("GET", &[][..]),
            ("GET", &[("accept", "text/html"), ("accept-language", "de")]),
            (
                "GET",
                &[("accept", "text/plain"), ("origin", "https://shop.example")],
            ),
            ("HEAD", &[]),
            ("POST", &[("content-type", "application/grpc")]),
            ("PROPFIND", &[]),
        ] {
            let inside = refused_inside(denial.clone(), request(method, fields)).await;
            let paywall = PaywallLayer::with_terms(Always(denial.clone().into()), terms());
            let outside = ask(paywall, request(method, fields)).await;

            assert_eq!(inside.status(), outside.status(), "{method} {fields:?}");
            assert_eq!(inside.headers(), outside.headers(), "{method} {fields:?}");
            assert_eq!(bytes(&inside), bytes(&outside), "{method} {fields:?}");
            assert_eq!(inside.extensions().get(), Some(&denial));
        }
    }
}

#[test]
fn all_that_is_a_reason_to_refuse_is_a_refusal() {
    let challenges = Challenges::new(terms());
    let (head, _) = by("anyone").into_parts();
    let status = |refusal: Refusal| {
        let response: Response<Bytes> = challenges.respond(refusal, &head);
        assert_eq!(response.headers()["cache-control"], "no-store");
        response.status().as_u16()
    };
    assert_eq!(status(Reason::Expired.into()), 402);
    assert_eq!(status(Denial::new(Reason::Forbidden).into()), 403);
    assert_eq!(status(Unidentified.into()), 401);
    assert_eq!(status(Unclaimed::Missing.into()), 400);
    assert_eq!(status(Unanswered::new(UnansweredKind::Late).into()), 503);
}

#[test]
fn why_there_is_no_answer_is_told_to_the_layers_alone() {
    let challenges = Challenges::new(terms());
    let (head, _) = by("anyone").into_parts();
    let unanswered = Unanswered::new(UnansweredKind::Failed)
        .with_source(io::Error::other("hunter2 was refused"))
        .with_retry_after(Duration::from_secs(60));
    assert_eq!(unanswered.to_string(), "the subscription check failed");
    let response: Response<Bytes> = challenges.respond(unanswered, &head);
    assert_eq!(header(&response, "retry-after"), "60");
    assert!(!String::from_utf8_lossy(response.body()).contains("hunter2"));
    let left = response.extensions().get::<Unanswered>();
    let source = left.and_then(Error::source).expect("a source");
    assert_eq!(source.to_string(), "hunter2 was refused");
}

#[test]
fn debug_output_holds_no_secrets() {
    let shown = format!(
        "{:?}",
        Challenges::new(terms().upgrade("https://a.example/s3cret"))
    );
    assert!(shown.contains("https://a.example"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
