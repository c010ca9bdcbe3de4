//! What passes although the check did not admit it, and what does not.

use std::convert::Infallible;

use http::{Method, Request, Response};
use statuary::{
    Grant, Paywall, PaywallLayer,
    paywall::{FailurePolicy, Waiver},
    subscription::Standing,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{Body, Obedient, REASONS, ask, by, header, headers};

/// Names for which the check gives no answer, each in another way.
const UNANSWERED: [&str; 7] = [
    "fail",
    "hang",
    "be busy",
    "panic at once",
    "panic later",
    "panic before the future",
    "remembered panic",
];

fn open() -> PaywallLayer<Obedient> {
    PaywallLayer::new(Obedient)
        .deadline(std::time::Duration::from_millis(20))
        .on_failure(FailurePolicy::Open)
}

/// What a handler sees of the one who asks: the standing of its grant, and the code of its waiver.
async fn seen(layer: PaywallLayer<Obedient>, request: Request<Body>) -> Response<String> {
    let handler = service_fn(async |request: Request<Body>| {
        let extensions = request.extensions();
        let standing = extensions.get::<Grant>().map(Grant::standing);
        let waived = extensions.get::<Waiver>().map(|it| it.refusal().code());
        Ok::<_, Infallible>(Response::new(format!("{standing:?} {waived:?}")))
    });
    let paywall: Paywall<_, _> = layer.layer(handler);
    let response = paywall.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = http_body_util::BodyExt::collect(body)
        .await
        .unwrap()
        .to_bytes();
    Response::from_parts(head, String::from_utf8(body.to_vec()).unwrap())
}

fn waived(response: &Response<impl Sized>) -> Option<&'static str> {
    let waiver = response.extensions().get::<Waiver>();
    waiver.map(|waiver| waiver.refusal().code())
}

#[tokio::test]
async fn closed_is_the_default() {
    for name in UNANSWERED.into_iter().chain(["panic in subject"]) {
        let closed = PaywallLayer::new(Obedient).deadline(std::time::Duration::from_millis(20));
        for layer in [closed.clone(), closed.on_failure(FailurePolicy::Closed)] {
            let response = ask(layer, by(name)).await;
            assert_eq!(response.status(), 503, "{name}");
            assert_eq!(waived(&response), None, "{name}");
        }
    }
    assert_eq!(FailurePolicy::default(), FailurePolicy::Closed);
}

#[tokio::test]
async fn an_open_gate_lets_through_what_is_not_known_and_says_so() {
    for name in UNANSWERED {
        let response = seen(open(), by(name)).await;
        assert_eq!(response.status(), 200, "{name}");
        let expected = format!(
            "{:?} {:?}",
            Some(Standing::Grace),
            Some("check-unavailable")
        );
        assert_eq!(*response.body(), expected, "{name}");
        assert_eq!(waived(&response), Some("check-unavailable"), "{name}");
        assert_eq!(header(&response, "cache-control"), "private", "{name}");
        assert_eq!(header(&response, "vary"), "authorization", "{name}");
        // Nothing of the failure is told but that it was one.
        let told = format!("{:?}", response.extensions().get::<Waiver>());
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn an_open_gate_is_open_to_nobody_else() {
    for (_, name, status, _) in REASONS {
        for name in [
            name.to_owned(),
            format!("slow {name}"),
            format!("remembered {name}"),
        ] {
            let response = ask(open(), by(&name)).await;
            assert_eq!(response.status().as_u16(), status, "{name}");
            assert_eq!(waived(&response), None, "{name}");
        }
    }
    // What a caller writes could make the naming of the subject panic.
    let nameless = ask(open(), by("panic in subject")).await;
    assert_eq!(nameless.status(), 503);
    assert_eq!(waived(&nameless), None);
    let whim = open().exempt(|_| panic!("told to"));
    assert_eq!(ask(whim, by("pro")).await.status(), 503);
    let unidentified = ask(open(), Request::new(Body::default())).await;
    assert_eq!(unidentified.status(), 401);
    let admitted = seen(open(), by("pro")).await;
    assert_eq!(*admitted.body(), format!("{:?} None", Some(Standing::Paid)));
    assert_eq!(waived(&admitted), None);
}

#[tokio::test]
async fn a_shadow_refuses_nobody_and_says_whom_it_would_refuse() {
    let shadow = || open().on_failure(FailurePolicy::Closed).shadow();
    for (_, code, ..) in REASONS {
        for name in [
            code.to_owned(),
            format!("slow {code}"),
            format!("remembered {code}"),
        ] {
            let response = seen(shadow(), by(&name)).await;
            assert_eq!(response.status(), 200, "{name}");
            assert_eq!(waived(&response), Some(code), "{name}");
            assert_eq!(
                *response.body(),
                format!("{:?} {:?}", Some(Standing::Grace), Some(code))
            );
        }
    }
    for name in UNANSWERED {
        let response = seen(shadow(), by(name)).await;
        assert_eq!(
            (response.status().as_u16(), waived(&response)),
            (200, Some("check-unavailable"))
        );
    }
    let nameless = seen(shadow(), by("panic in subject")).await;
    assert_eq!(waived(&nameless), Some("check-unavailable"));
    let unidentified = seen(shadow(), Request::new(Body::default())).await;
    assert_eq!(waived(&unidentified), Some("unidentified"));
    let admitted = seen(shadow(), by("pro")).await;
    assert_eq!(waived(&admitted), None);
}

#[tokio::test]
async fn a_shadow_changes_no_header() {
    for name in ["pro", "expired", "slow expired", "fail"] {
        let response = seen(PaywallLayer::new(Obedient).shadow(), by(name)).await;
        assert!(response.headers().is_empty(), "{name}: {response:?}");
    }
}

#[tokio::test]
async fn a_grant_that_is_not_shown_is_not_shown_with_a_waiver_either() {
    let response = seen(open().show_grant(false), by("fail")).await;
    assert_eq!(
        *response.body(),
        format!("None {:?}", Some("check-unavailable"))
    );
}

#[tokio::test]
async fn methods_can_be_exempt() {
    let layer = PaywallLayer::new(Obedient).exempt_methods([Method::HEAD, Method::TRACE]);
    for (method, status) in [
        ("HEAD", 200),
        ("TRACE", 200),
        ("OPTIONS", 200),
        ("GET", 402),
    ] {
        let mut request = by("expired");
        *request.method_mut() = method.parse().unwrap();
        let response = ask(layer.clone(), request).await;
        assert_eq!(response.status(), status, "{method}");
        if status == 200 {
            assert!(headers(&response, "cache-control").is_empty(), "{method}");
            assert_eq!(waived(&response), None, "{method}");
        }
    }
}
