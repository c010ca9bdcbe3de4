//! How an answer names things: RFC 4918, sections 5.2, 8.3 and 14.7.

use http::{Request, StatusCode};
use proptest::{collection::vec, prelude::*};
use roxmltree::Document;
use statuary::{
    Href, MultiStatus, MultiStatusLayer, Resource,
    dav::InvalidHrefKind,
    prop::{self, ResourceType},
    xml::Name,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    documents::{body, one},
    infoset::{all, text},
};

/// The hrefs of an answer, wherever they are.
fn hrefs(answer: &str) -> Vec<String> {
    let document = Document::parse(answer).expect("well-formed");
    let hrefs = all(document.root_element(), "href");
    hrefs.into_iter().map(text).collect()
}

#[test]
fn section_8_3_hrefs_are_encoded_once_and_then_escaped() {
    let written = |path: &[u8]| {
        let answer = one(Resource::new(Href::path(path)));
        let document = Document::parse(&answer).expect("well-formed");
        text(all(document.root_element(), "href")[0])
    };
    assert_eq!(written(b"/a b"), "/a%20b");
    assert_eq!(written(b"/50%"), "/50%25");
    assert_eq!(
        written(b"/a&b;(c)'d'!"),
        "/a&b;(c)'d'!",
        "sub-delimiters stay"
    );
    assert_eq!(written(b"/<\"#?>"), "/%3C%22%23%3F%3E");
    assert_eq!(
        written("/\u{FFFE}\n\u{1F600}".as_bytes()),
        "/%EF%BF%BE%0A%F0%9F%98%80"
    );
    assert_eq!(written(b"/caf\xE9"), "/caf%E9", "a name need not be UTF-8");
    assert_eq!(written(b"no/slash"), "/no/slash");
    assert_eq!(written(b"//host/x"), "/host/x", "never a network path");
    assert_eq!(written(b"/a/../b/./c"), "/b/c", "dot segments are resolved");
    assert_eq!(written(b"/../../a/.."), "/", "and not above the root");
    assert_eq!(written(b""), "/");
    assert_eq!(Href::collection("/a").to_string(), "/a/");
    assert_eq!(Href::collection("/").to_string(), "/");
}

