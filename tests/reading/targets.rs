//! Which resource an href names.

use http::Uri;
use statuary::read::resolve;

const REQUEST: &str = "http://Example.com:80/a/b?c";

fn resolved(href: &str) -> Option<String> {
    let request: Uri = REQUEST.parse().unwrap();
    resolve(&request, href).map(|uri| uri.to_string())
}

/// The examples of RFC 3986, section 5.4, as far as they are about http, and without those of fragments,
/// which an href does not have.
#[test]
fn examples_of_the_rfc() {
    let request: Uri = "http://a/b/c/d;p?q".parse().unwrap();
    for (href, uri) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g/"),
        ("g?y", "http://a/b/c/g?y"),
        ("?y", "http://a/b/c/d;p?y"),
        ("", "http://a/b/c/d;p?q"),
        (";x", "http://a/b/c/;x"),
        (".", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("g;x=1/../y", "http://a/b/c/y"),
    ] {
        assert_eq!(resolve(&request, href).unwrap().to_string(), uri, "{href}");
    }
}

#[test]
fn one_way_to_write_it() {
    for href in [
        "http://example.com:/a/x%20y",
        "x%20(y)@",
        "x y",
        "/a/x%20y",
        "http://EXAMPLE.com/a/%78%20y",
        "HTTP://example.com:80/a/./x%20y",
        "//example.com/a/x%20%79",
    ] {
        let expected = match href.contains('@') {
            true => "http://example.com/a/x%20(y)@",
            false => "http://example.com/a/x%20y",
        };
        assert_eq!(resolved(href).as_deref(), Some(expected), "{href}");
    }
    assert_eq!(resolved("x%28y%29%40"), resolved("x(y)@"));
    assert_eq!(resolved("\u{E9}"), resolved("%c3%a9"));
    // What is a delimiter when it is not encoded stays what it is.
    assert_ne!(resolved("x%2Fy"), resolved("x/y"));
    assert_ne!(resolved("x%3Fy"), resolved("x?y"));
    assert_ne!(resolved("x/"), resolved("x"));
    assert_eq!(
        resolved("100%").as_deref(),
        Some("http://example.com/a/100%25")
    );
}

/// What divides a query does so only where it is not encoded.
#[test]
fn a_query_keeps_its_meaning() {
    for (query, expected) in [
        ("?name=a%26b%3D%2b%3B", "?name=a%26b%3D%2B%3B"),
        ("?name=a&b=+;", "?name=a&b=+;"),
        ("?%7Eann=%62 c%2F/?", "?~ann=b%20c%2F/?"),
    ] {
        let expected = format!("http://example.com/a/x{expected}");
        assert_eq!(resolved(&format!("x{query}")), Some(expected), "{query}");
    }
}

/// RFC 4918, section 8.3: an href has no fragment. A `#` is part of a name that was left as it is.
#[test]
fn a_number_sign_is_part_of_a_name() {
    for (href, path) in [
        ("/a/C# notes.txt", "/a/C%23%20notes.txt"),
        ("/a/C#2.txt", "/a/C%232.txt"),
        ("#1", "/a/%231"),
        ("x?y#z", "/a/x?y%23z"),
    ] {
        let expected = format!("http://example.com{path}");
        assert_eq!(resolved(href), Some(expected), "{href}");
    }
    assert_eq!(resolved("http://h#x"), None);
}

/// White space around an href is that of XML; other characters are part of a name.
#[test]
fn white_space_around_it() {
    assert_eq!(resolved(" \n/x\t"), resolved("/x"));
    let expected = Some("http://example.com/x%E3%80%80".to_owned());
    assert_eq!(resolved("/x\u{3000}"), expected);
}

#[test]
fn a_user_is_written_in_one_way() {
    let request: Uri = "http://Ann:Key@Example.com:80/a".parse().unwrap();
    let resolved = |href| resolve(&request, href).unwrap().to_string();
    assert_eq!(resolved("b"), "http://Ann:Key@example.com/b");
    assert_eq!(
        resolved("http://Bob@EXAMPLE.com/"),
        "http://Bob@example.com/"
    );
}

#[test]
fn what_is_no_uri() {
    for href in ["mailto:a@b", "urn:uuid:1", "http://[", "http://a b/"] {
        assert_eq!(resolved(href), None, "{href}");
    }
}

#[test]
fn without_a_host() {
    let request = Uri::from_static("/a/b");
    assert_eq!(resolve(&request, "c").unwrap(), "/a/c");
    assert_eq!(resolve(&request, "https://h:443/c").unwrap(), "https://h/c");
    assert_eq!(resolve(&request, "https://h:/c").unwrap(), "https://h/c");
    assert_eq!(resolve(&request, "//h:443/c").unwrap(), "http://h:443/c");
    // A path that would be read as an authority.
    assert_eq!(resolve(&request, "/.//evil/x"), None);
    assert_eq!(resolve(&request, "..//evil/x"), None);
    assert_eq!(resolve(&request, "//h/.//x").unwrap(), "http://h//x");
    // Longer than a URI may be.
    assert_eq!(resolve(&request, &"a".repeat(70_000)), None);
}
