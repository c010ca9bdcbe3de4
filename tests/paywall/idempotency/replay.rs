//! What is answered to a request that is sent again.

use std::{
    sync::{Arc, atomic::Ordering},
    task::Poll,
};

use futures_util::future::join_all;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use statuary::{SettleLayer, challenge::Terms};
use tokio_test::task;
use tower::{Layer, ServiceBuilder, ServiceExt};

use super::orders::{counting, layer, post};
use crate::{
    settlement::rail::{PAYMENT, Rail, Script, Step},
    support::{Body, bytes, header, headers, problem, whole},
};

type Change = fn(&mut HeaderMap);

#[tokio::test]
async fn the_same_answer_comes_again() {
    let calls = Arc::default();
    let service = layer().layer(counting(&calls));
    let first = whole(service.clone().oneshot(post("k")).await.unwrap()).await;
    assert_eq!(bytes(&first), "order 1");
    assert!(headers(&first, "idempotent-replayed").is_empty());

    for key in ["k", "\"k\""] {
        let again = whole(service.clone().oneshot(post(key)).await.unwrap()).await;
        assert_eq!(again.status(), 200);
        assert_eq!(bytes(&again), "order 1");
        assert_eq!(headers(&again, "x-tag"), ["a", "b"]);
        assert_eq!(header(&again, "idempotent-replayed"), "true");
    }
    let other = whole(service.oneshot(post("other")).await.unwrap()).await;
    assert_eq!(bytes(&other), "order 2");
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_was_left_then_is_not_told_again() {
    let calls = Arc::default();
    let service = ServiceBuilder::new()
        .layer(layer())
        .map_response(|mut response: Response<Body>| {
            let fields = [
                ("ratelimit", r#""m";r=1;t=9"#),
                ("ratelimit-policy", r#""m";q=2"#),
            ];
            for (name, value) in fields {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        })
        .service(counting(&calls));
    let first = whole(service.clone().oneshot(post("k")).await.unwrap()).await;
    assert_eq!(header(&first, "ratelimit"), r#""m";r=1;t=9"#);

    let again = whole(service.oneshot(post("k")).await.unwrap()).await;
    assert_eq!(header(&again, "idempotent-replayed"), "true");
    assert!(headers(&again, "ratelimit").is_empty());
    assert_eq!(header(&again, "ratelimit-policy"), r#""m";q=2"#);
}

#[tokio::test]
async fn a_script_from_another_origin_can_read_that_it_is_a_replay() {
    let service = layer().layer(counting(&Arc::default()));
    let send = || {
        let mut request = post("k");
        let origin = "https://app.example".parse().unwrap();
        request.headers_mut().insert("origin", origin);
        service.clone().oneshot(request)
    };
    let exposed = "access-control-expose-headers";
    assert!(headers(&send().await.unwrap(), exposed).is_empty());
    let again = send().await.unwrap();
    assert_eq!(headers(&again, exposed), ["idempotent-replayed"]);
}

#[tokio::test]
async fn without_a_key_nothing_is_kept() {
    let calls = Arc::default();
    let service = layer().layer(counting(&calls));
    for _ in 0..2 {
        let mut request = post("k");
        request.headers_mut().remove("idempotency-key");
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn another_request_with_the_key_is_a_mistake() {
    let calls = Arc::default();
    let service = layer().layer(counting(&calls));
    service.clone().oneshot(post("k")).await.unwrap();
    let with = |name: &'static str, value: &'static str| {
        let mut request = post("k");
        let value = value.parse().unwrap();
        request.headers_mut().insert(name, value);
        request
    };
    // What stands in a field alone: where to move, how deep, which lock, which part, and if at all.
    for (name, value) in [
        ("content-encoding", "gzip"),
        ("content-range", "bytes 0-4/10"),
        ("depth", "0"),
        ("destination", "/elsewhere"),
        ("host", "elsewhere.example"),
        ("if", "(<urn:uuid:1>)"),
        ("if-match", "\"1\""),
        ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("if-none-match", "*"),
        ("if-range", "\"1\""),
        ("if-unmodified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("lock-token", "<urn:uuid:1>"),
        ("overwrite", "F"),
        ("range", "bytes=0-4"),
    ] {
        let response = whole(service.clone().oneshot(with(name, value)).await.unwrap()).await;
        assert_eq!(response.status(), 422, "{name}");
    }
    let change: [fn(&mut Request<Body>); 6] = [
        |request| *request.body_mut() = Body::from("a book"),
        |request| *request.uri_mut() = "/orders?now=2".parse().unwrap(),
        |request| *request.uri_mut() = "/other?now=1".parse().unwrap(),
        |request| *request.method_mut() = Method::PATCH,
        |request| {
            let digest = "sha-256=:AAAA:".parse().unwrap();
            request.headers_mut().insert("content-digest", digest);
        },
        |request| {
            let kind = "application/json".parse().unwrap();
            request.headers_mut().insert("content-type", kind);
        },
    ];
    for change in change {
        let mut request = post("k");
        change(&mut request);
        let response = whole(service.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(response.status(), 422);
        assert_eq!(problem(&response)["reason"], "idempotency-key-reused");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_refused_says_why_and_reaches_no_handler() {
    let calls = Arc::default();
    let required = layer()
        .required_for([Method::POST])
        .terms(Terms::new().problem_base("https://example.com/problems/"));
    let service = required.layer(counting(&calls));
    let change: [(Change, u16, &str); 4] = [
        (
            |headers| drop(headers.remove("idempotency-key")),
            400,
            "idempotency-key-missing",
        ),
        (
            |headers| drop(headers.insert("idempotency-key", "a,b".parse().unwrap())),
            400,
            "idempotency-key-invalid",
        ),
        (
            |headers| drop(headers.remove("x-account")),
            400,
            "idempotency-key-unattributed",
        ),
        (
            |headers| drop(headers.insert("x-account", "panic".parse().unwrap())),
            503,
            "idempotency-store-unavailable",
        ),
    ];
    for (change, status, reason) in change {
        let mut request = post("k");
        change(request.headers_mut());
        let response = whole(service.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(response.status(), status);
        let problem = problem(&response);
        assert_eq!(problem["reason"], reason);
        assert_eq!(problem["status"], status);
        assert_eq!(
            problem["type"],
            format!("https://example.com/problems/{reason}")
        );
        assert_eq!(header(&response, "cache-control"), "no-store");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    let calls = Arc::default();
    let service = layer().layer(counting(&calls));
    let asked = (0..100).map(|_| service.clone().oneshot(post("k")));
    let mut answered = 0;
    for response in join_all(asked).await {
        let response = whole(response.unwrap()).await;
        match response.status().as_u16() {
            200 => answered += 1,
            409 => {
                assert_eq!(problem(&response)["reason"], "idempotency-key-in-progress");
                assert_eq!(header(&response, "retry-after"), "1");
            }
            status => panic!("{status}"),
        }
    }
    assert!(answered >= 1);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_failed_may_be_sent_again() {
    let calls = Arc::default();
    let service = layer().layer(counting(&calls));
    for (status, times) in [(503, 2), (402, 2), (404, 2), (201, 1), (303, 1)] {
        let before = calls.load(Ordering::Relaxed);
        for _ in 0..2 {
            let mut request = post(&format!("k{status}"));
            request
                .headers_mut()
                .insert("x-status", status.to_string().parse().unwrap());
            let response = service.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status);
        }
        assert_eq!(calls.load(Ordering::Relaxed) - before, times, "{status}");
    }
}

#[tokio::test]
async fn the_owner_says_what_is_kept() {
    let calls = Arc::default();
    let tagged = layer().keep_if(|head| head.headers.contains_key("x-tag"));
    let service = tagged.layer(counting(&calls));
    for _ in 0..2 {
        let mut request = post("k");
        let teapot = StatusCode::IM_A_TEAPOT.as_str().parse().unwrap();
        request.headers_mut().insert("x-status", teapot);
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// The mission: a client that lost its answer sends the request again, and has not paid twice.
#[tokio::test]
async fn a_paid_answer_is_given_again_and_charged_once() {
    let rail = Rail::default();
    let calls = Arc::default();
    let service = ServiceBuilder::new()
        .layer(layer())
        .layer(SettleLayer::new(rail.clone()))
        .service(counting(&calls));
    let script = Script {
        reserve: Step::Waits(2),
        ..Script::default()
    };
    let send = || {
        let mut request = post("k");
        request
            .headers_mut()
            .insert(PAYMENT, "token".parse().unwrap());
        request.extensions_mut().insert(script);
        request
    };
    // Given up at every moment before it is charged for, it is not paid for.
    let mut polls = 0;
    let response = loop {
        let mut response = task::spawn(service.clone().oneshot(send()));
        let mut answer = None;
        for _ in 0..=polls {
            if let Poll::Ready(response) = response.poll() {
                answer = Some(response.unwrap());
                break;
            }
        }
        if let Some(answer) = answer {
            break answer;
        }
        drop(response);
        assert_eq!(rail.charges(), 0, "given up after {polls}");
        polls += 1;
    };
    assert!(polls > 3);
    // It is lost on its way, after it was paid for.
    drop(response);
    assert_eq!(rail.charges(), 1);
    let before = calls.load(Ordering::Relaxed);
    for _ in 0..3 {
        let again = whole(service.clone().oneshot(send()).await.unwrap()).await;
        assert_eq!(again.status(), 200);
        assert_eq!(header(&again, "payment-receipt"), "token");
        assert_eq!(header(&again, "idempotent-replayed"), "true");
    }
    assert_eq!(calls.load(Ordering::Relaxed), before);
    assert_eq!(rail.charges(), 1);
}
