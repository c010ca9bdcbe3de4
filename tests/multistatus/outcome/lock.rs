//! A LOCK that succeeded: RFC 4918, sections 9.10.1, 9.10.2 and 9.10.4.

use std::error::Error;

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{
    Href, MultiStatus, MultiStatusLayer, Resource,
    dav::{ActiveLock, LockScope, LockToken, TimeType, ZeroOrInfinity},
    outcome::Lock,
    prop::LockDiscovery,
    xml::Element,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    documents::body,
    infoset::{all, said, text},
};

const TOKEN: &str = "urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4";

fn lock(token: &str) -> ActiveLock {
    let token = LockToken::new(token).expect("a URI");
    let root = Href::parse("http://example.com/workspace/webdav/proposal.doc").expect("a URI");
    ActiveLock::new(token, root, LockScope::Exclusive, ZeroOrInfinity::Infinity)
}

fn activelock() -> ActiveLock {
    let owner =
        Element::parse("<D:owner><D:href>http://example.org/~ejw/contact.html</D:href></D:owner>");
    lock(TOKEN)
        .with_owner(owner.expect("an owner"))
        .with_timeout(TimeType::Second(604_800))
}

#[test]
fn m40_rfc4918_section_9_10_7_a_lock_is_no_207() {
    let response = Lock::granted(activelock()).into_http();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["lock-token"], format!("<{TOKEN}>"));
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    let example = include_str!("../rfc4918/9.10.7-lock.xml");
    assert_eq!(said(&body(response)), said(example));
}

#[test]
fn section_9_10_2_a_refreshed_lock_has_no_header() {
    let response = Lock::refreshed(activelock()).into_http();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!response.headers().contains_key("lock-token"));
    let example = include_str!("../rfc4918/9.10.7-lock.xml");
    assert_eq!(
        said(&body(response)),
        said(example),
        "that of 9.10.8 is the same"
    );
}

#[test]
fn section_9_10_4_a_lock_on_nothing_makes_a_resource() {
    let response = Lock::created(activelock()).into_http();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert!(response.headers().contains_key("lock-token"));
}

#[test]
fn other_locks_may_be_told_beside_the_new_one() {
    let response = Lock::granted(activelock()).beside(lock("urn:x:2"));
    let response = response.into_http();
    assert_eq!(response.headers()["lock-token"], format!("<{TOKEN}>"));
    let answer = body(response);
    let document = Document::parse(&answer).expect("well-formed");
    let tokens = all(document.root_element(), "locktoken").into_iter();
    assert_eq!(tokens.map(text).collect::<Vec<_>>(), [TOKEN, "urn:x:2"]);
}

#[test]
fn section_14_1_what_is_not_known_or_not_told_is_left_out() {
    let told = |lock: ActiveLock| {
        let resource = Resource::new(Href::path("/a")).prop(LockDiscovery(&[lock]));
        let answer = MultiStatus::from_iter([resource]).to_string();
        let document = Document::parse(&answer).expect("well-formed");
        let lock = all(document.root_element(), "activelock")[0];
        let children = lock.children().map(|it| it.tag_name().name().to_owned());
        children.collect::<Vec<_>>()
    };
    let always = ["locktype", "lockscope", "depth"];
    let told_of = told(lock("urn:x"));
    assert_eq!(told_of, [&always[..], &["locktoken", "lockroot"]].concat());
    let told_of = told(activelock().show_token(false));
    let rest = ["owner", "timeout", "lockroot"];
    assert_eq!(told_of, [&always[..], &rest].concat());

    // Who has asked for the lock has to know it.
    let granted = body(Lock::granted(lock("urn:x").show_token(false)).into_http());
    assert!(granted.contains("<D:href>urn:x</D:href>"), "{granted}");
}

#[test]
fn an_owner_is_what_the_client_said_or_what_is_put_into_one() -> Result<(), Box<dyn Error>> {
    for (owner, expected) in [
        (
            r#"<D:owner xml:lang="en">J</D:owner>"#,
            r#"<D:owner xml:lang="en">J</D:owner>"#,
        ),
        (
            "<D:href>/p</D:href>",
            "<D:owner><D:href  >/p</D:href></D:owner>",
        ),
        (
            r#"<x:owner xmlns:x="urn:x"/>"#,
            r#"<D:owner><x:owner xmlns:x="urn:x"/></D:owner>"#,
        ),
    ] {
        let owner = Element::parse(owner)?;
        let lock = lock("urn:x").with_owner(owner.clone());
        assert_eq!(lock.owner(), Some(&owner));
        let answer = body(Lock::granted(lock).into_http());
        assert!(answer.contains(expected), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn a_mount_moves_the_root_of_a_lock_and_nothing_that_its_owner_said() {
    let owner = Element::parse("<D:owner><D:href>/jane</D:href></D:owner>").expect("an owner");
    let token = LockToken::new("urn:x").expect("a URI");
    let lock = ActiveLock::new(
        token,
        Href::path("/a"),
        LockScope::Shared,
        ZeroOrInfinity::Zero,
    )
    .with_owner(owner);
    let answer = async |_: Request<()>| {
        Ok::<_, std::convert::Infallible>(Lock::granted(lock.clone()).into_http())
    };
    let service = MultiStatusLayer::new()
        .mounted_at("/dav")
        .layer(service_fn(answer));
    let response = service.oneshot(Request::new(())).await.expect("infallible");
    let body = response.into_body().collect().await.expect("no failure");
    let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    let document = Document::parse(&body).expect("well-formed");
    let inside = |local| text(all(document.root_element(), local)[0]);
    assert_eq!(
        (&*inside("lockroot"), &*inside("owner")),
        ("/dav/a", "/jane")
    );
}
