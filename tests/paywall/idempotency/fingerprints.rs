//! What servers that share a store have to agree on.

use std::sync::{Arc, Mutex};

use http::Request;
use statuary::idempotency::{
    Answer, ClaimId, Claimed, Fingerprint, IdempotencyLayer, IdempotencyStore, Kept, MemoryFull,
    ScopedKey,
};
use tower::{Layer, ServiceExt};

use super::orders::{counting, sender};
use crate::support::Body;

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
    let seen = Seen::default();
    let service = IdempotencyLayer::new(seen.clone(), sender).layer(counting(&Arc::default()));
    let request = request.header("x-account", "alice");
    let request = request.header("idempotency-key", "k");
    let request = request.body(Body::default()).unwrap();
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
