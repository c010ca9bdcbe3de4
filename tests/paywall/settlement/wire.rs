//! Charges for what goes over a connection, as hyper sends it.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, client, server};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use statuary::Settle;
use tokio::{io::DuplexStream, task::JoinHandle};
use tower::{ServiceBuilder, service_fn};

use super::rail::{PAYMENT, Rail, Script, State, Step};

type Inner = UnsyncBoxBody<Bytes, Infallible>;

/// More than any buffer between the two ends.
const LARGE: usize = 1 << 20;

/// A server of one connection, whose rail takes its time. `/whole` is one piece, `/stream` many,
/// `/announced` as many, of which the length is told; `/endless` never ends. In gRPC `/failed` says in its
/// trailers that it is nothing, and `/cut` has lost them.
fn serve(rail: &Rail, stream: DuplexStream, http2: bool) -> JoinHandle<()> {
    let handler = service_fn(async |request: Request<Incoming>| {
        let piece = || Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b'x'; LARGE / 16])));
        let mut head = HeaderMap::new();
        let body: Inner = match request.uri().path() {
            "/whole" => http_body_util::Full::from(vec![b'x'; LARGE]).boxed_unsync(),
            path @ ("/stream" | "/announced") => {
                if path == "/announced" {
                    head.insert(CONTENT_LENGTH, LARGE.into());
                }
                StreamBody::new(stream::iter((0..16).map(move |_| piece()))).boxed_unsync()
            }
            path @ ("/failed" | "/cut") => {
                let grpc = HeaderValue::from_static("application/grpc");
                head.insert(CONTENT_TYPE, grpc);
                let internal = HeaderValue::from_static("13");
                let status = HeaderMap::from_iter([("grpc-status".parse().unwrap(), internal)]);
                let status = (path == "/failed").then_some(Ok(status));
                let body = http_body_util::Full::from("part");
                body.with_trailers(async { status }).boxed_unsync()
            }
            "/endless" => StreamBody::new(stream::repeat_with(piece)).boxed_unsync(),
            _ => Empty::new().boxed_unsync(),
        };
        let mut response = Response::new(body);
        *response.headers_mut() = head;
        Ok::<_, Infallible>(response)
    });
    let slowly = Script {
        commit: Step::Waits(100),
        ..Script::default()
    };
    let service = ServiceBuilder::new()
        .map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(slowly);
            request
        })
        .service(Settle::new(handler, rail.clone()));
    let service = TowerToHyperService::new(service);
    let stream = TokioIo::new(stream);
    tokio::spawn(async move {
        // How it ends is what the rail is asked about.
        let _ = match http2 {
            true => {
                let server = server::conn::http2::Builder::new(TokioExecutor::new());
                server.serve_connection(stream, service).await
            }
            false => {
                let server = server::conn::http1::Builder::new();
                server.serve_connection(stream, service).await
            }
        };
    })
}

/// Sends one request; the client goes away when the connection, which is given back, is aborted.
async fn send(
    stream: DuplexStream,
    http2: bool,
    request: Request<Empty<Bytes>>,
) -> (Response<Incoming>, JoinHandle<()>) {
    let stream = TokioIo::new(stream);
    match http2 {
        true => {
            let shaken = client::conn::http2::handshake(TokioExecutor::new(), stream).await;
            let (mut sender, connection) = shaken.unwrap();
            let task = tokio::spawn(async { drop(connection.await) });
            (sender.send_request(request).await.unwrap(), task)
        }
        false => {
            let (mut sender, connection) = client::conn::http1::handshake(stream).await.unwrap();
            let task = tokio::spawn(async { drop(connection.await) });
            (sender.send_request(request).await.unwrap(), task)
        }
    }
}

fn paying(method: Method, path: &str) -> Request<Empty<Bytes>> {
    Request::builder()
        .method(method)
        .uri(format!("http://localhost{path}"))
        .header("host", "localhost")
        .header(PAYMENT, "token")
        .body(Empty::new())
        .unwrap()
}

#[tokio::test]
async fn what_arrives_is_charged_once() {
    for http2 in [false, true] {
        for path in ["/whole", "/stream", "/announced", "/empty"] {
            let rail = Rail::default();
            let (near, far) = tokio::io::duplex(1_000);
            let server = serve(&rail, far, http2);
            let (response, client) = send(near, http2, paying(Method::GET, path)).await;
            assert_eq!(response.status(), 200);
            let length = response
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes()
                .len();
            assert_eq!(length, if path == "/empty" { 0 } else { LARGE });
            client.abort();
            server.await.unwrap();
            assert_eq!(rail.state("token"), Some(State::Charged), "{path} {http2}");
            assert_eq!(rail.charges(), 1);
        }
    }
}

/// Over HTTP/2 it is up to a client how long it waits for the end of what it has as a whole.
#[tokio::test]
async fn who_leaves_with_the_last_byte_has_been_charged() {
    for http2 in [false, true] {
        let rail = Rail::default();
        let (near, far) = tokio::io::duplex(1_000);
        let server = serve(&rail, far, http2);
        let (response, client) = send(near, http2, paying(Method::GET, "/announced")).await;
        let mut body = response.into_body();
        let mut left = LARGE;
        while left > 0 {
            let piece = body.frame().await.unwrap().unwrap();
            left -= piece.into_data().unwrap().len();
        }
        drop(body);
        client.abort();
        server.await.unwrap();
        assert_eq!(rail.state("token"), Some(State::Charged), "{http2}");
    }
}

#[tokio::test]
async fn what_fails_in_grpc_is_not_charged() {
    for (path, code) in [("/failed", Some("13")), ("/cut", None)] {
        let rail = Rail::default();
        let (near, far) = tokio::io::duplex(1_000);
        let server = serve(&rail, far, true);
        let (response, client) = send(near, true, paying(Method::GET, path)).await;
        let read = response.into_body().collect().await.unwrap();
        let status = read.trailers().map(|trailers| &trailers["grpc-status"]);
        assert_eq!(status.map(HeaderValue::as_bytes), code.map(str::as_bytes));
        assert_eq!(read.to_bytes(), "part");
        client.abort();
        server.await.unwrap();
        assert_eq!(rail.state("token"), Some(State::Released), "{path}");
    }
}

#[tokio::test]
async fn the_answer_to_head_is_charged_once() {
    for http2 in [false, true] {
        let rail = Rail::default();
        let (near, far) = tokio::io::duplex(1_000);
        let server = serve(&rail, far, http2);
        let (response, client) = send(near, http2, paying(Method::HEAD, "/whole")).await;
        assert_eq!(response.headers()["content-length"], LARGE.to_string());
        drop(response);
        client.abort();
        server.await.unwrap();
        assert_eq!(rail.state("token"), Some(State::Charged), "{http2}");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_is_not_charged() {
    for http2 in [false, true] {
        for path in ["/stream", "/announced", "/endless"] {
            let rail = Rail::default();
            let (near, far) = tokio::io::duplex(1_000);
            let server = serve(&rail, far, http2);
            let (response, client) = send(near, http2, paying(Method::GET, path)).await;
            let mut body = response.into_body();
            body.frame().await.unwrap().unwrap();
            assert_eq!(rail.state("token"), Some(State::Held));
            client.abort();
            drop(body);
            server.await.unwrap();
            let state = rail.state("token");
            assert_eq!(state, Some(State::Released), "{path} {http2}");
        }
    }
}
