//! `examples/paywall.rs`: a report that costs money.

use crate::process::{Answer, Server};

#[test]
fn it_charges_for_its_reports() {
    let server = Server::start("paywall");
    assert_eq!(server.ask("GET /", "").status, 200);
    assert_eq!(server.ask("GET /report", "").status, 401);

    let paid = server.ask("GET /report", "authorization: Bearer alice\r\n");
    assert_eq!(paid.status, 200);
    assert!(paid.body.contains("pro"), "{}", paid.body);

    let unpaid = server.ask("GET /report", "authorization: Bearer bob\r\n");
    assert_eq!(unpaid.status, 402);
    assert!(unpaid.head.contains(r#"rel="payment""#), "{}", unpaid.head);

    let head = server.ask("HEAD /report", "authorization: Bearer bob\r\n");
    assert_eq!((fields(&head), &*head.body), (fields(&unpaid), ""));
}

/// The lines of the head that do not change with time.
fn fields(answer: &Answer) -> Vec<&str> {
    answer
        .head
        .lines()
        .filter(|line| !line.starts_with("date:"))
        .collect()
}
