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
