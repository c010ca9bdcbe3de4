//! Serving through axum over loopback.
//!
//! The server has a thread of its own, and `TCP_NODELAY` on. The client is as cheap as can be: plain
//! sockets that are kept, an answer that is counted and not looked at, and the next request behind it, so
//! that the server always has something to do.

pub mod listing;
pub mod paywall;

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    ops::{Range, RangeInclusive},
    thread,
};

use axum::{Router, serve::ListenerExt};
use memchr::memmem;
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
const CONNECTIONS: usize = 16;

/// How often a run asks on each connection.
const TURNS: usize = 8;

/// How many requests there are in a run.
pub const REQUESTS: usize = CONNECTIONS * TURNS;

/// A task that asks a server [`REQUESTS`] times, for answers of such lengths.
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
        for turn in 1..=TURNS {
            for client in &mut clients {
                let length = client.answer().expect("an answer");
                assert!(lengths.contains(&length), "{name}");
                if turn < TURNS {
                    client.ask().expect("a request");
                }
            }
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
        let head = self.read_past(b"\r\n\r\n")?;
        let head = &self.buffer[head];
        // The server writes names as HTTP/2 has them.
        let name = b"\r\ncontent-length: ";
        if let Some(start) = memmem::find(head, name) {
            let length = number(&head[start + name.len()..], 10)?;
            self.skip(length)?;
            return Ok(length);
        }
        let mut length = 0;
        loop {
            let line = self.read_past(b"\r\n")?;
            let chunk = number(&self.buffer[line], 16)?;
            self.skip(chunk + b"\r\n".len())?;
            length += chunk;
            if chunk == 0 {
                return Ok(length);
            }
        }
    }

    /// Reads on to the end of what is marked so, and tells where it is.
    fn read_past(&mut self, mark: &[u8]) -> io::Result<Range<usize>> {
        loop {
            let read = &self.buffer[self.start..self.end];
            if let Some(length) = memmem::find(read, mark) {
                let whole = self.start..self.start + length + mark.len();
                self.start = whole.end;
                return Ok(whole);
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

/// The number that a line begins with.
fn number(line: &[u8], radix: u32) -> io::Result<usize> {
    let end = memmem::find(line, b"\r").unwrap_or(line.len());
    let digits = str::from_utf8(&line[..end]).map_err(io::Error::other)?;
    usize::from_str_radix(digits, radix).map_err(io::Error::other)
}
