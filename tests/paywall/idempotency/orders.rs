//! A shop that takes orders, once each.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Request, Response, request::Parts};
use http_body::Frame;
use statuary::{
    Unidentified,
    idempotency::{IdempotencyLayer, MemoryStore},
};
use tokio::task::yield_now;
use tower::{Service, service_fn};

use crate::support::{Body, Inner, Piece};

pub(crate) fn sender(head: &Parts) -> Result<String, Unidentified> {
    let sender = head.headers.get("x-account").ok_or(Unidentified)?;
    match sender.to_str().unwrap() {
        "panic" => panic!("told to"),
        sender => Ok(sender.to_owned()),
    }
}

pub(crate) fn layer() -> IdempotencyLayer<MemoryStore> {
    IdempotencyLayer::new(MemoryStore::with_bytes(1 << 20), sender)
}

pub(crate) fn post(key: &str) -> Request<Body> {
    Request::post("/orders?now=1")
        .header("x-account", "alice")
        .header("idempotency-key", key)
        .body(Body::default())
        .unwrap()
}

/// Counts its calls, and says which one it is.
pub(crate) fn counting(
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

/// Answers with what the closure makes, whose calls are counted.
pub(crate) fn answering(
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

pub(crate) fn data(length: usize) -> Piece {
    Ok(Frame::data(vec![b'x'; length].into()))
}
