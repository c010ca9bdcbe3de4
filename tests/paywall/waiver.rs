//! What passes although the check did not admit it, and what does not.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use http::{Method, Request, Response};
use http_body_util::BodyExt;
use statuary::{
    Grant, Paywall, PaywallLayer,
    paywall::{FailurePolicy, Waiver},
    subscription::Standing,
};
use tokio::{task::yield_now, time::advance};
use tokio_test::{assert_pending, assert_ready, assert_ready_ok, task};
use tower::{Layer, Service, ServiceExt, limit::ConcurrencyLimit, service_fn, util::MapRequest};
use tower_test::mock;

use crate::{
    contract::is_ready,
    support::{self, Body, Obedient, REASONS, by, header, headers},
};

const DEADLINE: Duration = Duration::from_millis(20);

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
        .deadline(DEADLINE)
        .on_failure(FailurePolicy::Open)
}

fn shadow() -> PaywallLayer<Obedient> {
    PaywallLayer::new(Obedient).deadline(DEADLINE).shadow()
}

/// What comes of it while the deadline passes. A check that keeps its task busy never lets a paused
/// clock run by itself.
async fn in_time<T>(answer: impl Future<Output = T>) -> T {
    tokio::join!(answer, advance(2 * DEADLINE)).0
}

async fn ask(layer: PaywallLayer<Obedient>, request: Request<Body>) -> Response<Body> {
    in_time(support::ask(layer, request)).await
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
    let response = in_time(paywall.oneshot(request)).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(head, String::from_utf8(body.to_vec()).unwrap())
}

fn waived(response: &Response<impl Sized>) -> Option<&'static str> {
    let waiver = response.extensions().get::<Waiver>();
    waiver.map(|waiver| waiver.refusal().code())
}

#[tokio::test(start_paused = true)]
async fn closed_is_the_default() {
    for name in UNANSWERED.into_iter().chain(["panic in subject"]) {
        let closed = PaywallLayer::new(Obedient).deadline(DEADLINE);
        for layer in [closed.clone(), closed.on_failure(FailurePolicy::Closed)] {
            let response = ask(layer, by(name)).await;
            assert_eq!(response.status(), 503, "{name}");
            assert_eq!(waived(&response), None, "{name}");
        }
    }
    assert_eq!(FailurePolicy::default(), FailurePolicy::Closed);
}

