//! Where the resources are, seen from outside: a mount, and an origin.

use std::{convert::Infallible, future::ready, panic, sync::Arc};

use axum::{Router, body::Body, routing::any};
use http::{Request, Response, StatusCode, request::Parts};
use http_body_util::BodyExt;
use statuary::{
    Condition, DavError, Href, MemberPaywall, MemberRules, MultiStatus, MultiStatusLayer,
    MultiStatusStream, Property, Propfind, Reason, Resource, Unidentified,
    dav::{Mount, condition::LockRoots},
    prop,
    reply::Document,
    request::report::CalendarMultiget,
    subscription::check_fn,
    xml::{Element, Name},
};
use tower::{Layer, ServiceExt, service_fn};

use super::{ask, listing, propfind};
use crate::outcome::responses;

/// The hrefs of an answer, wherever they are.
fn hrefs(body: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(body).expect("well-formed");
    let nodes = document.descendants();
    let hrefs = nodes.filter(|node| node.has_tag_name(("DAV:", "href")));
    hrefs
        .filter_map(|node| node.text().map(str::to_owned))
        .collect()
}

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
        .prop(prop::href(
            Name::dav("principal-URL"),
            Href::path("/people/ann").of_server(),
        ))]);
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
    let owners = [
        Href::path("/people/ann"),
        Href::parse("http://example.com/ann").expect("a URI"),
    ];
    let owner = prop::hrefs(Name::dav("owner"), owners);
    let answer = MultiStatus::from_iter([Resource::new(Href::path("/x")).prop(owner)]);
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

/// `Router::nest` does not serve the path that ends with a slash, which is the href of the root.
#[cfg(feature = "axum")]
#[tokio::test]
async fn whether_a_router_answers_for_its_root_depends_on_how_it_is_mounted() {
    use axum::{Router, body::Body};

    let handler = || async { MultiStatus::from_iter([Resource::new(Href::collection("/"))]) };
    let layer = MultiStatusLayer::new().mounted_at("/dav");
    let dav = Router::new().fallback(handler).layer(layer);
    let service = Router::new().nest_service("/dav", dav.clone());
    let with_slash = Router::new().nest("/dav/", dav.clone());
    let without: Router = Router::new().nest("/dav", dav);
    for (app, path, status) in [
        (&service, "/dav", 207),
        (&service, "/dav/", 207),
        (&service, "/dav/x", 207),
        (&with_slash, "/dav", 404),
        (&with_slash, "/dav/", 207),
        (&with_slash, "/dav/x", 207),
        (&without, "/dav", 207),
        (&without, "/dav/", 404),
        (&without, "/dav/x", 207),
    ] {
        let request = propfind(path).body(Body::empty()).expect("a request");
        let response = app.clone().oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), status, "{path}");
        if status != 207 {
            continue;
        }
        let body = response.into_body().collect().await.expect("infallible");
        let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
        assert_eq!(hrefs(&body), ["/dav/"], "{path}");
    }
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

