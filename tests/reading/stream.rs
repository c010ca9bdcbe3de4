//! A multistatus from a body: what comes, and how it fails.

use std::error::Error;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http_body::Frame;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use statuary::read::{ResponseStream, StreamError};

const BODY: &str = "<multistatus xmlns='DAV:'><response><href>/a</href>\
                    <status>HTTP/1.1 423 Locked</status></response></multistatus>";

type BoxError = Box<dyn Error + Send + Sync>;

#[tokio::test]
async fn bodies_of_any_error_are_read() -> Result<(), BoxError> {
    let body = Full::new(Bytes::from(BODY));
    let responses: Vec<_> = ResponseStream::of_body(body.clone()).try_collect().await?;
    assert_eq!(responses.len(), 1);
    let limited = ResponseStream::of_body(Limited::new(body.clone(), 1_000));
    assert_eq!(limited.try_collect::<Vec<_>>().await?.len(), 1);
    let boxed = ResponseStream::of_body(body.boxed());
    assert_eq!(boxed.try_collect::<Vec<_>>().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_after_what_has_come() {
    let (come, _) = BODY.split_at(BODY.len() - 5);
    let frames = [
        Ok(Frame::data(Bytes::from(come))),
        Err(BoxError::from("reset")),
    ];
    let mut responses = ResponseStream::of_body(StreamBody::new(stream::iter(frames)));
    assert!(
        responses
            .next()
            .await
            .is_some_and(|response| response.is_ok())
    );
    let error = responses.next().await.unwrap().unwrap_err();
    assert!(matches!(error, StreamError::Body(_)));
    assert_eq!(error.to_string(), "the body of the multistatus failed");
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some("reset")
    );
    assert!(responses.next().await.is_none() && !responses.is_complete());
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_an_error() {
    let mut responses = ResponseStream::of_body(Full::new(Bytes::from("<a/>")));
    let error = responses.next().await.unwrap().unwrap_err();
    assert!(matches!(error, StreamError::Document(_)) && error.source().is_none());
    assert!(responses.next().await.is_none());
}
