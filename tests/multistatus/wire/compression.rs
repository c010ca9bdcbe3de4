//! A streamed answer that is compressed outside the layer.

use std::{
    convert::Infallible,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use flate2::write::GzDecoder;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use statuary::{DavError, Href, MultiStatus, MultiStatusLayer, MultiStatusStream, Resource, prop};
use tower::{ServiceBuilder, service_fn};
use tower_http::compression::CompressionLayer;

use super::{Client, Protocol, connect, endless, members, propfind, soon};

/// A server that compresses what one function answers.
async fn compressing<F, Fut>(protocol: Protocol, answer: F) -> Client
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<MultiStatusStream, DavError>> + Send + 'static,
{
    let service = service_fn(move |_: Request<Incoming>| {
        let answer = answer();
        async { Ok::<_, Infallible>(answer.await.expect("no failure").into_http()) }
    });
    let service = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(MultiStatusLayer::new().mounted_at("/dav"))
        .service(service);
    connect(protocol, service).await
}

/// Asks for an answer in gzip.
async fn ask(client: &mut Client, prefer: &str) -> (HeaderMap, Incoming) {
    let request = propfind(&[("accept-encoding", "gzip"), ("prefer", prefer)]);
    let response = soon(client.ask(request)).await;
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(!response.headers().contains_key("content-length"));
    let (head, body) = response.into_parts();
    (head.headers, body)
}

async fn next(body: &mut Incoming) -> Option<Result<Bytes, hyper::Error>> {
    let frame = soon(body.frame()).await?;
    Some(frame.map(|frame| frame.into_data().expect("data")))
}

async fn decoded(mut body: Incoming) -> io::Result<String> {
    let mut decoder = GzDecoder::new(Vec::new());
    while let Some(data) = next(&mut body).await {
        decoder.write_all(&data.map_err(io::Error::other)?)?;
    }
    Ok(String::from_utf8(decoder.finish()?).expect("UTF-8"))
}

#[tokio::test(start_paused = true)]
async fn the_answer_follows_the_request_and_then_is_compressed() -> io::Result<()> {
    for protocol in Protocol::ALL {
        for count in [8, 3_000] {
            let mut client = compressing(protocol, move || async move {
                MultiStatusStream::from_iterator(members(count))
                    .chunk_size(2_000)
                    .await
            })
            .await;
            let (headers, body) = ask(&mut client, "return=minimal, depth-noroot").await;
            let expected: MultiStatus = (1..count)
                .map(|index| {
                    Resource::new(Href::path(&format!("/dav/folder/member {index}")))
                        .prop(prop::GetContentLength(index as u64))
                })
                .collect();
            assert!(
                decoded(body).await? == expected.to_string(),
                "{protocol:?}, {count}"
            );
            assert_eq!(
                headers["preference-applied"],
                "return=minimal, depth-noroot"
            );
            let vary: Vec<_> = headers.get_all("vary").iter().collect();
            for list in ["prefer, brief", "accept-encoding"] {
                assert!(vary.iter().any(|field| *field == list), "{vary:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_there_arrives_while_the_source_waits() -> io::Result<()> {
    for protocol in Protocol::ALL {
        let mut client = compressing(protocol, || {
            let resources = stream::iter(members(100)).chain(stream::pending());
            MultiStatusStream::from_stream(resources).chunk_size(1_000)
        })
        .await;
        let (_, mut body) = ask(&mut client, "").await;
        let mut decoder = GzDecoder::new(Vec::new());
        while !String::from_utf8_lossy(decoder.get_ref()).contains("/member%2080<") {
            let data = next(&mut body).await.expect("no end");
            decoder.write_all(&data.expect("no failure"))?;
            decoder.flush()?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_drops_the_source_behind_the_compression() {
    for protocol in Protocol::ALL {
        let (source, watch) = endless();
        let source = Arc::new(Mutex::new(Some(source)));
        let mut client = compressing(protocol, move || {
            let source = source.lock().expect("one thread").take();
            MultiStatusStream::from_iterator(source.expect("one request")).chunk_size(1_000)
        })
        .await;
        let (_, mut body) = ask(&mut client, "").await;
        next(&mut body).await.expect("no end").expect("no failure");
        let made = soon(watch.standstill()).await;
        assert!(made < 20_000, "{made} made for a reader of one frame");
        client.leave();
        soon(watch.dropped()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_failure_is_no_clean_end_of_the_compressed_answer() {
    for protocol in Protocol::ALL {
        let mut client = compressing(protocol, || {
            let failure = Err(DavError::new(StatusCode::FORBIDDEN));
            MultiStatusStream::from_iterator(members(20_000).chain([failure])).chunk_size(1_000)
        })
        .await;
        let (_, body) = ask(&mut client, "").await;
        let end = decoded(body).await.expect_err("no clean end");
        let cause = end.get_ref().expect("a cause");
        assert!(cause.is::<hyper::Error>(), "not of the transfer: {end:?}");
    }
}
