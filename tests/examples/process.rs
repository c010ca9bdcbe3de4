//! An example that serves, and what it answers.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
};

use crate::example::{Example, program};

/// A server that runs until it is dropped.
pub(crate) struct Server(Example);

/// An answer, as it came over the wire.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

// === impl Server ===

impl Server {
    pub(crate) fn start(example: &str) -> Self {
        Self::start_in(example, Path::new("."))
    }

    pub(crate) fn start_in(example: &str, folder: &Path) -> Self {
        let mut command = Command::new(program(example));
        command.current_dir(folder);
        Self(Example::start(command))
    }

    /// Where it is.
    #[cfg(feature = "axum")]
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.0.address())
    }

    /// Sends a request: its first line up to the target, and header lines.
    pub(crate) fn ask(&self, request: &str, fields: &str) -> Answer {
        let address = self.0.address();
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
