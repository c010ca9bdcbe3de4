//! What a request prefers: RFC 8144, and Microsoft's `Brief`.

use std::{convert::Infallible, future::ready};

use http::{Request, StatusCode};
use statuary::{
    Condition, Href, MultiStatus, MultiStatusLayer, Resource, dav::SyncToken, prop, xml::Name,
};
use tower::{Layer, ServiceExt, service_fn};

use super::{GONE, ask, listing, propfind};

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
async fn the_digest_of_an_answer_is_none_of_what_is_left() {
    for (prefer, is_whole) in [("return=minimal", false), ("wait=1", true)] {
        let service = service_fn(|_: Request<()>| {
            let mut response = listing().into_http();
            let digest = http::HeaderValue::from_static("sha-256=:YQ==:");
            response.headers_mut().insert("content-digest", digest);
            ready(Ok::<_, Infallible>(response))
        });
        let request = propfind("/").header("prefer", prefer).body(());
        let app = MultiStatusLayer::new().layer(service);
        let response = app.oneshot(request.expect("a request")).await;
        let headers = response.expect("infallible").into_parts().0.headers;
        assert_eq!(headers.contains_key("content-digest"), is_whole);
    }
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

    let nothing_said = MultiStatus::from_iter([Resource::new(Href::path("/a"))
        .name(&Name::dav("x"))
        .description("for now")
        .description("")]);
    assert_eq!(nothing_said, patched());
    let mut written = MultiStatus::new();
    let mut resource = written.resource(Href::path("/a"));
    let _ = resource.name(&Name::dav("x")).description("");
    resource.end();
    for nothing_said in [nothing_said, written] {
        let (status, ..) = ask(MultiStatusLayer::new(), nothing_said, proppatch()).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "an empty sentence is none");
    }

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
    // What is no href may be a target all the same.
    for (target, path) in [
        ("/m\u{fc}sik/", "/m\u{fc}sik"),
        ("/docs[1]/", "/docs[1]"),
        ("/100%", "/100%"),
        ("//a", "/a"),
        ("/b/../a/.", "/a"),
    ] {
        let member = format!("{path}/member");
        let answer = MultiStatus::from_iter([
            Resource::new(Href::collection(path)).prop(prop::ResourceType::COLLECTION),
            Resource::new(Href::path(&member)).prop(prop::GetContentLength(1)),
        ]);
        for mount in ["", "/dav"] {
            let layer = MultiStatusLayer::new().mounted_at(mount);
            let request = propfind(target).header("prefer", "depth-noroot");
            let (_, headers, body) = ask(layer, answer.clone(), request).await;
            assert_eq!(headers["preference-applied"], "depth-noroot");
            assert_eq!(body.matches("<D:response>").count(), 1, "{target}: {body}");
            assert!(body.contains("/member</D:href>"), "{target}: {body}");
        }
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
    let token = SyncToken::new("urn:t").expect("a URI");
    let token = |answer: MultiStatus| answer.sync_token(&token);
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
async fn depth_noroot_knows_the_target_by_its_mount() {
    let listed = |root: Href<'_>| {
        let member = Resource::new(Href::path("/docs/a"));
        MultiStatus::from_iter([Resource::new(root), member])
    };
    let uri = |uri| Href::parse(uri).expect("a URI");
    for (root, is_target) in [
        (Href::collection("/docs"), true),
        (Href::collection("/d & v/docs").of_server(), true),
        (uri("http://example.com/d%20&%20v/docs/"), true),
        // These are elsewhere on the server.
        (Href::collection("/docs").of_server(), false),
        (Href::collection("/d & v/docs"), false),
        (uri("http://example.com/docs/"), false),
    ] {
        let layer = MultiStatusLayer::new().mounted_at("/d & v");
        let request = propfind("/docs/").header("prefer", "depth-noroot");
        let (_, _, body) = ask(layer, listed(root.borrowed()), request).await;
        let left = 2 - usize::from(is_target);
        assert_eq!(body.matches("<D:response>").count(), left, "{root}: {body}");
    }
}

/// A layer around the router that takes the mount off sees the target with it.
#[tokio::test]
async fn depth_noroot_knows_the_target_from_outside_of_the_mount() {
    let listed = |root: Href<'_>| {
        let member = Resource::new(Href::path("/dav/a"));
        MultiStatus::from_iter([Resource::new(root), member])
    };
    for (target, root, is_target) in [
        ("/dav/docs/", Href::collection("/docs"), true),
        ("/%64av/docs", Href::collection("/docs"), true),
        ("/dav/", Href::collection("/"), true),
        ("/dav", Href::collection("/"), true),
        (
            "/dav/docs/",
            Href::collection("/dav/docs").of_server(),
            true,
        ),
        ("/dav/docs/", Href::collection("/docs").of_server(), false),
        ("/davit/docs/", Href::collection("/docs"), false),
    ] {
        let layer = MultiStatusLayer::new().mounted_at("/dav");
        let request = propfind(target).header("prefer", "depth-noroot");
        let (_, _, body) = ask(layer, listed(root.borrowed()), request).await;
        let left = 2 - usize::from(is_target);
        assert_eq!(body.matches("<D:response>").count(), left, "{root}: {body}");
        assert!(body.contains("<D:href>/dav/dav/a</D:href>"), "{body}");
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
