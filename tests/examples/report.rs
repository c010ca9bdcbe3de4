//! `examples/report.rs`: what changed in a collection.

use crate::process::{Answer, Server};

/// Sends a REPORT; the body follows the head, whose end is what `ask` would add.
fn report(server: &Server, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let fields = format!("{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
    server.ask("REPORT /", &fields)
}

fn since(token: &str) -> String {
    format!(
        "<sync-collection xmlns='DAV:'><sync-token>{token}</sync-token><sync-level>1</sync-level>\
         <prop><getetag/></prop></sync-collection>"
    )
}

#[test]
fn it_tells_what_changed_since_a_token() {
    let server = Server::start("report");
    let first = report(&server, "", &since(""));
    assert_eq!(first.status, 207, "{}", first.body);
    assert!(
        first.body.contains("<D:getetag>\"2\"</D:getetag>"),
        "{}",
        first.body
    );
    assert!(
        !first.body.contains("milk"),
        "who knew nothing misses nothing"
    );
    assert!(
        first
            .body
            .contains("<D:sync-token>urn:x-list:4</D:sync-token>")
    );

    let later = report(&server, "", &since("urn:x-list:2"));
    let gone = "<D:href>/milk.txt</D:href><D:status>HTTP/1.1 404 Not Found</D:status>";
    assert!(later.body.contains(gone), "{}", later.body);
    let last = report(&server, "", &since("urn:x-list:4"));
    assert!(!last.body.contains("<D:response>"), "{}", last.body);

    let unknown = report(&server, "", &since("urn:x-list:5"));
    assert_eq!(unknown.status, 403);
    assert!(
        unknown.body.contains("<D:valid-sync-token/>"),
        "{}",
        unknown.body
    );
    let other = report(&server, "", "<version-tree xmlns='DAV:'/>");
    assert_eq!(other.status, 403);
    assert!(
        other.body.contains("<D:supported-report/>"),
        "{}",
        other.body
    );
    assert_eq!(report(&server, "depth: 1\r\n", &since("")).status, 400);
}

#[test]
fn it_says_which_reports_there_are() {
    let server = Server::start("report");
    let wanted = "<propfind xmlns='DAV:'><prop><supported-report-set/></prop></propfind>";
    let length = wanted.len();
    let fields = format!("content-length: {length}\r\nconnection: close\r\n\r\n{wanted}");
    let answer = server.ask("PROPFIND /", &fields);
    assert_eq!(answer.status, 207);
    let report =
        "<D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report>";
    assert!(answer.body.contains(report), "{}", answer.body);

    let refused = server.ask("GET /", "");
    assert_eq!(refused.status, 405);
    assert!(refused.head.contains("\r\nallow: PROPFIND, REPORT\r\n"));
}

#[test]
fn it_tells_no_more_than_the_client_takes() {
    let server = Server::start("report");
    let limited = |token: &str, most: &str| {
        let limit = format!("<limit><nresults>{most}</nresults></limit><prop>");
        report(&server, "", &since(token).replace("<prop>", &limit)).body
    };
    let more = "<D:href>/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>";
    let first = limited("", "2");
    let told = first.matches("<D:propstat>").count();
    assert_eq!(told, 2, "the bread and the milk as they were: {first}");
    assert!(first.contains(more), "{first}");
    assert!(first.contains("urn:x-list:2</D:sync-token>"), "{first}");
    for most in ["2", "18446744073709551615"] {
        let rest = limited("urn:x-list:2", most);
        assert_eq!(rest.matches("<D:response>").count(), 2, "{rest}");
        assert!(!rest.contains(more), "{rest}");
        assert!(rest.contains("urn:x-list:4</D:sync-token>"), "{rest}");
    }
}
