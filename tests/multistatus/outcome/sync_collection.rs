//! The `sync-collection` report: RFC 6578.

use http::StatusCode;
use statuary::{
    Condition, DavError, Href, MultiStatus, Property, Resource,
    dav::{InvalidEntityTag, SyncToken},
    outcome::{SyncCollection, Unsynced},
    prop::{self, GetEtag},
    xml::Name,
};

use super::{href, responses};
use crate::{documents::body, infoset::said};

const GONE: &str = "HTTP/1.1 404 Not Found";
const BOXSCHEMA: &str = "urn:ns.example.com:boxschema";
const BIGBOX: Name<'static> = Name::from_static(BOXSCHEMA, "bigbox");

fn home(token: &'static str) -> SyncCollection {
    SyncCollection::new(
        href("http://webdav.example.com/home/cyrusdaboo/"),
        uri(token),
    )
}

fn uri(token: &str) -> SyncToken {
    SyncToken::new(token).expect("a URI")
}

fn member(at: &'static str, etag: &'static str) -> Result<Resource, InvalidEntityTag> {
    Ok(Resource::new(href(at)).prop(GetEtag::strong(etag)?))
}

fn bigbox() -> impl Property {
    prop::with_content(BIGBOX, |bigbox| {
        let box_type = Name::from_static(BOXSCHEMA, "BoxType");
        bigbox.element(&box_type).text("Box type A");
    })
}

fn statuses(answer: &str) -> Vec<(String, Option<String>)> {
    let responses = responses(answer).into_iter();
    responses.map(|(href, status, _)| (href, status)).collect()
}

fn listed(href: &str, status: Option<&str>) -> (String, Option<String>) {
    (href.to_owned(), status.map(String::from))
}

#[test]
fn e20_rfc6578_section_3_8_initial() -> Result<(), InvalidEntityTag> {
    let mut changes = home("http://example.com/ns/sync/1234");
    let at = "http://webdav.example.com/home/cyrusdaboo/test.doc";
    changes.changed(member(at, "00001-abcd1")?.prop(bigbox()));
    let at = "http://webdav.example.com/home/cyrusdaboo/vcard.vcf";
    changes.changed(member(at, "00002-abcd1")?.missing(&BIGBOX));
    let at = "http://webdav.example.com/home/cyrusdaboo/calendar.ics";
    changes.changed(member(at, "00003-abcd1")?.missing(&BIGBOX));
    let ours = MultiStatus::from(changes).to_string();
    assert_eq!(
        said(&ours),
        said(include_str!("../rfc6578/3.8-initial.xml"))
    );
    Ok(())
}

#[test]
fn e19_e20_rfc6578_section_3_9_changed_and_removed() -> Result<(), InvalidEntityTag> {
    let mut changes = home("http://example.com/ns/sync/1238");
    let at = "http://webdav.example.com/home/cyrusdaboo/file.xml";
    changes.changed(member(at, "00004-abcd1")?.missing(&BIGBOX));
    let at = "http://webdav.example.com/home/cyrusdaboo/vcard.vcf";
    changes.changed(member(at, "00002-abcd2")?.missing(&BIGBOX));
    changes.removed(href("http://webdav.example.com/home/cyrusdaboo/test.doc"));
    let ours = MultiStatus::from(changes).to_string();
    assert_eq!(said(&ours), said(include_str!("../rfc6578/3.9-token.xml")));
    Ok(())
}

#[test]
fn e22_rfc6578_sections_3_10_and_3_11_truncation() -> Result<(), InvalidEntityTag> {
    let test = member(
        "http://webdav.example.com/home/cyrusdaboo/test.doc",
        "00001-abcd1",
    )?;
    let vcard = member(
        "http://webdav.example.com/home/cyrusdaboo/vcard.vcf",
        "00002-abcd1",
    )?;

    let mut changes = home("http://example.com/ns/sync/1233");
    changes.changed(test.clone());
    changes.changed(vcard);
    let changes = changes.truncated();
    assert_eq!(changes.len(), 2, "e17: the 507 does not count");
    let ours = MultiStatus::from(changes).to_string();
    assert_eq!(
        said(&ours),
        said(include_str!("../rfc6578/3.10-truncation.xml"))
    );

    let mut changes = home("http://example.com/ns/sync/1232");
    changes.changed(test);
    let ours = MultiStatus::from(changes.truncated()).to_string();
    assert_eq!(said(&ours), said(include_str!("../rfc6578/3.11-limit.xml")));
    Ok(())
}

