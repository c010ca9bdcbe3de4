//! Serving: a listing through axum over loopback, beside the same bytes kept ready, as a whole and in
//! chunks, whose length nobody is told.
//!
//! The server has a thread of its own, and `TCP_NODELAY` on. The client is as cheap as can be: plain
//! sockets that are kept, requests sent on all of them at once, and answers that are counted and not
//! looked at.

use std::{
    convert::Infallible,
    io::{self, Read, Write},
    iter,
    net::{SocketAddr, TcpStream},
    thread,
};

use axum::{Router, body::Body, response::IntoResponse, routing::any, serve::ListenerExt};
use bytes::Bytes;
use futures_util::stream;
use http::{StatusCode, header::CONTENT_TYPE};
use statuary::{MultiStatus, MultiStatusStream};
use tokio::{net::TcpListener, runtime};

use crate::{
    harness::{Task, finish},
    pool::Pool,
    workload::{self, Entry},
    writers::write,
};

/// A connection that is kept.
struct Client {
    connection: TcpStream,
    request: String,
    buffer: Vec<u8>,
    /// What was read and not used.
    start: usize,
    end: usize,
}

/// What the others are measured by.
pub const BASE: &str = "ready-made bytes";

/// How long the chunks are: as long as ours.
const CHUNK: usize = 64 * 1024;

/// How many requests are on their way at once.
pub const CONNECTIONS: usize = 8;

/// All contenders, each of which answers [`CONNECTIONS`] requests in a run.
///
/// # Panics
///
/// If there is no loopback.
pub fn all(pool: Pool, count: usize) -> Vec<Task> {
    let entries = pool.windows(count).advance();
    let address = serve(router(entries));
    let task = |name: &'static str, path: &'static str| {
        let mut clients: Vec<_> = (0..CONNECTIONS)
            .map(|_| Client::new(address, path).expect("a connection"))
            .collect();
        Task::new(name, move || {
            for client in &mut clients {
                client.ask().expect("a request");
            }
            let mut lengths = clients
                .iter_mut()
                .map(|client| client.answer().expect("an answer"));
            let first = lengths.next();
            assert!(lengths.all(|length| Some(length) == first), "{name}");
        })
    };
    vec![
        task(BASE, "/ready"),
        task("ready-made chunks", "/chunks"),
        task("statuary, in place", "/whole"),
        task("statuary, owned", "/owned"),
        task("statuary, streamed", "/streamed"),
    ]
}

/// How long an answer is.
pub fn length(pool: Pool, count: usize) -> usize {
    whole(pool.windows(count).advance()).to_string().len()
}

// === helpers: the server ===

fn router(entries: &'static [Entry]) -> Router {
    let ready = Bytes::from(whole(entries).to_string());
    let chunks = ready.clone();
    let xml = || [(CONTENT_TYPE, "application/xml; charset=utf-8")];
    Router::new()
        .route(
            "/ready",
            any(async move || (StatusCode::MULTI_STATUS, xml(), ready).into_response()),
        )
        .route(
            "/chunks",
            any(async move || (StatusCode::MULTI_STATUS, xml(), in_chunks(chunks)).into_response()),
        )
        .route("/whole", any(async move || whole(entries)))
        .route(
            "/owned",
            any(async move || {
                entries
                    .iter()
                    .map(workload::resource)
                    .collect::<MultiStatus>()
            }),
        )
        .route("/streamed", any(async move || streamed(entries)))
}

fn in_chunks(mut rest: Bytes) -> Body {
    let chunks = iter::from_fn(move || {
        let length = rest.len().min(CHUNK);
        (length > 0).then(|| Ok::<_, Infallible>(rest.split_to(length)))
    });
    Body::from_stream(stream::iter(chunks))
}

fn whole(entries: &[Entry]) -> MultiStatus {
    let mut answer = MultiStatus::new();
    for entry in entries {
        write(&mut answer, entry);
    }
    answer
}

fn streamed(entries: &'static [Entry]) -> MultiStatusStream {
    let mut entries = entries.iter();
    let begin = MultiStatusStream::from_fn(move |answer| {
        let Some(entry) = entries.next() else {
            return Ok(false);
        };
        write(answer, entry);
        Ok::<_, Infallible>(true)
    });
    let Ok(stream) = finish(begin);
    stream
}

fn serve(router: Router) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_io().build();
        runtime.expect("a runtime").block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            tell.send(listener.local_addr().expect("an address"))
                .expect("somebody waits");
            let listener =
                listener.tap_io(|connection| connection.set_nodelay(true).expect("a connection"));
            axum::serve(listener, router)
                .await
                .expect("it serves for ever");
        });
    });
    told.recv().expect("a server")
}

// === impl Client ===

impl Client {
    fn new(address: SocketAddr, path: &str) -> io::Result<Self> {
        let connection = TcpStream::connect(address)?;
        connection.set_nodelay(true)?;
        Ok(Self {
            connection,
            request: format!("PROPFIND {path} HTTP/1.1\r\nhost: localhost\r\ndepth: 1\r\n\r\n"),
            buffer: vec![0; 256 * 1024],
            start: 0,
            end: 0,
        })
    }

    fn ask(&mut self) -> io::Result<()> {
        self.connection.write_all(self.request.as_bytes())
    }

    /// Reads an answer to its end, and counts its body.
    fn answer(&mut self) -> io::Result<usize> {
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.parse().ok();
            }
        }
        if let Some(length) = length {
            self.skip(length)?;
            return Ok(length);
        }
        let mut length = 0;
        loop {
            let line = self.line()?;
            let chunk = usize::from_str_radix(&line, 16).map_err(io::Error::other)?;
            self.skip(chunk)?;
            self.line()?;
            length += chunk;
            if chunk == 0 {
                return Ok(length);
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            let read = &self.buffer[self.start..self.end];
            if let Some(end) = read.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&read[..end]).into_owned();
                self.start += end + 2;
                return Ok(line);
            }
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            self.fill()?;
        }
    }

    fn skip(&mut self, mut length: usize) -> io::Result<()> {
        loop {
            let here = length.min(self.end - self.start);
            self.start += here;
            length -= here;
            if length == 0 {
                return Ok(());
            }
            (self.start, self.end) = (0, 0);
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        match self.connection.read(&mut self.buffer[self.end..])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.end += read;
                Ok(())
            }
        }
    }
}
