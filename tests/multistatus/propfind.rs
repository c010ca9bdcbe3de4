//! What was asked for by a PROPFIND, filled with what there is: RFC 4918, section 9.1.

use std::cell::Cell;

use http::StatusCode;
use statuary::{
    Condition, DavError, Href, MultiStatus, Propfind,
    dav::condition::NeedPrivileges,
    prop::{self, DisplayName, GetContentLength, ResourceType},
    request::Answer,
    xml::{Limits, Name},
};

use crate::{
    grammar::assert_strict,
    outcome::{PropStat, responses},
};

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");
const SECRET: Name<'static> = Name::from_static("urn:example:paint", "recipe");
const OWNER: Name<'static> = Name::dav("owner");

const OK: &str = "HTTP/1.1 200 OK";
const MISSING: &str = "HTTP/1.1 404 Not Found";

fn wanted(inside: &str) -> Propfind {
    let body =
        format!("<D:propfind xmlns:D='DAV:' xmlns:x='urn:example:paint'>{inside}</D:propfind>");
    Propfind::parse(body.as_bytes(), &Limits::request()).expect("a propfind")
}

/// All that the file has.
fn offered<'p>(wanted: &'p Propfind, path: &str) -> Answer<'p> {
    wanted
        .answer(Href::path(path))
        .prop(DisplayName("a"))
        .prop(GetContentLength(3))
        .prop(ResourceType::FILE)
        .prop(prop::text(COLOR, "red"))
        .prop_by_name(prop::text(OWNER, "ann"))
        .withheld(&SECRET, StatusCode::FORBIDDEN)
}

/// The propstats of the answer to a question.
fn told(inside: &str) -> Vec<PropStat> {
    let wanted = wanted(inside);
    let answer = MultiStatus::from_iter([offered(&wanted, "/a")]).to_string();
    let [(_, None, propstats)] = &responses(&answer)[..] else {
        panic!("not one response with properties: {answer}");
    };
    propstats.clone()
}

fn propstat(status: &str, names: &[&str]) -> PropStat {
    let names = names.iter().copied().map(String::from).collect();
    (status.to_owned(), names)
}

#[test]
fn m8_a_property_is_told_once_however_often_it_is_asked_for_and_offered() {
    let wanted = wanted("<D:prop><D:displayname/><D:owner/><D:displayname/></D:prop>");
    let answer = offered(&wanted, "/a").prop(DisplayName("b"));
    let answer = MultiStatus::from_iter([answer]).to_string();
    assert_eq!(
        responses(&answer)[0].2,
        [propstat(OK, &["displayname", "owner"])]
    );
    assert!(
        answer.contains("<D:displayname>a</D:displayname>"),
        "{answer}"
    );
}

#[test]
fn m29_what_is_missing_is_noted_with_404() {
    assert_eq!(
        told("<D:prop><D:getetag/><D:displayname/><x:none/></D:prop>"),
        [
            propstat(OK, &["displayname"]),
            propstat(MISSING, &["getetag", "none"]),
        ]
    );
    assert_eq!(
        told("<D:prop><x:none/></D:prop>"),
        [propstat(MISSING, &["none"])]
    );
}

#[test]
fn m29_a_member_that_failed_is_in_the_answer() {
    let wanted = wanted("<D:prop><D:displayname/></D:prop>");
    let denied = statuary::Resource::status(Href::path("/b"), StatusCode::FORBIDDEN);
    let mut answer = MultiStatus::new();
    answer.push(offered(&wanted, "/a"));
    answer.push(denied);
    let answer = responses(&answer.to_string());
    assert_eq!(answer[1].0, "/b");
    assert_eq!(answer[1].1.as_deref(), Some("HTTP/1.1 403 Forbidden"));
}

#[test]
fn m30_there_is_one_response_for_each_member_in_a_flat_list() {
    let wanted = Propfind::default();
    let paths = ["/a", "/a/b", "/a/b/c", "/d"];
    let answer: MultiStatus = paths.iter().map(|path| offered(&wanted, path)).collect();
    let answer = answer.to_string();
    // All of them, and none inside another.
    assert_eq!(answer.matches("<D:response>").count(), paths.len());
    let hrefs: Vec<_> = responses(&answer).into_iter().map(|told| told.0).collect();
    assert_eq!(hrefs, paths);
}

#[test]
fn m31_who_does_not_ask_by_name_is_not_told_what_is_withheld() {
    for inside in [
        "<D:allprop/>",
        "<D:allprop/><D:include><D:owner/></D:include>",
    ] {
        let told = told(inside);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, OK);
        assert!(!told[0].1.contains(&"recipe".to_owned()), "{told:?}");
    }
}

#[test]
fn m32_the_statuses_of_a_propstat() {
    let wanted = wanted("<D:prop><D:displayname/><x:a/><x:b/><x:c/></D:prop>");
    let [a, b] = ["a", "b"].map(|name| Name::from_static("urn:example:paint", name));
    let answer = offered(&wanted, "/a")
        .withheld(&a, StatusCode::UNAUTHORIZED)
        .withheld(&b, StatusCode::FORBIDDEN);
    let answer = responses(&MultiStatus::from_iter([answer]).to_string());
    assert_eq!(
        answer[0].2,
        [
            propstat(OK, &["displayname"]),
            propstat("HTTP/1.1 401 Unauthorized", &["a"]),
            propstat("HTTP/1.1 403 Forbidden", &["b"]),
            propstat(MISSING, &["c"]),
        ]
    );
}

