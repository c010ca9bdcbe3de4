//! What writing costs in calls of the allocator.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    task::{Context, Poll},
    time::SystemTime,
};

use allocation_counter::measure;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Empty;
use statuary::{Href, MultiStatus, MultiStatusLayer, Resource, prop, xml::Name};
use tower::{Layer, Service};

/// A service that allocates nothing.
#[derive(Clone)]
struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<Empty<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Empty<Bytes>>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(Empty::new())))
    }
}

fn resource(path: &str) -> Resource {
    Resource::new(Href::path(path))
        .prop(prop::DisplayName("a file with a name"))
        .prop(prop::GetContentLength(1 << 40))
        .prop(prop::GetLastModified(SystemTime::UNIX_EPOCH))
        .prop(prop::CreationDate(SystemTime::UNIX_EPOCH))
        .prop(prop::ResourceType::COLLECTION)
        .prop(prop::SupportedLock::ExclusiveAndShared)
        .missing(&Name::dav("getetag"))
        .missing(&Name::dav("getcontenttype"))
}

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");

#[test]
fn a_response_that_is_no_multistatus_costs_nothing() {
    let plain = MultiStatusLayer::new();
    for (layer, mark) in [(plain.clone(), 0), (plain.mounted_at("/dav"), 1)] {
        let mut service = layer.layer(Bare);
        let mut request = Request::new(());
        request.extensions_mut().insert(());
        let mut request = Some(request);
        let counted = measure(|| {
            let response = service
                .call(request.take().unwrap())
                .now_or_never()
                .unwrap();
            black_box(response.is_ok());
        });
        // Those inside are told where they are mounted.
        assert_eq!(counted.count_total, mark);
    }
}

#[test]
fn a_resource_is_encoded_in_two_allocations() {
    let counted = measure(|| {
        let _ = black_box(resource("/folder/an odd name & more.txt"));
    });
    assert_eq!(counted.count_total, 2, "its box and its buffer");
}

#[test]
fn a_document_written_in_place_costs_its_buffers() {
    let mut document = MultiStatus::new();
    let mut path = *b"/folder/an odd name & more.0";
    let mut write = || {
        for last in [b'0', b'1'] {
            // 60 names; the table of the hrefs has room for 64.
            let [.., before, end] = &mut path;
            (*before, *end) = (*before + (last - b'0'), last);
            document
                .resource(Href::path(&path))
                .prop(prop::DisplayName("a file with a name"))
                .prop(prop::GetLastModified(SystemTime::UNIX_EPOCH))
                .prop(prop::SupportedLock::ExclusiveAndShared)
                .prop(prop::text(COLOR, "red"))
                .missing(&Name::dav("getetag"))
                .end();
        }
    };
    (0..20).for_each(|_| write());
    let more = measure(write);
    assert_eq!(more.count_total, 0, "as long as the buffers have room");
}

#[test]
fn a_resource_that_was_encoded_costs_nothing() {
    let kept = ["/a", "/b", "/c"].map(|path| resource(path).into_encoded());
    let mut document = MultiStatus::new();
    let mut write = || {
        document.clear();
        kept.iter().for_each(|kept| document.push(kept));
    };
    write();
    let again = measure(write);
    assert_eq!(again.count_total, 0, "as long as the buffers have room");
}

#[test]
fn collecting_costs_no_more_than_the_growth_of_the_document() {
    let paths: Vec<_> = (0..100).map(|index| format!("/{index}")).collect();
    let hundred = measure(|| {
        let _ = black_box(
            paths
                .iter()
                .map(|path| resource(path))
                .collect::<MultiStatus>(),
        );
    });
    assert!(
        hundred.count_total <= 2 * 100 + 20,
        "{}",
        hundred.count_total
    );
}
