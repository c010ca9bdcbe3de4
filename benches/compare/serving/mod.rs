//! Serving through axum over loopback.
//!
//! The server has a thread of its own, and `TCP_NODELAY` on. The client is as cheap as can be: plain
//! sockets that are kept, requests sent on all of them at once, and answers that are counted and not
//! looked at.

pub mod listing;
pub mod paywall;

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    ops::RangeInclusive,
    thread,
};

use axum::{Router, serve::ListenerExt};
use tokio::{net::TcpListener, runtime};

use crate::harness::Task;

/// A connection that is kept.
struct Client {
    connection: TcpStream,
    request: String,
    buffer: Vec<u8>,
    /// What was read and not used.
    start: usize,
    end: usize,
}

/// How many requests are on their way at once.
pub const CONNECTIONS: usize = 8;

/// A task that asks a server [`CONNECTIONS`] times, for answers of such lengths.
fn task(
    name: &'static str,
    address: SocketAddr,
    request: &str,
    lengths: RangeInclusive<usize>,
) -> Task {
    let mut clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| Client::new(address, request).expect("a connection"))
        .collect();
    Task::new(name, move || {
        for client in &mut clients {
            client.ask().expect("a request");
        }
        for client in &mut clients {
            let length = client.answer().expect("an answer");
            assert!(lengths.contains(&length), "{name}");
        }
    })
}

// === helpers ===

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
    fn new(address: SocketAddr, request: &str) -> io::Result<Self> {
        let connection = TcpStream::connect(address)?;
        connection.set_nodelay(true)?;
        Ok(Self {
            connection,
            request: request.to_owned(),
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
