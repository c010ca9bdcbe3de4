//! tower's contract: readiness, one call, cancellation, places given back.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::{BodyExt, StreamBody};
use statuary::{Grant, Paywall, PaywallLayer, Reason};
use tokio::time::timeout;
use tokio_test::{assert_pending, assert_ready, assert_ready_ok, task};
use tower::{Layer, Service, ServiceExt, limit::ConcurrencyLimit, service_fn};
use tower_test::mock;

use crate::support::{Body, Obedient, by};

type Mock = mock::Mock<Request<Body>, Response<Body>>;
type Handle = mock::Handle<Request<Body>, Response<Body>>;

fn spawn() -> (mock::Spawn<Paywall<Mock, Obedient>>, Handle) {
    mock::spawn_layer(PaywallLayer::new(Obedient))
}

/// Polls a response until its request has reached the inner service.
fn drive<F: Future>(
    response: &mut task::Spawn<F>,
    handle: &mut Handle,
) -> (Request<Body>, mock::SendResponse<Response<Body>>) {
    for _ in 0..3 {
        if let Poll::Ready(Some(reached)) = handle.poll_request() {
            return reached;
        }
        assert!(response.poll().is_pending());
    }
    panic!("the inner service is not called");
}

#[tokio::test]
async fn it_is_ready_when_the_inner_service_is() {
    let (mut paywall, mut handle) = spawn();

    handle.allow(0);
    assert_pending!(paywall.poll_ready());
    handle.allow(1);
    assert_ready_ok!(paywall.poll_ready());

    handle.send_error("down");
    assert_eq!(
        assert_ready!(paywall.poll_ready()).unwrap_err().to_string(),
        "down"
    );
}

#[tokio::test]
async fn a_remembered_answer_calls_in_the_same_turn() {
    let (mut paywall, mut handle) = spawn();
    assert_ready_ok!(paywall.poll_ready());

    let mut response = task::spawn(paywall.call(by("remembered pro")));
    let (request, answer) = assert_ready!(handle.poll_request()).unwrap();
    let plan = request.extensions().get::<Grant>().and_then(Grant::plan);
    assert_eq!(plan, Some("pro"));

    assert_pending!(response.poll());
    answer.send_response(Response::new("ok".into()));
    assert_ready_ok!(response.poll());
}

#[tokio::test]
async fn a_check_calls_the_service_that_was_ready_and_only_after_the_decision() {
    let (mut paywall, mut handle) = spawn();
    assert_ready_ok!(paywall.poll_ready());

    // The mock panics if what is called is a clone that was never ready.
    let mut response = task::spawn(paywall.call(by("slow pro")));
    assert_pending!(handle.poll_request());
    assert_pending!(response.poll());
    assert_pending!(handle.poll_request());
    tokio::task::yield_now().await;
    assert!(response.is_woken());
    assert_pending!(response.poll());

    let (_, answer) = assert_ready!(handle.poll_request()).unwrap();
    assert_pending!(handle.poll_request());
    answer.send_response(Response::new("ok".into()));
    assert_ready_ok!(response.poll());
}

#[tokio::test]
async fn an_inner_error_stays_an_error() {
    let (mut paywall, mut handle) = spawn();
    for name in ["remembered pro", "slow pro"] {
        assert_ready_ok!(paywall.poll_ready());
        let mut response = task::spawn(paywall.call(by(name)));
        let (_, answer) = drive(&mut response, &mut handle);
        answer.send_error("broken");
        let error = assert_ready!(response.poll()).unwrap_err();
        assert_eq!(error.to_string(), "broken");
    }
}

#[tokio::test(start_paused = true)]
async fn no_refusal_calls_the_inner_service() {
    let (mut paywall, mut handle) = spawn();
    for name in [
        "expired",
        "slow expired",
        "remembered expired",
        "fail",
        "hang",
        "panic in subject",
        "remembered panic",
        "panic before the future",
        "panic at once",
        "panic later",
    ] {
        assert_ready_ok!(paywall.poll_ready());
        let response = timeout(Duration::from_secs(10), paywall.call(by(name)));
        response.await.expect("an answer of its own").unwrap();
        assert_pending!(handle.poll_request(), "{name}");
    }
}

#[tokio::test]
async fn a_future_that_is_done_stays_quiet() {
    let (mut paywall, _handle) = spawn();
    for name in ["remembered expired", "slow expired"] {
        assert_ready_ok!(paywall.poll_ready());
        let mut response = task::spawn(paywall.call(by(name)));
        let polls = [response.poll(), response.poll(), response.poll()];
        let answers = polls.iter().filter(|poll| poll.is_ready()).count();
        assert_eq!(answers, 1, "{name}");
    }
}

/// A paywall before a service that has one place.
fn narrow() -> Paywall<
    ConcurrencyLimit<
        impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone,
    >,
    Obedient,
> {
    let service = service_fn(async |_: Request<Body>| Ok(Response::new(Body::from("ok"))));
    PaywallLayer::new(Obedient).layer(ConcurrencyLimit::new(service, 1))
}

/// Whether a service is ready for a request now.
pub(crate) fn is_ready<S: Service<Request<B>>, B>(service: &mut S) -> bool {
    task::spawn(())
        .enter(|cx, _| service.poll_ready(cx))
        .is_ready()
}

#[tokio::test]
async fn a_refusal_frees_its_place_before_it_is_polled() {
    for name in ["remembered expired", "panic in subject"] {
        let mut paywall = narrow();
        let mut next = paywall.clone();
        assert!(is_ready(&mut paywall));
        assert!(!is_ready(&mut next), "there is one place");

        let response = paywall.call(by(name));
        assert!(is_ready(&mut next), "{name}");
        drop(response);
    }
}

