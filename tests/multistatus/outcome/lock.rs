//! A LOCK that succeeded: RFC 4918, sections 9.10.1, 9.10.2 and 9.10.4.

use http::StatusCode;
use statuary::{
    outcome::{InvalidLock, Lock},
    xml::Element,
};

use crate::{documents::body, infoset::said};

const TOKEN: &str = "urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4";

fn activelock() -> Element {
    Element::parse(&format!(
        "<D:activelock><D:locktype><D:write/></D:locktype>\
         <D:lockscope><D:exclusive/></D:lockscope><D:depth>infinity</D:depth>\
         <D:owner><D:href>http://example.org/~ejw/contact.html</D:href></D:owner>\
         <D:timeout>Second-604800</D:timeout>\
         <D:locktoken><D:href>{TOKEN}</D:href></D:locktoken>\
         <D:lockroot><D:href>http://example.com/workspace/webdav/proposal.doc</D:href></D:lockroot>\
         </D:activelock>"
    ))
    .expect("a lock")
}

#[test]
fn m40_rfc4918_section_9_10_7_a_lock_is_no_207() -> Result<(), InvalidLock> {
    let response = Lock::granted(activelock())?.into_http();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["lock-token"], format!("<{TOKEN}>"));
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    let example = include_str!("../rfc4918/9.10.7-lock.xml");
    assert_eq!(said(&body(response)), said(example));
    Ok(())
}

#[test]
fn section_9_10_2_a_refreshed_lock_has_no_header() -> Result<(), InvalidLock> {
    let response = Lock::refreshed(activelock())?.into_http();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!response.headers().contains_key("lock-token"));
    let example = include_str!("../rfc4918/9.10.7-lock.xml");
    assert_eq!(
        said(&body(response)),
        said(example),
        "that of 9.10.8 is the same"
    );
    Ok(())
}

#[test]
fn section_9_10_4_a_lock_on_nothing_makes_a_resource() -> Result<(), InvalidLock> {
    let response = Lock::created(activelock())?.into_http();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert!(response.headers().contains_key("lock-token"));
    Ok(())
}

#[test]
fn other_locks_may_be_told_beside_the_new_one() -> Result<(), InvalidLock> {
    let answer = body(
        Lock::granted(activelock())?
            .beside(activelock())
            .into_http(),
    );
    assert_eq!(answer.matches("<D:activelock>").count(), 2);
    Ok(())
}

#[test]
fn a_lock_without_a_token_that_a_client_could_send_is_refused() {
    for lock in [
        "<D:lockentry/>",
        "<D:activelock/>",
        "<D:activelock><D:locktoken/></D:activelock>",
        "<D:activelock><D:locktoken><D:href/></D:locktoken></D:activelock>",
        "<D:activelock><D:locktoken><D:href>/path</D:href></D:locktoken></D:activelock>",
        "<D:activelock><D:locktoken><D:href>no uri</D:href></D:locktoken></D:activelock>",
        "<D:activelock><D:locktoken><D:href>urn:x&gt; &lt;urn:y</D:href></D:locktoken></D:activelock>",
        "<D:activelock><D:locktoken><D:href>urn:x&#10;y</D:href></D:locktoken></D:activelock>",
    ] {
        let lock = Element::parse(lock).expect(lock);
        let error = Lock::granted(lock.clone()).expect_err("no lock");
        assert_eq!(
            error.to_string(),
            "invalid lock: it is no `activelock` with a URI in its `locktoken`",
            "{lock}"
        );
    }
}
