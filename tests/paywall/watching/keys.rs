//! What an idempotency layer counts.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::FutureExt;
use http::{Method, StatusCode};
use statuary::{IdempotencyLayer, MultiStatusLayer, SettleLayer, idempotency::MemoryStore};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::{counted, settlements::list};
use crate::{
    idempotency::{
        failing::Broken,
        orders::{counting, layer as once, post, sender},
    },
    settlement::rail::{PAYMENT, Rail},
    support::whole,
};

#[test]
fn requests_with_a_key_are_counted_once_each() {
    let expected = [
        ("idempotency-answer-not-kept", 1),
        ("idempotency-key-in-progress", 1),
        ("idempotency-key-invalid", 1),
        ("idempotency-key-missing", 1),
        ("idempotency-key-reused", 1),
        ("idempotency-key-unattributed", 1),
        ("idempotency-store-unavailable", 1),
        ("kept", 1),
        ("released", 2),
        ("replayed", 2),
        ("too-large", 2),
        ("unknown", 1),
    ];
    let name = "statuary_idempotency_requests_total";
    let expected = expected.map(|(outcome, count)| (format!("{name} {outcome}"), count));
    assert_eq!(counted(send_all()), BTreeMap::from(expected));
}

/// Sends requests that have a key, or should have one, in each of several ways.
pub(super) async fn send_all() {
    let layer = once().required_for([Method::POST]).largest_answer(7);
    let shop = layer.layer(counting(&Arc::default()));
    let send = async |key, [name, value]: [&'static str; 2]| {
        let mut request = post(key);
        match value {
            "" => drop(request.headers_mut().remove(name)),
            value => drop(request.headers_mut().insert(name, value.parse().unwrap())),
        }
        whole(shop.clone().oneshot(request).await.unwrap()).await;
    };
    let nothing = ["x-nothing", ""];
    send("secret-key", nothing).await;
    send("secret-key", nothing).await;
    send("secret-key", nothing).await;
    send("secret-key", ["depth", "0"]).await;
    send("fails", ["x-status", "500"]).await;
    send("secret key", nothing).await;
    send("k", ["idempotency-key", ""]).await;
    send("k", ["x-account", ""]).await;
    // It waits for a turn, and is given up.
    let first = send("waits", nothing);
    let mut first = Box::pin(first);
    assert!(first.as_mut().now_or_never().is_none());
    send("waits", nothing).await;
    drop(first);

    let small = once().largest_answer(6).layer(counting(&Arc::default()));
    for _ in 0..2 {
        let response = small.clone().oneshot(post("large")).await.unwrap();
        whole(response).await;
    }
    // There is room for the claim, and none for the answer.
    let narrow = IdempotencyLayer::new(MemoryStore::with_bytes(500), sender);
    let narrow = narrow.layer(counting(&Arc::default()));
    whole(narrow.oneshot(post("k")).await.unwrap()).await;
    for store in [Broken::Fails, Broken::FailsToKeep] {
        let service = IdempotencyLayer::new(store, sender).layer(counting(&Arc::default()));
        whole(service.oneshot(post("k")).await.unwrap()).await;
    }
}

/// Sends requests with a key through a charge that stands outside of the idempotency layer.
pub(super) async fn replay_charged() {
    let rail = Rail::default();
    let service = ServiceBuilder::new()
        .layer(SettleLayer::new(rail))
        .layer(once())
        .service(counting(&Arc::default()));
    for token in ["one", "two", "three"] {
        let mut request = post("k");
        let token = token.parse().unwrap();
        request.headers_mut().insert(PAYMENT, token);
        whole(service.clone().oneshot(request).await.unwrap()).await;
    }
}

/// Keeps an answer before its hrefs are moved.
pub(super) async fn list_kept() {
    let kept = once().layer(service_fn(list));
    let mounted = MultiStatusLayer::new().mounted_at("/dav").layer(kept);
    let response = mounted.oneshot(post("k")).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}
