//! What the layer answers to a request that is sent again.

use std::{
    convert::Infallible,
    future::pending,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{future::join_all, stream};
use http::{HeaderMap, Method, Request, Response, StatusCode, request::Parts};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use statuary::{
    SettleLayer, Unidentified,
    idempotency::{
        ClaimId, Claimed, Fingerprint, IdempotencyLayer, IdempotencyStore, Kept, MemoryStore,
        RequestId,
    },
};
use tokio::task::yield_now;
use tokio_test::task;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use crate::{
    settlement::rail::{PAYMENT, Rail, Script, Step},
    support::{Body, bytes, header, headers, problem, whole},
};

type Inner = UnsyncBoxBody<Bytes, io::Error>;
type Change = fn(&mut HeaderMap);
type Sender = fn(&Parts) -> Result<String, Unidentified>;

fn sender(head: &Parts) -> Result<String, Unidentified> {
    let sender = head.headers.get("x-account").ok_or(Unidentified)?;
    match sender.to_str().unwrap() {
        "panic" => panic!("told to"),
        sender => Ok(sender.to_owned()),
    }
}

fn layer() -> IdempotencyLayer<MemoryStore, Sender> {
    IdempotencyLayer::new(MemoryStore::new(1 << 20), sender)
}

fn post(key: &str) -> Request<Body> {
    Request::post("/orders?now=1")
        .header("x-account", "alice")
        .header("idempotency-key", key)
        .body(Body::default())
        .unwrap()
}

/// Counts its calls, and says which one it is.
fn counting(
    calls: &Arc<AtomicUsize>,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ use<> {
    let calls = Arc::clone(calls);
    service_fn(move |request: Request<Body>| {
        let call = calls.fetch_add(1, Ordering::Relaxed) + 1;
        async move {
            yield_now().await;
            let mut response = Response::new(Body::from(format!("order {call}")));
            response.headers_mut().append("x-tag", "a".parse().unwrap());
            response.headers_mut().append("x-tag", "b".parse().unwrap());
            let status = request.headers().get("x-status");
            if let Some(status) = status.and_then(|status| status.to_str().ok()) {
                *response.status_mut() = status.parse().unwrap();
            }
            Ok(response)
        }
    })
}

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
    // What stands in a field alone: where to move, how deep, which lock, which part.
    for (name, value) in [
        ("content-range", "bytes 0-4/10"),
        ("depth", "0"),
        ("destination", "/elsewhere"),
        ("lock-token", "<urn:uuid:1>"),
        ("overwrite", "F"),
        ("range", "bytes=0-4"),
    ] {
        let response = whole(service.clone().oneshot(with(name, value)).await.unwrap()).await;
        assert_eq!(response.status(), 422, "{name}");
    }
    let change: [fn(&mut Request<Body>); 5] = [
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
        .problem_base("https://example.com/problems/");
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
    let keeps_all = layer().keep_if(|_| true);
    let service = keeps_all.layer(counting(&calls));
    for _ in 0..2 {
        let mut request = post("k");
        let teapot = StatusCode::IM_A_TEAPOT.as_str().parse().unwrap();
        request.headers_mut().insert("x-status", teapot);
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

fn pieces(pieces: Vec<Result<Frame<Bytes>, io::Error>>) -> Inner {
    StreamBody::new(stream::iter(pieces)).boxed_unsync()
}

/// Answers with what the closure makes, whose calls are counted.
fn answering(
    calls: &Arc<AtomicUsize>,
    body: impl Fn() -> Inner + Clone + Send,
) -> impl Service<Request<Body>, Response = Response<Inner>, Error = Infallible, Future: Send> + Clone
{
    let calls = Arc::clone(calls);
    service_fn(move |_: Request<Body>| {
        calls.fetch_add(1, Ordering::Relaxed);
        let body = body();
        async { Ok(Response::new(body)) }
    })
}

fn data(length: usize) -> Result<Frame<Bytes>, io::Error> {
    Ok(Frame::data(vec![b'x'; length].into()))
}

#[tokio::test]
async fn a_stream_is_kept_with_its_trailers() {
    let calls = Arc::default();
    let service = layer().layer(answering(&calls, || {
        let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "7".parse().unwrap())]);
        pieces(vec![data(3), data(4), Ok(Frame::trailers(trailers))])
    }));
    for _ in 0..2 {
        let response = service.clone().oneshot(post("k")).await.unwrap();
        let collected = response.into_body().collect().await.unwrap();
        assert_eq!(collected.trailers().unwrap()["x-sum"], "7");
        assert_eq!(collected.to_bytes().len(), 7);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_too_large_to_keep_is_given_once() {
    for body in [
        (|| pieces(vec![data(60), data(41), data(5)])) as fn() -> Inner,
        || {
            Body::from(vec![b'x'; 106])
                .map_err(|never| match never {})
                .boxed_unsync()
        },
    ] {
        let calls = Arc::default();
        let small = layer().largest_answer(100);
        let service = small.layer(answering(&calls, body));
        let response = service.clone().oneshot(post("k")).await.unwrap();
        assert_eq!(response.status(), 200);
        let collected = response.into_body().collect().await.unwrap();
        assert_eq!(collected.to_bytes().len(), 106);

        let again = whole(service.oneshot(post("k")).await.unwrap()).await;
        assert_eq!(again.status(), 409);
        assert_eq!(problem(&again)["reason"], "idempotency-answer-not-kept");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn what_is_as_large_as_may_be_is_kept() {
    let calls = Arc::default();
    let small = layer().largest_answer(100);
    let service = small.layer(answering(&calls, || pieces(vec![data(60), data(40)])));
    for _ in 0..2 {
        let response = service.clone().oneshot(post("k")).await.unwrap();
        assert_eq!(bytes(&whole(response).await).len(), 100);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_answer_that_breaks_off_counts_as_none() {
    let calls = Arc::default();
    let service = layer().layer(answering(&calls, || {
        pieces(vec![data(3), Err(io::Error::other("gone"))])
    }));
    for _ in 0..2 {
        let response = service.clone().oneshot(post("k")).await.unwrap();
        let mut body = response.into_body();
        assert_eq!(
            body.frame()
                .await
                .unwrap()
                .unwrap()
                .into_data()
                .unwrap()
                .len(),
            3
        );
        let error = body.frame().await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "gone");
        assert!(body.frame().await.is_none());
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn an_answer_short_of_its_length_counts_as_none() {
    let calls = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&calls);
    let short = service_fn(move |request: Request<Body>| {
        counted.fetch_add(1, Ordering::Relaxed);
        let body = match *request.method() {
            Method::HEAD => pieces(vec![]),
            _ => pieces(vec![data(3), data(4)]),
        };
        let length = request.headers()["x-length"].clone();
        let mut response = Response::new(body);
        response.headers_mut().insert("content-length", length);
        async { Ok::<_, Infallible>(response) }
    });
    let service = layer().layer(short);
    for (method, length, kept) in [
        (Method::POST, "8", false),
        (Method::POST, "7", true),
        (Method::HEAD, "8", true),
    ] {
        let before = calls.load(Ordering::Relaxed);
        for _ in 0..2 {
            let mut request = post(&format!("{method}{length}"));
            *request.method_mut() = method.clone();
            let headers = request.headers_mut();
            headers.insert("x-length", length.parse().unwrap());
            let response = service.clone().oneshot(request).await.unwrap();
            assert_eq!(header(&response, "content-length"), length);
            let read = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(read.len(), if method == Method::HEAD { 0 } else { 7 });
        }
        let times = calls.load(Ordering::Relaxed) - before;
        assert_eq!(times, if kept { 1 } else { 2 }, "{method} {length}");
    }
}

/// A body that says with its piece that it has ended, and never says so again.
struct OnePiece(Option<Bytes>);

impl http_body::Body for OnePiece {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.0.take() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}

#[tokio::test]
async fn an_answer_that_says_it_is_whole_is_waited_for_no_longer() {
    let calls = Arc::default();
    let body = || OnePiece(Some(Bytes::from_static(b"paid"))).boxed_unsync();
    let service = layer().layer(answering(&calls, body));
    for _ in 0..2 {
        let mut response = task::spawn(service.clone().oneshot(post("k")));
        let Poll::Ready(Ok(response)) = response.poll() else {
            panic!("there is nothing to wait for")
        };
        assert_eq!(bytes(&whole(response).await), "paid");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// A refusal of gRPC is a 200, with its status in the head or behind the messages.
#[tokio::test]
async fn what_failed_in_grpc_may_be_sent_again() {
    let status = |code: &'static str| {
        HeaderMap::from_iter([("grpc-status".parse().unwrap(), code.parse().unwrap())])
    };
    for (head, trailers, times) in [
        (Some("8"), None, 2),
        (None, Some("14"), 2),
        (Some("0"), None, 1),
        (None, Some("0"), 1),
    ] {
        let calls = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&calls);
        let service = layer().layer(service_fn(move |_: Request<Body>| {
            counted.fetch_add(1, Ordering::Relaxed);
            let end = trailers.map(|code| Ok(Frame::trailers(status(code))));
            let mut response = Response::new(pieces([data(3)].into_iter().chain(end).collect()));
            response
                .headers_mut()
                .extend(head.map(status).unwrap_or_default());
            async { Ok::<_, Infallible>(response) }
        }));
        for _ in 0..2 {
            let response = service.clone().oneshot(post("k")).await.unwrap();
            let read = response.into_body().collect().await.unwrap();
            assert_eq!(read.trailers().is_some(), trailers.is_some());
            assert_eq!(read.to_bytes().len(), 3);
        }
        assert_eq!(
            calls.load(Ordering::Relaxed),
            times,
            "{head:?} {trailers:?}"
        );
    }
}

/// Who had no units left and has bought some sends the same request again, and is served.
#[tokio::test]
async fn a_refusal_of_grpc_is_not_kept() {
    let calls = Arc::default();
    let rail = Rail::default();
    let service = ServiceBuilder::new()
        .layer(layer())
        .layer(SettleLayer::new(rail.clone()))
        .service(counting(&calls));
    let send = |token: Option<&'static str>| {
        let mut request = post("k");
        let headers = request.headers_mut();
        headers.insert("content-type", "application/grpc".parse().unwrap());
        if let Some(token) = token {
            headers.insert(PAYMENT, token.parse().unwrap());
        }
        service.clone().oneshot(request)
    };
    let refused = whole(send(None).await.unwrap()).await;
    assert_eq!(header(&refused, "grpc-status"), "9");
    let served = whole(send(Some("token")).await.unwrap()).await;
    assert_eq!(bytes(&served), "order 1");
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
        reserve: Step::Waits(1),
        respond: Step::Waits(1),
        commit: Step::Waits(1),
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
    // Given up at every moment before the answer is there, it is not paid for.
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

/// A store that gives no answer.
#[derive(Clone, Copy)]
enum Broken {
    Fails,
    Hangs,
    Panics,
    FailsToKeep,
}

impl IdempotencyStore for Broken {
    type Error = io::Error;

    async fn claim(&self, _: &RequestId, _: Fingerprint) -> io::Result<Claimed> {
        match self {
            Self::Fails => Err(io::Error::other("hunter2")),
            Self::Hangs => pending().await,
            Self::Panics => panic!("told to"),
            Self::FailsToKeep => Ok(Claimed::Begun(ClaimId::new(1))),
        }
    }

    async fn keep(&self, _: &RequestId, _: ClaimId, _: Kept) -> io::Result<()> {
        Err(io::Error::other("hunter2"))
    }

    fn release(&self, _: &RequestId, _: ClaimId) {
        panic!("told to")
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_know_lets_nothing_be_done() {
    for store in [Broken::Fails, Broken::Hangs, Broken::Panics] {
        let calls = Arc::default();
        let layer = IdempotencyLayer::new(store, sender).deadline(Duration::from_secs(1));
        let service = layer.layer(counting(&calls));
        let response = whole(service.oneshot(post("k")).await.unwrap()).await;
        assert_eq!(response.status(), 503);
        assert_eq!(header(&response, "retry-after"), "5");
        assert!(!format!("{:?}", bytes(&response)).contains("hunter2"));
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_given() {
    let calls = Arc::default();
    let service = IdempotencyLayer::new(Broken::FailsToKeep, sender).layer(counting(&calls));
    let response = whole(service.clone().oneshot(post("k")).await.unwrap()).await;
    assert_eq!(bytes(&response), "order 1");
    // To give a claim back may panic, and takes nobody down.
    let mut request = post("k");
    request
        .headers_mut()
        .insert("x-status", "500".parse().unwrap());
    assert_eq!(service.oneshot(request).await.unwrap().status(), 500);
}
