//! What servers that share a store have to agree on.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{Request, Response};
use http_body_util::BodyExt;
use statuary::idempotency::{
    Answer, ClaimId, Claimed, Fingerprint, IdempotencyLayer, IdempotencyStore, Kept, MemoryFull,
    ScopedKey,
};
use tower::{Layer, ServiceExt, service_fn};

use super::orders::{data, sender};
use crate::support::{Body, Inner, pieces};

/// Takes down what requests were.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Fingerprint>>>);

impl IdempotencyStore for Seen {
    type Error = MemoryFull;

    async fn claim(&self, _: &ScopedKey, fingerprint: Fingerprint) -> Result<Claimed, MemoryFull> {
        self.0.lock().unwrap().push(fingerprint);
        Ok(Claimed::InProgress)
    }

    async fn keep(&self, _: &ScopedKey, _: ClaimId, _: Answer) -> Result<Kept, MemoryFull> {
        Ok(Kept::Nothing)
    }

    fn release(&self, _: &ScopedKey, _: ClaimId) {}
}

async fn fingerprint(request: http::request::Builder) -> String {
    fingerprint_of(request, pieces([])).await
}

async fn fingerprint_of(request: http::request::Builder, body: Inner) -> String {
    let seen = Seen::default();
    let handler =
        service_fn(async |_: Request<Inner>| Ok::<_, Infallible>(Response::new(Body::default())));
    let service = IdempotencyLayer::new(seen.clone(), sender).layer(handler);
    let request = request.header("x-account", "alice");
    let request = request.header("idempotency-key", "k");
    let request = request.body(body).unwrap();
    service.oneshot(request).await.unwrap();
    let seen = seen.0.lock().unwrap();
    let bytes = seen[0].as_bytes().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// As another program has reckoned it.
#[tokio::test]
async fn a_request_has_one_fingerprint_everywhere() {
    let expected = "a59074f6fbd9107486b2ee262fbadef11b1a4fc52085e30d0335ed2d28ef59c4";
    let request = |target| {
        let request = Request::post(target).header("content-type", "text/plain");
        request
            .header("if-none-match", "\"1\"")
            .header("if-none-match", "\"2\"")
    };
    // By HTTP/1, and by HTTP/2.
    let first = request("/orders?now=1").header("host", "Shop.example:8080");
    assert_eq!(fingerprint(first).await, expected);
    let second = request("https://shop.example:8080/orders?now=1");
    assert_eq!(fingerprint(second).await, expected);
}

#[tokio::test]
async fn a_length_that_the_body_alone_tells_is_that_of_the_field() {
    let request = || Request::post("/orders");
    let told = |length: &'static str| request().header("content-length", length);
    let sized = |text: &'static str| {
        Body::from(text)
            .map_err(|never| match never {})
            .boxed_unsync()
    };
    let unsized_body = || pieces([data(3)]);

    let three = fingerprint_of(told("3"), unsized_body()).await;
    assert_eq!(fingerprint_of(request(), sized("tea")).await, three);
    assert_eq!(fingerprint_of(request(), sized("ink")).await, three);
    assert_ne!(fingerprint_of(request(), sized("book")).await, three);
    // What the field says is taken as it is.
    assert_eq!(fingerprint_of(told("3"), sized("book")).await, three);

    // Over HTTP/2 it depends on the arrival of frames whether an empty body is known to be that.
    let unknown = fingerprint_of(request(), unsized_body()).await;
    assert_ne!(unknown, three);
    assert_eq!(fingerprint_of(request(), sized("")).await, unknown);
}
