//! `version-tree` and `expand-property`: RFC 3253.

use statuary::{
    Href, Propfind, prop,
    request::report::{ExpandProperty, VersionTree},
    xml::{ErrorKind, Limits, Name},
};

use crate::support::{assert_refused, assert_whole, read};

fn names(locals: &[&'static str]) -> Vec<Name<'static>> {
    locals.iter().map(|&local| Name::dav(local)).collect()
}

#[test]
fn the_example_of_section_3_7_1() {
    let body = include_str!("../rfc3253/3.7.1-version-tree.xml");
    let wanted = names(&["version-name", "creator-displayname", "successor-set"]);
    let report = read(VersionTree::parse, body);
    assert_eq!(*report.wanted(), Propfind::Prop(wanted));
    assert_whole(VersionTree::parse, body);
    let nothing = read(VersionTree::parse, "<version-tree xmlns='DAV:'/>");
    assert_eq!(*nothing.wanted(), Propfind::Prop(vec![]));
}

#[test]
fn the_example_of_section_3_8_1() {
    let body = include_str!("../rfc3253/3.8.1-expand-property.xml");
    let report = read(ExpandProperty::parse, body);
    assert_eq!(
        *report.wanted(),
        Propfind::Prop(names(&["version-history"]))
    );
    let history = report.inside(&Name::dav("version-history")).unwrap();
    assert_eq!(*history.wanted(), Propfind::Prop(names(&["version-set"])));
    let set = history.inside(&Name::dav("version-set")).unwrap();
    let wanted = names(&["creator-displayname", "activity-set"]);
    assert_eq!(*set.wanted(), Propfind::Prop(wanted));
    assert!(
        set.inside(&Name::dav("activity-set")).is_none(),
        "its hrefs are enough"
    );
    assert!(report.inside(&Name::dav("owner")).is_none());
    assert_whole(ExpandProperty::parse, body);
}

#[test]
fn e3_an_answer_inside_an_answer() {
    let body = "<D:expand-property xmlns:D='DAV:'><D:property name='owner'>\
                <D:property name='displayname'/><D:property name='mail' namespace='urn:x'/>\
                </D:property><D:property name='getetag'/></D:expand-property>";
    let report = read(ExpandProperty::parse, body);
    let owner = Name::dav("owner");
    let ann = report.inside(&owner).unwrap().answer(Href::path("/ann"));
    let ann = ann.prop(prop::DisplayName("Ann")).into_resource();
    let owner = prop::with_content(owner, |value| ann.write(value));
    let answer = report.answer(Href::path("/a")).prop(owner).into_resource();
    let document = statuary::MultiStatus::from_iter([answer]).to_string();
    let document = roxmltree::Document::parse(&document).unwrap();
    let found = |namespace, local| {
        document
            .descendants()
            .find(|it| it.has_tag_name((namespace, local)))
            .unwrap()
    };
    let inner = found("DAV:", "owner").first_element_child().unwrap();
    assert!(inner.has_tag_name(("DAV:", "response")));
    assert_eq!(found("DAV:", "displayname").text(), Some("Ann"));
    let status = |node: roxmltree::Node<'_, '_>| {
        let propstat = node
            .ancestors()
            .find(|it| it.has_tag_name(("DAV:", "propstat")))
            .unwrap();
        propstat
            .last_element_child()
            .unwrap()
            .text()
            .unwrap()
            .to_owned()
    };
    assert_eq!(status(found("urn:x", "mail")), "HTTP/1.1 404 Not Found");
    assert_eq!(status(found("DAV:", "getetag")), "HTTP/1.1 404 Not Found");
}

#[test]
fn what_is_asked_for_twice_is_asked_for_once() {
    let body = "<D:expand-property xmlns:D='DAV:'>\
                <D:property name='a'><D:property name='b'><D:property name='c'/></D:property>\
                <D:property name='a'/></D:property><D:property name='e'/>\
                <D:property name='a'><D:property name='d'/><D:property name='b'>\
                <D:property name='c'/><D:property name='e'/></D:property></D:property>\
                <D:property name='a'/></D:expand-property>";
    let limits = Limits::request().properties(7);
    let report = ExpandProperty::parse(body.as_bytes(), &limits).unwrap();
    assert_eq!(report.wanted().names(), names(&["a", "e"]));
    let a = report.inside(&Name::dav("a")).unwrap();
    assert_eq!(a.wanted().names(), names(&["b", "a", "d"]));
    let b = a.inside(&Name::dav("b")).unwrap();
    assert_eq!(b.wanted().names(), names(&["c", "e"]));
    for name in ["a", "d"] {
        assert!(a.inside(&Name::dav(name)).is_none(), "{name}");
    }
    assert!(report.inside(&Name::dav("e")).is_none());
    assert!(b.inside(&Name::dav("c")).is_none());
}

/// A namespace in an attribute is under the rules for one that is declared.
#[test]
fn any_uri_is_a_namespace() {
    let body = "<D:expand-property xmlns:D='DAV:'>\
                <D:property name='a' namespace='http://[::1]/ns'/></D:expand-property>";
    let report = read(ExpandProperty::parse, body);
    assert_eq!(
        report.wanted().names(),
        [Name::new("http://[::1]/ns", "a").unwrap()]
    );
}

#[test]
fn what_is_no_expand_property() {
    let refused = |inside: &str, sentence| {
        let body = format!("<D:expand-property xmlns:D='DAV:'>{inside}</D:expand-property>");
        assert_refused(ExpandProperty::parse, &body, 400, sentence);
    };
    refused("<D:property/>", "`property` has no attribute `name`");
    let name = "the local part is no NCName of Namespaces in XML, \
        write a letter, then letters, digits, `-`, `_` and `.`";
    refused("<D:property name='a b'/>", name);
    refused(
        "<D:property name='a' namespace='a b'/>",
        "a namespace is not a URI, send one that is",
    );
    refused(
        "<D:property name='a' namespace='urn:%zz'/>",
        "a namespace is not a URI, send one that is",
    );
    let long = "a".repeat(1_025);
    for property in [
        format!("<D:property name='{long}'/>"),
        format!("<D:property name='a' namespace='urn:{long}'/>"),
    ] {
        let body = format!("<D:expand-property xmlns:D='DAV:'>{property}</D:expand-property>");
        let error = ExpandProperty::parse(body.as_bytes(), &Limits::request()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NameTooLong);
    }
    let body = b"<expand-property xmlns='DAV:'><property name='a'/><property name='b'/>\
                 </expand-property>";
    let error = ExpandProperty::parse(body, &Limits::request().properties(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyProperties);
}