#[test]
fn section_8_3_only_a_simple_ref_is_an_href() {
    #[track_caller]
    fn refused(href: &str, sentence: &str) {
        let error = Href::parse(href).expect_err("refused");
        assert_eq!(error.to_string(), sentence);
    }
    for href in [
        "/",
        "/a%20b?x=1&y",
        "http://example.com",
        "http://[::1]/a",
        "http://[::1]:80/a",
        "urn:uuid:1-2",
    ] {
        assert_eq!(
            Href::parse(href).map(|href| href.to_string()),
            Ok(href.to_owned())
        );
    }
    refused(
        "",
        "invalid href: nothing where a path or a URI is due at byte 0",
    );
    refused(
        "a/b",
        "invalid href: neither an absolute path nor an absolute URI at byte 0",
    );
    refused(
        "//host/a",
        "invalid href: neither an absolute path nor an absolute URI at byte 0",
    );
    refused("http://h:x/", "invalid href: no host and port at byte 7");
    refused("http://h:/", "invalid href: no host and port at byte 7");
    refused("http://h:+80/", "invalid href: no host and port at byte 7");
    refused(
        "http://h:[::1]:80/",
        "invalid href: no host and port at byte 7",
    );
    refused("http://[::1/", "invalid href: no host and port at byte 7");
    refused(
        "/a[b]",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused("/a#b", "invalid href: a fragment at byte 2");
    refused(
        "/a b",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused(
        "/a%2",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused(
        "/a%g0",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused(
        "/\u{e9}",
        "invalid href: a character that must be percent-encoded at byte 1",
    );
    refused("/a/../b", "invalid href: a dot segment at byte 3");
    refused("http://x/%2E%2e/b", "invalid href: a dot segment at byte 9");
}

#[test]
fn m16_no_path_has_a_dot_segment() {
    let answer: MultiStatus = ["/a/../b", "/./c", "/d/..", "/../../e", "/f/."]
        .iter()
        .map(|path| Resource::status(Href::path(path), StatusCode::LOCKED))
        .collect();
    let told = hrefs(&answer.to_string());
    assert_eq!(told.len(), 5);
    for href in told {
        let decoded = href.replace("%2e", ".").replace("%2E", ".");
        assert!(
            !decoded.split('/').any(|it| it == "." || it == ".."),
            "{href}"
        );
    }
}

/// The layer knows the path before every route, so that no handler forgets it.
#[tokio::test]
async fn m17_every_href_begins_as_the_request_uri_does() {
    let handler = service_fn(async |_: Request<()>| {
        let folder = Resource::new(Href::collection("/a")).prop(ResourceType::COLLECTION);
        let member = Resource::new(Href::path("/a/b")).prop(ResourceType::FILE);
        Ok::<_, std::convert::Infallible>(MultiStatus::from_iter([folder, member]).into_http())
    });
    let mounted = MultiStatusLayer::new().mounted_at("/dav").layer(handler);
    let request = Request::builder().method("PROPFIND").uri("/dav/a/");
    let request = request.body(()).expect("a request");
    let response = mounted.oneshot(request).await.expect("infallible");
    let body = http_body_util::BodyExt::collect(response.into_body()).await;
    let body = body.expect("infallible").to_bytes();
    let answer = String::from_utf8(body.to_vec()).expect("UTF-8");
    assert_eq!(hrefs(&answer), ["/dav/a/", "/dav/a/b"]);
}

#[test]
fn m18_the_href_of_a_collection_ends_with_a_slash() {
    for (path, href) in [("/", "/"), ("/a", "/a/"), ("/a/", "/a/"), ("", "/")] {
        let answer = MultiStatus::from_iter([Resource::new(Href::collection(path))]);
        assert_eq!(hrefs(&answer.to_string()), [href], "{path:?}");
    }
}

#[test]
fn m20_a_path_has_one_spelling() {
    let preferred = Href::path("/a~b/\u{e9} c");
    assert_eq!(preferred.encoded(), "/a~b/%C3%A9%20c");
    for spelling in [
        "/a%7Eb/%C3%A9%20c",
        "/a%7eb/%c3%a9%20c",
        "/%61~b/%C3%A9%20c",
    ] {
        let asked = Href::parse(spelling).expect("an href");
        assert!(asked.same_path(&preferred), "{spelling}");
    }
}

#[test]
fn section_5_2_a_member_is_the_collection_and_one_segment() {
    for (collection, name, member) in [
        ("/", "a", "/a"),
        ("/cal/", "a/b.ics", "/cal/a%2Fb.ics"),
        ("/cal", "50% & \u{fc}?", "/cal/50%25%20&%20%C3%BC%3F"),
        ("/cal/?q=/x", "...", "/cal/..."),
        ("http://example.com", "a", "http://example.com/a"),
        (
            "http://example.com/%61/",
            "%2F",
            "http://example.com/%61/%252F",
        ),
    ] {
        let collection = Href::parse(collection).expect("an href");
        let found = collection.member(name).map(|href| href.to_string());
        assert_eq!(found.as_deref(), Ok(member));
    }
    let calendar = Href::collection("/cal").of_server();
    let told = Resource::new(calendar.member("a").expect("a name"));
    assert!(told.to_string().contains("<D:href >/cal/a</D:href>"));

    let refused = |name: &str| calendar.member(name).expect_err("refused").to_string();
    assert_eq!(refused(""), "invalid href: an empty segment at byte 5");
    assert_eq!(refused("."), "invalid href: a dot segment at byte 5");
    assert_eq!(refused(".."), "invalid href: a dot segment at byte 5");
    let refused = Href::from_segments(["a", "", "b"]).expect_err("refused");
    assert_eq!(refused.kind(), InvalidHrefKind::EmptySegment);
    assert_eq!(Href::from_segments([[0; 0]; 0]), Ok(Href::path("/")));
}

#[test]
fn section_5_2_an_href_becomes_that_of_a_collection() {
    for (href, collection) in [
        ("/", "/"),
        ("/a", "/a/"),
        ("/a/", "/a/"),
        ("/a?q=/x", "/a/?q=/x"),
        ("http://example.com", "http://example.com/"),
    ] {
        let href = Href::parse(href).expect("an href").into_collection();
        assert_eq!(href.to_string(), collection);
    }
    assert_eq!(
        Href::path("/a b").into_collection(),
        Href::collection("/a b")
    );
    let of_server = Href::path("/a").of_server().into_collection();
    assert_eq!(of_server.below("/a"), Some(Href::path("/")));
}

proptest! {
    #[test]
    fn segments_become_the_href_that_they_are_of(
        segments in vec(vec(any::<u8>(), 1..6), 0..5)
    ) {
        let climbs = segments.iter().any(|it| it == b"." || it == b"..");
        match Href::from_segments(&segments) {
            Ok(href) => {
                prop_assert!(!climbs);
                prop_assert_eq!(Href::parse(href.to_string()), Ok(href.clone()));
                prop_assert_eq!(&href.segments(), &segments);
                let root = Href::path("/");
                let walked = segments.iter().try_fold(root, |at, name| at.member(name));
                prop_assert_eq!(walked, Ok(href));
            }
            Err(_) => prop_assert!(climbs),
        }
    }

    #[test]
    fn m14_m19_whatever_a_path_is_made_of_its_href_is_a_simple_ref(path in vec(any::<u8>(), 0..20)) {
        let path = [b"/", &path[..]].concat();
        let answer = MultiStatus::from_iter([Resource::status(Href::path(&path), StatusCode::GONE)]);
        let href = &hrefs(&answer.to_string())[0];
        prop_assert!(href.starts_with('/') && !href.starts_with("//"), "{}", href);
        let uri: http::Uri = href.parse().expect("a URI");
        prop_assert_eq!((uri.path(), uri.query()), (&**href, None));
        prop_assert!(!href.contains('#'), "{}", href);
    }
}

/// The `resource-id` of RFC 5842, the `add-member` of RFC 5995, the principals of RFC 3744.
#[test]
fn e12_e15_e16_a_property_may_hold_an_href_of_any_kind() {
    let holding = |name, href| {
        let href = Href::parse(href).expect("an href");
        prop::href(Name::dav(name), href)
    };
    let id = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    let nobody = prop::with_content(Name::dav("current-user-principal"), |principal| {
        let _ = principal.element(&Name::dav("unauthenticated")).empty();
    });
    let resource = Resource::new(Href::path("/a"))
        .prop(holding("resource-id", id))
        .prop(holding("add-member", "/a;add-member?b&c"))
        .prop(nobody);
    let answer = MultiStatus::from_iter([resource]).into_http();
    let answer = body(answer);
    assert_eq!(hrefs(&answer), ["/a", id, "/a;add-member?b&c"]);
    assert!(
        answer
            .contains("<D:current-user-principal><D:unauthenticated/></D:current-user-principal>"),
        "{answer}"
    );
}

#[test]
fn section_5_2_what_is_written_with_a_slash_is_a_collection() {
    for path in ["", "/", ".", "..", "a/..", "/a/", "/a/.", "/a/b/.."] {
        let href = Href::path(path);
        assert!(
            href.encoded().ends_with('/') && href.is_collection(),
            "{path:?}"
        );
        assert!(href.clone().into_encoded().is_collection(), "{path:?}");
    }
    assert!(!Href::path("/a").is_collection());
}

#[test]
fn what_is_below_a_mount_is_known_by_its_segments() {
    for (href, mount, below) in [
        ("/dav/cal/a.ics", "/dav", Some("/cal/a.ics")),
        ("/dav/cal/", "/dav/cal", Some("/")),
        ("/dav", "/dav/", Some("/")),
        ("/dav?q=/x", "/dav", Some("/?q=/x")),
        ("/d%61v//a%2Fb?q", "dav", Some("/a%2Fb?q")),
        ("/d%20%26%20v/a", "/d & v", Some("/a")),
        ("http://example.com/dav/a", "/dav", Some("/a")),
        ("/a/b", "/", Some("/a/b")),
        ("/a", "", Some("/a")),
        ("/davx/a", "/dav", None),
        ("/da", "/dav", None),
        ("/a?/dav/b", "/a/dav", None),
        ("/a%2Fdav/b", "/a/dav", None),
        ("/cal/dav/a", "/dav", None),
        ("urn:dav/a", "/", None),
    ] {
        let href = Href::parse(href).expect("an href").of_server();
        let found = href.below(mount);
        assert_eq!(
            found.as_ref().map(Href::encoded).as_deref(),
            below,
            "{href}"
        );
        let again = found.as_ref().and_then(|found| found.below(mount));
        assert_eq!(again, found, "{href}");
    }
    // A path is below the mount, unless it is said to be one of the whole server; a URI never is.
    let href = Href::path("/dav/a");
    assert_eq!(href.below("/dav"), Some(href.borrowed()));
    let href = Href::parse("http://example.com/dav/a").expect("an href");
    assert_eq!(href.below("/dav"), Some(Href::path("/a")));
}

#[test]
fn what_is_encoded_becomes_an_href_from_any_text() {
    let href = Href::parse("/a%20b").expect("an href");
    assert_eq!(Href::try_from("/a%20b"), Ok(href.clone()));
    assert_eq!(Href::try_from("/a%20b".to_owned()), Ok(href.clone()));
    assert_eq!("/a%20b".parse(), Ok(href));
    let wrong = Href::parse("a b").expect_err("no href");
    assert_eq!(Href::try_from("a b".to_owned()), Err(wrong));
}
