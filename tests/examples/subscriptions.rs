//! `examples/subscriptions.rs`: a webhook changes what is remembered.

use crate::process::Server;

#[test]
fn a_webhook_counts_at_once() {
    let server = Server::start("subscriptions");
    let report = || server.ask("GET /report", "");
    let webhook = |status: &str| {
        let line = format!("POST /webhook/alice/{status}");
        assert_eq!(server.ask(&line, "content-length: 0\r\n").status, 204);
    };
    assert_eq!(report().status, 402);
    webhook("active");
    let paid = report();
    assert_eq!(paid.status, 200);
    assert!(paid.body.contains("pro"), "{}", paid.body);
    webhook("past_due");
    assert_eq!(report().status, 200, "within the grace");
    webhook("unpaid");
    assert_eq!(report().status, 402);
}
