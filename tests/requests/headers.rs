//! The headers of requests, each as its type.

use http::{HeaderMap, HeaderValue, Uri};
use statuary::{
    Href,
    dav::{
        Brief, CaldavTimezones, ComplianceClass, Dav, Depth, Destination, If, IfMatch, IfNoneMatch,
        InvalidHeader, LockToken, Overwrite, Prefer, Return, SyncToken, TimeType, Timeout,
        ZeroOrInfinity,
    },
};

fn headers(name: &'static str, values: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(name, HeaderValue::from_bytes(value).unwrap());
    }
    headers
}

fn depth(values: &[&[u8]]) -> Result<Option<Depth>, InvalidHeader> {
    Depth::optional_from_headers(&headers("depth", values))
}

fn destination(value: &str) -> Result<Destination, String> {
    Destination::from_headers(&headers("destination", &[value.as_bytes()]))
        .map_err(|error| error.to_string())
}

#[test]
fn each_header_has_its_name() {
    for (name, sent) in [
        (Brief::NAME, "brief"),
        (CaldavTimezones::NAME, "caldav-timezones"),
        (Dav::NAME, "dav"),
        (Depth::NAME, "depth"),
        (Destination::NAME, "destination"),
        (If::NAME, "if"),
        (IfMatch::NAME, "if-match"),
        (IfNoneMatch::NAME, "if-none-match"),
        (LockToken::NAME, "lock-token"),
        (Overwrite::NAME, "overwrite"),
        (Prefer::NAME, "prefer"),
        (Return::APPLIED, "preference-applied"),
        (Timeout::NAME, "timeout"),
        (ZeroOrInfinity::NAME, "depth"),
    ] {
        assert_eq!(name, sent);
    }
}

#[test]
fn a_destination_may_be_missing() {
    let read =
        |values: &[&[u8]]| Destination::optional_from_headers(&headers("destination", values));
    assert_eq!(read(&[]), Ok(None));
    assert_eq!(read(&[b"/a"]), Ok("/a".parse().ok()));
    let wrong = read(&[b"a"]).map_err(|error| error.to_string());
    assert_eq!(wrong, destination("a").map(Some));
}

#[test]
fn a_depth_may_be_missing() {
    let read = |values: &[&[u8]]| Depth::from_headers(&headers("depth", values));
    assert_eq!(read(&[]), Ok(Depth::Infinity));
    assert_eq!(read(&[b"1"]), Ok(Depth::One));
    assert_eq!(read(&[b"2"]).map(Some), depth(&[b"2"]));
}

#[test]
fn depth_is_one_of_three() {
    assert_eq!(depth(&[]), Ok(None));
    assert_eq!(depth(&[b"0"]), Ok(Some(Depth::Zero)));
    assert_eq!(depth(&[b"1"]), Ok(Some(Depth::One)));
    for infinity in [&b"infinity"[..], b"Infinity", b" INFINITY\t"] {
        assert_eq!(depth(&[infinity]), Ok(Some(Depth::Infinity)));
    }
    let sentence = "the header `depth` must be `0`, `1` or `infinity`";
    for wrong in [
        &b"2"[..],
        b"",
        b"00",
        b"+1",
        b"infinite",
        b"0, 1",
        b"1,noroot",
    ] {
        assert_eq!(depth(&[wrong]).unwrap_err().to_string(), sentence);
    }
    let sentence = "the header `depth` must be printable ASCII";
    assert_eq!(depth(&[b"\xE9"]).unwrap_err().to_string(), sentence);
}

#[test]
fn what_is_written_is_read_and_what_is_read_is_a_key() {
    use std::{fmt::Display, hash::Hash, str::FromStr};

    fn assert_read<T: Clone + Display + FromStr<Err: Display> + Hash>(all_written: &[&str]) {
        for &written in all_written {
            let read = T::from_str(written).map_err(|error| error.to_string());
            assert_eq!(read.map(|it| it.to_string()), Ok(written.to_owned()));
        }
        assert!(T::from_str("no such value").is_err(), "{all_written:?}");
    }
    fn assert_written<T: Clone + Default + Display + Hash>(written: &str) {
        assert_eq!(T::default().to_string(), written);
    }
    fn assert_key<T: Clone + Hash>() {}

    assert_read::<Depth>(&["0", "1", "infinity"]);
    assert_read::<ZeroOrInfinity>(&["0", "infinity"]);
    assert_read::<Overwrite>(&["T", "F"]);
    assert_read::<CaldavTimezones>(&["T", "F"]);
    assert_read::<TimeType>(&["Infinite", "Second-60"]);
    assert_read::<Destination>(&["/a%20b?c", "http://example.com/"]);
    assert_read::<LockToken>(&["<urn:uuid:1>"]);
    assert_read::<SyncToken>(&["urn:uuid:1"]);
    assert_read::<If>(&["</a> (Not <urn:uuid:1> [\"1\"])"]);
    assert_read::<ComplianceClass>(&["bind", "<urn:x:1>"]);
    assert_written::<Brief>("f");
    assert_written::<Dav>("");
    assert_written::<Timeout>("");
    assert_written::<Prefer>("");
    assert_key::<Return>();
}

