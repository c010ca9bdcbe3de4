//! What is kept of an answer, and which answers are not.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Version, header::CONTENT_TYPE};
use http_body::Frame;
use http_body_util::BodyExt;
use statuary::{SettleLayer, idempotency::ResponseBody};
use tokio::task::yield_now;
use tokio_test::task;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::orders::{answering, counting, data, layer, post};
use crate::{
    settlement::rail::{PAYMENT, Rail},
    support::{Body, Inner, bytes, header, pieces, problem, whole},
};

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

/// Some of it has left, and nobody knows how much.
#[tokio::test]
async fn what_is_too_large_and_breaks_off_is_not_carried_out_again() {
    let calls = Arc::default();
    let small = layer().largest_answer(100);
    let service = small.layer(answering(&calls, || {
        pieces(vec![data(101), Err(io::Error::other("gone"))])
    }));
    let response = service.clone().oneshot(post("k")).await.unwrap();
    assert!(response.into_body().collect().await.is_err());

    let again = whole(service.clone().oneshot(post("k")).await.unwrap()).await;
    assert_eq!(again.status(), 409);
    assert_eq!(problem(&again)["reason"], "idempotency-answer-not-kept");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    // With a new key it is.
    let new = service.oneshot(post("new")).await.unwrap();
    assert_eq!(new.status(), 200);
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

/// Whatever a body makes of it, the thread is not its own.
#[tokio::test]
async fn pieces_without_end_leave_others_their_turn() {
    let calls = Arc::default();
    let many = || {
        let empty = (0..10_000).map(|_| data(0));
        pieces(empty.chain([data(60), data(41)]))
    };
    let small = layer().largest_answer(100);
    let service = small.layer(answering(&calls, many));
    let mut response = task::spawn(service.oneshot(post("k")));
    assert!(response.poll().is_pending());
    assert!(response.is_woken());
    // Those that are empty are not given to the client, either.
    let mut body = response.await.unwrap().into_body();
    let first = body.frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap().len(), 60);
    assert_eq!(body.collect().await.unwrap().to_bytes().len(), 41);
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
        let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "7".parse().unwrap())]);
        let body = match *request.method() {
            Method::HEAD => pieces(vec![]),
            Method::PUT => pieces(vec![data(3), data(4), Ok(Frame::trailers(trailers))]),
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
        (Method::PUT, "8", false),
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
            let read = response.into_body().collect().await.unwrap();
            assert_eq!(read.trailers().is_some(), method == Method::PUT);
            let length = if method == Method::HEAD { 0 } else { 7 };
            assert_eq!(read.to_bytes().len(), length);
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

/// How a call of gRPC has gone.
fn status(code: &str) -> HeaderMap {
    HeaderMap::from_iter([("grpc-status".parse().unwrap(), code.parse().unwrap())])
}

/// A refusal of gRPC is a 200, with its status in the head or behind the messages.
#[tokio::test]
async fn what_failed_in_grpc_may_be_sent_again() {
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
            let mut response = Response::new(pieces([data(3)].into_iter().chain(end)));
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

/// Answers in gRPC.
fn grpc(
    calls: &Arc<AtomicUsize>,
    body: impl Fn() -> Inner + Clone + Send + 'static,
) -> impl Service<Request<Body>, Response = Response<ResponseBody<Inner>>, Error = Infallible> + Clone
{
    let grpc = (CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    ServiceBuilder::new()
        .layer(layer())
        .map_response(move |mut response: Response<_>| {
            response.headers_mut().extend([grpc.clone()]);
            response
        })
        .service(answering(calls, body))
}

fn over_http2() -> Request<Body> {
    let mut request = post("k");
    *request.version_mut() = Version::HTTP_2;
    request
}

/// Those of gRPC tell how the call has gone, behind a body of a known length, too, and may take a moment.
#[tokio::test]
async fn trailers_are_waited_for_where_they_may_follow_a_length() {
    for (code, times) in [("0", 1), ("14", 2)] {
        let calls = Arc::default();
        let service = grpc(&calls, move || {
            let trailers = async move {
                yield_now().await;
                Some(Ok(status(code)))
            };
            let body = Body::from("abc").map_err(|never| match never {});
            body.with_trailers(trailers).boxed_unsync()
        });
        for _ in 0..2 {
            let response = service.clone().oneshot(over_http2()).await.unwrap();
            let read = response.into_body().collect().await.unwrap();
            assert_eq!(read.trailers(), Some(&status(code)));
            assert_eq!(read.to_bytes(), "abc");
        }
        assert_eq!(calls.load(Ordering::Relaxed), times, "{code}");
    }
}

/// To the client the call has failed.
#[tokio::test]
async fn an_answer_of_grpc_without_its_status_counts_as_none() {
    let sum = || HeaderMap::from_iter([("x-sum".parse().unwrap(), "7".parse().unwrap())]);
    for trailers in [None, Some(sum())] {
        let calls = Arc::default();
        let end = trailers.clone();
        let service = grpc(&calls, move || {
            let body = Body::from("abc").map_err(|never| match never {});
            let end = end.clone().map(Ok);
            body.with_trailers(async { end }).boxed_unsync()
        });
        for _ in 0..2 {
            let response = service.clone().oneshot(over_http2()).await.unwrap();
            let read = response.into_body().collect().await.unwrap();
            assert_eq!(read.trailers(), trailers.as_ref());
            assert_eq!(read.to_bytes(), "abc");
        }
        assert_eq!(calls.load(Ordering::Relaxed), 2, "{trailers:?}");
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
