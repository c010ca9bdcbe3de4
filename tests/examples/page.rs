//! `examples/page.rs`: the page that a browser gets with a 402.

use crate::process::Server;

#[test]
fn it_speaks_for_its_owner() {
    let server = Server::start("page");
    let browser = "accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    for (path, languages, heading) in [
        ("/archive", "sv, en;q=0.5", "The archive is for members"),
        ("/archive", "nl-BE", "Het archief is voor leden"),
        ("/late", "de", "Ihre Zahlung ist überfällig"),
    ] {
        let fields = format!("{browser}accept-language: {languages}\r\n");
        let page = server.ask(&format!("GET {path}"), &fields);
        assert_eq!(page.status, 402);
        assert!(
            page.body.contains(&format!("<h1>{heading}</h1>")),
            "{}",
            page.body
        );
        assert!(
            page.body.contains("<p>The Harbour Review</p>"),
            "{}",
            page.body
        );
        assert!(page.body.contains("#0a7d4f"), "{}", page.body);
    }
    let program = server.ask("GET /late", "accept: */*\r\n");
    assert!(
        program.body.contains(r#""reason":"past-due""#),
        "{}",
        program.body
    );
    assert_eq!(server.ask("GET /", browser).status, 401);
}
