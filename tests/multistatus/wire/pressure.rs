//! A reader that is slow, and one that leaves.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use futures_util::{StreamExt, stream};
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use statuary::{MultiStatus, MultiStatusLayer, MultiStatusStream};
use tower::{ServiceBuilder, service_fn};

use super::{
    Client, Endless, Protocol, Watch, connect, endless, member, propfind, protocol::BUFFER, soon,
};

const CHUNK: usize = 8 * 1024;

/// A server that answers once with what a source makes.
async fn serving<F, Fut>(protocol: Protocol, answer: F) -> (Client, Watch)
where
    F: Fn(Endless) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = MultiStatusStream> + Send + 'static,
{
    let (source, watch) = endless();
    let source = Arc::new(Mutex::new(Some(source)));
    let service = service_fn(move |_: Request<Incoming>| {
        let source = source.lock().expect("one thread").take();
        let answer = answer(source.expect("one request"));
        async { Ok::<_, Infallible>(answer.await.into_http()) }
    });
    let layer = MultiStatusLayer::new();
    let service = ServiceBuilder::new().layer(layer).service(service);
    (connect(protocol, service).await, watch)
}

/// As fast as it is read.
async fn fast(source: Endless) -> MultiStatusStream {
    let stream = MultiStatusStream::from_iterator(source).chunk_size(CHUNK);
    stream.await.expect("no failure")
}

/// A few chunks, and then nothing for ever.
async fn stuck(source: Endless) -> MultiStatusStream {
    let resources = stream::iter(source).take(1_000).chain(stream::pending());
    let stream = MultiStatusStream::from_stream(resources).chunk_size(CHUNK);
    stream.await.expect("no failure")
}

/// Nothing at all.
async fn silent(source: Endless) -> MultiStatusStream {
    let resources = stream::iter(source).take(1).chain(stream::pending());
    let stream = MultiStatusStream::from_stream(resources).chunk_size(CHUNK);
    stream.await.expect("no failure")
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_holds_the_source_back() {
    let one = MultiStatus::from_iter([member(1_000)]).to_string();
    let resource = one.len() - MultiStatus::new().to_string().len();
    // A chunk that is made, what the protocol queues (up to its limit, and then one chunk), the
    // connection, and what the client has taken from it and not given out.
    let between = 2 * CHUNK + 3 * BUFFER as usize;
    for protocol in Protocol::ALL {
        let (mut client, watch) = serving(protocol, fast).await;
        let mut body = soon(client.ask(propfind(&[]))).await.into_body();
        let mut received = 0;
        for read_up_to in [0, 300_000, 600_000] {
            while received < read_up_to {
                let frame = soon(body.frame()).await.expect("endless");
                received += frame.expect("no failure").into_data().expect("data").len();
            }
            let made = soon(watch.standstill()).await * resource;
            assert!(
                made >= received,
                "{protocol:?}: {made} made, {received} received"
            );
            assert!(
                made < received + between,
                "{protocol:?}: {made} made, {received} received"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_drops_the_source() {
    for protocol in Protocol::ALL {
        let (mut client, watch) = serving(protocol, fast).await;
        let mut body = soon(client.ask(propfind(&[]))).await.into_body();
        soon(body.frame())
            .await
            .expect("endless")
            .expect("no failure");
        client.leave();
        soon(watch.dropped()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_wants_no_more_of_an_answer_drops_the_source() {
    for protocol in Protocol::ALL {
        let (mut client, watch) = serving(protocol, fast).await;
        let mut body = soon(client.ask(propfind(&[]))).await.into_body();
        soon(body.frame())
            .await
            .expect("endless")
            .expect("no failure");
        drop(body);
        soon(watch.dropped()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_waits_is_dropped_when_the_client_leaves() {
    for protocol in Protocol::ALL {
        let (mut client, watch) = serving(protocol, stuck).await;
        let mut body = soon(client.ask(propfind(&[]))).await.into_body();
        soon(body.frame())
            .await
            .expect("a chunk")
            .expect("no failure");
        client.leave();
        soon(watch.dropped()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_before_there_is_an_answer_drops_the_source() {
    for protocol in Protocol::ALL {
        let (mut client, watch) = serving(protocol, silent).await;
        tokio::select! {
            _ = client.ask(propfind(&[])) => panic!("there is no answer"),
            () = soon(watch.begun()) => client.leave(),
        }
        soon(watch.dropped()).await;
    }
}