#[test]
fn rfc3744_section_7_1_1_a_property_that_is_withheld_says_why() {
    let wanted = wanted("<D:prop><D:displayname/><D:acl/><D:owner/><D:group/><x:c/></D:prop>");
    let lacking = NeedPrivileges::new(Href::path("/a"), Name::dav("read-acl"));
    let denied = DavError::from(Condition::from(lacking.clone()));
    let private = DavError::new(StatusCode::FORBIDDEN).with_description("ask Ann");
    let answer = wanted
        .answer(Href::path("/a"))
        .withheld(&Name::dav("acl"), denied.clone())
        .withheld(&OWNER, Condition::from(lacking))
        .withheld(&Name::dav("group"), private)
        .withheld(&Name::dav("nobody-asked"), denied)
        .prop(DisplayName("a"));
    let answer = MultiStatus::from_iter([answer]).to_string();
    assert_strict(&answer);
    assert_eq!(
        responses(&answer)[0].2,
        [
            propstat(OK, &["displayname"]),
            propstat("HTTP/1.1 403 Forbidden", &["acl", "owner"]),
            propstat("HTTP/1.1 403 Forbidden", &["group"]),
            propstat(MISSING, &["c"]),
        ]
    );
    assert!(answer.contains(
        "<D:error><D:need-privileges><D:resource><D:href>/a</D:href>\
         <D:privilege><D:read-acl/></D:privilege></D:resource></D:need-privileges></D:error>"
    ));
    assert!(answer.contains("<D:responsedescription>ask Ann</D:responsedescription>"));
}

#[test]
fn m33_all_properties_are_the_dead_ones_those_of_rfc_4918_and_what_is_included() {
    let all = ["displayname", "getcontentlength", "resourcetype", "color"];
    assert_eq!(told("<D:allprop/>"), [propstat(OK, &all)]);
    let included = told("<D:allprop/><D:include><D:owner/><D:none/><D:displayname/></D:include>");
    let more = [&all[..], &["owner"]].concat();
    assert_eq!(
        included,
        [propstat(OK, &more), propstat(MISSING, &["none"])]
    );
}

#[test]
fn m33_a_question_for_names_gets_them_without_values() {
    let wanted = wanted("<D:propname/>");
    let answer = MultiStatus::from_iter([offered(&wanted, "/a")]).to_string();
    let (status, names) = &responses(&answer)[0].2[0];
    assert_eq!(status, OK);
    assert!(names.contains(&"owner".to_owned()), "{names:?}");
    let document = roxmltree::Document::parse(&answer).expect("well-formed");
    let prop = document
        .descendants()
        .find(|node| node.has_tag_name(("DAV:", "prop")));
    assert!(
        prop.expect("a prop")
            .children()
            .all(|name| !name.has_children())
    );
}

/// One by one, by a row, and made when it is wanted: the same is told.
#[test]
fn a_property_is_in_allprop_or_has_to_be_named_however_it_is_offered() {
    let rows = (DisplayName("a"), GetContentLength(3));
    let names = [Name::dav("displayname"), Name::dav("getcontentlength")];
    let by_names = Propfind::Prop(names.to_vec());
    for (wanted, in_allprop, by_name) in [
        (&Propfind::default(), true, false),
        (&by_names, true, true),
        (&Propfind::Prop(vec![OWNER]), false, false),
    ] {
        let told = |answer: Answer<'_>| answer.into_resource().to_string();
        let new = || wanted.answer(Href::path("/a"));
        let [name, length] = &names;
        let made = Cell::new(0);
        let make = || made.set(made.get() + 1);
        let answers = [
            new().prop(DisplayName("a")).prop(GetContentLength(3)),
            new().row(&rows),
            new()
                .prop_with(name, || {
                    make();
                    DisplayName("a")
                })
                .prop_with(length, || GetContentLength(3)),
        ];
        let answers = answers.map(told);
        assert_eq!(answers[0].contains(">a</D:displayname>"), in_allprop);
        assert!(answers.iter().all(|it| *it == answers[0]), "{answers:#?}");
        assert_eq!(made.take() == 1, in_allprop);

        let answers = [
            new()
                .prop_by_name(DisplayName("a"))
                .prop_by_name(GetContentLength(3)),
            new().row_by_name(&rows),
            new()
                .prop_by_name_with(name, || {
                    make();
                    DisplayName("a")
                })
                .prop_by_name_with(length, || GetContentLength(3)),
        ];
        let answers = answers.map(told);
        assert_eq!(answers[0].contains(">a</D:displayname>"), by_name);
        assert!(answers.iter().all(|it| *it == answers[0]), "{answers:#?}");
        assert_eq!(made.take() == 1, by_name);
    }
}