#[test]
fn e23_rfc6578_section_3_12_a_limit_that_cannot_be_kept() {
    let error = DavError::new(StatusCode::INSUFFICIENT_STORAGE)
        .with_condition(Condition::NumberOfMatchesWithinLimits);
    let example = include_str!("../rfc6578/3.12-unsupported-limit.xml");
    assert_eq!(said(&body(error.into_http())), said(example));
}

#[test]
fn e21_a_collection_that_is_not_synchronized_along_is_told_once_and_why() {
    let shared = || Href::collection("/home/shared");
    for (reason, code) in [
        (Unsynced::SupportedReport, "supported-report"),
        (Unsynced::SyncTraversalSupported, "sync-traversal-supported"),
    ] {
        let mut changes = home("urn:1");
        changes.changed(Resource::new(shared()));
        changes.unsynced(shared(), reason);
        changes.unsynced(shared(), reason);
        changes.changed(Resource::new(shared()));
        assert_eq!(changes.len(), 1);
        let answer = MultiStatus::from(changes.clone()).to_string();
        assert_eq!(
            statuses(&answer),
            [listed("/home/shared/", Some("HTTP/1.1 403 Forbidden"))],
            "section 3.3: it must be told when the client first hears of it"
        );
        assert!(answer.contains(&format!("<D:error><D:{code}/></D:error>")));

        changes.removed(Href::path("/home/shared"));
        assert_eq!(changes.len(), 1);
        assert_eq!(
            statuses(&MultiStatus::from(changes).to_string()),
            [listed("/home/shared", Some(GONE))]
        );
    }
}

/// However the handler spells it: a path that it knows, or one that it was sent.
#[test]
fn e19_a_member_is_the_same_however_it_is_encoded() {
    let mut changes = SyncCollection::new(href("/home/"), uri("urn:1"));
    changes.changed(Resource::new(Href::path("/home/f(1)/x")));
    changes.changed(Resource::new(Href::path("/home/g(1)")));
    changes.changed(Resource::new(href("/home/g%281%29")));
    assert_eq!(changes.len(), 2);
    changes.removed(href("/home/f%281%29/"));
    assert_eq!(
        statuses(&MultiStatus::from(changes).to_string()),
        [
            listed("/home/g%281%29", None),
            listed("/home/f%281%29/", Some(GONE))
        ],
        "section 3.5.2: what was in a collection goes with it"
    );

    // What is not the same: other segments, another server, another query.
    let mut changes = SyncCollection::new(href("/home/"), uri("urn:1"));
    changes.changed(Resource::new(href("/home/f%2Fx")));
    changes.changed(Resource::new(href("http://elsewhere.example.com/home/f/x")));
    changes.changed(Resource::new(href("/home/f/x?at=/1")));
    changes.removed(href("/home/f?at="));
    assert_eq!(changes.len(), 4);
    changes.removed(href("/home/f"));
    assert_eq!(
        statuses(&MultiStatus::from(changes).to_string()),
        [
            listed("/home/f%2Fx", None),
            listed("http://elsewhere.example.com/home/f/x", None),
            listed("/home/f?at=", Some(GONE)),
            listed("/home/f", Some(GONE)),
        ]
    );
}

#[test]
fn e19_sections_3_5_1_and_3_5_2_what_was_told_last_of_a_member_counts() {
    let mut changes = home("urn:1");
    let version = |at, length| Resource::new(Href::path(at)).prop(prop::GetContentLength(length));
    changes.removed(Href::path("/home/made again"));
    changes.changed(version("/home/came and went", 1));
    changes.changed(version("/home/changed", 1));
    changes.removed(Href::path("/home/gone"));
    changes.removed(Href::path("/home/gone"));
    changes.changed(version("/home/made again", 1));
    changes.removed(Href::path("/home/came and went"));
    changes.changed(version("/home/changed", 2));
    assert_eq!(changes.len(), 4, "each member once");
    let answer = MultiStatus::from(changes).to_string();
    assert_eq!(
        statuses(&answer),
        [
            listed("/home/made%20again", None),
            listed("/home/came%20and%20went", Some(GONE)),
            listed("/home/changed", None),
            listed("/home/gone", Some(GONE)),
        ]
    );
    assert!(answer.contains("<D:getcontentlength>2</D:getcontentlength>"));
    assert_eq!(answer.matches("<D:sync-token>").count(), 1);
}

