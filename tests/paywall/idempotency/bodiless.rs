//! Answers whose body is never sent.

use std::{
    convert::Infallible,
    iter,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Method, Request, Response};
use statuary::SettleLayer;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::orders::{counting, layer, post};
use crate::{
    settlement::rail::{PAYMENT, Rail},
    support::{Body, Inner, header, headers, pieces},
};

/// Answers with this status, and with a body that must not be read.
fn unread(
    calls: &Arc<AtomicUsize>,
    status: u16,
) -> impl Service<Request<Body>, Response = Response<Inner>, Error = Infallible, Future: Send> + Clone
{
    let calls = Arc::clone(calls);
    service_fn(move |_: Request<Body>| {
        calls.fetch_add(1, Ordering::Relaxed);
        let body = pieces(iter::from_fn(|| panic!("it was read")));
        let response = Response::builder().status(status);
        let response = response.header("content-length", "106").body(body);
        async { Ok(response.unwrap()) }
    })
}

fn by(method: Method) -> Request<Body> {
    let mut request = post("k");
    *request.method_mut() = method;
    let token = "one".parse().unwrap();
    request.headers_mut().insert(PAYMENT, token);
    request
}

/// It may be longer than what is kept, or have no end.
#[tokio::test]
async fn a_body_that_nobody_asks_for_is_not_read() {
    for (method, status) in [
        (Method::HEAD, 200),
        (Method::POST, 204),
        (Method::POST, 304),
    ] {
        let (rail, calls) = (Rail::default(), Arc::default());
        let service = ServiceBuilder::new()
            .layer(layer().largest_answer(100))
            .layer(SettleLayer::new(rail.clone()))
            .service(unread(&calls, status));
        for replayed in [0, 1] {
            let response = service.clone().oneshot(by(method.clone())).await.unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(header(&response, "content-length"), "106");
            assert_eq!(headers(&response, "idempotent-replayed").len(), replayed);
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert_eq!(rail.charges(), 1);
    }
}

/// Given again, it would be one with nobody at its other end.
#[tokio::test]
async fn the_beginning_of_a_tunnel_is_not_kept() {
    for (method, status) in [(Method::CONNECT, 200), (Method::GET, 101)] {
        let calls = Arc::default();
        let any = layer().keep_if(|_| true);
        let service = any.layer(unread(&calls, status));
        for call in 1..=2 {
            let response = service.clone().oneshot(by(method.clone())).await.unwrap();
            assert_eq!(response.status(), status);
            assert!(!response.headers().contains_key("idempotent-replayed"));
            assert_eq!(calls.load(Ordering::Relaxed), call);
        }
    }
    // One that is refused is an answer like any other.
    let calls = Arc::default();
    let service = layer().keep_if(|_| true).layer(counting(&calls));
    for _ in 0..2 {
        let mut refused = by(Method::CONNECT);
        refused
            .headers_mut()
            .insert("x-status", "403".parse().unwrap());
        assert_eq!(
            service.clone().oneshot(refused).await.unwrap().status(),
            403
        );
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