#[test]
fn what_cannot_be_wrong_is_parsed_as_its_header_is_read() {
    assert_eq!("t".parse(), Ok(Brief::Minimal));
    assert_eq!("true".parse(), Ok(Brief::Full));
    for value in [
        "depth-noroot, return=minimal",
        "return=minimal;x, return=x",
        "x=\"",
        "",
    ] {
        let headers = headers("prefer", &[value.as_bytes()]);
        assert_eq!(value.parse(), Ok(Prefer::from_headers(&headers)), "{value}");
    }
    let timeout = Timeout::from_headers(&headers("timeout", &[b"infinite,second-5,x"]));
    assert_eq!(timeout.to_string(), "Infinite, Second-5");
    assert_eq!("infinite,second-5,x".parse(), Ok(timeout.clone()));
    assert_eq!(
        Timeout::from_iter([TimeType::Infinite, TimeType::Second(5)]),
        timeout
    );
}

#[test]
fn preferences_are_written_as_they_are_read() {
    for written in [
        "",
        "depth-noroot",
        "return=minimal",
        "return=minimal, depth-noroot",
        "return=representation",
        "return=representation, depth-noroot",
    ] {
        let read: Prefer = written.parse().unwrap();
        assert_eq!(read.to_string(), written);
        assert_eq!(read.to_header_value(), written);

        let mut made = Prefer::default();
        if let Some(wanted) = read.returned() {
            made = made.with_return(wanted);
        }
        if read.depth_noroot() {
            made = made.with_depth_noroot();
        }
        assert_eq!(made, read, "{written}");
    }
    // What Microsoft's clients ask for has a name today.
    let brief = Prefer::from_headers(&headers("brief", &[b"t"]));
    assert_eq!(brief.to_string(), "return=minimal");
}

#[test]
fn a_header_is_there_once() {
    assert_eq!(depth(&[b"1", b"1"]), Ok(Some(Depth::One)));
    let sentence = "the header `depth` must be there once";
    assert_eq!(depth(&[b"1", b"0"]).unwrap_err().to_string(), sentence);
    assert_eq!(depth(&[b"1", b"0"]).unwrap_err().name(), "depth");
}

#[test]
fn depths_are_ordered_and_written() {
    assert!(Depth::Zero < Depth::One && Depth::One < Depth::Infinity);
    assert_eq!(Depth::Infinity.to_string(), "infinity");
    assert_eq!(Depth::One.to_string(), "1");
    assert_eq!(Depth::Zero.to_string(), "0");
}

#[test]
fn rfc4918_section_9_10_3_a_lock_is_not_of_the_members_alone() {
    let depth = |values: &[&[u8]]| ZeroOrInfinity::from_headers(&headers("depth", values));
    assert_eq!(depth(&[]), Ok(ZeroOrInfinity::Infinity));
    assert_eq!(depth(&[b"Infinity"]), Ok(ZeroOrInfinity::Infinity));
    assert_eq!(depth(&[b" 0 "]), Ok(ZeroOrInfinity::Zero));
    let sentence = "the header `depth` must be `0` or `infinity`";
    for wrong in [&b"1"[..], b"", b"2"] {
        assert_eq!(depth(&[wrong]).unwrap_err().to_string(), sentence);
    }
    assert!(depth(&[b"0", b"infinity"]).is_err());
    assert_eq!(Depth::from(ZeroOrInfinity::Zero), Depth::Zero);
    assert_eq!(Depth::from(ZeroOrInfinity::Infinity), Depth::Infinity);
}

#[test]
fn rfc4918_sections_9_6_1_and_9_9_2_a_collection_goes_with_all_that_is_in_it() {
    let check = |values: &[&[u8]]| {
        let checked = Depth::check_infinity(&headers("depth", values));
        checked.map_err(|error| error.to_string())
    };
    assert_eq!(check(&[]), Ok(()));
    assert_eq!(check(&[b"infinity"]), Ok(()));
    let sentence = "the header `depth` must be `infinity` for this collection";
    for wrong in [b"0", b"1"] {
        assert_eq!(check(&[wrong]), Err(sentence.to_owned()));
    }
    assert!(check(&[b"x"]).is_err());
}

#[test]
fn overwrite_is_t_or_f() {
    let overwrite = |values: &[&[u8]]| Overwrite::from_headers(&headers("overwrite", values));
    assert_eq!(overwrite(&[]), Ok(Overwrite::Allowed));
    assert_eq!(overwrite(&[b"T"]), Ok(Overwrite::Allowed));
    assert_eq!(overwrite(&[b"f"]), Ok(Overwrite::Forbidden));
    assert!(!Overwrite::Forbidden.is_allowed());
    assert_eq!(Overwrite::Forbidden.to_string(), "F");
    assert_eq!(Overwrite::default().to_string(), "T");
    let sentence = "the header `overwrite` must be `T` or `F`";
    assert_eq!(overwrite(&[b"true"]).unwrap_err().to_string(), sentence);
}

