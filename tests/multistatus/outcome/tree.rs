//! DELETE, COPY, MOVE and LOCK of a tree: RFC 4918, sections 9.6.1, 9.8.3, 9.9.2 and 9.10.9.

use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use statuary::{
    Condition, DavError, Href,
    dav::{ActiveLock, LockScope, LockToken, ZeroOrInfinity},
    outcome::{Lock, Tree},
    xml::Name,
};

use super::{href, responses};
use crate::{documents::body, infoset::said};

fn docs() -> Tree {
    Tree::new(Href::collection("/docs"))
}

fn lock() -> Lock {
    let token = LockToken::new("urn:x").unwrap();
    let docs = Href::collection("/docs");
    let infinity = ZeroOrInfinity::Infinity;
    Lock::granted(ActiveLock::new(token, docs, LockScope::Exclusive, infinity))
}

fn hrefs(document: &str) -> Vec<(String, String)> {
    let statuses = responses(document).into_iter();
    statuses
        .map(|(href, status, propstats)| {
            assert!(propstats.is_empty(), "m13: a tree has statuses");
            (href, status.unwrap())
        })
        .collect()
}

#[test]
fn m37_m38_members_that_succeeded_or_depended_are_not_listed() {
    let mut tree = docs();
    for (member, status) in [
        ("/docs/a", StatusCode::NO_CONTENT),
        ("/docs/b", StatusCode::CREATED),
        ("/docs/c", StatusCode::OK),
        ("/docs/d", StatusCode::LOCKED),
        ("/docs/", StatusCode::FAILED_DEPENDENCY),
        ("/docs/e", StatusCode::FORBIDDEN),
    ] {
        tree.member(Href::path(member), status);
    }
    assert!(!tree.is_done());
    let response = tree.done(StatusCode::NO_CONTENT);
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    assert_eq!(
        hrefs(&body(response)),
        [
            ("/docs/d".to_owned(), "HTTP/1.1 423 Locked".to_owned()),
            ("/docs/e".to_owned(), "HTTP/1.1 403 Forbidden".to_owned()),
        ]
    );
}

#[test]
fn m37_nothing_failed_is_the_plain_success() {
    for status in [StatusCode::CREATED, StatusCode::NO_CONTENT] {
        let mut tree = docs();
        tree.extend([(Href::path("/docs/a"), status)]);
        assert!(tree.is_done());
        let response = tree.done(status);
        assert_eq!(response.status(), status);
        assert!(response.headers().is_empty());
        assert_eq!(body(response), "");
    }
}

#[test]
fn m37_m52_a_lone_failure_of_the_target_is_a_plain_status() {
    let mut tree = docs();
    // However the handler spells it.
    tree.member(
        href("http://example.com/%64ocs"),
        Condition::LockTokenSubmitted(href("/docs/").into()),
    );
    tree.member(Href::path("/docs/a"), StatusCode::FAILED_DEPENDENCY);
    let response = tree.done(StatusCode::NO_CONTENT);
    assert_eq!(response.status(), StatusCode::LOCKED);
    assert_eq!(
        body(response),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:error xmlns:D=\"DAV:\">\
         <D:lock-token-submitted><D:href>/docs/</D:href></D:lock-token-submitted></D:error>"
    );
}

#[test]
fn m38_a_lone_failure_of_a_member_is_a_207_that_names_it() {
    let in_use = || {
        DavError::new(StatusCode::CONFLICT)
            .with_description("in use")
            .with_header(RETRY_AFTER, HeaderValue::from_static("60"))
    };
    let mut tree = docs();
    tree.member(Href::path("/docs"), in_use());
    let response = tree.done(StatusCode::CREATED);
    assert_eq!(response.headers()[RETRY_AFTER], "60");

    let mut tree = docs();
    tree.member(Href::path("/docs/a"), in_use());
    let response = tree.done(StatusCode::CREATED);
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    assert!(!response.headers().contains_key(RETRY_AFTER));
    let answer = body(response);
    assert_eq!(hrefs(&answer).len(), 1);
    assert!(answer.contains("<D:responsedescription>in use</D:responsedescription>"));
}

