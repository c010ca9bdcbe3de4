//! Routers that are nested cut the path of a request before a layer inside of them sees it.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::OriginalUri,
    routing::post,
};
use bytes::Bytes;
use http::{Request, StatusCode, request::Parts};
use statuary::{IdempotencyLayer, Unidentified, idempotency::MemoryStore};
use tower::ServiceExt;

fn sender(_: &Parts) -> Result<&'static str, Unidentified> {
    Ok("alice")
}

fn order(path: &str, key: &str) -> Request<Body> {
    Request::post(path)
        .header("idempotency-key", key)
        .body(Body::empty())
        .unwrap()
}

async fn ask(shops: &Router, path: &str, key: &str) -> (StatusCode, Bytes) {
    let response = shops.clone().oneshot(order(path, key)).await.unwrap();
    let status = response.status();
    (status, to_bytes(response.into_body(), 1_000).await.unwrap())
}

fn once() -> IdempotencyLayer<MemoryStore> {
    IdempotencyLayer::new(MemoryStore::with_bytes(1 << 20), sender)
}

fn shop(name: &'static str) -> Router {
    Router::new().route("/orders", post(async move || name))
}

async fn assert_apart(shops: Router) {
    for (key, one, other) in [
        ("static", "/books/orders", "/tea/orders"),
        ("dynamic", "/of/alice/orders", "/of/bob/orders"),
    ] {
        let first = ask(&shops, one, key).await;
        assert_eq!(first.0, 200, "{one}");
        assert_eq!(ask(&shops, other, key).await.0, 422, "{other}");
        assert_eq!(ask(&shops, one, key).await, first, "{one}");
    }
}

#[tokio::test]
async fn inside_of_two_routers_a_layer_asks_for_the_target() {
    let once = once().target(|head| head.extensions.get().map(|OriginalUri(uri)| uri));
    let shops = Router::new()
        .nest("/books", shop("a book").layer(once.clone()))
        .nest("/tea", shop("some tea").layer(once.clone()))
        .nest("/of/{name}", shop("something").layer(once));
    assert_apart(shops).await;
}

#[tokio::test]
async fn where_the_target_is_not_known_it_is_what_is_left_of_it() {
    let once = once().target(|_| None);
    let shops = Router::new().nest("/books", shop("a book").layer(once));
    let first = ask(&shops, "/books/orders", "k").await;
    assert_eq!(first.0, 200);
    assert_eq!(ask(&shops, "/books/orders", "k").await, first);
}

#[tokio::test]
async fn where_the_target_panics_nothing_is_carried_out() {
    let once = once().target(|_| panic!("told to"));
    let shops = Router::new().nest("/books", shop("a book").layer(once));
    let answer = ask(&shops, "/books/orders", "k").await;
    assert_eq!(answer.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn outside_of_them_it_sees_it() {
    let shops = Router::new()
        .nest("/books", shop("a book"))
        .nest("/tea", shop("some tea"))
        .nest("/of/{name}", shop("something"))
        .layer(once());
    assert_apart(shops).await;
}
