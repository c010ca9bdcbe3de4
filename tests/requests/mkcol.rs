//! The bodies of MKCOL (RFC 5689) and MKCALENDAR (RFC 4791).

use allocation_counter::measure;
use http::StatusCode;
use statuary::{
    Href,
    request::{Mkcalendar, Mkcol, Rejection},
    xml::{ErrorKind, Limits, Name},
};

use crate::support::{assert_refused, assert_whole, read};

const MKCOL: &str = include_str!("rfc5689/3.4-mkcol.xml");
const MKCALENDAR: &str = include_str!("rfc4791/5.3.1.2-mkcalendar.xml");
const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";

#[test]
fn the_example_of_rfc_5689() {
    let mkcol = read(Mkcol::parse, MKCOL);
    let special = Name::from_static("http://example.com/ns/", "special-resource");
    assert_eq!(mkcol.resource_types(), [Name::dav("collection"), special]);
    let names: Vec<_> = mkcol.values().iter().map(|it| it.name()).collect();
    assert_eq!(names, [Name::dav("resourcetype"), Name::dav("displayname")]);
    assert_eq!(mkcol.values()[1].text(), "Special Resource");
    assert_eq!(mkcol.outcome().mkcol().status(), StatusCode::CREATED);
    assert_whole(Mkcol::parse, MKCOL);
}

#[test]
fn the_example_of_rfc_4791() {
    let mkcalendar = read(Mkcalendar::parse, MKCALENDAR);
    let names: Vec<_> = mkcalendar.values().iter().map(|it| it.name()).collect();
    let caldav = |local| Name::from_static(CALDAV, local);
    assert_eq!(
        names,
        [
            Name::dav("displayname"),
            caldav("calendar-description"),
            caldav("supported-calendar-component-set"),
            caldav("calendar-timezone")
        ]
    );
    assert_eq!(mkcalendar.values()[1].lang(), Some("en"));
    assert!(mkcalendar.values()[3].text().starts_with("BEGIN:VCALENDAR"));
    let outcome = mkcalendar.outcome().protect(&[Name::dav("displayname")]);
    assert_eq!(
        outcome.mkcalendar(Href::path("/c")).status(),
        StatusCode::MULTI_STATUS
    );
    assert_eq!(mkcalendar.clone().into_values(), mkcalendar.values());
    assert_whole(Mkcalendar::parse, MKCALENDAR);
}

#[test]
fn no_body_sets_nothing() {
    assert_eq!(Mkcol::parse(b"", &Limits::request()), Ok(Mkcol::default()));
    assert_eq!(
        Mkcalendar::parse(b"", &Limits::request()),
        Ok(Mkcalendar::default())
    );
    assert!(Mkcol::default().resource_types().is_empty());
}

#[test]
fn several_sets_are_one_and_what_is_unknown_is_passed_over() {
    let body = "<D:mkcol xmlns:D='DAV:'><D:set><D:prop><D:a/></D:prop><x><D:b/></x></D:set>\
                <D:remove><D:prop><D:c/></D:prop></D:remove><D:set><D:prop><D:d/></D:prop></D:set>\
                </D:mkcol>";
    let mkcol = read(Mkcol::parse, body);
    let names: Vec<_> = mkcol.values().iter().map(|it| it.name()).collect();
    assert_eq!(names, [Name::dav("a"), Name::dav("d")]);
    assert_eq!(mkcol.clone().into_values(), mkcol.values());
}

#[test]
fn what_sets_nothing_is_refused() {
    let refused = |body: &str, sentence| assert_refused(Mkcol::parse, body, 400, sentence);
    refused("<mkcol xmlns='DAV:'/>", "`mkcol` sets nothing");
    refused(
        "<mkcol xmlns='DAV:'><set><prop/></set></mkcol>",
        "`mkcol` sets nothing",
    );
    let nothing = format!("<mkcalendar xmlns='{CALDAV}'/>");
    assert_refused(
        Mkcalendar::parse,
        &nothing,
        400,
        "`mkcalendar` sets nothing",
    );

    let two = b"<mkcol xmlns='DAV:'><set><prop><a/><b/></prop></set></mkcol>";
    let error = Mkcol::parse(two, &Limits::request().properties(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyProperties);
}

/// RFC 4918, section 9.3: the kind of a body is known by its root, once it is well-formed.
#[test]
fn a_body_of_another_kind_is_415() {
    let root = "the root element is not `mkcol` in the namespace `DAV:`, send that one";
    for body in ["<mkcol/>", "<x:recipe xmlns:x='urn:x'><x:soup/></x:recipe>"] {
        assert_refused(Mkcol::parse, body, 415, root);
    }
    let root =
        format!("the root element is not `mkcalendar` in the namespace `{CALDAV}`, send that one");
    assert_refused(Mkcalendar::parse, "<mkcalendar xmlns='DAV:'/>", 415, &root);
    for malformed in ["<mkcol", "<mkcol><a></mkcol>", "<mkcol/><mkcol/>"] {
        let error = Mkcol::parse(malformed.as_bytes(), &Limits::request()).unwrap_err();
        let status = Rejection::from(error).status();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{malformed}");
    }
}

#[test]
fn values_are_in_few_namespaces() {
    let parse = |count| {
        let value = |number| format!("<a xmlns='urn:{number}'/>");
        let values: String = (0..count).map(value).collect();
        let body = format!("<mkcol xmlns='DAV:'><set><prop>{values}</prop></set></mkcol>");
        Mkcol::parse(body.as_bytes(), &Limits::request())
    };
    assert_eq!(parse(128).unwrap().values().len(), 128);
    assert_eq!(parse(129).unwrap_err().kind(), ErrorKind::TooManyNamespaces);
}

/// A name is read where it is, whatever else is said inside.
#[test]
fn kinds_cost_their_names() {
    let kind = "<x:kind>x:x</x:kind>".repeat(100);
    let namespace = "x".repeat(1_000);
    let body = format!(
        "<mkcol xmlns='DAV:' xmlns:x='urn:{namespace}'><set><prop><resourcetype>{kind}</resourcetype>\
         <displayname/></prop></set></mkcol>"
    );
    let mkcol = read(Mkcol::parse, &body);
    let mut kinds = Vec::new();
    let cost = measure(|| kinds = mkcol.resource_types());
    assert_eq!(kinds.len(), 100);
    let names = 100 * (namespace.len() + 100) as u64;
    assert!(cost.bytes_total < 3 * names / 2, "{cost:?}");
}
