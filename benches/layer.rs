//! What the layer adds to a request whose answer is no multistatus, and what it does to one that is. What
//! it makes of that is first read back by roxmltree.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    task::{Context, Poll},
};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{Href, MultiStatus, MultiStatusLayer, Resource, prop, reply::DavBody, xml::Name};
use tower::{Layer, Service};

const RESOURCES: u64 = 100;

/// Answers at once, always the same.
#[derive(Clone)]
struct Bare(Option<MultiStatus>);

impl Service<Request<()>> for Bare {
    type Response = Response<DavBody>;
    type Error = Infallible;
    type Future = Ready<Result<Response<DavBody>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(match &self.0 {
            Some(answer) => answer.clone().into_http(),
            None => Response::new(DavBody::default()),
        }))
    }
}

fn request(method: &str) -> Request<()> {
    let request = Request::builder()
        .method(method)
        .uri("/docs/")
        .header("host", "example.com")
        .header("depth", "1")
        .header("prefer", "return=minimal");
    request.body(()).expect("a request")
}

fn layer(criterion: &mut Criterion) {
    let listing: MultiStatus = (0..RESOURCES)
        .map(|index| {
            Resource::new(Href::path(&format!("/docs/{index}")))
                .prop(prop::GetContentLength(index))
                .missing(&Name::dav("getetag"))
        })
        .collect();
    let cases = [
        ("no multistatus, GET", "GET", Bare(None), StatusCode::OK),
        (
            "no multistatus, PROPFIND",
            "PROPFIND",
            Bare(None),
            StatusCode::OK,
        ),
        (
            "100 resources, PROPFIND",
            "PROPFIND",
            Bare(Some(listing)),
            StatusCode::MULTI_STATUS,
        ),
    ];
    for (name, method, service, status) in cases {
        let mut bare = service.clone();
        let mut layered = MultiStatusLayer::new().layer(service);
        let answer = layered.call(request(method)).now_or_never();
        let answer = answer.expect("at once").expect("infallible");
        assert_eq!(answer.status(), status);
        let applied = answer.headers().contains_key("preference-applied");
        assert_eq!(applied, status == StatusCode::MULTI_STATUS);
        let body = answer.into_body().collect().now_or_never();
        let body = body.expect("at once").expect("infallible").to_bytes();
        if status == StatusCode::MULTI_STATUS {
            assert_minimal(std::str::from_utf8(&body).expect("UTF-8"));
        } else {
            assert!(body.is_empty());
        }

        criterion.bench_function(&format!("{name}/bare"), |bencher| {
            bencher.iter(|| black_box(bare.call(request(method)).now_or_never()));
        });
        criterion.bench_function(&format!("{name}/layer"), |bencher| {
            bencher.iter(|| black_box(layered.call(request(method)).now_or_never()));
        });
    }
}

/// Asserts that all resources are there with what was found, and with nothing else.
fn assert_minimal(answer: &str) {
    let document = Document::parse(answer).expect("well-formed");
    let root = document.root_element();
    assert!(root.has_tag_name(("DAV:", "multistatus")));
    assert_eq!(root.children().count(), RESOURCES as usize);
    for (index, response) in root.children().enumerate() {
        let texts = |local| {
            let all = response.descendants();
            let named = all.filter(move |node| node.has_tag_name(("DAV:", local)));
            named
                .map(|node| node.text().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts("href"), [format!("/docs/{index}")]);
        assert_eq!(texts("status"), ["HTTP/1.1 200 OK"]);
        assert_eq!(texts("getcontentlength"), [index.to_string()]);
        assert!(texts("getetag").is_empty());
    }
}

criterion_group!(benches, layer);
criterion_main!(benches);
