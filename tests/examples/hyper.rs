//! `examples/hyper.rs`: both statuses without axum.

use crate::process::Server;

#[test]
fn it_answers_both_statuses_without_axum() {
    let server = Server::start("hyper");
    assert_eq!(server.ask("PROPFIND /", "").status, 401);
    assert_eq!(server.ask("PROPFIND /", "x-account: bob\r\n").status, 402);
    let listing = server.ask("PROPFIND /", "x-account: alice\r\n");
    assert_eq!(listing.status, 207);
    assert!(
        listing.body.contains("<D:href>/b%20&amp;%20c.txt</D:href>"),
        "{}",
        listing.body
    );
    assert!(
        listing.head.contains("cache-control: private"),
        "{}",
        listing.head
    );
}
