//! Where the resources of a streamed answer come from: it fails, waits, and is held back.

use std::{cell::Cell, task::Poll};

use futures_util::stream;
use http::StatusCode;
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{DavError, Href, MultiStatus, MultiStatusStream, Resource, dav::SyncToken};

use super::{chunks, endless, member, members, whole};
use crate::infoset::all;

#[tokio::test]
async fn a_source_that_fails_at_once_is_a_plain_error() {
    let failing = || stream::iter([Err::<Resource, _>(DavError::new(StatusCode::NOT_FOUND))]);
    let error = MultiStatusStream::from_stream(failing())
        .await
        .expect_err("nothing is committed");
    assert_eq!(error.status(), StatusCode::NOT_FOUND);
    // An answer that would begin with its own epitaph is no answer.
    let error = MultiStatusStream::from_stream(failing())
        .end_with(|error| Resource::status(Href::path("/"), error.status()))
        .await;
    assert_eq!(error.expect_err("still").status(), StatusCode::NOT_FOUND);
    // As long as nothing is committed, there is no half answer.
    let later = members(10).chain([Err(DavError::new(StatusCode::FORBIDDEN))]);
    let error = MultiStatusStream::from_iterator(later)
        .await
        .expect_err("nothing is committed");
    assert_eq!(error.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_late_failure_is_never_a_clean_end() -> Result<(), DavError> {
    let failing = || members(500).chain([Err(DavError::new(StatusCode::FORBIDDEN))]);
    let stream = MultiStatusStream::from_iterator(failing())
        .chunk_size(1_000)
        .await?;
    let (sent, end) = chunks(stream.into_http().into_body()).await;
    assert_eq!(end, Err("403 Forbidden".to_owned()));
    assert!(!sent.concat().ends_with(b"</D:multistatus>"));

    for chunk_size in [1_000, 1 << 20] {
        let ended = MultiStatusStream::from_iterator(failing())
            .chunk_size(chunk_size)
            .end_with(|error| Resource::status(Href::path("/folder/rest"), error.status()))
            .await?;
        let ended = whole(ended).await;
        let document = Document::parse(&ended).expect("well-formed");
        assert_eq!(all(document.root_element(), "response").len(), 501);
        assert!(ended.ends_with(
            "<D:response><D:href>/folder/rest</D:href><D:status>HTTP/1.1 403 Forbidden</D:status>\
             </D:response></D:multistatus>"
        ));
    }
    Ok(())
}

#[tokio::test]
async fn a_slow_reader_holds_the_source_back_and_a_gone_one_drops_it() -> Result<(), DavError> {
    let (source, mut watch) = endless();
    let stream = MultiStatusStream::from_iterator(source)
        .chunk_size(10_000)
        .await?;
    let of_one_chunk = watch.made();
    let mut body = stream.into_http().into_body();
    for chunk in 1..5 {
        body.frame()
            .await
            .expect("endless")
            .expect("without failure");
        let made = watch.made();
        assert!(
            made <= of_one_chunk * chunk + chunk,
            "{made} in chunk {chunk}"
        );
    }
    assert!(!watch.is_gone());
    drop(body);
    assert!(watch.is_gone(), "the source is dropped with the body");
    Ok(())
}

#[tokio::test]
async fn a_source_that_waits_is_waited_for() -> Result<(), DavError> {
    let waits = Cell::new(0);
    let mut resources = members(3);
    let source = stream::poll_fn(move |cx| {
        waits.set(waits.get() + 1);
        if waits.get() % 3 != 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(resources.next())
    });
    let answer = whole(MultiStatusStream::from_stream(source).chunk_size(1).await?).await;
    assert_eq!(
        answer,
        members(3).collect::<Result<MultiStatus, _>>()?.to_string()
    );
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_begun_is_not_begun_again() -> Result<(), DavError> {
    let page = |index: usize| MultiStatus::from_iter((0..9).map(|at| member(9 * index + at)));
    let mut pages = 0..3;
    let replaced = MultiStatusStream::from_fn(move |answer| {
        if let Some(index) = pages.next() {
            *answer = page(index);
        }
        Ok::<_, DavError>(!pages.is_empty())
    });
    let stream = replaced.chunk_size(100).await?;
    let (sent, end) = chunks(stream.into_http().into_body()).await;
    let sent = String::from_utf8(sent.concat()).expect("UTF-8");
    assert_eq!(sent.matches("<?xml").count(), 1, "{sent}");
    assert_eq!(
        end,
        Err("the answer was replaced after it had begun".into())
    );

    let mut indices = 0..9;
    let cleared = MultiStatusStream::from_fn(move |answer| {
        let Some(index) = indices.next() else {
            return Ok(false);
        };
        answer.clear();
        answer.push(member(index));
        Ok::<_, DavError>(true)
    });
    // What was said of the whole stays, whether a chunk has been sent or not.
    let token = SyncToken::new("urn:t").expect("a URI");
    let cleared = cleared.chunk_size(100).description("d").sync_token(&token);
    let sent = whole(cleared.await?).await;
    let document = Document::parse(&sent).expect("well-formed");
    assert_eq!(all(document.root_element(), "response").len(), 9);
    assert!(sent.ends_with(
        "<D:responsedescription>d</D:responsedescription><D:sync-token>urn:t</D:sync-token>\
         </D:multistatus>"
    ));
    Ok(())
}

/// What is forgotten before it is sent was never there: its hrefs are free.
#[tokio::test]
async fn what_is_cleared_is_free_again() -> Result<(), DavError> {
    const HREFS: usize = 300;
    // Each call gives some up, and writes some, of which others have written a few.
    let (mut calls, mut expected) = (0, Vec::new());
    for call in 0..HREFS {
        let index = call * 7 % HREFS / 2;
        if !expected.contains(&index) {
            expected.push(index);
        }
    }
    let written = MultiStatusStream::from_fn(move |answer| {
        for index in (0..HREFS).step_by(1 + calls % 5) {
            answer.push(member(index));
        }
        answer.clear();
        let index = calls * 7 % HREFS / 2;
        answer.push(member(index));
        calls += 1;
        Ok::<_, DavError>(calls < HREFS)
    });
    let sent = whole(written.chunk_size(1).await?).await;
    let expected: MultiStatus = expected.into_iter().map(member).collect();
    assert_eq!(sent, expected.to_string());
    Ok(())
}
