//! The layer: what a request can ask for, and what the layer leaves alone.

mod hrefs;
mod nested;
mod preferences;
mod service;

use std::{convert::Infallible, future::ready};

use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use statuary::{Href, MultiStatus, MultiStatusLayer, Resource, prop, xml::Name};
use tower::{ServiceBuilder, ServiceExt, service_fn};

const GONE: &str = "404 Not Found";

fn listing() -> MultiStatus {
    let etag = Name::dav("getetag");
    [
        Resource::new(Href::collection("/a & b")).prop(prop::ResourceType::COLLECTION),
        Resource::new(Href::path("/a & b/some"))
            .prop(prop::GetContentLength(1))
            .missing(&etag),
        Resource::new(Href::path("/a & b/none")).missing(&etag),
    ]
    .into_iter()
    .collect()
}

async fn ask(
    layer: MultiStatusLayer,
    answer: MultiStatus,
    request: http::request::Builder,
) -> (StatusCode, HeaderMap, String) {
    let service = ServiceBuilder::new().layer(layer).service(service_fn(|_| {
        ready(Ok::<_, Infallible>(answer.clone().into_http()))
    }));
    let request = request.body(()).expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    let (head, body) = response.into_parts();
    let announced = http_body::Body::size_hint(&body).exact();
    let body = body.collect().await.expect("infallible").to_bytes();
    assert_eq!(
        announced,
        Some(body.len() as u64),
        "the announced length is the length"
    );
    (
        head.status,
        head.headers,
        String::from_utf8(body.to_vec()).expect("UTF-8"),
    )
}

fn propfind(path: &str) -> http::request::Builder {
    Request::builder()
        .method("PROPFIND")
        .uri(path)
        .header("depth", "1")
}
