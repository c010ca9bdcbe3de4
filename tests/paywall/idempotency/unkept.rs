//! A request whose answer is not kept is in progress until that answer has left.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{Request, Response};
use http_body_util::BodyExt;
use statuary::SettleLayer;
use tokio_test::task;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

use super::orders::{answering, counting, data, layer, pieces, post};
use crate::{
    settlement::rail::{PAYMENT, Rail, Script, Step},
    support::{Body, header, problem, whole},
};

/// A request that pays with a token, and is answered with a status that is not kept.
fn paying(token: &str) -> Request<Body> {
    let mut request = post("k");
    for (name, value) in [(PAYMENT, token), ("x-status", "404")] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

fn assert_in_progress(response: &Response<Body>) {
    assert_eq!(response.status(), 409);
    assert_eq!(problem(response)["reason"], "idempotency-key-in-progress");
}

#[tokio::test]
async fn what_was_charged_for_is_not_charged_for_again() {
    let (rail, calls) = (Rail::default(), Arc::default());
    let service = ServiceBuilder::new()
        .layer(layer())
        .layer(SettleLayer::new(rail.clone()))
        .service(counting(&calls));
    let first = whole(service.clone().oneshot(paying("one")).await.unwrap()).await;
    assert_eq!(first.status(), 404);
    assert_eq!(rail.charges(), 1);

    assert_in_progress(&whole(service.oneshot(paying("two")).await.unwrap()).await);
    assert_eq!(rail.charges(), 1);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_was_not_paid_for_may_be_sent_again() {
    let (rail, calls) = (Rail::default(), Arc::default());
    let service = ServiceBuilder::new()
        .layer(layer())
        .layer(SettleLayer::new(rail.clone()))
        .service(counting(&calls));
    // Its client goes away before the body is there.
    drop(service.clone().oneshot(paying("one")).await.unwrap());
    assert_eq!(rail.charges(), 0);

    let again = whole(service.oneshot(paying("one")).await.unwrap()).await;
    assert_eq!(header(&again, "payment-receipt"), "one");
    assert_eq!(rail.charges(), 1);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

/// Given up while it is charged for, it may have been paid for.
#[tokio::test]
async fn what_may_have_been_paid_for_is_not_carried_out_again() {
    let (rail, calls) = (Rail::default(), Arc::default());
    let service = ServiceBuilder::new()
        .layer(layer())
        .layer(SettleLayer::new(rail.clone()))
        .service(counting(&calls));
    let mut slow = paying("one");
    slow.extensions_mut().insert(Script {
        commit: Step::Waits(1),
        ..Script::default()
    });
    let mut body = service.clone().oneshot(slow).await.unwrap().into_body();
    assert!(task::spawn(body.frame()).poll().is_pending());
    drop(body);

    assert_in_progress(&whole(service.oneshot(paying("two")).await.unwrap()).await);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// By its last piece, or by its end where no piece has said that it is the last.
#[tokio::test]
async fn it_is_free_again_with_the_end_of_the_answer() {
    let calls = Arc::<AtomicUsize>::default();
    let service = layer()
        .keep_if(|_| false)
        .layer(answering(&calls, || pieces(vec![data(3), data(4)])));
    let mut first = service.clone().oneshot(post("k")).await.unwrap();
    for _ in 0..2 {
        assert_in_progress(&whole(service.clone().oneshot(post("k")).await.unwrap()).await);
        first.frame().await.unwrap().unwrap();
    }
    assert!(first.frame().await.is_none());
    assert_eq!(service.oneshot(post("k")).await.unwrap().status(), 200);
    assert_eq!(calls.load(Ordering::Relaxed), 2);

    let calls = Arc::default();
    let mut service = layer().keep_if(|_| false).layer(counting(&calls));
    let mut first = service.call(post("k")).await.unwrap();
    first.frame().await.unwrap().unwrap();
    assert_eq!(service.oneshot(post("k")).await.unwrap().status(), 200);
}
