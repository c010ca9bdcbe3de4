//! Many requests over one connection of HTTP/2, and what their resets leave behind.
//!
//! The connection is a pipe and the clock is paused: it goes on only when no task has anything to do.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http::{Request, Response, header::AUTHORIZATION, request::Parts};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::Incoming,
    client::conn::http2::{self, SendRequest},
    server,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use statuary::{
    Cache, Cached, PaywallLayer, SettleLayer, Unidentified,
    quota::{Counter, Limit, MemoryStore, Quota, Window},
};
use tokio::{
    io::duplex,
    sync::oneshot,
    task::{JoinHandle, yield_now},
    time::sleep,
};
use tower::{ServiceBuilder, service_fn};

use crate::{
    remembering::{Mood, Store, remembering},
    support::{MILLI, SECOND, header},
};

type Body = UnsyncBoxBody<Bytes, io::Error>;
type Client = SendRequest<Body>;

/// A shop: a paywall, and behind it a quota.
struct Shop {
    store: Store,
    check: Cached<Store>,
    counts: Arc<MemoryStore<String>>,
}

const QUOTA: u64 = 1_000_000;
const PIECE: &[u8] = &[b'x'; 1_000];

// === impl Shop ===

impl Shop {
    fn open() -> Self {
        let (store, check) = remembering(Cache::new(10));
        Self {
            store,
            check,
            counts: Arc::new(MemoryStore::with_counts(10_000)),
        }
    }

    /// Serves one connection, and makes it; a stream may send so much before its client says more.
    async fn visit(&self, window: u32) -> Client {
        let (near, far) = duplex(4 * 1024);
        let service = ServiceBuilder::new()
            .layer(PaywallLayer::new(self.check.clone()))
            .layer(SettleLayer::new(self.quota()))
            .service(service_fn(answer));
        tokio::spawn(async move {
            let server = server::conn::http2::Builder::new(TokioExecutor::new());
            let service = TowerToHyperService::new(service);
            // How it ends is what the shop is asked about.
            drop(server.serve_connection(TokioIo::new(far), service).await);
        });
        let mut client = http2::Builder::new(TokioExecutor::new());
        client.initial_stream_window_size(window);
        let (client, connection) = client.handshake(TokioIo::new(near)).await.unwrap();
        tokio::spawn(async { drop(connection.await) });
        client
    }

    fn quota(&self) -> Quota<Arc<MemoryStore<String>>> {
        let account = |head: &Parts| {
            let name = head.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
            Ok(name.to_str().map_err(|_| Unidentified)?.to_owned())
        };
        let counter = Counter::new(Arc::clone(&self.counts), account);
        counter.limit("month", Limit::new(QUOTA, Window::MONTH))
    }

    /// Asserts that nothing is left of any request, once no task has anything to do.
    async fn assert_left(&self) {
        sleep(MILLI).await;
        assert_eq!(self.check.questions(), 0);
        assert_eq!(self.counts.reservations(), 0);
    }
}

// === helpers ===

/// `/endless` never ends, `/echo` when the request does.
async fn answer(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let piece = || Ok(Frame::data(Bytes::from_static(PIECE)));
    Ok(Response::new(match request.uri().path() {
        "/endless" => StreamBody::new(stream::repeat_with(piece)).boxed_unsync(),
        "/echo" => request
            .into_body()
            .map_err(|_| unreachable!())
            .boxed_unsync(),
        _ => nothing(),
    }))
}

fn asking(path: &str) -> Request<Body> {
    Request::get(format!("http://localhost{path}"))
        .header(AUTHORIZATION, "alice")
        .body(nothing())
        .unwrap()
}

fn nothing() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body that begins, and then waits; the request is reset when the sender is dropped.
fn unending() -> (Body, oneshot::Sender<Infallible>) {
    let (sender, gone) = oneshot::channel::<Infallible>();
    let first = stream::iter([Ok(Frame::data(Bytes::from_static(PIECE)))]);
    let rest = gone
        .map(|_| Err(io::Error::other("given up")))
        .into_stream();
    let body = StreamBody::new(first.chain(rest)).boxed_unsync();
    (body, sender)
}