#[test]
fn section_3_5_2_of_a_removed_collection_no_members_are_told() {
    for old in ["/home/old/", "/home/old"] {
        let mut changes = home("urn:1");
        changes.removed(Href::path("/home/old/deep/a"));
        changes.changed(Resource::new(Href::path("/home/old/b")));
        changes.removed(Href::path(old));
        changes.removed(Href::collection("/home/old/deep"));
        changes.removed(Href::path("/home/older"));
        let answer = MultiStatus::from(changes).to_string();
        assert_eq!(
            statuses(&answer),
            [listed(old, Some(GONE)), listed("/home/older", Some(GONE))]
        );
    }
}

#[test]
fn of_a_collection_that_was_made_again_the_members_are_told() {
    let mut changes = home("urn:1");
    changes.removed(Href::collection("/home/new"));
    changes.removed(Href::path("/home/new/a"));
    changes.changed(Resource::new(Href::collection("/home/new")));
    changes.changed(Resource::new(Href::path("/home/new/b")));
    assert_eq!(
        statuses(&MultiStatus::from(changes).to_string()),
        [
            listed("/home/new/", None),
            listed("/home/new/a", Some(GONE)),
            listed("/home/new/b", None),
        ]
    );
}

#[test]
fn a_member_that_went_with_a_collection_is_not_back_with_it() {
    let tell = |changes: &mut SyncCollection| {
        changes.changed(Resource::new(Href::path("/home/new/a")));
        changes.changed(Resource::new(Href::path("/home/new/deep/b")));
        changes.changed(Resource::new(Href::collection("/home/new/deep")));
        changes.changed(Resource::new(Href::path("/home/new/c")));
        changes.removed(Href::collection("/home/new"));
        changes.changed(Resource::new(Href::collection("/home/new")));
        changes.changed(Resource::new(Href::path("/home/new/c")));
    };
    let mut changes = home("urn:1");
    tell(&mut changes);
    assert_eq!(
        statuses(&MultiStatus::from(changes).to_string()),
        [
            listed("/home/new/a", Some(GONE)),
            listed("/home/new/deep/", Some(GONE)),
            listed("/home/new/c", None),
            listed("/home/new/", None),
        ]
    );

    let mut initial = SyncCollection::initial(Href::collection("/home"), uri("urn:1"));
    tell(&mut initial);
    assert_eq!(
        statuses(&MultiStatus::from(initial).to_string()),
        [listed("/home/new/c", None), listed("/home/new/", None)]
    );
}

#[test]
fn the_collection_is_none_of_its_members() {
    let mut changes = SyncCollection::new(Href::parse("/%68ome").expect("a path"), uri("urn:1"));
    changes.changed(Resource::new(Href::collection("/home")));
    changes.changed(Resource::new(Href::parse("/%68ome/").expect("a path")));
    changes.removed(Href::path("/home"));
    changes.unsynced(Href::collection("/home"), Unsynced::SupportedReport);
    assert!(changes.is_empty());
    assert!(statuses(&MultiStatus::from(changes).to_string()).is_empty());
}

#[test]
fn e24_section_3_4_an_initial_answer_has_no_removals() {
    let mut changes = SyncCollection::initial(Href::collection("/home"), uri("urn:1"));
    changes.changed(Resource::new(Href::path("/home/a")));
    changes.removed(Href::path("/home/a"));
    changes.removed(Href::path("/home/b"));
    assert!(changes.is_empty());
    let answer = MultiStatus::from(changes).to_string();
    assert!(statuses(&answer).is_empty());
    assert!(
        answer.ends_with("<D:sync-token>urn:1</D:sync-token></D:multistatus>"),
        "e25"
    );
}

#[test]
fn e24_a_token_that_cannot_be_taken_is_an_error_of_the_whole() {
    let response = DavError::from(Condition::ValidSyncToken).into_http();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(body(response).ends_with("<D:error xmlns:D=\"DAV:\"><D:valid-sync-token/></D:error>"));
}

#[test]
fn e25_a_token_that_is_no_uri_is_refused_at_the_door() {
    use statuary::dav::InvalidHrefKind;
    for (token, kind) in [
        ("1238", InvalidHrefKind::Relative),
        ("/sync/1238", InvalidHrefKind::Relative),
        ("", InvalidHrefKind::Empty),
        ("urn:a b", InvalidHrefKind::Character),
    ] {
        let error = SyncToken::new(token).expect_err(token);
        assert_eq!(error.kind(), kind, "{token}");
    }
    assert_eq!("urn:uuid:1".parse(), Ok(uri("urn:uuid:1")));
}
