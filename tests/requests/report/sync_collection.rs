//! `sync-collection`: RFC 6578.

use http::StatusCode;
use statuary::{
    Condition, Href, MultiStatus, Propfind,
    dav::SyncToken,
    request::{
        Rejection,
        report::{SyncCollection, SyncLevel},
    },
    xml::{Limits, Name},
};

use crate::support::{assert_refused, assert_whole, read};

fn inside(inside: &str) -> String {
    format!("<D:sync-collection xmlns:D='DAV:'>{inside}</D:sync-collection>")
}

#[test]
fn the_example_of_section_3_8_is_an_initial_one() {
    let body = include_str!("../rfc6578/3.8-sync-collection.xml");
    let report = read(SyncCollection::parse, body);
    assert_eq!(report.token(), None);
    assert_eq!(report.level(), SyncLevel::One);
    assert_eq!(report.limit(), None);
    let bigbox = Name::from_static("urn:ns.example.com:boxschema", "bigbox");
    assert_eq!(
        *report.wanted(),
        Propfind::Prop(vec![Name::dav("getetag"), bigbox])
    );
    assert_whole(SyncCollection::parse, body);

    let token = SyncToken::new("http://example.com/ns/sync/1234").unwrap();
    let mut changes = report.outcome(Href::collection("/home"), token);
    changes.removed(Href::path("/home/gone"));
    assert!(changes.is_empty(), "who knew nothing misses nothing");
}

#[test]
fn the_examples_of_sections_3_9_and_3_12() {
    let body = include_str!("../rfc6578/3.9-sync-collection.xml");
    let report = read(SyncCollection::parse, body);
    let known = report.token().map(SyncToken::as_str);
    assert_eq!(known, Some("http://example.com/ns/sync/1234"));
    let token = SyncToken::new("http://example.com/ns/sync/1238").unwrap();
    let mut changes = report.outcome(Href::collection("/home"), token);
    changes.removed(Href::path("/home/gone"));
    let answer = MultiStatus::from(changes).to_string();
    assert!(answer.contains("404 Not Found"), "{answer}");

    let body = include_str!("../rfc6578/3.12-sync-collection.xml");
    assert_eq!(read(SyncCollection::parse, body).limit(), Some(100));
}

#[test]
fn levels_and_limits() {
    let report = read(
        SyncCollection::parse,
        &inside(
            "<D:prop/><x/><D:limit><x/><D:nresults> 007 </D:nresults></D:limit>\
             <D:sync-level> infinite\n</D:sync-level><D:sync-token> urn:x </D:sync-token>",
        ),
    );
    assert_eq!(report.level(), SyncLevel::Infinite);
    assert_eq!(report.limit(), Some(7));
    assert_eq!(report.token().map(SyncToken::as_str), Some("urn:x"));
}

/// RFC 6578, section 3.2: `valid-sync-token`.
#[test]
fn a_token_that_no_server_gives_is_not_valid() {
    for token in [
        "1238",
        "/sync/1238",
        "urn:",
        "http://example.com/a b",
        "urn:x#1",
    ] {
        let body = inside(&format!(
            "<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop/>"
        ));
        let read = SyncCollection::parse(body.as_bytes(), &Limits::request());
        let rejection = Rejection::from(read.expect_err(token));
        assert_eq!(rejection.status(), StatusCode::FORBIDDEN, "{token}");
        assert_eq!(rejection.condition(), Some(Condition::ValidSyncToken));
        let sentence = "`sync-token` is no URI, send one that the server gave";
        assert_refused(SyncCollection::parse, &body, 403, sentence);
    }
}

#[test]
fn e24_what_is_no_sync_collection() {
    let refused =
        |body: &str, sentence| assert_refused(SyncCollection::parse, &inside(body), 400, sentence);
    let (token, level) = ("<D:sync-token/>", "<D:sync-level>1</D:sync-level>");
    let prop = "<D:prop/>";
    refused(
        &format!("{level}{prop}"),
        "`sync-collection` holds no `sync-token`",
    );
    refused(
        &format!("{token}{prop}"),
        "`sync-collection` holds no `sync-level`",
    );
    refused(
        &format!("{token}{level}"),
        "`sync-collection` holds no `prop`",
    );
    for wrong in ["", "0", "Infinite", "infinity", "1 1"] {
        let body = format!("{token}<D:sync-level>{wrong}</D:sync-level>{prop}");
        refused(&body, "`sync-level` is neither `1` nor `infinite`");
    }
    refused(
        &format!("{token}{token}"),
        "`sync-collection` holds more than one `sync-token`",
    );
    refused(
        &format!("{level}{level}"),
        "`sync-collection` holds more than one `sync-level`",
    );
    let conflict = "`sync-collection` holds more than one of `prop`, `allprop` and `propname`";
    refused(&format!("{prop}<D:allprop/>"), conflict);
    refused("<D:limit/>", "`limit` holds no `nresults`");
    let number = "a number has other characters than digits";
    refused("<D:limit><D:nresults>-1</D:nresults></D:limit>", number);
    refused("<D:limit><D:nresults/></D:limit>", number);
    let nothing = "`nresults` is 0, which lets no result through, send a greater number";
    refused("<D:limit><D:nresults>00</D:nresults></D:limit>", nothing);
    let results = "<D:limit><D:nresults>1</D:nresults></D:limit>";
    refused(
        &format!("{results}{results}"),
        "`sync-collection` holds more than one `limit`",
    );
    let twice = "<D:limit><D:nresults>1</D:nresults><D:nresults>1</D:nresults></D:limit>";
    refused(twice, "`limit` holds more than one `nresults`");
}
