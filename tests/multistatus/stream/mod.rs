//! A multistatus that is sent while its resources are still being found.

mod chunks;
mod source;
mod view;

use std::pin::pin;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use statuary::{MultiStatusStream, reply::StreamBody};

use crate::source::{endless, href, member, members};

/// The chunks of a body, and how it ended.
async fn chunks(body: StreamBody) -> (Vec<Bytes>, Result<(), String>) {
    let mut body = pin!(body);
    let mut chunks = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => chunks.push(frame.into_data().expect("data")),
            Err(error) => return (chunks, Err(error.to_string())),
        }
    }
    assert!(body.is_end_stream());
    assert!(body.frame().await.is_none(), "it stays ended");
    (chunks, Ok(()))
}

async fn whole(stream: MultiStatusStream) -> String {
    let (chunks, end) = chunks(stream.into_http().into_body()).await;
    assert_eq!(end, Ok(()));
    String::from_utf8(chunks.concat()).expect("UTF-8")
}
