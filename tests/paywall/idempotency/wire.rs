//! Answers with a key, as hyper sends them over a connection.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, client, server};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use statuary::{IdempotencyLayer, idempotency::MemoryStore};
use tower::{Layer, service_fn};

use super::orders::sender;

/// A body whose length no field tells, and that ends short of it.
struct Short {
    left: u64,
    frames: std::vec::IntoIter<Frame<Bytes>>,
}

impl Body for Short {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = self.frames.next();
        let data = frame.as_ref().and_then(Frame::data_ref);
        self.left -= data.map_or(0, Bytes::len) as u64;
        Poll::Ready(frame.map(Ok))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn data() -> Frame<Bytes> {
    Frame::data(Bytes::from_static(b"part"))
}

fn trailers() -> Frame<Bytes> {
    let sum = ("x-sum".parse().unwrap(), "7".parse().unwrap());
    Frame::trailers(HeaderMap::from_iter([sum]))
}

/// What a client reads of an answer to a request with a key.
async fn read(
    body: &(impl Fn() -> Vec<Frame<Bytes>> + Clone + Send + 'static),
    store: &Arc<MemoryStore>,
) -> Result<Bytes, hyper::Error> {
    let body = body.clone();
    let handler = service_fn(move |_: Request<Incoming>| {
        let frames = body().into_iter();
        async { Ok::<_, Infallible>(Response::new(Short { left: 8, frames })) }
    });
    let service = IdempotencyLayer::new(Arc::clone(store), sender).layer(handler);
    let (near, far) = tokio::io::duplex(1_000);
    let server = server::conn::http1::Builder::new();
    let served = server.serve_connection(TokioIo::new(far), TowerToHyperService::new(service));
    tokio::spawn(async { drop(served.await) });
    let (mut client, connection) = client::conn::http1::handshake(TokioIo::new(near)).await?;
    tokio::spawn(async { drop(connection.await) });
    let request = Request::post("/orders")
        .header("host", "localhost")
        .header("x-account", "alice")
        .header("idempotency-key", "k")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let response = client.send_request(request).await?;
    assert_eq!(response.status(), 200);
    Ok(response.into_body().collect().await?.to_bytes())
}

/// It must not look like a whole one to whom it is given.
#[tokio::test]
async fn an_answer_that_ends_short_breaks_off() {
    for frames in [
        || vec![],
        || vec![data()],
        || vec![data(), trailers()],
        || vec![trailers()],
    ] as [fn() -> Vec<Frame<Bytes>>; 4]
    {
        let calls = Arc::<AtomicUsize>::default();
        let store = Arc::new(MemoryStore::with_bytes(1 << 20));
        let counted = Arc::clone(&calls);
        let body = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            frames()
        };
        for _ in 0..2 {
            let error = read(&body, &store).await.unwrap_err();
            assert!(error.is_incomplete_message(), "{error:?}");
        }
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }
}
