//! `examples/client.rs`: the members of a collection of the drive.

use std::{
    io::Read,
    net::TcpListener,
    process::{Command, Output},
    thread,
};

use crate::{example::program, process::Server};

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
    assert!(said.starts_with("client: the server answers 404"), "{said}");
}

#[test]
fn what_is_to_be_encrypted_is_not_sent() {
    for url in ["https://127.0.0.1:1/", "127.0.0.1:1", "/"] {
        let output = ask(url);
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("must begin with http://"), "{said}");
    }
}

#[test]
fn it_sends_the_query_and_the_host_and_nothing_that_is_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap();
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        let length = stream.read(&mut head).unwrap();
        String::from_utf8_lossy(&head[..length]).into_owned()
    });
    ask(&format!("http://me:secret@{host}/a?b=c"));
    let head = asked.join().unwrap();
    assert!(head.starts_with("PROPFIND /a?b=c HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("host: {host}\r\n")), "{head}");
    // `me:secret`, in the clear and as it is in the header.
    for secret in ["secret", "bWU6c2VjcmV0", "authorization"] {
        assert!(
            !head.to_lowercase().contains(&secret.to_lowercase()),
            "{head}"
        );
    }
}
