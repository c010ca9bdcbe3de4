//! An example as a process, and what it answers.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    process: Child,
    address: String,
    /// Open as long as the server may have something to say.
    _stdout: BufReader<ChildStdout>,
}

/// An answer, as it came over the wire.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Builds an example, and finds it by what cargo says.
pub(crate) fn program(example: &str) -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--message-format",
            "json",
            "--example",
            example,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    String::from_utf8(built.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == example)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap_or_else(|| panic!("`cargo build --example {example}` fails"))
}

// === impl Server ===

impl Server {
    pub(crate) fn start(example: &str) -> Self {
        Self::start_in(example, Path::new("."))
    }

    pub(crate) fn start_in(example: &str, folder: &Path) -> Self {
        let mut process = Command::new(program(example))
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line
            .trim_end()
            .strip_prefix("listening on http://")
            .unwrap();
        Self {
            process,
            address: address.strip_suffix('/').unwrap().to_owned(),
            _stdout: stdout,
        }
    }

    /// Where it is.
    #[cfg(feature = "axum")]
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Sends a request: its first line up to the target, and header lines.
    pub(crate) fn ask(&self, request: &str, fields: &str) -> Answer {
        let Self { address, .. } = self;
        let mut stream = TcpStream::connect(address).unwrap();
        let end = "connection: close\r\n\r\n";
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: {address}\r\n{fields}{end}"
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