#[tokio::test(start_paused = true)]
async fn an_open_gate_lets_through_what_is_not_known_and_says_so() {
    for name in UNANSWERED {
        let response = seen(open(), by(name)).await;
        assert_eq!(response.status(), 200, "{name}");
        let expected = format!(
            "{:?} {:?}",
            Some(Standing::Waived),
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
async fn a_shadow_refuses_nobody_and_says_whom_it_would_refuse() {
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
                format!("{:?} {:?}", Some(Standing::Waived), Some(code))
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

#[tokio::test(start_paused = true)]
async fn a_shadow_changes_no_header() {
    for name in ["pro", "expired", "slow expired", "fail"] {
        let response = seen(shadow(), by(name)).await;
        assert!(response.headers().is_empty(), "{name}: {response:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_is_not_shown_is_not_shown_with_a_waiver_either() {
    let response = seen(open().show_grant(false), by("fail")).await;
    assert_eq!(
        *response.body(),
        format!("None {:?}", Some("check-unavailable"))
    );
}

#[tokio::test(start_paused = true)]
async fn methods_can_be_exempt() {
    let layer = PaywallLayer::new(Obedient).exempt_methods([Method::HEAD, Method::TRACE]);
    for (method, status) in [
        ("HEAD", 200),
        ("TRACE", 200),
        ("OPTIONS", 402),
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

/// What a handler sees behind two paywalls, by what the outer one and the inner one are told.
async fn seen_behind(
    (outer, first): (PaywallLayer<Obedient>, &str),
    (inner, second): (PaywallLayer<Obedient>, &'static str),
) -> (Option<Standing>, Option<String>) {
    let told = Arc::new(Mutex::new((None, None)));
    let tell = Arc::clone(&told);
    let handler = service_fn(move |request: Request<Body>| {
        let grant = request.extensions().get::<Grant>();
        let plan = grant.and_then(Grant::plan).map(str::to_owned);
        *tell.lock().unwrap() = (grant.map(Grant::standing), plan);
        async { Ok::<_, Infallible>(Response::new(Body::default())) }
    });
    // The inner paywall asks about somebody else, as it would by another field.
    let rename = MapRequest::new(inner.layer(handler), move |mut request: Request<Body>| {
        let name = second.parse().unwrap();
        request.headers_mut().insert("authorization", name);
        request
    });
    let response = in_time(outer.layer(rename).oneshot(by(first))).await;
    assert_eq!(response.unwrap().status(), 200);
    told.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn what_a_paywall_has_granted_no_waiver_inside_takes_away() {
    let real = || PaywallLayer::new(Obedient);
    let pro = (Some(Standing::Paid), Some("pro".to_owned()));
    for inner in [
        (shadow(), "expired"),
        (shadow(), "remembered expired"),
        (shadow(), "fail"),
        (open(), "fail"),
        // A trial run changes nothing, even where it would admit.
        (shadow(), "basic"),
    ] {
        assert_eq!(seen_behind((real(), "pro"), inner).await, pro);
    }
    // A paywall that admits in earnest does.
    let basic = (Some(Standing::Paid), Some("basic".to_owned()));
    for outer in [(real(), "pro"), (shadow(), "expired"), (open(), "fail")] {
        assert_eq!(seen_behind(outer, (real(), "basic")).await, basic);
    }
    // Behind nothing but waivers, there is a grant all the same.
    let waived = (Some(Standing::Waived), None);
    assert_eq!(
        seen_behind((open(), "fail"), (shadow(), "expired")).await,
        waived
    );
}

/// Those that pass, at once or after a while, with nothing but a waiver.
fn passing() -> impl Iterator<Item = (PaywallLayer<Obedient>, &'static str)> {
    let through_the_gate = UNANSWERED.map(|name| (open(), name));
    let by_the_shadow = [
        "remembered expired",
        "expired",
        "slow expired",
        "hang",
        "panic in subject",
    ];
    through_the_gate
        .into_iter()
        .chain(by_the_shadow.map(|name| (shadow(), name)))
        // It never yields to the one who counts its polls.
        .filter(|(_, name)| *name != "be busy")
}

#[tokio::test(start_paused = true)]
async fn what_passes_goes_once_to_the_service_that_was_ready() {
    for (layer, name) in passing() {
        for answers in [true, false] {
            let (mut paywall, mut handle) =
                mock::spawn_layer::<Request<Body>, Response<Body>, _>(layer.clone());
            handle.allow(1);
            assert_ready_ok!(paywall.poll_ready());
            // The mock panics if what is called is a clone that was never ready.
            let mut response = task::spawn(paywall.call(by(name)));
            let mut polls = 0..5;
            let (request, answer) = loop {
                match handle.poll_request() {
                    Poll::Ready(reached) => break reached.unwrap(),
                    Poll::Pending => assert!(polls.next().is_some(), "{name} does not pass"),
                }
                assert_pending!(response.poll(), "{name}");
                advance(DEADLINE).await;
            };
            let standing = request.extensions().get::<Grant>().map(Grant::standing);
            assert_eq!(standing, Some(Standing::Waived), "{name}");
            assert!(request.extensions().get::<Waiver>().is_some(), "{name}");
            assert_pending!(response.poll());
            assert_pending!(handle.poll_request(), "{name}");
            match answers {
                true => {
                    answer.send_response(Response::new(Body::from("ok")));
                    assert!(
                        waived(&assert_ready_ok!(response.poll())).is_some(),
                        "{name}"
                    );
                }
                false => {
                    answer.send_error("broken");
                    let error = assert_ready!(response.poll()).unwrap_err();
                    assert_eq!(error.to_string(), "broken", "{name}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_goes_at_any_moment_leaves_nothing_behind() {
    for (layer, name) in passing() {
        let mut served = false;
        for polls in 0..10 {
            let (calls, alive) = (Arc::new(AtomicUsize::new(0)), Arc::new(()));
            let handler = service_fn(|request: Request<Arc<()>>| {
                calls.fetch_add(1, Ordering::Relaxed);
                async move {
                    yield_now().await;
                    yield_now().await;
                    drop(request);
                    Ok::<_, Infallible>(Response::new(Body::default()))
                }
            });
            // There is one place.
            let mut paywall = layer.layer(ConcurrencyLimit::new(handler, 1));
            let mut next = paywall.clone();
            assert!(is_ready(&mut paywall));
            assert!(!is_ready(&mut next));

            let mut response = task::spawn(paywall.call(by(name).map(|_| Arc::clone(&alive))));
            let mut done = false;
            for _ in 0..polls {
                done = response.poll().is_ready();
                if done {
                    break;
                }
                advance(DEADLINE).await;
            }
            drop(response);
            assert!(is_ready(&mut next), "{name} after {polls} polls");
            assert_eq!(Arc::strong_count(&alive), 1, "{name} after {polls} polls");
            let calls = calls.load(Ordering::Relaxed);
            assert!(
                calls <= 1 && (calls == 1 || !done),
                "{name} after {polls} polls"
            );
            served |= done;
        }
        assert!(served, "{name} was never served");
    }
}
