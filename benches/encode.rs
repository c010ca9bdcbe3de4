//! Writing a multistatus, and its parts. What each of them writes is first read back by roxmltree.

mod workload;

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Empty;
use roxmltree::Document;
use statuary::{Href, MultiStatus, MultiStatusLayer, Property, Resource, prop};
use tower::{Layer, Service};

/// A service whose responses are no multistatus.
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

fn documents(c: &mut Criterion) {
    let mut group = c.benchmark_group("document");
    for count in [1, 10, 100, 1_000, 10_000] {
        let entries = workload::entries(count);
        let collect = || {
            entries
                .iter()
                .map(workload::resource)
                .collect::<MultiStatus>()
        };
        let document = collect().to_string();
        assert_read(&document, &entries);
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter_batched(|| (), |()| collect(), BatchSize::LargeInput);
        });
    }
    group.finish();
}

/// Asserts that a document has of each entry what the entry has.
fn assert_read(document: &str, entries: &[workload::Entry]) {
    let read = Document::parse(document).expect("well-formed");
    let responses = read.root_element().children();
    assert_eq!(responses.clone().count(), entries.len());
    for (response, entry) in responses.zip(entries) {
        let text = |namespace, local| {
            let mut nodes = response.descendants();
            let found = nodes.find(|node| node.has_tag_name((namespace, local)));
            found.expect(local).text().unwrap_or_default().to_owned()
        };
        let dav = |local| text("DAV:", local);
        let slash = if entry.folder { "/" } else { "" };
        let href = percent_encoding::percent_decode_str(&dav("href")).collect::<Vec<u8>>();
        assert_eq!(href, format!("{}{slash}", entry.path).into_bytes());
        assert_eq!(dav("displayname"), entry.name);
        assert_eq!(dav("getcontentlength"), entry.length.to_string());
        assert_eq!(dav("getcontenttype"), entry.media_type);
        assert_eq!(dav("getetag"), format!("\"{}\"", entry.etag));
        assert_eq!(text(workload::COLOR.namespace(), "color"), entry.color);
        let propstats = response
            .children()
            .filter(|it| it.has_tag_name(("DAV:", "propstat")));
        let sizes = propstats.map(|it| it.first_element_child().expect("prop").children().count());
        assert_eq!(sizes.collect::<Vec<_>>(), [9, 2]);
    }
}

/// Each kind of value, written in place into room that is there.
fn values(c: &mut Criterion) {
    let [entry] = &workload::entries(1)[..] else {
        unreachable!("one entry was asked for")
    };
    let long = "plain text without anything odd, ".repeat(30);
    value(
        c,
        "text, plain",
        prop::DisplayName("document-0000001.txt"),
        "document-0000001.txt",
    );
    value(
        c,
        "text, escaped",
        prop::DisplayName("profit & loss <1>.xls"),
        "profit & loss <1>.xls",
    );
    value(
        c,
        "text, beyond ASCII",
        prop::DisplayName("Übersicht-日本.odt"),
        "Übersicht-日本.odt",
    );
    value(c, "text, long", prop::DisplayName(&long), &long);
    value(
        c,
        "text, a foreign name",
        prop::text(workload::COLOR, "red"),
        "red",
    );
    value(
        c,
        "integer",
        prop::GetContentLength(entry.length),
        &entry.length.to_string(),
    );
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    value(
        c,
        "date, HTTP",
        prop::GetLastModified(at),
        "Sun, 06 Nov 1994 08:49:37 GMT",
    );
    value(
        c,
        "date, RFC 3339",
        prop::CreationDate(at),
        "1994-11-06T08:49:37Z",
    );
    let etag = || prop::GetEtag::strong("5f2-1a").expect("legal characters");
    value(c, "etag", etag(), "\"5f2-1a\"");
    value(
        c,
        "etag, encoded before",
        prop::Encoded::new(etag()),
        "\"5f2-1a\"",
    );
}

fn value(c: &mut Criterion, name: &str, property: impl Property, expected: &str) {
    let mut answer = MultiStatus::new();
    answer.resource(Href::path("/")).prop(&property).end();
    let document = answer.to_string();
    let read = Document::parse(&document).expect("well-formed");
    let name_of = property.name();
    let found = read
        .descendants()
        .find(|node| node.has_tag_name((name_of.namespace(), name_of.local())));
    assert_eq!(found.and_then(|node| node.text()), Some(expected), "{name}");

    answer.clear();
    c.bench_function(&format!("value/{name}"), |b| {
        b.iter(|| {
            // It is not ended, and so given up when the next one begins.
            let _ = answer.resource(Href::path("/")).prop(black_box(&property));
        });
    });
}

fn hrefs(c: &mut Criterion) {
    let kept = Href::path("/remote.php/dav/files/alice/a b.txt").into_encoded();
    for (name, href, expected) in [
        (
            "plain",
            Href::path("/remote.php/dav/files/alice/document-0000001.txt"),
            "/remote.php/dav/files/alice/document-0000001.txt",
        ),
        (
            "odd",
            Href::path("/remote.php/dav/files/alice/profit & loss.xls"),
            "/remote.php/dav/files/alice/profit%20&%20loss.xls",
        ),
        (
            "encoded before",
            kept,
            "/remote.php/dav/files/alice/a%20b.txt",
        ),
    ] {
        let document = MultiStatus::from_iter([Resource::new(href.borrowed())]).to_string();
        let read = Document::parse(&document).expect("well-formed");
        let found = read
            .descendants()
            .find(|node| node.has_tag_name(("DAV:", "href")));
        assert_eq!(found.and_then(|node| node.text()), Some(expected), "{name}");

        let mut answer = MultiStatus::new();
        c.bench_function(&format!("href/{name}"), |b| {
            b.iter(|| {
                let _ = black_box(answer.resource(black_box(&href).borrowed()));
            });
        });
    }
}

/// What the layer adds to a response that is no multistatus.
fn layer(c: &mut Criterion) {
    let mut group = c.benchmark_group("layer");
    let mut bare = Bare;
    group.bench_function("none", |b| {
        b.iter(|| black_box(bare.call(Request::new(())).now_or_never()));
    });
    let mut layered = MultiStatusLayer::new().layer(Bare);
    group.bench_function("no multistatus", |b| {
        b.iter(|| black_box(layered.call(Request::new(())).now_or_never()));
    });
    group.finish();
}

criterion_group!(benches, documents, values, hrefs, layer);
criterion_main!(benches);