#[tokio::test]
async fn a_waiting_check_holds_its_place_until_it_refuses() {
    let mut paywall = narrow();
    let mut next = paywall.clone();
    assert!(is_ready(&mut paywall));

    let mut response = task::spawn(paywall.call(by("slow expired")));
    assert!(!is_ready(&mut next));
    assert_pending!(response.poll());
    assert!(!is_ready(&mut next));
    assert_ready_ok!(response.poll());
    assert!(is_ready(&mut next), "though the future is still there");
}

#[tokio::test]
async fn cancelling_a_waiting_check_frees_its_place_and_calls_nobody() {
    let mut paywall = narrow();
    let mut next = paywall.clone();
    assert!(is_ready(&mut paywall));
    let mut response = task::spawn(paywall.call(by("hang")));
    assert_pending!(response.poll());
    drop(response);
    assert!(is_ready(&mut next));

    let (mut paywall, mut handle) = spawn();
    assert_ready_ok!(paywall.poll_ready());
    let mut response = task::spawn(paywall.call(by("slow pro")));
    assert_pending!(response.poll());
    drop(response);
    assert_pending!(handle.poll_request());
}

#[tokio::test]
async fn the_place_of_an_admitted_request_is_its_own() {
    for name in ["remembered pro", "pro", "slow pro"] {
        let paywall = narrow();
        for _ in 0..3 {
            let response = paywall.clone().oneshot(by(name)).await.unwrap();
            assert_eq!(response.status(), 200);
        }
    }
}

/// A body that counts its frames, and says when it is gone.
struct Watched {
    polled: Arc<AtomicUsize>,
    _alive: Arc<()>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polled.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(None)
    }
}

#[tokio::test]
async fn the_request_body_is_not_touched_and_goes_with_the_refusal() {
    let service = service_fn(async |request: Request<Watched>| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    });
    for (name, served) in [("slow pro", true), ("slow expired", false), ("fail", false)] {
        let polled = Arc::new(AtomicUsize::new(0));
        let alive = Arc::new(());
        let request = by(name).map(|_| Watched {
            polled: Arc::clone(&polled),
            _alive: Arc::clone(&alive),
        });
        let paywall = PaywallLayer::new(Obedient).layer(service);
        let response = paywall.oneshot(request).await.unwrap();
        assert_eq!(polled.load(Ordering::Relaxed), 0);
        assert_eq!(Arc::strong_count(&alive) == 2, served, "{name}");
        drop(response);
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}

#[tokio::test]
async fn the_inner_body_comes_through_frame_by_frame() {
    let service = service_fn(async |_: Request<Body>| {
        let trailers = http::HeaderMap::from_iter([(
            http::header::ETAG,
            http::HeaderValue::from_static("\"1\""),
        )]);
        let frames = [
            Frame::data(Bytes::from("one")),
            Frame::data(Bytes::from("two")),
            Frame::trailers(trailers),
        ];
        let frames = futures_util::stream::iter(frames.map(Ok::<_, Infallible>));
        Ok::<_, Infallible>(Response::new(StreamBody::new(frames)))
    });
    let paywall = PaywallLayer::new(Obedient).layer(service);
    let mut body = paywall.oneshot(by("pro")).await.unwrap().into_body();

    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "one"
    );
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "two"
    );
    let trailers = body
        .frame()
        .await
        .unwrap()
        .unwrap()
        .into_trailers()
        .unwrap();
    assert_eq!(trailers[http::header::ETAG], "\"1\"");
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn both_bodies_know_their_size() {
    let mut body = narrow().oneshot(by("pro")).await.unwrap().into_body();
    assert_eq!(body.size_hint().exact(), Some(2));
    assert!(!body.is_end_stream());
    body.frame().await.unwrap().unwrap();
    assert!(body.is_end_stream());

    let mut body = narrow().oneshot(by("expired")).await.unwrap().into_body();
    let size = body.size_hint().exact().unwrap();
    assert!(!body.is_end_stream());
    let whole = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(whole.len() as u64, size);
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn hints_are_the_inner_bodys_own() {
    struct Hinting;

    impl http_body::Body for Hinting {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(None)
        }

        fn is_end_stream(&self) -> bool {
            true
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(7)
        }
    }

    let service = service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Hinting)));
    let paywall = PaywallLayer::new(Obedient).layer(service);
    let body = paywall.oneshot(by("pro")).await.unwrap().into_body();
    assert_eq!(body.size_hint().exact(), Some(7));
    assert!(body.is_end_stream());
}

#[tokio::test]
async fn a_grant_from_outside_is_replaced() {
    for name in ["remembered pro", "pro", "slow pro"] {
        let (mut paywall, mut handle) = spawn();
        assert_ready_ok!(paywall.poll_ready());
        let mut request = by(name);
        request
            .extensions_mut()
            .insert(Grant::paid().with_plan("forged"));

        let mut response = task::spawn(paywall.call(request));
        let (request, _) = drive(&mut response, &mut handle);
        let grant = request.extensions().get::<Grant>().unwrap();
        assert_eq!(grant.plan(), Some("pro"), "{name}");
    }
}

#[test]
fn the_inner_service_can_be_reached() {
    let mut paywall = Paywall::new(String::from("inner"), Obedient);
    paywall.get_mut().push('!');
    assert_eq!(paywall.get_ref(), "inner!");
    assert_eq!(paywall.into_inner(), "inner!");
    assert_eq!(Paywall::<(), _>::layer(Obedient).layer(5).into_inner(), 5);
    assert_eq!(Reason::Expired.to_string(), "expired");
}
