//! How an answer ends that does not end well.

use std::{convert::Infallible, error::Error, io};

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use statuary::{DavError, Href, MultiStatusLayer, MultiStatusStream, Resource};
use tower::{ServiceBuilder, service_fn};

use super::{Client, Protocol, connect, members, propfind, soon};

/// A server of answers that fail late; how they end is chosen by the request.
async fn failing(protocol: Protocol) -> Client {
    let service = service_fn(|request: Request<Incoming>| async move {
        let failure = Err(DavError::new(StatusCode::FORBIDDEN));
        let mut stream =
            MultiStatusStream::from_iterator(members(500).chain([failure])).chunk_size(1_000);
        if request.headers().contains_key("x-end") {
            stream = stream
                .end_with(|error| Resource::status(Href::path("/folder/rest"), error.status()));
        }
        Ok::<_, Infallible>(stream.await.expect("it fails late").into_http())
    });
    let layer = MultiStatusLayer::new();
    connect(
        protocol,
        ServiceBuilder::new().layer(layer).service(service),
    )
    .await
}

/// What arrives of a body, and why no more does.
async fn received(mut body: Incoming) -> (Vec<u8>, Option<hyper::Error>) {
    let mut received = Vec::new();
    while let Some(frame) = soon(body.frame()).await {
        match frame {
            Ok(frame) => received.extend(frame.into_data().expect("data")),
            Err(error) => return (received, Some(error)),
        }
    }
    (received, None)
}

#[tokio::test(start_paused = true)]
async fn in_http_1_a_late_failure_is_a_transfer_that_breaks_off() {
    let mut client = failing(Protocol::Http1).await;
    let response = soon(client.ask(propfind(&[]))).await;
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    let (received, end) = received(response.into_body()).await;
    assert!(!received.is_empty());
    let end = end.expect("no clean end");
    let cause = end
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let cause = cause.map(io::Error::kind);
    assert_eq!(cause, Some(io::ErrorKind::UnexpectedEof), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn in_http_2_a_late_failure_resets_the_stream_and_not_the_connection() {
    let mut client = failing(Protocol::Http2).await;
    for _ in 0..2 {
        let response = soon(client.ask(propfind(&[]))).await;
        assert_eq!(response.status(), StatusCode::MULTI_STATUS);
        let (received, end) = received(response.into_body()).await;
        assert!(!received.is_empty());
        let end = end.expect("no clean end");
        let cause = end.source().expect("a cause").to_string();
        assert!(cause.starts_with("stream error received"), "{cause}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_that_was_chosen_is_a_clean_one() {
    for protocol in Protocol::ALL {
        let mut client = failing(protocol).await;
        let response = soon(client.ask(propfind(&[("x-end", "")]))).await;
        let (received, end) = received(response.into_body()).await;
        assert!(end.is_none(), "{end:?}");
        let received = String::from_utf8(received).expect("UTF-8");
        let document = roxmltree::Document::parse(&received).expect("well-formed");
        assert_eq!(document.root_element().children().count(), 501);
        assert!(
            received.ends_with(
                "<D:response><D:href>/folder/rest</D:href><D:status>HTTP/1.1 403 Forbidden</D:status>\
                 </D:response></D:multistatus>"
            ),
            "{protocol:?}"
        );
    }
}
