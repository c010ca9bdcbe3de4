//! `examples/members.rs`: a listing in which some members cost money.

use crate::process::{Answer, Server};

#[test]
fn it_lists_all_and_shows_what_was_paid_for() {
    let server = Server::start("members");
    let unpaid = server.ask("PROPFIND /talks/", "");
    assert_eq!(unpaid.status, 207);
    assert_own(&unpaid);
    assert_eq!(unpaid.body.matches("402 Payment Required").count(), 2);
    assert_eq!(unpaid.body.matches("<D:href>").count(), 4);
    assert!(unpaid.body.contains("1000") && !unpaid.body.contains("2000"));
    assert!(
        unpaid.body.contains("https://example.com/plans"),
        "{}",
        unpaid.body
    );

    let paid = server.ask("PROPFIND /talks/", "authorization: Bearer alice\r\n");
    assert_eq!(paid.status, 207);
    assert_own(&paid);
    assert!(
        paid.body.contains("2000") && !paid.body.contains("402"),
        "{}",
        paid.body
    );
}

/// No cache gives it to anybody else.
fn assert_own(answer: &Answer) {
    let head = answer.head.to_lowercase();
    let mut varies = head.lines().filter_map(|line| line.strip_prefix("vary: "));
    assert!(
        varies.any(|names| names.contains("authorization")),
        "{head}"
    );
    assert!(head.contains("\r\ncache-control: private\r\n"), "{head}");
}
