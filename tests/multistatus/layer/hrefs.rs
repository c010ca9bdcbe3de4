//! Where the resources are, seen from outside: a mount, and an origin.

use std::{convert::Infallible, future::ready};

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use statuary::{
    Condition, DavError, Href, MultiStatus, MultiStatusLayer, Resource,
    dav::condition::LockRoots,
    prop,
    xml::{Element, Name},
};
use tower::{Layer, ServiceExt, service_fn};

use super::{ask, listing, propfind};

#[tokio::test]
async fn a_mount_moves_what_the_server_writes_and_not_what_was_stored() {
    let stored = |text| Element::parse(text).expect("an element");
    let answer = MultiStatus::from_iter([Resource::new(Href::path("/x"))
        .prop(stored(
            "<x:rel xmlns:x=\"urn:x\"><D:href>/stored</D:href></x:rel>",
        ))
        .prop(stored(
            "<D:rel xmlns:D=\"urn:d\"><D:href>/stored</D:href></D:rel>",
        ))
        .prop(prop::with_content(Name::dav("principal-URL"), |url| {
            Href::path("/people/ann").of_server().write(url);
        }))]);
    let (_, _, body) = ask(
        MultiStatusLayer::new().mounted_at("/dav"),
        answer.clone(),
        propfind("/x"),
    )
    .await;
    let document = roxmltree::Document::parse(&body).expect("well-formed");
    let hrefs: Vec<_> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "href")
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(hrefs, ["/dav/x", "/stored", "/stored", "/people/ann"]);
}

#[tokio::test]
async fn hrefs_begin_with_the_mount_and_absolute_ones_do_not() {
    let answer = MultiStatus::from_iter([Resource::new(Href::path("/x")).prop(
        prop::with_content(Name::dav("owner"), |owner| {
            Href::path("/people/ann").write(owner);
            Href::parse("http://example.com/ann")
                .expect("a URI")
                .write(owner);
        }),
    )]);
    let layer = MultiStatusLayer::new().mounted_at("/d & v/");
    let request = propfind("/x").header("prefer", "depth-noroot");
    let (_, _, body) = ask(layer.clone(), answer.clone(), propfind("/x")).await;
    assert!(body.contains("<D:href>/d%20&amp;%20v/x</D:href>"), "{body}");
    assert!(
        body.contains("<D:href>/d%20&amp;%20v/people/ann</D:href>"),
        "{body}"
    );
    assert!(
        body.contains("<D:href>http://example.com/ann</D:href>"),
        "{body}"
    );
    let (_, _, body) = ask(layer.clone(), answer.clone(), request).await;
    assert!(!body.contains("<D:response>"), "the target: {body}");
    let (_, _, body) = ask(
        MultiStatusLayer::new().mounted_at("/"),
        listing(),
        propfind("/"),
    )
    .await;
    assert_eq!(body, listing().to_string(), "the root is no mount");
}

#[tokio::test]
async fn a_mount_that_is_written_as_a_collection_is_the_same_mount() {
    for mount in ["/a", "/a/", "/a//", "/a/.", "/a/b/..", "a/./"] {
        let layer = MultiStatusLayer::new().mounted_at(mount);
        let answer = MultiStatus::from_iter([Resource::new(Href::path("/x"))]);
        let (_, _, body) = ask(layer, answer, propfind("/x")).await;
        assert!(body.contains("<D:href>/a/x</D:href>"), "{mount}: {body}");
    }
}

