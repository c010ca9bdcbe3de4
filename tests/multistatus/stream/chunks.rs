//! The chunks of a streamed answer: together they are the document.

use std::{convert::Infallible, error::Error, pin::pin};

use allocation_counter::measure;
use futures_util::{FutureExt, StreamExt, stream};
use http::StatusCode;
use http_body::Body;
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{
    Condition, DavError, Href, MultiStatus, MultiStatusStream, Resource, dav::SyncToken, prop,
    xml::Name,
};

use super::{chunks, href, members, whole};

#[tokio::test]
async fn the_chunks_are_the_document() -> Result<(), DavError> {
    for count in [0, 1, 10, 1_000] {
        let document = members(count)
            .collect::<Result<MultiStatus, _>>()?
            .to_string();
        for chunk_size in [1, 500, 4_096, 64 * 1024] {
            let stream = MultiStatusStream::from_iterator(members(count))
                .chunk_size(chunk_size)
                .await?;
            let (chunks, end) = chunks(stream.into_http().into_body()).await;
            assert_eq!(end, Ok(()));
            assert!(
                chunks.concat() == document.as_bytes(),
                "{count} in {chunk_size}"
            );
            let (_, full) = chunks.split_last().expect("there is always a root");
            for chunk in full {
                assert!((chunk_size..chunk_size + 1_000).contains(&chunk.len()));
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn all_ways_to_begin_are_the_same() -> Result<(), Box<dyn Error>> {
    let document = members(500)
        .collect::<Result<MultiStatus, _>>()?
        .to_string();
    assert!(
        whole(
            MultiStatusStream::from_iterator(members(500))
                .chunk_size(900)
                .await?
        )
        .await
            == document
    );

    let slow = stream::iter(members(500)).then(|resource| async {
        tokio::task::yield_now().await;
        resource
    });
    assert!(whole(MultiStatusStream::from_stream(slow).chunk_size(900).await?).await == document);

    let mut indices = 0..500;
    let written = MultiStatusStream::from_fn(move |answer| {
        let Some(index) = indices.next() else {
            return Ok(false);
        };
        answer
            .resource(href(index))
            .prop(prop::GetContentLength(index as u64))
            .missing(&Name::dav("getetag"))
            .end();
        Ok::<_, Infallible>(true)
    });
    assert!(whole(written.chunk_size(900).await?).await == document);
    assert!(whole(members(500).collect::<Result<MultiStatus, _>>()?.into()).await == document);
    Ok(())
}

#[tokio::test]
async fn what_fits_one_chunk_goes_out_whole_with_its_length() -> Result<(), DavError> {
    let stream = MultiStatusStream::from_iterator(members(10))
        .sync_token(&SyncToken::new("urn:t").expect("a URI"))
        .description("d")
        .await?;
    let response = stream.into_http();
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    let length = response.body().size_hint().exact().expect("a known length");
    let (chunks, _) = chunks(response.into_body()).await;
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].len() as u64, length);
    assert!(chunks[0].ends_with(
        b"<D:responsedescription>d</D:responsedescription><D:sync-token>urn:t</D:sync-token>\
          </D:multistatus>"
    ));

    let long = MultiStatusStream::from_iterator(members(1_000))
        .await?
        .into_http();
    assert_eq!(long.body().size_hint().exact(), None);
    assert_eq!(
        long.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    Ok(())
}

#[tokio::test]
async fn a_chunk_may_be_as_large_as_the_answer() -> Result<(), DavError> {
    let stream = MultiStatusStream::from_iterator(members(1_000))
        .chunk_size(usize::MAX)
        .await?;
    let document = members(1_000)
        .collect::<Result<MultiStatus, _>>()?
        .to_string();
    assert_eq!(whole(stream).await, document);
    Ok(())
}

#[tokio::test]
async fn a_namespace_that_comes_late_is_declared_where_it_is() -> Result<(), Infallible> {
    let namespaces = |index: usize| match index {
        0..20 => ["urn:one", "urn:two"],
        20..40 => ["urn:two", "urn:ietf:params:xml:ns:caldav"],
        _ => ["urn:three", "urn:one"],
    };
    let property = move |index: usize, at: usize| {
        let name = Name::from_static(namespaces(index)[at], "x");
        prop::text(name, format!("{index}.{at}"))
    };
    let pushed = (0..60).map(move |index| {
        let resource = Resource::new(Href::path(&format!("/{index}")));
        let named = Name::from_static(namespaces(index)[0], "y");
        Ok::<_, Infallible>(
            resource
                .prop(property(index, 0))
                .prop(property(index, 1))
                .missing(&named),
        )
    });
    let mut indices = 0..60;
    let written = move |answer: &mut MultiStatus| {
        let Some(index) = indices.next() else {
            return Ok(false);
        };
        let path = format!("/{index}");
        let mut resource = answer.resource(Href::path(&path));
        let named = Name::from_static(namespaces(index)[0], "y");
        resource
            .missing(&named)
            .prop(property(index, 0))
            .prop(property(index, 1))
            .end();
        Ok::<_, Infallible>(true)
    };
    let streams = [
        MultiStatusStream::from_iterator(pushed)
            .chunk_size(400)
            .await?,
        MultiStatusStream::from_fn(written).chunk_size(400).await?,
    ];
    for stream in streams {
        let answer = whole(stream).await;
        let document = Document::parse(&answer).expect("well-formed");
        let read: Vec<_> = document
            .descendants()
            .filter(|node| node.tag_name().name() == "x")
            .map(|node| {
                (
                    node.tag_name().namespace().unwrap_or_default(),
                    node.text().unwrap_or_default(),
                )
            })
            .collect();
        let given: Vec<_> = (0..60)
            .flat_map(|index| [0, 1].map(|at| (namespaces(index)[at], format!("{index}.{at}"))))
            .collect();
        assert!(
            read.iter()
                .map(|(ns, text)| (*ns, (*text).to_owned()))
                .eq(given),
            "{answer}"
        );
    }
    Ok(())
}

#[test]
fn a_chunk_costs_one_allocation() {
    let mut left = 20_000;
    let mut chunks = 0_u64;
    let counted = measure(|| {
        let stream = MultiStatusStream::from_fn(move |answer| {
            left -= 1;
            let mut path = *b"/folder/an odd name & more.00000";
            let mut rest = left;
            for digit in path.iter_mut().rev().take(5) {
                *digit += (rest % 10) as u8;
                rest /= 10;
            }
            answer
                .resource(Href::path(&path))
                .prop(prop::DisplayName("a file with a name"))
                .prop(prop::SupportedLock::ExclusiveAndShared)
                .missing(&Name::dav("getetag"))
                .end();
            Ok::<_, Infallible>(left > 0)
        });
        let stream = stream
            .now_or_never()
            .expect("nothing to wait for")
            .expect("infallible");
        let mut body = pin!(stream.into_http().into_body());
        while let Some(frame) = body.frame().now_or_never().expect("nothing to wait for") {
            assert!(frame.is_ok());
            chunks += 1;
        }
    });
    assert!(chunks > 100);
    let beside = counted.count_total - chunks;
    // The function and its wrapping, what is shared with a layer and with the chunks, two rooms, the
    // spans of the responses, the tables of the hrefs, and five for the headers and the extensions.
    assert!(beside <= 17, "{beside} beside {chunks} chunks");
    assert!(
        counted.bytes_total < 400 * 1024,
        "a chunk that was sent gives its room to another: {} bytes",
        counted.bytes_total
    );
}

#[tokio::test]
async fn a_chunk_that_is_kept_is_not_written_over() -> Result<(), DavError> {
    let document = members(1_000)
        .collect::<Result<MultiStatus, _>>()?
        .to_string();
    let stream = MultiStatusStream::from_iterator(members(1_000))
        .chunk_size(2_000)
        .await?;
    let mut body = pin!(stream.into_http().into_body());
    let (mut at, mut index, mut kept) = (0, 0, Vec::new());
    while let Some(frame) = body.frame().await {
        let chunk = frame.expect("no failure").into_data().expect("data");
        let place = at..at + chunk.len();
        (at, index) = (place.end, index + 1);
        // The others go at once, and their rooms come back.
        if index % 3 == 0 {
            kept.push((place, chunk));
        }
    }
    assert_eq!(at, document.len());
    assert!(kept.len() > 20);
    for (place, chunk) in kept {
        assert!(chunk == document.as_bytes()[place]);
    }
    Ok(())
}

/// What is set once a resource has ended is lost, with the prefixes that it would have needed.
#[tokio::test]
async fn a_resource_that_has_ended_declares_nothing_for_those_behind_it() {
    const LATE: Name<'static> = Name::from_static("urn:late", "a");
    let mut steps = 0..4;
    let stream = MultiStatusStream::from_fn(move |answer| {
        let Some(step) = steps.next() else {
            return Ok(false);
        };
        let mut ended = answer.resource(Href::path(&format!("/{step}")));
        ended.end();
        // The root has gone out with the first of them.
        if step > 0 {
            let _ = ended.error(Condition::Other(LATE));
            let next = Resource::new(Href::path(&format!("/{step}/next")));
            answer.push(next.prop(prop::text(LATE, "1")));
        }
        Ok::<_, Infallible>(true)
    });
    let answer = whole(stream.chunk_size(1).await.expect("no failure")).await;
    let document = Document::parse(&answer).expect("well-formed");
    let late = document.descendants();
    let late = late.filter(|node| node.has_tag_name(("urn:late", "a")));
    assert_eq!(late.count(), 3, "{answer}");
}