#[test]
fn a_mount_is_a_path_and_no_pattern() {
    for pattern in [
        "/dav/{user}",
        "/{tenant}/dav/",
        "/dav/{*rest}",
        "/~{user}/dav",
    ] {
        let layer = panic::catch_unwind(|| MultiStatusLayer::new().mounted_at(pattern));
        let said = layer.expect_err(pattern).downcast::<String>();
        let expected =
            format!("a mount is the path of requests, which has no parameters: `{pattern}`");
        assert_eq!(*said.expect("a sentence"), expected);
    }
    // Braces are as good as any other characters.
    for path in ["/{dav", "/dav}", "/}{", "/{a/b}"] {
        let _ = MultiStatusLayer::new().mounted_at(path);
    }
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn a_mount_with_parameters_is_in_the_hrefs_of_the_handler() {
    use axum::extract::Path;

    let handler = async |Path(user): Path<String>| {
        let home =
            ["", "a b"].map(|name| Resource::new(Href::path(&format!("/dav/{user}/{name}"))));
        MultiStatus::from_iter(home)
    };
    let dav: Router = Router::new().fallback(handler);
    let app = Router::new()
        .nest_service("/dav/{user}", dav)
        .layer(MultiStatusLayer::new());
    for (prefer, expected) in [
        ("wait=1", &["/dav/ann/", "/dav/ann/a%20b"][..]),
        ("depth-noroot", &["/dav/ann/a%20b"]),
    ] {
        let request = propfind("/dav/ann/").header("prefer", prefer);
        let request = request.body(Body::empty()).expect("a request");
        let response = app.clone().oneshot(request).await.expect("infallible");
        let body = response.into_body().collect().await.expect("infallible");
        let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
        assert_eq!(hrefs(&body), expected, "{prefer}");
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
        .prop(prop::href(
            Name::dav("owner"),
            Href::path("/people/ann").of_server(),
        ))
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

#[tokio::test]
async fn a_mount_moves_the_hrefs_of_any_document() {
    let paint = Name::from_static("urn:example:paint", "palette");
    let handler = async move || {
        let document = Document::new(StatusCode::CREATED, &paint, |palette| {
            prop::href(Name::dav("owner"), Href::path("/ann")).write(palette);
            palette.element(&paint).text("red & blue");
        });
        document.into_http().map(Body::new)
    };
    let dav = Router::new().route("/", any(handler));
    let app = MultiStatusLayer::new().mounted_at("/dav").layer(dav);
    let response = app.oneshot(Request::new(Body::empty())).await;
    let (head, body) = response.expect("infallible").into_parts();
    assert_eq!(head.status, StatusCode::CREATED);
    assert_eq!(
        head.headers["content-type"],
        "application/xml; charset=utf-8"
    );
    let body = body.collect().await.expect("a body").to_bytes();
    assert_eq!(
        body,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <n0:palette xmlns:D=\"DAV:\" xmlns:n0=\"urn:example:paint\">\
         <D:owner><D:href>/dav/ann</D:href></D:owner>\
         <n0:palette>red &amp; blue</n0:palette></n0:palette>"
    );
}

#[tokio::test]
async fn m18_a_mount_moves_where_a_listing_is() {
    let member = |index: usize| Resource::new(Href::path(&format!("/docs/{index}")));
    let members = move || (0..100).map(move |index| Ok::<_, DavError>(member(index)));
    for (home, moved) in [
        (Href::collection("/a b"), "/dav/a%20b/"),
        (Href::collection("/people").of_server(), "/people/"),
        (
            Href::parse("http://example.com/a/").expect("a URI"),
            "http://example.com/a/",
        ),
    ] {
        let whole = members()
            .collect::<Result<MultiStatus, _>>()
            .expect("members");
        let whole = whole.located_at(home.clone()).into_http();
        assert_eq!(whole.headers()["content-location"], *home.encoded());
        let stream = MultiStatusStream::from_iterator(members()).chunk_size(1_000);
        let stream = stream.located_at(home).await.expect("members").into_http();
        for response in [whole.map(Body::new), stream.map(Body::new)] {
            let mut response = Some(response);
            let service = service_fn(move |_: Request<()>| {
                ready(Ok::<_, Infallible>(response.take().expect("one request")))
            });
            // It gets through a paywall, which makes another document of it.
            let rules = |_: &Parts| MemberRules::new().path("/docs/7", "seven");
            let check = check_fn(
                |_: &Parts| Err(Unidentified),
                async |_: &'static str| Ok::<_, Infallible>(Reason::NeverSubscribed.into()),
            );
            let service = MemberPaywall::new(check).layer(rules).layer(service);
            let layer = MultiStatusLayer::new().mounted_at("/dav");
            let response = layer.layer(service).oneshot(Request::new(())).await;
            let response = response.expect("infallible");
            assert_eq!(response.headers()["content-location"], moved);
            let body = response.into_body().collect().await.expect("no failure");
            let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
            assert_eq!(body.matches(" 402 ").count(), 1);
            assert!(body.contains("<D:href>/dav/docs/99</D:href>"));
        }
    }
}

/// A client names things as it sees them, and a router takes the mount off the URI alone.
#[tokio::test]
async fn e10_what_is_asked_for_by_its_href_is_found_below_a_mount() {
    const BODY: &str = "<C:calendar-multiget xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>\
        <prop><getcontentlength/></prop><href>/dav/cal/a.ics</href><href>/d%61v/cal/b.ics</href>\
        <href>/cal/c.ics</href></C:calendar-multiget>";

    /// The path of the one event that there is.
    fn found(href: &Href<'_>, mount: &Mount) -> Result<Href<'static>, StatusCode> {
        let path = href.below(mount).ok_or(StatusCode::NOT_FOUND)?;
        match path == Href::path("/cal/a.ics") {
            true => Ok(path),
            false => Err(StatusCode::NOT_FOUND),
        }
    }
    fn mounted(request: Request<Body>) -> (Mount, Request<Body>) {
        let (head, body) = request.into_parts();
        (Mount::of_request(&head), Request::from_parts(head, body))
    }
    async fn whole(request: Request<Body>) -> Response<Body> {
        let (mount, request) = mounted(request);
        let report = CalendarMultiget::from_request(request).await;
        let answer = report.expect("a report").outcome(|href, answer| {
            found(href, &mount)?;
            Ok::<_, StatusCode>(answer.prop(prop::GetContentLength(3)))
        });
        answer.into_http().map(Body::new)
    }
    async fn streamed(request: Request<Body>) -> Response<Body> {
        let (mount, request) = mounted(request);
        let report = CalendarMultiget::from_request(request).await;
        let fetch = move |href: Href<'static>, wanted: Arc<Propfind>| {
            let mount = mount.clone();
            async move {
                let answer = wanted.answer(found(&href, &mount)?);
                Ok::<_, StatusCode>(answer.prop(prop::GetContentLength(3)).into())
            }
        };
        let Ok(answer) = report.expect("a report").stream(fetch).await;
        answer.into_http().map(Body::new)
    }

    let dav = Router::new()
        .route("/whole", any(whole))
        .route("/streamed", any(streamed))
        .layer(MultiStatusLayer::new().mounted_at("/dav"));
    let app = Router::new().nest("/dav", dav);
    for path in ["/dav/whole", "/dav/streamed"] {
        let request = Request::builder()
            .method("REPORT")
            .uri(path)
            .header("content-type", "application/xml")
            .body(Body::from(BODY))
            .expect("a request");
        let response = app.clone().oneshot(request).await.expect("infallible");
        let body = response.into_body().collect().await.expect("no failure");
        let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
        let told: Vec<_> = responses(&body)
            .into_iter()
            .map(|(href, status, _)| (href, status.map(|status| status[9..12].to_owned())))
            .collect();
        let missing = || Some("404".to_owned());
        let expected = [
            ("/dav/cal/a.ics".to_owned(), None),
            ("/d%61v/cal/b.ics".to_owned(), missing()),
            ("/cal/c.ics".to_owned(), missing()),
        ];
        assert_eq!(told, expected, "{path}");
    }
}

/// Whoever needs the mount learns it from the layer.
#[tokio::test]
async fn the_layer_leaves_its_mount_in_the_request() {
    let told = async |request: Request<Body>| {
        let (head, _) = request.into_parts();
        let mount = Mount::of_request(&head);
        assert_eq!(mount.to_string(), mount.path());
        format!("{mount}\n")
    };
    let dav = || Router::new().fallback(told);
    let mounted = |path| MultiStatusLayer::new().mounted_at(path);
    for (app, path) in [
        (dav(), ""),
        (dav().layer(MultiStatusLayer::new()), ""),
        (dav().layer(mounted("/")), ""),
        (dav().layer(mounted("/dav & cal")), "/dav & cal"),
        (dav().layer(mounted("/dav/")), "/dav"),
        (dav().layer(mounted("dav")), "/dav"),
        (dav().layer(mounted("/")).layer(mounted("/dav")), "/dav"),
        (
            dav().layer(mounted("/in")).layer(mounted("/out")),
            "/out/in",
        ),
    ] {
        let response = app.oneshot(Request::new(Body::empty())).await;
        let body = response.expect("infallible").into_body().collect().await;
        let body = body.expect("no failure").to_bytes();
        assert_eq!(body, format!("{path}\n"));
    }
    let asked = Href::parse("/dav/a").expect("an href").of_server();
    assert_eq!(asked.below(Mount::default()), Some(Href::path("/dav/a")));
}
