//! Documents that want to exhaust, confuse or crash their reader.

use std::{fs, sync::LazyLock, time::Duration};

use proptest::prelude::*;
use statuary::{
    read::Reader,
    request::{PropertyUpdate, Propfind},
    xml::{Element, ErrorKind, Limits},
};

const MULTISTATUS: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
<D:multistatus xmlns:D=\"DAV:\" xmlns:x='urn:x'><!-- a --><D:response><D:href>/\u{E9}&amp;</D:href>\
<D:propstat><D:prop xml:lang='en'><x:a b=\"c\">d<![CDATA[e]]>&#102;</x:a><D:g/></D:prop>\
<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response><?h i?>\
<D:response><D:href>/j</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>\
<D:sync-token>k</D:sync-token></D:multistatus>";

const UPDATE: &str = "<D:propertyupdate xmlns:D='DAV:' xmlns:x=\"urn:x\"><D:set><D:prop xml:lang='en'>\
<x:a b='c'>d<e/>f&gt;</x:a></D:prop></D:set><D:remove><D:prop><x:g/></D:prop></D:remove></D:propertyupdate>";

const PROPFIND: &str = "<?xml version='1.0'?>\n<propfind xmlns='DAV:'><allprop/><include><a/>\
<b xmlns='urn:b'/></include></propfind>";

/// Reads bytes in every way that there is.
fn read_all(bytes: &[u8]) -> Vec<Result<(), ErrorKind>> {
    let limits = Limits::request();
    let mut results: Vec<_> = Reader::new(bytes)
        .map(|r| r.map(drop).map_err(|error| error.kind()))
        .collect();
    results.push(
        Propfind::parse(bytes, &limits)
            .map(drop)
            .map_err(|error| error.kind()),
    );
    results.push(
        PropertyUpdate::parse(bytes, &limits)
            .map(drop)
            .map_err(|error| error.kind()),
    );
    if let Ok(text) = std::str::from_utf8(bytes) {
        let element = Element::parse(text);
        if let Ok(element) = &element {
            for child in element.children() {
                let _ = (
                    child.text(),
                    child.lang(),
                    child.is_empty(),
                    child.children().count(),
                );
            }
        }
        results.push(element.map(drop).map_err(|error| error.kind()));
    }
    results
}

/// What it takes to read as many elements as there are of anything here, with nothing in them.
static PLAIN: LazyLock<Option<Duration>> = LazyLock::new(|| {
    let body = format!("<a>{}</a>", "<b/>".repeat(100_000));
    let limits = Limits::response().elements(usize::MAX);
    let start = computed();
    let element = Element::parse_with(&body, &limits);
    assert!(element.is_ok());
    let took = computed()?.saturating_sub(start?);
    // The system counts in ticks, of which a fast machine may not need one.
    Some(took.max(Duration::from_millis(10)))
});

/// Asserts that the work does not grow with the square of what is there, which is some thousand times
/// as much: neither a slow machine nor a busy one is that.
#[track_caller]
fn quickly<T>(what: impl FnOnce() -> T) -> T {
    let plain = *PLAIN;
    let start = computed();
    let result = what();
    if let (Some(plain), Some(start), Some(end)) = (plain, start, computed()) {
        let took = end.saturating_sub(start);
        assert!(took < 100 * plain, "{took:?}, and {plain:?} for the plain");
    }
    result
}

/// How long this thread had a processor, where the system tells.
fn computed() -> Option<Duration> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

