//! `examples/multistatus.rs`: a folder as 207.

use std::fs;

use roxmltree::Document;
use tempfile::TempDir;

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

/// Clients ask for this first, and look no further without it.
#[test]
fn it_says_what_it_can_do() {
    let server = Server::start("multistatus");
    let options = server.ask("OPTIONS /", "");
    assert_eq!(options.status, 200);
    for method in ["GET /", "PUT /", "REPORT /"] {
        // Nothing of a request that is refused for its method is read.
        let refused = server.ask(method, "depth: 2\r\ncontent-type: text/plain\r\n");
        assert_eq!(refused.status, 405, "{method}");
        for head in [&options.head, &refused.head] {
            assert!(head.contains("\r\ndav: 1\r\n"), "{head}");
            assert!(head.contains("\r\nallow: OPTIONS, PROPFIND\r\n"), "{head}");
        }
    }
}

#[test]
fn a_folder_has_no_length() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    fs::write(folder.path().join("file"), "four").unwrap();
    let server = Server::start_in("multistatus", folder.path());
    let listing = server.ask("PROPFIND /", "depth: 1\r\n").body;
    assert!(listing.contains("<D:href>/below/</D:href>"), "{listing}");
    assert_eq!(listing.matches("getcontentlength>").count(), 2, "{listing}");
    assert!(listing.contains("<D:getcontentlength>4<"), "{listing}");
    let times = listing.matches("<D:getlastmodified>").count();
    assert_eq!(times, 2, "cadaver shows nothing without one: {listing}");
}

#[test]
fn a_folder_that_cannot_be_read_is_not_an_empty_one() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_in("multistatus", folder.path());
    folder.close().unwrap();
    assert_eq!(server.ask("PROPFIND /", "depth: 1\r\n").status, 500);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_left_out() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let folder = TempDir::new().unwrap();
    for name in ["a \u{1} b".as_bytes(), b"not UTF-8: \xff"] {
        fs::write(folder.path().join(OsStr::from_bytes(name)), "").unwrap();
    }
    let server = Server::start_in("multistatus", folder.path());
    let listing = server.ask("PROPFIND /", "depth: 1\r\n").body;
    assert!(
        listing.contains("<D:href>/a%20%01%20b</D:href>"),
        "{listing}"
    );
    assert!(!listing.contains("UTF"), "{listing}");
}
