//! `examples/client.rs`: the members of a collection of the drive.

use std::process::{Command, Output};

use crate::process::{Server, program};

fn ask(url: &str) -> Output {
    Command::new(program("client")).arg(url).output().unwrap()
}

#[test]
fn it_lists_what_the_drive_has() {
    let server = Server::start("drive");
    let listing = server.ask("PROPFIND /", "depth: 1\r\n").body;
    let count = listing.matches("<D:response>").count();
    assert!(count > 1, "{listing}");

    let output = ask(&server.url());
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let members = lines.lines().filter(|line| !line.starts_with('\t'));
    assert_eq!(members.count(), count, "{lines}");
    assert!(lines.starts_with("there\t/\n"), "{lines}");
}

#[test]
fn it_says_what_is_wrong() {
    let server = Server::start("drive");
    let output = ask(&format!("{}nothing", server.url()));
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the server answers 404"), "{said}");
}
