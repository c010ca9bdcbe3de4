//! What a request is about.

use http::{Method, StatusCode, Uri};
use statuary::{DavError, Href, request::Rejection};

fn target(uri: &str) -> Result<String, Rejection> {
    let uri: Uri = uri.parse().unwrap_or_else(|error| panic!("{uri}: {error}"));
    Href::of_request(&uri).map(|href| href.to_string())
}

#[test]
fn it_is_the_path_of_the_uri() {
    for (uri, path) in [
        ("/", "/"),
        ("/docs/", "/docs/"),
        ("/a%20b/%C3%bc", "/a%20b/%C3%bc"),
        ("/a?b=c#d", "/a"),
        ("http://example.com:8080/a", "/a"),
        ("http://example.com", "/"),
        ("//a", "/a"),
        ("///a//b", "/a//b"),
        ("/.hidden/...", "/.hidden/..."),
        ("/a:b@c;d=e,f&g(h)*+!$'", "/a:b@c;d=e,f&g(h)*+!$'"),
    ] {
        assert_eq!(target(uri).ok().as_deref(), Some(path), "{uri}");
    }
}

#[test]
fn what_a_client_did_not_encode_is_encoded() {
    for (uri, path) in [
        ("/a|b", "/a%7Cb"),
        ("/\"a\"", "/%22a%22"),
        ("/m\u{fc}sik", "/m%C3%BCsik"),
        ("/docs[1]/{x}", "/docs%5B1%5D/%7Bx%7D"),
        ("/a\\b^c", "/a%5Cb%5Ec"),
    ] {
        assert_eq!(target(uri).ok().as_deref(), Some(path), "{uri}");
    }
}

/// What the client has sent is the mistake of the client.
#[test]
fn what_names_nothing_is_refused() {
    const ESCAPE: &str = "the path of the request must have two hexadecimal digits after each `%`";
    const DOTS: &str = "the path of the request must not hold `.` or `..` as a segment";
    const ROOT: &str = "the path of the request must begin with `/`";
    for (uri, sentence) in [
        ("/100%", ESCAPE),
        ("/%zz", ESCAPE),
        ("/%4", ESCAPE),
        ("/|%", ESCAPE),
        ("/..", DOTS),
        ("/a/./b", DOTS),
        ("/a/%2e%2E/b", DOTS),
        ("/a/.%2e", DOTS),
        ("*", ROOT),
        ("example.com:80", ROOT),
    ] {
        let rejection = target(uri).expect_err(uri);
        assert_eq!(rejection.to_string(), sentence, "{uri}");
        assert_eq!(rejection.condition(), None);
        assert_eq!(DavError::from(rejection).status(), StatusCode::BAD_REQUEST);
    }
}

/// The URI itself, for a handler that has the request whole.
#[test]
fn it_borrows_from_the_uri() {
    let request = http::Request::builder().method(Method::PUT).uri("/a%20b");
    let request = request.body(()).expect("a request");
    let target = Href::of_request(request.uri()).expect("a path");
    let encoded = target.encoded();
    assert_eq!(encoded, "/a%20b");
    assert_eq!(encoded.as_ptr(), request.uri().path().as_ptr());
}
