//! The body: its chunks, its length, and its end.

use std::pin::pin;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use statuary::{Href, MultiStatus, Resource, prop};

fn listing(members: usize) -> MultiStatus {
    (0..members)
        .map(|member| {
            Resource::new(Href::path(&format!("/folder/member {member}.txt")))
                .prop(prop::GetContentLength(member as u64))
        })
        .collect()
}

async fn frames(body: impl Body<Data = Bytes, Error = std::convert::Infallible>) -> Vec<Bytes> {
    let mut body = pin!(body);
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        let before = body.size_hint().exact();
        frames.push(
            frame
                .unwrap_or_else(|never| match never {})
                .into_data()
                .expect("data"),
        );
        assert!(before.is_some(), "the length is always known");
    }
    assert!(body.is_end_stream());
    frames
}

#[tokio::test]
async fn the_chunks_are_the_document_and_the_length_is_known() {
    for members in [0, 1, 10, 400, 5_000] {
        let document = listing(members).to_string();
        let body = listing(members).into_http().into_body();
        assert_eq!(body.size_hint().exact(), Some(document.len() as u64));
        let frames = frames(body).await;
        assert!(frames.concat() == document.as_bytes(), "{members} members");
        if document.len() <= 64 * 1024 {
            assert_eq!(frames.len(), 1, "what fits one chunk goes out whole");
        }
        assert!(frames.iter().all(|frame| frame.len() <= 72 * 1024));
    }
}

#[test]
fn an_answer_is_207_and_xml() {
    let response = MultiStatus::new().into_http();
    assert_eq!(response.status(), 207);
    assert_eq!(response.headers().len(), 1);
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
}