#[tokio::test]
async fn m15_hrefs_of_two_forms_become_uris_where_the_origin_is_known() {
    let one = |href: &'static str| {
        let href = Href::parse(href).expect("an href");
        Resource::status(href, StatusCode::NOT_FOUND)
    };
    let origin = |layer: MultiStatusLayer| {
        let authority = http::uri::Authority::from_static("example.com:8443");
        layer.origin(http::uri::Scheme::HTTPS, authority)
    };
    let hrefs = |body: &str| {
        let document = roxmltree::Document::parse(body).expect("well-formed");
        let nodes = document.descendants();
        let hrefs = nodes.filter(|node| node.has_tag_name(("DAV:", "href")));
        hrefs
            .filter_map(|node| node.text().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let mixed = MultiStatus::from_iter([one("/a&b"), one("http://elsewhere.example/c")]);
    assert!(!mixed.hrefs_agree());
    for (layer, path) in [
        (MultiStatusLayer::new(), "/a&b"),
        (
            origin(MultiStatusLayer::new()),
            "https://example.com:8443/a&b",
        ),
        (
            origin(MultiStatusLayer::new()).mounted_at("/dav"),
            "https://example.com:8443/dav/a&b",
        ),
    ] {
        let (_, _, body) = ask(layer, mixed.clone(), propfind("/")).await;
        assert_eq!(hrefs(&body), [path, "http://elsewhere.example/c"]);
    }
    let paths = MultiStatus::from_iter([one("/a&b")]);
    let (_, _, body) = ask(
        origin(MultiStatusLayer::new()),
        paths.clone(),
        propfind("/"),
    )
    .await;
    assert_eq!(body, paths.to_string(), "hrefs that agree stay");

    let stored = "<x:rel xmlns:x=\"urn:x\"><D:href>/stored</D:href></x:rel>";
    let member = Resource::new(Href::path("/a"))
        .prop(prop::with_content(Name::dav("owner"), |owner| {
            Href::path("/people/ann").of_server().write(owner);
        }))
        .prop(Element::parse(stored).expect("an element"));
    let mixed =
        MultiStatus::from_iter([member.either(), one("http://elsewhere.example/c").either()]);
    let layer = origin(MultiStatusLayer::new()).mounted_at("/dav");
    let (_, _, body) = ask(layer, mixed, propfind("/")).await;
    let expected = [
        "https://example.com:8443/dav/a",
        "https://example.com:8443/people/ann",
        "/stored",
        "http://elsewhere.example/c",
    ];
    assert_eq!(hrefs(&body), expected, "what is of the whole server, too");

    // A stream whose first chunk has both forms.
    let rows =
        ["/a", "http://elsewhere.example/c", "/d", "/e"].map(|href| Ok::<_, DavError>(one(href)));
    let stream = statuary::MultiStatusStream::from_iterator(rows).chunk_size(150);
    let response = stream.await.expect("no failure").into_http();
    let mut response = Some(response);
    let service = service_fn(move |_: Request<()>| {
        ready(Ok::<_, Infallible>(response.take().expect("one request")))
    });
    let app = origin(MultiStatusLayer::new()).layer(service);
    let response = app.oneshot(Request::new(())).await.expect("infallible");
    let body = response.into_body().collect().await.expect("no failure");
    let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    let here = |path: &str| format!("https://example.com:8443{path}");
    let expected = [
        here("/a"),
        "http://elsewhere.example/c".to_owned(),
        here("/d"),
        here("/e"),
    ];
    assert_eq!(hrefs(&body), expected);
}

#[tokio::test]
async fn a_mount_moves_the_hrefs_of_an_error_too() {
    let locked = || {
        DavError::from(Condition::LockTokenSubmitted(
            LockRoots::new(Href::path("/a & b")).and(Href::path("/whole").of_server()),
        ))
    };
    for announced in [false, true] {
        let service = service_fn(move |_: Request<()>| {
            let mut response = locked().into_http();
            if announced {
                let length = http_body::Body::size_hint(response.body()).exact();
                let length = length.expect("a length").into();
                response.headers_mut().insert("content-length", length);
            }
            ready(Ok::<_, Infallible>(response))
        });
        let app = MultiStatusLayer::new().mounted_at("/dav").layer(service);
        let response = app.oneshot(Request::new(())).await.expect("infallible");
        assert_eq!(response.status(), StatusCode::LOCKED);
        assert!(response.headers().get("vary").is_none());
        let length = response.headers().get("content-length").cloned();
        let body = response.into_body().collect().await.expect("infallible");
        let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
        assert!(
            body.contains("<D:href>/dav/a%20&amp;%20b</D:href><D:href >/whole</D:href>"),
            "{body}"
        );
        let expected = announced.then(|| body.len().into());
        assert_eq!(length, expected);
    }
}
