//! `examples/paywall.rs`, run as a process.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(address: &str, request: &str, fields: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{fields}\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn the_example_charges_for_its_reports() {
    let mut child = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--example",
            "paywall",
            "--",
            "--listen",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let _running = Running(child);

    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let address = line
        .trim_end()
        .strip_prefix("listening on http://")
        .unwrap();
    let address = address.strip_suffix('/').unwrap();

    let status = |response: &str| response.split(' ').nth(1).map(str::to_owned).unwrap();
    let free = ask(address, "GET /", "");
    assert_eq!(status(&free), "200", "{free}");
    let unknown = ask(address, "GET /report", "");
    assert_eq!(status(&unknown), "401", "{unknown}");
    let paid = ask(address, "GET /report", "authorization: Bearer alice\r\n");
    assert_eq!(status(&paid), "200", "{paid}");
    assert!(paid.contains("pro"), "{paid}");
    let unpaid = ask(address, "GET /report", "authorization: Bearer bob\r\n");
    assert_eq!(status(&unpaid), "402", "{unpaid}");
    assert!(unpaid.contains(r#"rel="payment""#), "{unpaid}");
    let head = ask(address, "HEAD /report", "authorization: Bearer bob\r\n");
    assert_eq!(status(&head), "402", "{head}");
    let fields = |response: &str| {
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let dated = |line: &&str| !line.starts_with("date:");
        (
            head.lines().filter(dated).collect::<Vec<_>>().join("\n"),
            body.len(),
        )
    };
    assert_eq!(fields(&head), (fields(&unpaid).0, 0));
}
