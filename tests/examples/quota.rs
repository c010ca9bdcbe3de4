//! `examples/quota.rs`: a trial has two reports, and then a 402 that says what is left.

use crate::process::Server;

#[test]
fn a_trial_ends_with_its_second_report() {
    let server = Server::start("quota");
    let ask = |name: &str| {
        let credentials = format!("authorization: Bearer {name}\r\n");
        server.ask("GET /report", &credentials)
    };
    for left in [1, 0] {
        let report = ask("carol");
        assert_eq!(report.status, 200);
        assert!(
            report.body.contains(&format!("{left} more")),
            "{}",
            report.body
        );
    }
    assert_eq!(ask("carol").status, 402);
    assert_eq!(ask("dave").status, 402);
    let pro = ask("bob");
    assert!(pro.body.contains("499 more"), "{}", pro.body);
    assert!(
        pro.head.contains(r#"ratelimit: "reports";r=499;t="#),
        "{}",
        pro.head
    );
    let unlimited = ask("alice");
    assert!(
        unlimited.body.contains("as many more"),
        "{}",
        unlimited.body
    );
}
