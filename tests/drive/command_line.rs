//! What the drive says when it starts, and when it cannot.

use std::process::{Command, Output};

use crate::server::{Drive, PROGRAM};

#[test]
fn bad_arguments_are_one_line_and_exit_with_2() {
    for arguments in [
        &["--listen"][..],
        &["--listen", "nowhere"],
        &["--root"],
        &["--root", "/no/such/folder"],
        &["--folder", "/"],
        &["stray"],
    ] {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(&*PROGRAM)
            .args(arguments)
            .output()
            .expect("the drive starts");
        let said = String::from_utf8(stderr).expect("a readable line");
        assert_eq!(status.code(), Some(2), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
        assert!(said.starts_with("drive: "), "{arguments:?}: {said}");
        assert!(stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_address_that_is_taken_is_said() {
    let drive = Drive::start();
    let listen = drive.address().to_string();
    let second = Command::new(&*PROGRAM).args(["--listen", &listen]).output();
    let Output { status, stderr, .. } = second.expect("the drive starts");
    let said = String::from_utf8(stderr).expect("a readable line");
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("drive: cannot listen on 127.0.0.1:"),
        "{said}"
    );
}
