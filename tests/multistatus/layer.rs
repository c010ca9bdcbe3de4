//! The layer: what a request can ask for, and what the layer leaves alone.

use std::{convert::Infallible, future::ready};

use axum::{Router, body::Body, routing::any};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use statuary::{
    Condition, DavError, Href, MultiStatus, MultiStatusLayer, Resource, prop,
    reply::{DavBody, MultiStatusService},
    xml::{Element, Name},
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_test::mock;

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

const GONE: &str = "404 Not Found";

#[tokio::test]
async fn without_preferences_it_is_the_document_as_it_stands() {
    let (status, headers, body) =
        ask(MultiStatusLayer::new(), listing(), propfind("/a%20&%20b")).await;
    assert_eq!(status, StatusCode::MULTI_STATUS);
    assert_eq!(body, listing().to_string());
    assert!(headers.get("preference-applied").is_none());
    let vary: Vec<_> = headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["prefer, brief"]);
}

#[tokio::test]
async fn rfc_8144_section_2_1_a_minimal_answer_tells_nothing_of_what_is_missing() {
    let request = propfind("/a%20&%20b/").header("prefer", "return=minimal");
    let (_, headers, body) = ask(MultiStatusLayer::new(), listing(), request).await;
    assert_eq!(headers["preference-applied"], "return=minimal");
    assert!(!body.contains(GONE), "{body}");
    assert!(
        body.contains(
            "/none</D:href><D:propstat><D:prop/><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        ),
        "what has nothing left has a legal substitute: {body}"
    );
    roxmltree::Document::parse(&body).expect("well-formed");
}

#[tokio::test]
async fn a_member_that_is_missing_is_told_in_minimal_answers_too() {
    let gone = Resource::status(Href::path("/gone"), StatusCode::NOT_FOUND);
    let request = propfind("/").header("prefer", "return=minimal");
    let (_, _, body) = ask(
        MultiStatusLayer::new(),
        MultiStatus::from_iter([gone]),
        request,
    )
    .await;
    assert!(body.contains(GONE), "{body}");
}

#[tokio::test]
async fn brief_is_minimal_without_preference_applied() {
    let request = propfind("/").header("brief", "t");
    let (_, headers, body) = ask(MultiStatusLayer::new(), listing(), request).await;
    assert!(!body.contains(GONE), "{body}");
    assert!(headers.get("preference-applied").is_none());
}

#[tokio::test]
async fn rfc_8144_section_2_2_a_minimal_success_of_proppatch_is_empty() {
    let patched =
        || MultiStatus::from_iter([Resource::new(Href::path("/a")).name(&Name::dav("x"))]);
    let proppatch = || {
        Request::builder()
            .method("PROPPATCH")
            .uri("/a")
            .header("prefer", "return=minimal")
    };
    let (status, headers, body) = ask(MultiStatusLayer::new(), patched(), proppatch()).await;
    assert_eq!((status, &*body), (StatusCode::NO_CONTENT, ""));
    assert!(headers.get("content-type").is_none());
    assert_eq!(headers["preference-applied"], "return=minimal");

    let refused = Resource::new(Href::path("/a"))
        .missing(&Name::dav("x"))
        .error(Condition::CannotModifyProtectedProperty);
    let (status, _, body) = ask(
        MultiStatusLayer::new(),
        MultiStatus::from_iter([refused]),
        proppatch(),
    )
    .await;
    assert_eq!(status, StatusCode::MULTI_STATUS);
    assert!(body.contains(GONE), "a failure is told whole: {body}");
}

#[tokio::test]
async fn rfc_8144_section_4_depth_noroot_leaves_out_the_target() {
    for target in ["/a%20&%20b/", "/a%20&%20b", "/%61%20%26%20b"] {
        let request = propfind(target).header("prefer", "depth-noroot, return=minimal");
        let (_, headers, body) = ask(MultiStatusLayer::new(), listing(), request).await;
        assert!(
            !body.contains("<D:href>/a%20&amp;%20b/</D:href>"),
            "{target}: {body}"
        );
        assert_eq!(body.matches("<D:response>").count(), 2, "{target}: {body}");
        assert_eq!(
            headers["preference-applied"],
            "return=minimal, depth-noroot"
        );
    }
    // It means nothing where there are no members.
    let request = Request::builder()
        .method("PROPFIND")
        .uri("/a%20&%20b/")
        .header("depth", "0")
        .header("prefer", "depth-noroot");
    let (_, headers, body) = ask(MultiStatusLayer::new(), listing(), request).await;
    assert_eq!(body.matches("<D:response>").count(), 3, "{body}");
    assert!(headers.get("preference-applied").is_none());
}

#[tokio::test]
async fn depth_noroot_leaves_out_the_target_and_nothing_else() {
    let token = |answer: MultiStatus| answer.sync_token("urn:t").expect("a URI");
    let truncated = Resource::status(Href::collection("/a"), StatusCode::INSUFFICIENT_STORAGE);
    let shared =
        Resource::status(Href::collection("/a"), StatusCode::LOCKED).and(Href::path("/a/b"));
    for row in [truncated, shared] {
        let request = propfind("/a/").header("prefer", "depth-noroot");
        let (_, _, body) = ask(
            MultiStatusLayer::new(),
            token(MultiStatus::from_iter([row])),
            request,
        )
        .await;
        assert!(
            body.contains("<D:href>/a/</D:href>"),
            "a failure is told: {body}"
        );
    }
    // REPORT without a depth, and SEARCH, are not about members.
    for method in ["REPORT", "SEARCH", "PROPPATCH"] {
        let request = Request::builder()
            .method(method)
            .uri("/a%20&%20b/")
            .header("prefer", "depth-noroot");
        let (_, headers, body) = ask(MultiStatusLayer::new(), listing(), request).await;
        assert_eq!(body, listing().to_string(), "{method}");
        assert!(headers.get("preference-applied").is_none(), "{method}");
    }
}

#[tokio::test]
async fn a_preference_is_said_to_be_applied_where_it_was() {
    let failed = Resource::new(Href::path("/a")).withheld(&Name::dav("x"), StatusCode::CONFLICT);
    let explained = Resource::new(Href::path("/a")).name(&Name::dav("x"));
    let answers = [
        MultiStatus::from_iter([failed]),
        MultiStatus::new(),
        MultiStatus::from_iter([explained]).description("the quota is nearly used up"),
    ];
    for answer in answers {
        let request = Request::builder()
            .method("PROPPATCH")
            .uri("/a")
            .header("prefer", "return=minimal");
        let (status, headers, body) = ask(MultiStatusLayer::new(), answer.clone(), request).await;
        assert_eq!(
            (status, body),
            (StatusCode::MULTI_STATUS, answer.to_string())
        );
        assert!(headers.get("preference-applied").is_none());
    }
}

#[tokio::test]
async fn what_was_changed_on_the_way_is_left_alone() {
    for (status, replaced) in [(403, "no"), (207, "<redacted/>"), (403, "")] {
        let service = ServiceBuilder::new()
            .layer(MultiStatusLayer::new())
            .service(service_fn(move |_: Request<()>| {
                let (mut head, _) = listing().into_http().into_parts();
                head.status = StatusCode::from_u16(status).expect("a status");
                let body = Full::new(Bytes::from_static(replaced.as_bytes()));
                ready(Ok::<_, Infallible>(Response::from_parts(head, body)))
            }));
        let request = propfind("/").header("prefer", "return=minimal").body(());
        let response = service
            .oneshot(request.expect("a request"))
            .await
            .expect("infallible");
        assert_eq!(response.status(), status);
        assert!(response.headers().get("preference-applied").is_none());
        let body = response
            .into_body()
            .collect()
            .await
            .expect("infallible")
            .to_bytes();
        assert_eq!(body, replaced, "nobody gives back what somebody took away");
    }
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

#[test]
fn the_types_go_wherever_requests_go() {
    fn send_and_sync<T: Send + Sync + 'static>() {}
    fn send<T: Send + 'static>() {}
    send_and_sync::<MultiStatus>();
    send_and_sync::<Resource>();
    send_and_sync::<statuary::PropStat>();
    send_and_sync::<statuary::DavError>();
    send_and_sync::<DavBody>();
    send_and_sync::<MultiStatusService<()>>();
    send_and_sync::<statuary::reply::ReplyBody<DavBody>>();
    send_and_sync::<statuary::reply::ResponseFuture<()>>();
    send_and_sync::<statuary::MemberPaywall<()>>();
    send::<statuary::MultiStatusStream>();
    send::<statuary::reply::StreamBody>();
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

    // A stream whose first chunk has both forms.
    let rows =
        ["/a", "http://elsewhere.example/c", "/d", "/e"].map(|href| Ok::<_, DavError>(one(href)));
    let stream = statuary::MultiStatusStream::iter(rows).chunk_size(150);
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
        DavError::from(Condition::LockTokenSubmitted(vec![
            Href::path("/a & b"),
            Href::path("/whole").of_server(),
        ]))
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
async fn a_large_answer_is_edited_chunk_by_chunk() {
    let etag = Name::dav("getetag");
    let answer: MultiStatus = (0..3_000)
        .map(|member| {
            Resource::new(Href::path(&format!("/m{member}")))
                .prop(prop::GetContentLength(member))
                .missing(&etag)
        })
        .collect();
    let request = propfind("/m7").header("prefer", "return=minimal, depth-noroot");
    let (_, _, body) = ask(MultiStatusLayer::new().mounted_at("/dav"), answer, request).await;
    let expected: MultiStatus = (0..3_000)
        .filter(|member| *member != 7)
        .map(|member| {
            Resource::new(Href::path(&format!("/dav/m{member}")))
                .prop(prop::GetContentLength(member))
        })
        .collect();
    assert!(body == expected.to_string());
}

#[tokio::test]
async fn another_response_passes_untouched() {
    let service = ServiceBuilder::new()
        .layer(MultiStatusLayer::new())
        .service(service_fn(|_: Request<()>| {
            let response = Response::builder()
                .status(207)
                .header("x", "y")
                .body(Full::new(Bytes::from_static(b"<other/>")));
            ready(Ok::<_, Infallible>(response.expect("a response")))
        }));
    let request = propfind("/")
        .header("prefer", "return=minimal")
        .body(())
        .expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    assert_eq!(response.headers().len(), 1);
    assert_eq!(
        response
            .into_body()
            .collect()
            .await
            .expect("infallible")
            .to_bytes(),
        "<other/>"
    );
}

#[tokio::test]
async fn a_compressed_response_is_left_alone() {
    let service = ServiceBuilder::new()
        .layer(MultiStatusLayer::new())
        .service(service_fn(|_: Request<()>| {
            let mut response = listing()
                .into_http()
                .map(|_| Full::new(Bytes::from_static(b"zip")));
            response
                .headers_mut()
                .insert("content-encoding", "gzip".parse().expect("a value"));
            ready(Ok::<_, Infallible>(response))
        }));
    let request = propfind("/").body(()).expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    assert_eq!(
        response
            .into_body()
            .collect()
            .await
            .expect("infallible")
            .to_bytes(),
        "zip"
    );
}

#[tokio::test]
async fn readiness_and_errors_are_those_of_the_inner_service() {
    let (mut service, mut inner) =
        mock::spawn_with(|inner: mock::Mock<Request<()>, Response<DavBody>>| {
            MultiStatusService::new(inner)
        });
    inner.allow(0);
    assert!(service.poll_ready().is_pending());
    inner.allow(1);
    assert!(service.poll_ready().is_ready());
    let future = service.call(Request::new(()));
    inner
        .next_request()
        .await
        .expect("called")
        .1
        .send_error("broken");
    assert_eq!(
        future.await.expect_err("the inner error").to_string(),
        "broken"
    );

    inner.allow(1);
    assert!(service.poll_ready().is_ready());
    let future = service.call(propfind("/").body(()).expect("a request"));
    let (request, send) = inner.next_request().await.expect("called");
    assert_eq!(request.method(), "PROPFIND");
    send.send_response(listing().into_http());
    assert_eq!(future.await.expect("a response").status(), 207);
}

/// A router sets the length of the body that its handler gave it; wrapped round it, the layer gives
/// another body.
#[tokio::test]
async fn the_length_that_a_router_announced_is_mended() {
    let router: Router = Router::new().route(
        "/{*path}",
        any(async || listing().into_http().map(Body::new)),
    );
    let app = MultiStatusLayer::new().layer(router);
    let request = propfind("/a").header("prefer", "return=minimal");
    let request = request.body(Body::empty()).expect("a request");
    let response = app.oneshot(request).await.expect("infallible");
    let announced = response.headers()["content-length"].clone();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    assert!(!String::from_utf8_lossy(&body).contains(GONE));
    assert_eq!(announced, body.len().to_string().as_str());
}