/// What is left of the quota.
fn left<B>(response: &Response<B>) -> u64 {
    let field = header(response, "ratelimit");
    let left = field.split(';').find_map(|it| it.strip_prefix("r="));
    left.unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn who_resets_a_request_leaves_the_question_to_the_others() {
    let shop = Shop::open();
    shop.store.mood(Mood::Slow);
    let mut client = shop.visit(1_000).await;
    let mut first = Box::pin(client.send_request(asking("/")));
    assert!((&mut first).now_or_never().is_none());
    let second = tokio::spawn(client.send_request(asking("/")));
    let third = tokio::spawn(client.send_request(asking("/")));
    sleep(SECOND / 2).await;
    assert_eq!(shop.check.questions(), 1);
    drop(first);
    for response in [second, third] {
        assert_eq!(response.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(shop.store.asked(), 1);
    shop.assert_left().await;
}

#[tokio::test(start_paused = true)]
async fn a_question_that_all_reset_is_dropped_and_asked_anew() {
    let shop = Shop::open();
    shop.store.mood(Mood::Hangs);
    let mut client = shop.visit(1_000).await;
    let asked: Vec<_> = (0..3)
        .map(|_| tokio::spawn(client.send_request(asking("/"))))
        .collect();
    sleep(MILLI).await;
    assert_eq!((shop.store.asked(), shop.check.questions()), (1, 1));
    asked.iter().for_each(JoinHandle::abort);
    shop.assert_left().await;
    shop.store.mood(Mood::Quick);
    let response = client.send_request(asking("/")).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_resets_leaves_nothing_and_harms_nobody_else() {
    let shop = Shop::open();
    let mut other = shop.visit(1_000).await;
    for mood in [Mood::Quick, Mood::Slow] {
        shop.store.mood(mood);
        for _ in 0..3 {
            // The server may have enough of it, and end the connection.
            let mut flood = shop.visit(1_000).await;
            for _ in 0..100 {
                let mut response = Box::pin(flood.send_request(asking("/endless")));
                let _ = (&mut response).now_or_never();
                yield_now().await;
            }
        }
        shop.assert_left().await;
        let response = other.send_request(asking("/")).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    shop.assert_left().await;
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_holds_no_more_than_was_asked_for() {
    let shop = Shop::open();
    let mut client = shop.visit(0).await;
    let mut responses = Vec::new();
    for _ in 0..50 {
        responses.push(client.send_request(asking("/endless")).await.unwrap());
    }
    sleep(Duration::from_secs(3_600)).await;
    assert_eq!(shop.counts.reservations(), 50);
    responses.truncate(20);
    sleep(MILLI).await;
    assert_eq!(shop.counts.reservations(), 20);
    drop((client, responses));
    shop.assert_left().await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_is_over_when_it_is_reset() {
    let shop = Shop::open();
    let mut client = shop.visit(10_000).await;
    let (body, waiting) = unending();
    let request = asking("/echo").map(|_| body);
    let mut response = client.send_request(request).await.unwrap().into_body();
    let frame = response.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), PIECE);
    assert_eq!(shop.counts.reservations(), 1);
    drop(waiting);
    shop.assert_left().await;
    assert!(response.frame().await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_request_that_never_ends_is_charged() {
    let shop = Shop::open();
    let mut client = shop.visit(10_000).await;
    let (body, _waiting) = unending();
    let request = asking("/").map(|_| body);
    let response = client.send_request(request).await.unwrap();
    assert_eq!(left(&response), QUOTA - 1);
    response.into_body().collect().await.unwrap();
    shop.assert_left().await;
    let response = client.send_request(asking("/")).await.unwrap();
    assert_eq!(left(&response), QUOTA - 2);
}