#[test]
fn m4_a_member_is_listed_once_with_its_first_reason() {
    let mut tree = docs();
    tree.member(Href::path("/docs/a"), StatusCode::LOCKED);
    tree.member(Href::path("/docs/a"), StatusCode::FORBIDDEN);
    tree.member(Href::collection("/docs/a"), StatusCode::FORBIDDEN);
    let listed = hrefs(&body(tree.done(StatusCode::NO_CONTENT)));
    assert_eq!(
        listed,
        [("/docs/a".to_owned(), "HTTP/1.1 423 Locked".to_owned())]
    );
}

#[test]
fn m4_a_member_is_the_same_however_it_is_encoded() {
    let mut tree = Tree::new(href("/%28docs%29/"));
    tree.member(Href::collection("/(docs)"), StatusCode::FORBIDDEN);
    tree.member(Href::path("/(docs)/a"), StatusCode::LOCKED);
    tree.member(href("/%28docs%29/%61"), StatusCode::CONFLICT);
    assert_eq!(
        hrefs(&body(tree.lock(lock))),
        [
            ("/(docs)/".to_owned(), "HTTP/1.1 403 Forbidden".to_owned()),
            ("/(docs)/a".to_owned(), "HTTP/1.1 423 Locked".to_owned()),
        ]
    );
}

#[test]
fn m10_m12_what_is_no_failure_is_a_fault_of_the_server() {
    for status in [100, 302, 999] {
        let mut tree = docs();
        tree.member(Href::path("/docs/a"), StatusCode::from_u16(status).unwrap());
        let listed = hrefs(&body(tree.done(StatusCode::NO_CONTENT)));
        assert_eq!(listed[0].1, "HTTP/1.1 500 Internal Server Error");
    }
}

#[test]
fn what_only_depended_is_never_called_done() {
    let mut tree = docs();
    tree.member(Href::path("/docs/a"), StatusCode::FAILED_DEPENDENCY);
    assert!(!tree.is_done());
    let status = tree.done(StatusCode::NO_CONTENT).status();
    assert_eq!(status, StatusCode::FAILED_DEPENDENCY);
}

#[test]
fn rfc4918_sections_9_6_2_and_9_8_8_and_9_9_6_a_locked_member() {
    for (target, member, example) in [
        (
            "http://www.example.com/container/",
            "http://www.example.com/container/resource3",
            include_str!("../rfc4918/9.6.2-delete.xml"),
        ),
        (
            "http://www.example.com/container/",
            "http://www.example.com/othercontainer/R2/",
            include_str!("../rfc4918/9.8.8-copy.xml"),
        ),
        (
            "http://www.example.com/container/",
            "http://www.example.com/othercontainer/C2/",
            include_str!("../rfc4918/9.9.6-move.xml"),
        ),
    ] {
        let mut tree = Tree::new(href(target));
        // The examples name no lock, as section 16 says that they must.
        let unnamed = Condition::Other(Name::dav("lock-token-submitted"));
        tree.member(
            href(member),
            DavError::new(StatusCode::LOCKED).with_condition(unnamed),
        );
        let response = tree.done(StatusCode::NO_CONTENT);
        assert_eq!(said(&body(response)), said(example));
    }
}

#[test]
fn m39_rfc4918_section_9_10_9_the_target_of_a_lock_is_listed_too() {
    let mut tree = Tree::new(href("http://example.com/webdav/"));
    tree.member(
        href("http://example.com/webdav/secret"),
        StatusCode::FORBIDDEN,
    );
    let response = tree.lock(|| unreachable!("nothing may be locked"));
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    let example = include_str!("../rfc4918/9.10.9-lock.xml");
    assert_eq!(said(&body(response)), said(example));
}

#[test]
fn m39_the_target_of_a_lock_keeps_a_reason_of_its_own() {
    let mut tree = docs();
    tree.member(Href::collection("/docs"), StatusCode::CONFLICT);
    tree.member(Href::path("/docs/a"), StatusCode::FORBIDDEN);
    let listed = hrefs(&body(tree.lock(lock)));
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].1, "HTTP/1.1 409 Conflict");
}

#[test]
fn m40_a_lock_of_a_tree_is_granted_when_nothing_failed() {
    let response = docs().lock(lock);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["lock-token"], "<urn:x>");
}
