//! Reports about principals: RFC 3744.

use statuary::{
    request::report::{
        AclPrincipalPropSet, FilterTest, MatchedBy, PrincipalMatch, PrincipalPropertySearch,
        PrincipalSearchPropertySet,
    },
    xml::{ErrorKind, Limits, Name},
};

use crate::support::{assert_refused, assert_whole, read};

#[test]
fn the_examples_of_section_9() {
    let body = include_str!("../rfc3744/9.2.1-acl-principal-prop-set.xml");
    let report = read(AclPrincipalPropSet::parse, body);
    assert_eq!(report.wanted().names(), [Name::dav("displayname")]);
    assert_whole(AclPrincipalPropSet::parse, body);

    let body = include_str!("../rfc3744/9.3.1-principal-match.xml");
    let report = read(PrincipalMatch::parse, body);
    assert_eq!(
        *report.matched_by(),
        MatchedBy::Property(Name::dav("owner"))
    );
    assert!(report.wanted().names().is_empty());
    assert_whole(PrincipalMatch::parse, body);

    let body = include_str!("../rfc3744/9.4.2-principal-property-search.xml");
    let report = read(PrincipalPropertySearch::parse, body);
    let [name, title] = report.searches() else {
        panic!("two searches")
    };
    assert_eq!(
        (&*name.text, &name.properties[..]),
        ("doE", &[Name::dav("displayname")][..])
    );
    let expected = Name::from_static("http://www.example.com/ns/", "title");
    assert_eq!(
        (&*title.text, &title.properties[..]),
        ("Sales", &[expected][..])
    );
    assert_eq!(report.wanted().names().len(), 5);
    assert_eq!(report.test(), FilterTest::AllOf);
    assert!(!report.applies_to_principal_collection_set());
    assert_whole(PrincipalPropertySearch::parse, body);

    let body = "<D:principal-search-property-set xmlns:D=\"DAV:\"/>";
    read(PrincipalSearchPropertySet::parse, body);
    assert_whole(PrincipalSearchPropertySet::parse, body);
}

#[test]
fn what_clients_add() {
    let body =
        "<D:principal-match xmlns:D='DAV:'><D:self/><D:prop><D:a/></D:prop></D:principal-match>";
    let report = read(PrincipalMatch::parse, body);
    assert_eq!(*report.matched_by(), MatchedBy::Itself);
    let body = "<D:principal-property-search xmlns:D='DAV:' test='anyof'><D:property-search><D:match/>\
                <D:prop><D:a/></D:prop></D:property-search><D:apply-to-principal-collection-set/>\
                </D:principal-property-search>";
    let report = read(PrincipalPropertySearch::parse, body);
    assert_eq!(report.test(), FilterTest::AnyOf);
    assert!(report.applies_to_principal_collection_set());
}

#[test]
fn what_is_none_of_them() {
    let refused = |inside: &str, sentence| {
        let body = format!("<D:principal-match xmlns:D='DAV:'>{inside}</D:principal-match>");
        assert_refused(PrincipalMatch::parse, &body, 400, sentence);
    };
    refused(
        "",
        "`principal-match` holds neither `self` nor `principal-property`",
    );
    let both = "`principal-match` holds more than one of `self` and `principal-property`";
    refused(
        "<D:self/><D:principal-property><D:a/></D:principal-property>",
        both,
    );
    let one = "`principal-property` does not name one property";
    refused("<D:principal-property/>", one);
    refused(
        "<D:principal-property><D:a/><D:b/></D:principal-property>",
        one,
    );

    let refused = |inside: &str, sentence| {
        let body = format!(
            "<D:principal-property-search xmlns:D='DAV:'>{inside}</D:principal-property-search>"
        );
        assert_refused(PrincipalPropertySearch::parse, &body, 400, sentence);
    };
    refused("", "`principal-property-search` holds no `property-search`");
    let search = |inside: &str| format!("<D:property-search>{inside}</D:property-search>");
    let lacking = "`property-search` does not hold properties and a `match`";
    refused(&search("<D:match>a</D:match><D:prop/>"), lacking);
    refused(&search("<D:prop><D:a/></D:prop>"), lacking);
    refused(
        &search("<D:match/><D:match/>"),
        "`property-search` holds more than one `match`",
    );
    refused(
        &search("<D:prop/><D:prop/>"),
        "`property-search` holds more than one `prop`",
    );

    let one = search("<D:prop><D:a/></D:prop><D:match/>");
    let body = format!(
        "<D:principal-property-search xmlns:D='DAV:'>{one}{one}</D:principal-property-search>"
    );
    let limits = Limits::request().properties(1);
    let error = PrincipalPropertySearch::parse(body.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyProperties);
}
