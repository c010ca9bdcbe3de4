//! The drive as a process, and a client that says what it is told to.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header, request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt},
    net::TcpStream,
    time,
};

use crate::example::{Example, program};

/// A running drive over a folder of its own, which holds `/premium/` and nothing else.
#[derive(Debug)]
pub(crate) struct Drive {
    process: Example,
    root: TempDir,
}

/// A request that is not sent yet.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ask<'a> {
    drive: &'a Drive,
    head: request::Builder,
    body: Bytes,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Longer than any answer takes, however busy the machine is.
pub(crate) const PATIENCE: time::Duration = time::Duration::from_secs(60);

/// Where the drive is: built once for all tests.
pub(crate) static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| program("drive"));

// === impl Drive ===

impl Drive {
    pub(crate) fn start() -> Self {
        let root = TempDir::new().expect("a folder can be made");
        std::fs::create_dir(root.path().join("premium")).expect("a folder can be made");
        let mut command = Command::new(&*PROGRAM);
        command.arg("--root").arg(root.path());
        let process = Example::start(command);
        Self { process, root }
    }

    /// The folder that is served.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.process.address()
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let head = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address().to_string());
        Ask {
            drive: self,
            head,
            body: Bytes::new(),
        }
    }

    pub(crate) async fn status(&self, method: &str, path: &str) -> u16 {
        self.ask(method, path).status().await
    }

    pub(crate) async fn put(&self, path: &str, text: &'static str) {
        let status = self.ask("PUT", path).by("alice").body(text).status().await;
        assert!(matches!(status, 201 | 204), "PUT {path}: {status}");
    }

    /// Sends bytes as they are and returns the first line of the answer, which is empty if the drive
    /// hangs up instead.
    pub(crate) async fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address())
            .await
            .expect("the drive listens");
        stream.write_all(request).await.expect("the drive reads");
        let mut line = String::new();
        let mut answer = tokio::io::BufReader::new(stream);
        let read = answer.read_line(&mut line);
        let read = time::timeout(PATIENCE, read).await;
        match read.expect("the drive answers or hangs up") {
            Ok(_) => line,
            Err(_) => String::new(),
        }
    }
}

// === impl Ask ===

impl Ask<'_> {
    /// The value may be of bytes that are no ASCII.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head = self.head.header(name, value.as_bytes());
        self
    }

    /// Sends credentials; the password of each user is the name.
    pub(crate) fn by(self, name: &str) -> Self {
        self.credentials(name, name)
    }

    pub(crate) fn credentials(self, name: &str, password: &str) -> Self {
        let token = STANDARD.encode(format!("{name}:{password}"));
        self.header("authorization", &format!("Basic {token}"))
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn answer(self) -> Answer {
        let stream = TcpStream::connect(self.drive.address())
            .await
            .expect("the drive listens");
        let (mut client, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .expect("the drive speaks HTTP");
        let connection = tokio::spawn(connection);
        let request = self
            .head
            .body(Full::new(self.body))
            .expect("the request is one");
        let (head, body) = client
            .send_request(request)
            .await
            .expect("an answer")
            .into_parts();
        let body = body.collect().await.expect("a whole answer").to_bytes();
        connection.abort();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    pub(crate) async fn status(self) -> u16 {
        self.answer().await.status.as_u16()
    }
}

// === impl Answer ===

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a readable header"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a readable answer")
    }

    /// The hrefs of a 207, each with the numbers of its statuses, in document order.
    pub(crate) fn members(&self) -> Vec<(String, Vec<u16>)> {
        assert_eq!(self.status, StatusCode::MULTI_STATUS, "{}", self.text());
        let document = roxmltree::Document::parse(self.text()).expect("a 207 is well formed");
        let root = document.root_element();
        assert!(root.has_tag_name(("DAV:", "multistatus")));
        let texts = |node: roxmltree::Node<'_, '_>, name: &'static str| {
            let named = node
                .descendants()
                .filter(move |node| node.has_tag_name(("DAV:", name)));
            named
                .map(|node| node.text().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        let responses = root
            .children()
            .filter(|node| node.has_tag_name(("DAV:", "response")));
        responses
            .map(|response| {
                let statuses = texts(response, "status");
                let codes = statuses
                    .iter()
                    .map(|line| line[9..12].parse().expect("a status line"));
                (texts(response, "href").swap_remove(0), codes.collect())
            })
            .collect()
    }

    pub(crate) fn hrefs(&self) -> Vec<String> {
        self.members().into_iter().map(|(href, _)| href).collect()
    }
}
