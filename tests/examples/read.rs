//! `examples/read.rs`: what a multistatus says, line by line.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use crate::example::program;

fn run(body: &str) -> Output {
    let mut child = Command::new(program("read"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(body.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn it_prints_a_line_for_each_status_and_propstat() {
    let output = run(
        "<multistatus xmlns='DAV:'>
         <response><href>/a&#9;b</href><href>/c</href><status>HTTP/1.1 423 Locked</status></response>
         <response><href>/d%20e</href>
            <propstat><prop><f/><g/></prop><status>HTTP/1.1 200 OK</status></propstat>
            <propstat><prop><h/></prop></propstat></response>
         </multistatus>",
    );
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "status\t423\t/a%09b\nstatus\t423\t/c\n\
         propstat\t200\t2\t/d%20e\npropstat\t-\t1\t/d%20e\n"
    );
}

#[test]
fn it_fails_with_one_line() {
    let output = run("<html/>");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "read: the root element is not `multistatus` in the namespace `DAV:`, see whether the answer is a 207 at line 1, column 1\n"
    );
}