#[test]
fn a_document_of_great_depth() {
    let body = "<a>".repeat(100_000);
    let error = quickly(|| Element::parse(&body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooDeep);

    // Without the limit too: there is no recursion.
    let body = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let limits = Limits::response().depth(usize::MAX);
    let element = quickly(|| Element::parse_with(&body, &limits)).unwrap();
    assert_eq!(quickly(|| element.children().count()), 1);
    assert_eq!(quickly(|| element.text()), "");

    let body = format!("<multistatus xmlns='DAV:'><response>{body}</response></multistatus>");
    assert!(
        quickly(|| Reader::with_limits(body.as_bytes(), &limits).next())
            .unwrap()
            .is_ok()
    );
}

#[test]
fn an_element_of_great_width() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=''")).collect();
    let body = format!("<a{attributes}/>");
    let error = quickly(|| Element::parse(&body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyAttributes);
    let limits = Limits::response().attributes(usize::MAX);
    assert!(quickly(|| Element::parse_with(&body, &limits)).is_ok());

    let declarations: String = (0..100_000)
        .map(|n| format!(" xmlns:a{n}='urn:{n}'"))
        .collect();
    let body = format!("<a{declarations}/>");
    let limits = Limits::response().attributes(usize::MAX);
    let error = quickly(|| Element::parse_with(&body, &limits)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyNamespaces);
}

#[test]
fn many_of_everything() {
    let elements = format!("<a>{}</a>", "<b/>".repeat(100_000));
    let error = quickly(|| Element::parse_with(&elements, &Limits::request())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyElements);

    for inside in [
        "&amp;",
        "<!---->",
        "<?a?>",
        "<![CDATA[]]>",
        "]",
        "\r",
        "&#9;",
        "'",
        "a:",
    ] {
        let body = format!("<a>{}</a>", inside.repeat(100_000));
        assert!(quickly(|| Element::parse(&body)).is_ok(), "{inside}");
        let body = format!("<a b=\"{}\"/>", inside.replace('<', "").repeat(100_000));
        let _ = quickly(|| Element::parse(&body));
    }
    for start in [
        "<",
        "<!",
        "<!-",
        "<![",
        "<?",
        "</",
        "&",
        "<a ",
        "<a b",
        "<a b='",
        "<!DOCTYPE [<",
    ] {
        let body = format!("<a>{}", start.repeat(100_000));
        assert!(quickly(|| Element::parse(&body)).is_err(), "{start}");
    }
}

/// Every name, each with the whole of the scope to be searched.
#[test]
fn a_full_scope() {
    let declarations: String = (0..60).map(|n| format!(" xmlns:a{n}='urn:{n}'")).collect();
    let attributes: String = (0..60).map(|n| format!(" a{n}:b=''")).collect();
    let inside = format!("<a0:c{attributes}/>").repeat(1_500);
    let body = format!("<a{declarations}>{inside}</a>");
    assert!(quickly(|| Element::parse(&body)).is_ok());
}

#[test]
fn entity_bombs_are_refused_at_the_door() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>\
        <propfind xmlns='DAV:'><prop><x>&c;</x></prop></propfind>";
    let external =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><propfind>&x;</propfind>";
    let parameter = "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/x'> %p;]><propfind/>";
    let outside = "<!DOCTYPE propfind PUBLIC '-//A//B//EN' 'http://127.0.0.1/x.dtd'><propfind/>";
    for body in [laughs, external, parameter, outside] {
        let error = Propfind::parse(body.as_bytes(), &Limits::request()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Doctype);
        assert_eq!(error.position().offset(), 0);
        let error = Reader::new(body.as_bytes()).next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Doctype);
    }
}

/// A document that is cut off is never taken for a short one.
#[test]
fn truncation_is_an_error() {
    for end in 0..MULTISTATUS.len() {
        let results: Vec<_> = Reader::new(&MULTISTATUS.as_bytes()[..end]).collect();
        assert!(
            results.last().unwrap().is_err(),
            "cut off after {end} bytes"
        );
    }
    for end in 0..UPDATE.len() {
        let body = &UPDATE.as_bytes()[..end];
        assert!(
            PropertyUpdate::parse(body, &Limits::request()).is_err(),
            "after {end} bytes"
        );
    }
    for end in 1..PROPFIND.len() {
        let body = &PROPFIND.as_bytes()[..end];
        assert!(
            Propfind::parse(body, &Limits::request()).is_err(),
            "after {end} bytes"
        );
    }
    assert!(Reader::new(MULTISTATUS.as_bytes()).all(|response| response.is_ok()));
    assert!(PropertyUpdate::parse(UPDATE.as_bytes(), &Limits::request()).is_ok());
    assert!(Propfind::parse(PROPFIND.as_bytes(), &Limits::request()).is_ok());
}

#[test]
fn truncated_utf16_is_an_error() {
    let body: Vec<u8> = format!("\u{FEFF}{MULTISTATUS}")
        .replace(" encoding=\"utf-8\"", "")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(Reader::new(&body).all(|response| response.is_ok()));
    for end in 0..body.len() {
        assert!(
            Reader::new(&body[..end]).any(|response| response.is_err()),
            "after {end} bytes"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!read_all(&bytes).is_empty());
    }

    #[test]
    fn random_markup_never_panics(text in "[<>/!?&;:='\" \\[\\]a-cx\u{E9}\u{FEFF}\\-#0-9\r\n]{0,80}") {
        prop_assert!(!read_all(text.as_bytes()).is_empty());
        let inside = format!("<a>{text}");
        prop_assert!(!read_all(inside.as_bytes()).is_empty());
    }

    #[test]
    fn random_mutations_never_panic(
        seed in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8),
    ) {
        let mut bytes = [MULTISTATUS, UPDATE, PROPFIND][seed].as_bytes().to_vec();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        prop_assert!(!read_all(&bytes).is_empty());
    }
}
