//! A multistatus that is sent while its resources are still being found.

use std::{
    cell::Cell,
    convert::Infallible,
    error::Error,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use allocation_counter::measure;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http::{HeaderMap, Request, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{
    DavError, Href, MultiStatus, MultiStatusLayer, MultiStatusStream, Resource, prop,
    reply::StreamBody, xml::Name,
};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use crate::infoset::all;

fn member(index: usize) -> Resource {
    Resource::new(Href::path(&format!("/folder/member {index}")))
        .prop(prop::GetContentLength(index as u64))
        .missing(&Name::dav("getetag"))
}

fn members(count: usize) -> impl Iterator<Item = Result<Resource, DavError>> + Send + 'static {
    (0..count).map(|index| Ok(member(index)))
}

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

#[tokio::test]
async fn the_chunks_are_the_document() -> Result<(), DavError> {
    for count in [0, 1, 10, 1_000] {
        let document = members(count)
            .collect::<Result<MultiStatus, _>>()?
            .to_string();
        for chunk_size in [1, 500, 4_096, 64 * 1024, usize::MAX / 2] {
            if chunk_size > 1 << 30 && count > 0 {
                continue;
            }
            let chunk_size = chunk_size.min(1 << 20);
            let stream = MultiStatusStream::iter(members(count))
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
            MultiStatusStream::iter(members(500))
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
    assert!(whole(MultiStatusStream::new(slow).chunk_size(900).await?).await == document);

    let mut indices = 0..500;
    let written = MultiStatusStream::from_fn(move |answer| {
        let Some(index) = indices.next() else {
            return Ok(false);
        };
        answer
            .resource(Href::path(&format!("/folder/member {index}")))
            .prop(prop::GetContentLength(index))
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
    let stream = MultiStatusStream::iter(members(10))
        .sync_token("urn:t")
        .expect("a URI")
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

    let long = MultiStatusStream::iter(members(1_000)).await?.into_http();
    assert_eq!(long.body().size_hint().exact(), None);
    assert_eq!(
        long.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    Ok(())
}

#[tokio::test]
async fn a_chunk_may_be_as_large_as_the_answer() -> Result<(), DavError> {
    let stream = MultiStatusStream::iter(members(1_000))
        .chunk_size(usize::MAX)
        .await?;
    let document = members(1_000)
        .collect::<Result<MultiStatus, _>>()?
        .to_string();
    assert_eq!(whole(stream).await, document);
    Ok(())
}

#[tokio::test]
async fn a_source_that_fails_at_once_is_a_plain_error() {
    let failing = || stream::iter([Err::<Resource, _>(DavError::new(StatusCode::NOT_FOUND))]);
    let error = MultiStatusStream::new(failing())
        .await
        .expect_err("nothing is committed");
    assert_eq!(error.status(), StatusCode::NOT_FOUND);
    // An answer that would begin with its own epitaph is no answer.
    let error = MultiStatusStream::new(failing())
        .end_with(|error| Resource::status(Href::path("/"), error.status()))
        .await;
    assert_eq!(error.expect_err("still").status(), StatusCode::NOT_FOUND);
    // As long as nothing is committed, there is no half answer.
    let later = members(10).chain([Err(DavError::new(StatusCode::FORBIDDEN))]);
    let error = MultiStatusStream::iter(later)
        .await
        .expect_err("nothing is committed");
    assert_eq!(error.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_late_failure_is_never_a_clean_end() -> Result<(), DavError> {
    let failing = || members(500).chain([Err(DavError::new(StatusCode::FORBIDDEN))]);
    let stream = MultiStatusStream::iter(failing()).chunk_size(1_000).await?;
    let (sent, end) = chunks(stream.into_http().into_body()).await;
    assert_eq!(end, Err("403 Forbidden".to_owned()));
    assert!(!sent.concat().ends_with(b"</D:multistatus>"));

    for chunk_size in [1_000, 1 << 20] {
        let ended = MultiStatusStream::iter(failing())
            .chunk_size(chunk_size)
            .end_with(|error| Resource::status(Href::path("/folder/"), error.status()))
            .await?;
        let ended = whole(ended).await;
        let document = Document::parse(&ended).expect("well-formed");
        assert_eq!(all(document.root_element(), "response").len(), 501);
        assert!(ended.ends_with(
            "<D:response><D:href>/folder/</D:href><D:status>HTTP/1.1 403 Forbidden</D:status>\
             </D:response></D:multistatus>"
        ));
    }
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
        MultiStatusStream::iter(pushed).chunk_size(400).await?,
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

async fn ask(layer: MultiStatusLayer, prefer: &'static str, count: usize) -> (HeaderMap, String) {
    let service =
        ServiceBuilder::new()
            .layer(layer)
            .service(service_fn(move |_: Request<()>| async move {
                let stream = MultiStatusStream::iter(members(count))
                    .chunk_size(2_000)
                    .await;
                Ok::<_, Infallible>(stream.expect("no failure").into_http())
            }));
    let request = Request::builder()
        .method("PROPFIND")
        .uri("/folder/member%207")
        .header("depth", "1")
        .header("prefer", prefer)
        .body(())
        .expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("no failure").to_bytes();
    (
        head.headers,
        String::from_utf8(body.to_vec()).expect("UTF-8"),
    )
}

#[tokio::test]
async fn the_layer_is_followed_while_streaming() {
    let layer = MultiStatusLayer::new().mounted_at("/dav");
    for count in [8, 3_000] {
        let (headers, body) = ask(layer.clone(), "return=minimal, depth-noroot", count).await;
        let expected: MultiStatus = (0..count)
            .filter(|index| *index != 7)
            .map(|index| {
                Resource::new(Href::path(&format!("/dav/folder/member {index}")))
                    .prop(prop::GetContentLength(index as u64))
            })
            .collect();
        assert!(body == expected.to_string(), "{count}");
        assert_eq!(
            headers["preference-applied"],
            "return=minimal, depth-noroot"
        );
        let vary: Vec<_> = headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["prefer, brief"]);
    }
}

#[tokio::test]
async fn a_slow_reader_holds_the_source_back_and_a_gone_one_drops_it() -> Result<(), DavError> {
    struct Source {
        made: Arc<AtomicUsize>,
        _alive: Arc<()>,
    }

    impl Iterator for Source {
        type Item = Result<Resource, DavError>;

        fn next(&mut self) -> Option<Self::Item> {
            Some(Ok(member(self.made.fetch_add(1, Ordering::Relaxed))))
        }
    }

    let (made, alive) = (Arc::new(AtomicUsize::new(0)), Arc::new(()));
    let source = Source {
        made: Arc::clone(&made),
        _alive: Arc::clone(&alive),
    };
    let stream = MultiStatusStream::iter(source).chunk_size(10_000).await?;
    let of_one_chunk = made.load(Ordering::Relaxed);
    let mut body = stream.into_http().into_body();
    for chunk in 1..5 {
        body.frame()
            .await
            .expect("endless")
            .expect("without failure");
        let made = made.load(Ordering::Relaxed);
        assert!(
            made <= of_one_chunk * chunk + chunk,
            "{made} in chunk {chunk}"
        );
    }
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(body);
    assert_eq!(
        Arc::strong_count(&alive),
        1,
        "the source is dropped with the body"
    );
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
    let answer = whole(MultiStatusStream::new(source).chunk_size(1).await?).await;
    assert_eq!(
        answer,
        members(3).collect::<Result<MultiStatus, _>>()?.to_string()
    );
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
                .prop(prop::Displayname("a file with a name"))
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
    // The function, its wrapping, the view that is shared with a layer, the headers, the extensions,
    // the first chunk's spans and its root, the tables of the hrefs.
    assert!(beside <= 28, "{beside} beside {chunks} chunks");
}