#[test]
fn a_destination_is_a_uri_or_a_path() {
    let whole = destination("https://example.com:8443/a%20b/c?d=e").unwrap();
    assert_eq!(whole.scheme(), Some("https"));
    assert_eq!(whole.authority().unwrap().host(), "example.com");
    assert_eq!(whole.authority().unwrap().port_u16(), Some(8443));
    assert_eq!(whole.path(), "/a%20b/c");
    assert_eq!(whole.query(), Some("d=e"));
    assert_eq!(whole.to_string(), "https://example.com:8443/a%20b/c?d=e");

    let path = destination("/a/b").unwrap();
    assert_eq!(
        (path.scheme(), path.authority(), path.path(), path.query()),
        (None, None, "/a/b", None)
    );
    assert_eq!(path.to_string(), "/a/b");

    assert_eq!(destination("http://[::1]:80").unwrap().path(), "/");
    assert_eq!(destination("/a/http://b").unwrap().path(), "/a/http://b");
    assert_eq!(destination("/a/...").unwrap().path(), "/a/...");
}

#[test]
fn a_destination_is_an_href_of_its_server() {
    for (sent, href) in [
        ("/a%20b/c?d=e", "/a%20b/c?d=e"),
        ("http://example.com/%2F//a;b", "/%2F//a;b"),
        ("http://example.com", "/"),
        ("http://example.com?a", "/?a"),
        ("http://example.com//a", "/a"),
    ] {
        let destination = destination(sent).unwrap();
        assert_eq!(destination.href(), Href::parse(href).unwrap(), "{sent}");
        assert!(Href::parse(destination.path()).is_ok());
        assert_eq!(destination.segments(), destination.href().segments());
    }
}

#[test]
fn a_destination_is_here_or_on_another_server() {
    let is_here = |to: &str, uri: &'static str, host: &'static [u8]| {
        let headers = headers("host", &[host]);
        destination(to)
            .unwrap()
            .is_here(&Uri::from_static(uri), &headers)
    };
    for to in [
        "/a",
        "http://example.com/a",
        "HTTP://EXAMPLE.COM:80/a",
        "https://example.com/a",
        "https://example.com:443/a",
    ] {
        assert!(is_here(to, "/", b"Example.com"), "{to}");
        assert!(is_here(to, "http://example.com/", b"other.com"), "{to}");
    }
    assert!(is_here("http://example.com/a", "/", b"example.com:80"));
    assert!(is_here("http://[::1]:8080/a", "/", b"[::1]:8080"));
    for (to, host) in [
        ("http://example.com/a", &b"example.org"[..]),
        ("http://example.com:81/a", b"example.com"),
        ("https://example.com/a", b"example.com:80"),
        ("http://example.com/a", b"example.com.evil.org"),
        ("http://example.com/a", b"\xff"),
        ("http://example.com/a", b""),
    ] {
        assert!(!is_here(to, "/", host), "{to}");
    }
    let to = destination("http://example.com/a").unwrap();
    assert!(!to.is_here(&Uri::from_static("/"), &HeaderMap::new()));
}

#[test]
fn a_destination_is_nothing_else() {
    let refused = |value: &str| destination(value).unwrap_err();
    let form = "the header `destination` must be a URI with a host, or an absolute path";
    for wrong in [
        "",
        "a/b",
        "//example.com/a",
        "http:///a",
        "http:/a",
        "urn:a",
        "1://a/",
        "?a",
        "*",
        "<http://example.com/>",
        "http://a,http://b",
        "http://a,b/",
        "http://a:/",
        "http://a:b/",
    ] {
        assert_eq!(refused(wrong), form, "{wrong}");
    }
    let characters = "the header `destination` must not hold `#`, white space, or characters \
        that a URI cannot hold";
    for wrong in [
        "/a#b",
        "http://a/#",
        "/a b",
        "/a\tb",
        "/a\\b",
        "/a?b\"",
        "http://a/<b>",
    ] {
        assert_eq!(refused(wrong), characters, "{wrong}");
    }
    for character in ['{', '}', '|', '^', '[', ']', '`', '\u{1}', '\u{7f}', 'ü'] {
        for place in ["/a", "/?a=", "http://a/", "http://a/?"] {
            let wrong = format!("{place}{character}").parse::<Destination>();
            assert_eq!(wrong.unwrap_err().to_string(), characters, "{character:?}");
        }
    }
    let dots = "the header `destination` must not hold `.` or `..` as a segment";
    for wrong in ["/a/../b", "/./a", "/a/%2e%2E", "http://a/%2e/", "/.."] {
        assert_eq!(refused(wrong), dots, "{wrong}");
    }
    let percent = "the header `destination` must have two hexadecimal digits after each `%`";
    for wrong in ["/%", "/%2", "/%zz", "/a?%"] {
        assert_eq!(refused(wrong), percent, "{wrong}");
    }
    let user = "the header `destination` must not hold a user name";
    assert_eq!(refused("http://a@b/"), user);
    let missing = Destination::from_headers(&HeaderMap::new()).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "the header `destination` must be there"
    );
}
