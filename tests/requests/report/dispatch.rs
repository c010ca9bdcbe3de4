//! Which report it is, and how deep it may reach.

use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use statuary::{
    Condition,
    request::{
        Rejection,
        report::{
            AclPrincipalPropSet, AddressbookMultiget, AddressbookQuery, CalendarMultiget,
            CalendarQuery, ExpandProperty, FreeBusyQuery, PrincipalMatch, PrincipalPropertySearch,
            PrincipalSearchPropertySet, Report, SyncCollection, VersionTree,
        },
    },
    xml::Limits,
};

use crate::support::{Parse, read};

const BODIES: [(&str, &str); 12] = [
    (
        "AclPrincipalPropSet",
        include_str!("../rfc3744/9.2.1-acl-principal-prop-set.xml"),
    ),
    (
        "AddressbookMultiget",
        include_str!("../rfc6352/8.7.1-addressbook-multiget.xml"),
    ),
    (
        "AddressbookQuery",
        include_str!("../rfc6352/8.6.3-addressbook-query.xml"),
    ),
    (
        "CalendarMultiget",
        include_str!("../rfc4791/7.9.1-calendar-multiget.xml"),
    ),
    (
        "CalendarQuery",
        include_str!("../rfc4791/7.8.1-calendar-query.xml"),
    ),
    (
        "ExpandProperty",
        include_str!("../rfc3253/3.8.1-expand-property.xml"),
    ),
    (
        "FreeBusyQuery",
        include_str!("../rfc4791/7.10.1-free-busy-query.xml"),
    ),
    (
        "PrincipalMatch",
        include_str!("../rfc3744/9.3.1-principal-match.xml"),
    ),
    (
        "PrincipalPropertySearch",
        include_str!("../rfc3744/9.4.2-principal-property-search.xml"),
    ),
    (
        "PrincipalSearchPropertySet",
        "<principal-search-property-set xmlns='DAV:'/>",
    ),
    (
        "SyncCollection",
        include_str!("../rfc6578/3.8-sync-collection.xml"),
    ),
    (
        "VersionTree",
        include_str!("../rfc3253/3.7.1-version-tree.xml"),
    ),
];

#[test]
fn a_report_is_known_by_its_root() {
    for (name, body) in BODIES {
        let report = format!("{:?}", read(Report::parse, body));
        assert!(report.starts_with(&format!("{name}({name}")), "{report}");
    }
}

#[test]
fn what_is_unknown_is_handed_over() {
    // A name that is known is not so in another namespace.
    for body in [
        "<x:sync-collection xmlns:x='urn:x'><x:y z='1'>a</x:y></x:sync-collection>",
        "<a/>",
    ] {
        let Report::Other(element) = read(Report::parse, body) else {
            panic!("it is known")
        };
        assert_eq!(element.as_str(), body.replace('\'', "\""));
    }
}

/// RFC 3253, section 3.6: the resource has to support the report.
#[test]
fn a_handler_of_one_report_supports_no_other() {
    macro_rules! parsers {
        ($($report:ident)*) => {
            [$((stringify!($report), |body, limits| $report::parse(body, limits).map(drop))),*]
        };
    }
    let parsers: [(&str, Parse<()>); 12] = parsers![
        AclPrincipalPropSet AddressbookMultiget AddressbookQuery CalendarMultiget CalendarQuery
        ExpandProperty FreeBusyQuery PrincipalMatch PrincipalPropertySearch
        PrincipalSearchPropertySet SyncCollection VersionTree
    ];
    for (own, parse) in parsers {
        for (name, body) in BODIES {
            let read = parse(body.as_bytes(), &Limits::request());
            let rejection = read.map_err(Rejection::from);
            assert_eq!(rejection.is_ok(), own == name, "{own} of {name}");
            if let Err(rejection) = rejection {
                assert_eq!(rejection.status(), StatusCode::FORBIDDEN, "{own} of {name}");
                assert_eq!(rejection.condition(), Some(Condition::SupportedReport));
            }
        }
        let malformed = parse(b"<a><b></a>", &Limits::request()).unwrap_err();
        let status = Rejection::from(malformed).status();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{own}");
    }
}

async fn at_depth(body: &'static str, depth: Option<&str>) -> Result<Report, String> {
    let mut request = Request::builder().method("REPORT");
    if let Some(depth) = depth {
        request = request.header("depth", depth);
    }
    let request = request.body(body.to_owned()).unwrap();
    let report = Report::from_request(request).await;
    report.map_err(|rejection| format!("{} {rejection}", rejection.status().as_u16()))
}

#[tokio::test]
async fn e2_e6_e24_some_reports_are_about_their_target_alone() {
    let alone = [
        "AclPrincipalPropSet",
        "PrincipalMatch",
        "PrincipalPropertySearch",
        "PrincipalSearchPropertySet",
        "SyncCollection",
    ];
    for (name, body) in BODIES {
        for depth in [None, Some("0")] {
            assert!(at_depth(body, depth).await.is_ok(), "{name}");
        }
        for depth in ["1", "infinity"] {
            let read = at_depth(body, Some(depth)).await;
            let headers = HeaderMap::from_iter([(
                HeaderName::from_static("depth"),
                HeaderValue::from_static(depth),
            )]);
            let parsed = Report::parse(body.as_bytes(), &Limits::request()).unwrap();
            assert_eq!(parsed.check_depth(&headers).is_ok(), read.is_ok(), "{name}");
            let by_its_own_type = match &parsed {
                Report::AclPrincipalPropSet(report) => report.check_depth(&headers),
                Report::PrincipalMatch(report) => report.check_depth(&headers),
                Report::PrincipalPropertySearch(report) => report.check_depth(&headers),
                Report::PrincipalSearchPropertySet(report) => report.check_depth(&headers),
                Report::SyncCollection(report) => report.check_depth(&headers),
                _ => Ok(()),
            };
            assert_eq!(by_its_own_type, parsed.check_depth(&headers), "{name}");
            match alone.contains(&name) {
                false => assert!(read.is_ok(), "{name}"),
                true => {
                    let sentence = "400 the header `depth` must be `0` for this report";
                    assert_eq!(read, Err(sentence.to_owned()), "{name}");
                }
            }
        }
    }
    let body = include_str!("../rfc6578/3.8-sync-collection.xml").to_owned();
    let request = Request::builder().header("depth", "1").body(body).unwrap();
    assert!(
        SyncCollection::from_request(request).await.is_err(),
        "by its own type too"
    );
}
