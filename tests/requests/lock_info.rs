//! The body of LOCK: RFC 4918, section 14.11.

use futures_util::FutureExt;
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{
    Href,
    dav::{LockScope, LockToken, TimeType, ZeroOrInfinity},
    outcome::Lock,
    request::LockInfo,
};

use crate::support::{assert_refused, assert_whole, read};

fn inside(inside: &str) -> String {
    format!("<D:lockinfo xmlns:D='DAV:'>{inside}</D:lockinfo>")
}

const EXAMPLE: &str = include_str!("rfc4918/9.10.7-lockinfo.xml");

#[test]
fn the_example_of_section_9_10_7() {
    let wanted = read(LockInfo::parse, EXAMPLE);
    assert_eq!(wanted.scope(), LockScope::Exclusive);
    let owner = wanted.owner().unwrap();
    assert_eq!(owner.name().to_string(), "{DAV:}owner");
    let href = owner.children().next().unwrap();
    assert_eq!(href.text(), "http://example.org/~ejw/contact.html");
    assert_whole(LockInfo::parse, EXAMPLE);
}

#[test]
fn what_is_in_any_order_or_unknown() {
    let wanted = read(
        LockInfo::parse,
        &inside(
            "<x/><D:locktype><D:y/><D:write>z</D:write></D:locktype>text\
             <D:lockscope><exclusive/><D:shared/></D:lockscope>",
        ),
    );
    assert_eq!((wanted.scope(), wanted.owner()), (LockScope::Shared, None));
}

#[test]
fn what_is_no_lockinfo() {
    let refused = |body: &str, sentence| assert_refused(LockInfo::parse, body, 400, sentence);
    let (scope, kind) = (
        "<D:lockscope><D:shared/></D:lockscope>",
        "<D:locktype><D:write/></D:locktype>",
    );
    let neither = "`lockinfo` asks for neither an `exclusive` nor a `shared` lock";
    refused(&inside(""), neither);
    refused(&inside(&format!("{kind}<D:lockscope/>")), neither);
    refused(
        &inside(&format!("{kind}<lockscope><D:shared/></lockscope>")),
        neither,
    );
    let none = "`lockinfo` asks for no `write` lock";
    refused(&inside(scope), none);
    refused(
        &inside(&format!("{scope}<D:locktype><D:read/></D:locktype>")),
        none,
    );
    let more = "`lockinfo` asks for more than one scope";
    refused(&inside(&format!("{scope}{scope}{kind}")), more);
    refused(
        &inside("<D:lockscope><D:shared/><D:exclusive/></D:lockscope>"),
        more,
    );
    let owners = "`lockinfo` has more than one `owner`";
    refused(
        &inside(&format!("{scope}{kind}<D:owner/><D:owner/>")),
        owners,
    );
    let root = "the root element is not `lockinfo` in the namespace `DAV:`, send that one";
    refused("<lockinfo/>", root);
    refused("", "the document has no root element, send one");
}

#[test]
fn a_lock_that_is_granted_is_as_it_was_asked_for() {
    let body = inside(
        "<D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>\
         <D:owner xml:lang='en'><x:who xmlns:x='urn:x'>a &amp; b</x:who></D:owner>",
    );
    let token = LockToken::new("urn:x:1&2").unwrap();
    let root = Href::collection("/a & b");
    let lock = read(LockInfo::parse, &body)
        .active_lock(token.clone(), root.clone(), ZeroOrInfinity::Infinity)
        .with_timeout(TimeType::Infinite);
    assert_eq!((lock.token(), lock.root()), (&token, &root));
    assert_eq!(
        (lock.scope(), lock.depth()),
        (LockScope::Exclusive, ZeroOrInfinity::Infinity)
    );
    assert_eq!(lock.timeout(), Some(TimeType::Infinite));
    let response = Lock::granted(lock).into_http();
    assert_eq!(response.headers()["lock-token"], "<urn:x:1&2>");
    let text = response
        .into_body()
        .collect()
        .now_or_never()
        .unwrap()
        .unwrap();
    let text = String::from_utf8(text.to_bytes().to_vec()).unwrap();
    let document = Document::parse(&text).unwrap();
    let said = |path: &[&str]| {
        let discovery = document.root_element().first_element_child().unwrap();
        let mut at = discovery.first_element_child().unwrap();
        for local in path {
            at = at
                .children()
                .find(|it| it.has_tag_name(("DAV:", *local)))
                .unwrap();
        }
        at
    };
    assert!(said(&["lockscope", "exclusive"]).is_element());
    assert!(said(&["locktype", "write"]).is_element());
    assert_eq!(said(&["depth"]).text(), Some("infinity"));
    assert_eq!(said(&["timeout"]).text(), Some("Infinite"));
    assert_eq!(said(&["locktoken", "href"]).text(), Some("urn:x:1&2"));
    assert_eq!(said(&["lockroot", "href"]).text(), Some("/a%20&%20b/"));
    let who = said(&["owner"]).first_element_child().unwrap();
    assert_eq!(
        (who.tag_name().namespace(), who.text()),
        (Some("urn:x"), Some("a & b"))
    );
}
