//! What a paywall adds to a request.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    task::{Context, Poll},
};

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use http::{HeaderValue, Request, Response, header, request::Parts};
use http_body_util::Full;
use statuary::{Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, Unidentified};
use tower::{Layer, Service};

type Body = Full<Bytes>;

/// Answers at once with a header and a body, as a small handler does.
#[derive(Clone)]
struct Bare;

impl Service<Request<Body>> for Bare {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let mut response = Response::new(Body::from("hello"));
        let text = HeaderValue::from_static("text/plain");
        response.headers_mut().insert(header::CONTENT_TYPE, text);
        ready(Ok(response))
    }
}

/// Knows the answer beforehand, or has to be asked for it.
struct Always {
    decision: Decision,
    remembered: bool,
}

impl SubscriptionCheck for Always {
    type Subject = u64;
    type Error = Infallible;

    fn subject(&self, head: &Parts) -> Result<u64, Unidentified> {
        let token = head
            .headers
            .get(header::AUTHORIZATION)
            .ok_or(Unidentified)?;
        Ok(token.len() as u64)
    }

    fn remembered(&self, _: &u64) -> Option<Decision> {
        self.remembered.then(|| self.decision.clone())
    }

    async fn check(&self, _: &u64) -> Result<Decision, Infallible> {
        Ok(self.decision.clone())
    }
}

fn request() -> Request<Body> {
    let mut request = Request::get("/reports/1")
        .header(header::HOST, "example.com")
        .header(header::USER_AGENT, "bench")
        .header(header::ACCEPT, "*/*")
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::AUTHORIZATION, "Bearer alice")
        .body(Body::default())
        .expect("a request");
    // A server has put something there already, such as the peer's address.
    request.extensions_mut().insert(7_u8);
    request
}

fn paywall(criterion: &mut Criterion) {
    let layer = |decision: Decision, remembered| {
        PaywallLayer::new(Always {
            decision,
            remembered,
        })
        .upgrade("https://example.com/plans")
        .layer(Bare)
    };
    let grant = || Grant::paid().with_plan("pro").into();

    criterion.bench_function("bare", |bencher| {
        let mut service = Bare;
        bencher.iter(|| black_box(service.call(request()).now_or_never()));
    });
    for (name, mut service) in [
        ("admitted/remembered", layer(grant(), true)),
        ("admitted/asked", layer(grant(), false)),
        ("refused/remembered", layer(Reason::Expired.into(), true)),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| black_box(service.call(request()).now_or_never()));
        });
    }
}

criterion_group!(benches, paywall);
criterion_main!(benches);
