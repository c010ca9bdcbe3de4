//! What may be said by a status, and what has to stand beside it: RFC 4918, sections 11 and 13.

use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use roxmltree::Document;
use statuary::{
    Condition, DavError, Href, MultiStatus, PropStat, Resource,
    dav::{LockToken, SyncToken},
    outcome::Tree,
    prop::GetEtag,
    xml::Name,
};

use crate::{documents::body, infoset::all, outcome::responses};

fn elsewhere() -> Resource<statuary::multistatus::Status> {
    Resource::redirect(
        Href::path("/a"),
        StatusCode::FOUND,
        Href::parse("http://example.com/a?b&c").expect("an href"),
    )
}

#[test]
fn m11_a_207_has_no_location() {
    let response = MultiStatus::from_iter([elsewhere()]).into_http();
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    assert!(!response.headers().contains_key(LOCATION));
}

#[test]
fn m12_a_redirection_has_one_location_with_one_href() {
    let answer = MultiStatus::from_iter([elsewhere()]).to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let root = document.root_element();
    let status = all(root, "status")[0].text();
    assert_eq!(status, Some("HTTP/1.1 302 Found"));
    let [location] = all(root, "location")[..] else {
        panic!("not one location: {answer}");
    };
    let hrefs: Vec<_> = location.children().map(|href| href.text()).collect();
    assert_eq!(hrefs, [Some("http://example.com/a?b&c")]);
}

#[test]
fn m12_a_redirection_without_a_location_is_a_fault_and_others_have_none() {
    let lost = Resource::status(Href::path("/a"), StatusCode::FOUND).to_string();
    assert!(lost.contains("HTTP/1.1 500 "), "{lost}");
    let found = Resource::redirect(Href::path("/a"), StatusCode::OK, Href::path("/b")).to_string();
    assert!(
        found.contains("HTTP/1.1 200 OK") && !found.contains("location"),
        "{found}"
    );
}

/// Beside a propstat, no location says where a property is.
#[test]
fn m12_no_property_is_redirected() {
    let name = statuary::xml::Name::dav("x");
    for status in [300, 302, 399] {
        let status = StatusCode::from_u16(status).expect("a status");
        let resources = [
            Resource::new(Href::path("/a")).withheld(&name, status),
            Resource::new(Href::path("/a")).propstat(PropStat::new(status).name(&name)),
        ];
        for resource in resources {
            let told = responses(&MultiStatus::from_iter([resource]).to_string());
            let lines: Vec<_> = told[0].2.iter().map(|(line, _)| &**line).collect();
            assert_eq!(lines, ["HTTP/1.1 500 Internal Server Error"]);
        }
    }
}

#[test]
fn m13_what_became_of_a_tree_is_told_without_properties() {
    let mut tree = Tree::new(Href::collection("/a"));
    tree.member(Href::path("/a/b"), StatusCode::LOCKED);
    tree.member(Href::path("/a/c"), StatusCode::FORBIDDEN);
    let told = responses(&body(tree.done(StatusCode::NO_CONTENT)));
    assert_eq!(told.len(), 2);
    for (_, status, propstats) in told {
        assert!(status.is_some() && propstats.is_empty());
    }
}

#[test]
fn m41_a_lock_in_the_way_is_named_and_what_has_no_room_says_why() {
    let held = Condition::LockTokenSubmitted(Href::path("/a/b").into());
    assert_eq!(DavError::from(held.clone()).status(), StatusCode::LOCKED);
    let answer = MultiStatus::from_iter([
        Resource::status(Href::path("/a/b"), StatusCode::LOCKED).error(held),
        Resource::status(Href::path("/c"), StatusCode::INSUFFICIENT_STORAGE)
            .error(Condition::SufficientDiskSpace),
        Resource::status(Href::path("/d"), StatusCode::FAILED_DEPENDENCY),
    ]);
    let answer = answer.to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let codes: Vec<_> = all(document.root_element(), "response")
        .into_iter()
        .map(|response| {
            let error = all(response, "error").into_iter().next();
            error.map(|error| {
                error
                    .first_element_child()
                    .expect("a code")
                    .tag_name()
                    .name()
            })
        })
        .collect();
    assert_eq!(
        codes,
        [
            Some("lock-token-submitted"),
            Some("sufficient-disk-space"),
            None
        ]
    );
}

/// LABEL tells of what failed; UPDATE and MERGE of all that was changed.
#[test]
fn e4_versioning_tells_by_statuses() {
    let mut label = Tree::new(Href::collection("/a"));
    let unknown = statuary::dav::condition::Versioning::MustBeCheckedIn;
    label.member(Href::path("/a/b"), unknown);
    let answer = body(label.done(StatusCode::OK));
    assert_eq!(responses(&answer)[0].0, "/a/b");

    let changed: MultiStatus = ["/a", "/a/b"]
        .iter()
        .map(|path| Resource::status(Href::path(path), StatusCode::OK))
        .collect();
    let told = responses(&changed.to_string());
    assert!(
        told.iter()
            .all(|it| it.1.as_deref() == Some("HTTP/1.1 200 OK"))
    );
    assert_eq!(told.len(), 2);
}

/// An href, a token, a name or a tag that a handler made wrongly is not the client's mistake.
#[test]
fn what_a_handler_makes_wrongly_is_500() {
    let made = || -> Result<(), DavError> {
        GetEtag::strong("1")?;
        SyncToken::new("urn:x:1")?;
        LockToken::new("1")?;
        Ok(())
    };
    let error = made().unwrap_err();
    assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        error.description().is_empty(),
        "how is nobody else's business"
    );
    for error in [
        DavError::from(GetEtag::strong("\"").unwrap_err()),
        DavError::from(Name::new("urn:x", "a b").unwrap_err()),
    ] {
        assert_eq!(error, StatusCode::INTERNAL_SERVER_ERROR.into());
    }
}

/// What an upstream server has answered, taken for an error.
#[test]
fn a_response_that_failed_has_the_status_of_a_failure() {
    let told = |status: u16| {
        let status = StatusCode::from_u16(status).expect("a status");
        let error = DavError::new(status).with_description("as it was told");
        assert_eq!(error.status(), status, "a member may have succeeded");
        let error = error.with_header(LOCATION, HeaderValue::from_static("/b"));
        let of_condition = error.clone().with_condition(Condition::QuotaNotExceeded);
        [error, of_condition].map(|error| {
            let response = error.into_http();
            let has_location = response.headers().contains_key(LOCATION);
            let has_type = response.headers().contains_key(CONTENT_TYPE);
            let status = response.status().as_u16();
            (status, has_location, has_type, body(response).is_empty())
        })
    };
    for status in [100, 102, 200, 204, 207, 208, 299] {
        assert_eq!(told(status), [(500, false, false, true); 2], "{status}");
    }
    for status in [302, 404, 500, 599] {
        assert_eq!(told(status), [(status, true, true, false); 2], "{status}");
    }
    assert_eq!(told(304), [(304, true, false, true); 2]);
}

/// The status of success is chosen by the handler, or was given to it.
#[test]
fn a_tree_in_which_nothing_failed_is_a_success() {
    for (status, told) in [
        (200, 200),
        (201, 201),
        (204, 204),
        (100, 500),
        (207, 500),
        (302, 500),
        (404, 500),
    ] {
        let status = StatusCode::from_u16(status).expect("a status");
        let response = Tree::new(Href::path("/a")).done(status);
        assert_eq!(response.status(), told);
        assert!(body(response).is_empty());
    }
}
