//! A request whose answer is not kept is in progress until that answer has left.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::stream;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, StreamBody};
use statuary::{
    SettleLayer,
    idempotency::{IdempotencyLayer, MemoryStore},
};
use tokio_test::task;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::orders::{answering, counting, data, layer, post, sender};
use crate::{
    settlement::rail::{PAYMENT, Rail, Script, State, Step},
    support::{Body, Inner, header, pieces, problem, whole},
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

/// Whatever it has seen of the first try, a client that tries again at once has paid once.
#[tokio::test]
async fn given_up_at_every_poll_it_is_paid_for_once() {
    let empty = || pieces(Vec::new());
    let stream = || pieces(vec![data(3), data(4)]);
    let known = || {
        let body = Full::from("an order").map_err(|never| match never {});
        body.boxed_unsync()
    };
    for body in [empty as fn() -> Inner, stream, known] {
        let (mut polls, mut doubts) = (0, 0);
        loop {
            let (rail, calls) = (Rail::default(), Arc::default());
            let service = ServiceBuilder::new()
                .layer(layer().keep_if(|_| false))
                .layer(SettleLayer::new(rail.clone()))
                .service(answering(&calls, body));
            let send = |token| {
                let mut request = paying(token);
                request.extensions_mut().insert(Script {
                    reserve: Step::Waits(1),
                    respond: Step::Waits(1),
                    commit: Step::Waits(1),
                    confirm: Step::Waits(2),
                    ..Script::default()
                });
                service.clone().oneshot(request)
            };
            let mut first = task::spawn(async {
                let response = send("first").await.unwrap();
                response.into_body().collect().await.unwrap()
            });
            let is_whole = (0..polls).any(|_| first.poll().is_ready());
            drop(first);
            let again = whole(send("second").await.unwrap()).await;
            match rail.state("second") {
                None => assert_in_progress(&again),
                state => assert_eq!(state, Some(State::Charged)),
            }
            let charges = rail.charges();
            assert!(charges <= 1, "given up after {polls} polls");
            doubts += 1 - charges;
            if is_whole {
                break;
            }
            polls += 1;
        }
        assert_eq!(polls, 7, "each wait is a poll");
        // Given up while the settlement had the head, and while it took the money.
        assert_eq!(doubts, 2);
    }
}

#[tokio::test]
async fn it_is_free_again_when_the_answer_breaks_off() {
    let calls = Arc::<AtomicUsize>::default();
    let service = layer().keep_if(|_| false).layer(answering(&calls, || {
        pieces(vec![data(3), Err(io::Error::other("gone"))])
    }));
    let mut first = service.clone().oneshot(post("k")).await.unwrap();
    first.frame().await.unwrap().unwrap();
    assert_in_progress(&whole(service.clone().oneshot(post("k")).await.unwrap()).await);
    first.frame().await.unwrap().unwrap_err();
    assert_eq!(service.oneshot(post("k")).await.unwrap().status(), 200);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

/// Looks, as it is dropped, how much is claimed.
struct Witness {
    store: Arc<MemoryStore>,
    claimed: Arc<AtomicUsize>,
}

impl Drop for Witness {
    fn drop(&mut self) {
        let claimed = self.store.bytes_used();
        self.claimed.store(claimed, Ordering::Relaxed);
    }
}

/// Who tries again must find what it gives back.
#[tokio::test]
async fn it_is_free_again_after_all_that_its_answer_holds() {
    let store = Arc::new(MemoryStore::with_bytes(1 << 20));
    let claimed = Arc::<AtomicUsize>::default();
    let (watched, seen) = (Arc::clone(&store), Arc::clone(&claimed));
    let service = IdempotencyLayer::new(Arc::clone(&store), sender)
        .keep_if(|_| false)
        .layer(service_fn(move |_: Request<Body>| {
            let witness = Witness {
                store: Arc::clone(&watched),
                claimed: Arc::clone(&seen),
            };
            let body = stream::once(async move {
                drop(witness);
                data(3)
            });
            async { Ok::<_, Infallible>(Response::new(StreamBody::new(body))) }
        }));
    drop(service.oneshot(post("k")).await.unwrap());
    assert!(claimed.load(Ordering::Relaxed) > 0);
    assert_eq!(store.bytes_used(), 0);
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
