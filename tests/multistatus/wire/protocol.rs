//! A server of one connection, and its client.

use std::{
    convert::Infallible,
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Body;
use http_body_util::Empty;
use hyper::{body::Incoming, client, rt::Executor, server};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use tokio::{
    io::{DuplexStream, duplex},
    task::JoinSet,
    time::timeout,
};
use tower::Service;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// The client's end of a connection.
pub(super) struct Client {
    sender: Sender,
    tasks: Tasks,
}

/// What the client's end runs, its half of the connection included.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

enum Sender {
    Http1(client::conn::http1::SendRequest<Empty<Bytes>>),
    Http2(client::conn::http2::SendRequest<Empty<Bytes>>),
}

/// What each buffer between the two ends holds: of the protocol, and of the connection itself.
pub(super) const BUFFER: u32 = 16 * 1024;

// === impl Protocol ===

impl Protocol {
    pub(super) const ALL: [Self; 2] = [Self::Http1, Self::Http2];
}

// === impl Client ===

impl Client {
    pub(super) async fn ask(&mut self, request: Request<Empty<Bytes>>) -> Response<Incoming> {
        let response = match &mut self.sender {
            Sender::Http1(sender) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        };
        response.expect("a response")
    }

    /// Goes away, in the middle of whatever happens.
    pub(super) fn leave(self) {
        self.tasks.0.lock().expect("one thread").abort_all();
    }
}

// === impl Tasks ===

impl<F> Executor<F> for Tasks
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, task: F) {
        let mut tasks = self.0.lock().expect("one thread");
        tasks.spawn(async { drop(task.await) });
    }
}

// === helpers ===

/// Serves one connection, and makes it.
pub(super) async fn connect<S, B>(protocol: Protocol, service: S) -> Client
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let (client, server) = duplex(BUFFER as usize);
    serve(protocol, server, service);
    meet(protocol, client).await
}

fn serve<S, B>(protocol: Protocol, stream: DuplexStream, service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let (stream, service) = (TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::spawn(async move {
        // How it ends is what the client is asked about.
        let _ = match protocol {
            Protocol::Http1 => {
                let mut server = server::conn::http1::Builder::new();
                server.max_buf_size(BUFFER as usize);
                server.serve_connection(stream, service).await
            }
            Protocol::Http2 => {
                let mut server = server::conn::http2::Builder::new(TokioExecutor::new());
                server.max_send_buf_size(BUFFER as usize);
                server.serve_connection(stream, service).await
            }
        };
    });
}

async fn meet(protocol: Protocol, stream: DuplexStream) -> Client {
    let (stream, tasks) = (TokioIo::new(stream), Tasks::default());
    let sender = match protocol {
        Protocol::Http1 => {
            let met = client::conn::http1::handshake(stream).await;
            let (sender, connection) = met.expect("a connection");
            tasks.execute(connection);
            Sender::Http1(sender)
        }
        Protocol::Http2 => {
            let mut client = client::conn::http2::Builder::new(tasks.clone());
            client.initial_stream_window_size(BUFFER);
            let (sender, connection) = client.handshake(stream).await.expect("a connection");
            tasks.execute(connection);
            Sender::Http2(sender)
        }
    };
    Client { sender, tasks }
}

/// A request of depth 1 for a folder.
pub(super) fn propfind(headers: &[(&'static str, &str)]) -> Request<Empty<Bytes>> {
    let mut request = Request::builder()
        .method("PROPFIND")
        .uri("http://localhost/folder/")
        .body(Empty::new())
        .expect("a request");
    *request.headers_mut() = HeaderMap::from_iter(
        [("host", "localhost"), ("depth", "1")]
            .iter()
            .chain(headers)
            .map(|&(name, value)| {
                let value = value.parse().expect("a value");
                (http::HeaderName::from_static(name), value)
            }),
    );
    request
}

/// What happens. The clock stands still as long as there is anything to do, so that only what never
/// happens takes too long.
pub(super) async fn soon<F: Future>(what: F) -> F::Output {
    timeout(Duration::from_secs(10), what)
        .await
        .expect("it never happens")
}
