//! A router with a layer of its own, inside of an application that has one, too.

use std::{convert::Infallible, future::ready};

use axum::body::Body;
use http::{
    Request, Response, StatusCode,
    uri::{Authority, Scheme},
};
use http_body_util::BodyExt;
use statuary::{
    Condition, DavError, Href, MultiStatus, MultiStatusLayer, MultiStatusStream, Resource,
    dav::Prefer, outcome::Written,
};
use tower::{Layer, ServiceExt, service_fn};

use super::{GONE, listing, propfind};

/// Everything that has hrefs, and tells where it is.
async fn answers() -> Vec<Response<Body>> {
    let members = || (0..99).map(|index| Resource::new(Href::path(&format!("/x/{index}"))));
    let home = Href::collection("/x");
    let whole = MultiStatus::from_iter(members()).located_at(home.clone());
    let stream = MultiStatusStream::from_iterator(members().map(Ok::<_, DavError>));
    let stream = stream.chunk_size(1_000).located_at(home.clone()).await;
    let error = DavError::from(Condition::LockTokenSubmitted(Href::path("/x/0").into()));
    vec![
        whole.into_http().map(Body::new),
        stream.expect("members").into_http().map(Body::new),
        error.into_http().map(Body::new),
    ]
}

/// What becomes of a response on its way through two layers.
async fn through(
    inner: MultiStatusLayer,
    outer: MultiStatusLayer,
    method: &str,
    response: Response<Body>,
) -> (http::HeaderMap, String) {
    let mut response = Some(response);
    let service = service_fn(move |_: Request<()>| {
        ready(Ok::<_, Infallible>(response.take().expect("one request")))
    });
    let request = Request::builder().method(method).uri("/x/").body(());
    let response = outer.layer(inner.layer(service));
    let response = response.oneshot(request.expect("a request")).await;
    let (head, body) = response.expect("infallible").into_parts();
    let body = body.collect().await.expect("no failure").to_bytes();
    (
        head.headers,
        String::from_utf8(body.to_vec()).expect("UTF-8"),
    )
}

#[tokio::test]
async fn hrefs_get_the_mounts_of_both_layers() {
    let plain = MultiStatusLayer::new;
    let at = |path| MultiStatusLayer::new().mounted_at(path);
    for (inner, outer, mount) in [
        (plain(), plain(), ""),
        (plain(), at("/d v"), "/d%20v"),
        (at("/d v"), plain(), "/d%20v"),
        (at("/cal/"), at("/d v/"), "/d%20v/cal"),
    ] {
        for method in ["PROPFIND", "DELETE"] {
            for response in answers().await {
                let (headers, body) = through(inner.clone(), outer.clone(), method, response).await;
                let first = format!("<D:href>{mount}/x/0</D:href>");
                assert!(body.contains(&first), "{method} {mount}: {body}");
                if let Some(location) = headers.get("content-location") {
                    assert_eq!(*location, format!("{mount}/x/"), "{method}");
                    let last = format!("<D:href>{mount}/x/98</D:href>");
                    assert!(body.contains(&last), "{method} {mount}");
                }
            }
        }
    }
    let written = Written::created(Href::path("/x"));
    let no_get = ready(Err::<Response<Body>, _>(()));
    let response = written.answer(Prefer::default(), no_get).await;
    let (headers, _) = through(plain(), at("/dav"), "PUT", response).await;
    assert_eq!(headers["location"], "/dav/x");
}

#[tokio::test]
async fn the_origin_of_either_layer_is_known_to_both() {
    let origin = |layer: MultiStatusLayer| {
        layer.origin(Scheme::HTTPS, Authority::from_static("example.com"))
    };
    let plain = MultiStatusLayer::new;
    let gone = |href| Resource::status(href, StatusCode::NOT_FOUND);
    for (inner, outer) in [
        (plain(), origin(plain())),
        (origin(plain()), plain()),
        (plain().mounted_at("/dav"), origin(plain())),
        (origin(plain()), plain().mounted_at("/dav")),
    ] {
        let mounted = format!("{inner:?}{outer:?}").contains("dav");
        let elsewhere = Href::parse("http://elsewhere.example/").expect("a URI");
        let mixed = MultiStatus::from_iter([gone(Href::path("/a")), gone(elsewhere)]);
        let response = mixed.into_http().map(Body::new);
        let (_, body) = through(inner, outer, "PROPFIND", response).await;
        let mount = if mounted { "/dav" } else { "" };
        let href = format!("<D:href>https://example.com{mount}/a</D:href>");
        assert!(body.contains(&href), "{body}");
    }
}

#[tokio::test]
async fn a_preference_is_followed_once() {
    let ask =
        async |layer: MultiStatusLayer, uri: &str| {
            let service = MultiStatusLayer::new().mounted_at("/cal").layer(service_fn(
                async |_: Request<()>| Ok::<_, Infallible>(listing().into_http()),
            ));
            let request = propfind(uri).header("prefer", "return=minimal, depth-noroot");
            let request = request.body(()).expect("a request");
            let response = layer.layer(service).oneshot(request).await;
            let (head, body) = response.expect("infallible").into_parts();
            let applied = head.headers.get_all("preference-applied").iter();
            assert_eq!(applied.count(), 1, "{uri}");
            let body = body.collect().await.expect("a body").to_bytes();
            String::from_utf8(body.to_vec()).expect("UTF-8")
        };
    // Routers inside of both layers, between them and around both take the mounts off the path.
    for uri in ["/a%20&%20b/", "/cal/a%20&%20b/", "/dav/cal/a%20&%20b/"] {
        let body = ask(MultiStatusLayer::new().mounted_at("/dav"), uri).await;
        assert!(!body.contains(GONE), "{uri}: {body}");
        assert_eq!(body.matches("<D:response>").count(), 2, "{uri}: {body}");
        assert!(
            body.contains("<D:href>/dav/cal/a%20&amp;%20b/some<"),
            "{body}"
        );
    }
}
