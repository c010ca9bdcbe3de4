//! `examples/multistatus.rs`: a folder as 207.

use roxmltree::Document;

use crate::process::Server;

#[test]
fn it_lists_the_folder_it_is_started_in() {
    let server = Server::start("multistatus");
    let listing = server.ask("PROPFIND /", "depth: 1\r\n");
    assert_eq!(listing.status, 207);
    let document = Document::parse(&listing.body).unwrap();
    let hrefs: Vec<_> = document
        .descendants()
        .filter(|node| node.has_tag_name(("DAV:", "href")))
        .filter_map(|href| href.text())
        .collect();
    assert_eq!(hrefs[0], "/");
    assert!(
        hrefs.contains(&"/Cargo.toml") && hrefs.contains(&"/README.md"),
        "{hrefs:?}"
    );

    let root = server.ask("PROPFIND /", "depth: 0\r\n");
    assert_eq!(root.body.matches("<D:response>").count(), 1);
    let members = server.ask("PROPFIND /", "depth: 1\r\nprefer: depth-noroot\r\n");
    assert_eq!(
        members.body.matches("<D:response>").count(),
        hrefs.len() - 1
    );
    assert_eq!(server.ask("PROPFIND /", "depth: 2\r\n").status, 400);
}
