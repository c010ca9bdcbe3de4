//! Given up at any moment, a request leaves its token charged for what was delivered, or free.

use std::{convert::Infallible, io, mem};

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::{Request, Response, request::Parts};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, StreamBody};
use proptest::prelude::*;
use statuary::{
    Charge, Settle, SettleLayer, Settlement, Unidentified,
    settlement::{Price, Reserved},
};
use tokio::task::yield_now;
use tokio_test::task;
use tower::{Service, ServiceExt, service_fn};
use tower_test::mock;

use super::rail::{Makes, Rail, Script, State, Step, paying};
use crate::support::Body;

/// What came of a request that was polled so often, and then given up.
#[derive(Debug)]
struct Outcome {
    is_whole: bool,
    status: Option<u16>,
    state: Option<State>,
    charges: usize,
    polls: usize,
}

/// Answers with so many pieces, and waits before each as well as before the head.
fn run(script: Script, pieces: u8, polls: usize) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let _guard = runtime.enter();
    let rail = Rail::default();
    let handler = service_fn(move |_: Request<Body>| async move {
        yield_now().await;
        let pieces = stream::unfold(0, move |sent| async move {
            yield_now().await;
            let piece = Ok::<_, io::Error>(Frame::data(Bytes::from_static(b"piece")));
            (sent < pieces).then_some((piece, sent + 1))
        });
        Ok::<_, Infallible>(Response::new(StreamBody::new(Box::pin(pieces))))
    });
    let service = Settle::new(handler, rail.clone());
    let mut outcome = Outcome {
        is_whole: false,
        status: None,
        state: None,
        charges: 0,
        polls: 0,
    };
    let mut response = task::spawn(service.oneshot(paying("token", script)));
    let mut answered = None;
    while outcome.polls < polls && answered.is_none() {
        outcome.polls += 1;
        if let std::task::Poll::Ready(response) = response.poll() {
            answered = Some(response.unwrap());
        }
    }
    drop(response);
    if let Some(response) = answered {
        outcome.status = Some(response.status().as_u16());
        let mut body = task::spawn(response.into_body());
        while outcome.polls < polls && !outcome.is_whole {
            outcome.polls += 1;
            let polled = body.enter(|cx, body| body.poll_frame(cx));
            outcome.is_whole = matches!(polled, std::task::Poll::Ready(None));
        }
    }
    outcome.state = rail.state("token");
    outcome.charges = rail.charges();
    outcome
}

#[test]
fn at_every_poll() {
    let script = Script {
        reserve: Step::Waits(2),
        respond: Step::Waits(2),
        commit: Step::Waits(2),
        ..Script::default()
    };
    let whole = run(script, 3, usize::MAX);
    assert!(whole.is_whole);
    assert_eq!(whole.state, Some(State::Charged));
    assert!(whole.polls > 12, "each wait is a poll: {whole:?}");
    for polls in 0..whole.polls {
        let outcome = run(script, 3, polls);
        assert!(!outcome.is_whole);
        assert!(
            matches!(outcome.state, None | Some(State::Released)),
            "{outcome:?}"
        );
        assert_eq!(outcome.charges, 0, "{outcome:?}");
    }
}

proptest! {
    #[test]
    fn whatever_the_rail_does(
        reserve in steps(),
        respond in steps(),
        commit in steps(),
        makes in prop_oneof![
            4 => Just(Makes::Delivers),
            1 => Just(Makes::Charges),
            1 => Just(Makes::LetsGo),
            1 => Just(Makes::Withholds),
        ],
        pieces in 0..4_u8,
        polls in 0..40_usize,
    ) {
        let script = Script { reserve, respond, commit, makes, ..Script::default() };
        let outcome = run(script, pieces, polls);
        prop_assert_ne!(outcome.state, Some(State::Held), "{:?}", outcome);
        prop_assert!(outcome.charges <= 1);
        if outcome.state == Some(State::Charged) && makes != Makes::Charges {
            prop_assert_eq!(outcome.status, Some(200));
            prop_assert!(outcome.is_whole, "charged for a part: {:?}", outcome);
        }
        let goes_well = |step| matches!(step, Step::Well | Step::Waits(_));
        let must_pay = [reserve, respond, commit].into_iter().all(goes_well)
            && makes == Makes::Delivers;
        if outcome.is_whole && must_pay {
            prop_assert_eq!(outcome.charges, 1, "not charged: {:?}", outcome);
        }
    }
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_u8).prop_map(Step::Waits),
        2 => Just(Step::Well),
        1 => Just(Step::Fails),
        1 => Just(Step::Hangs),
        1 => Just(Step::Panics),
    ]
}

#[tokio::test]
async fn the_service_that_was_ready_is_the_one_that_is_called() {
    let (mut service, mut handle) =
        mock::spawn_layer::<Request<Body>, Response<Body>, _>(SettleLayer::new(Rail::default()));
    handle.allow(1);
    tokio_test::assert_ready_ok!(service.poll_ready());
    let script = Script {
        reserve: Step::Waits(1),
        ..Script::default()
    };
    let mut response = task::spawn(service.call(paying("token", script)));
    tokio_test::assert_pending!(handle.poll_request());
    while handle.poll_request().is_pending() {
        tokio_test::assert_pending!(response.poll());
    }
    // The place was that of the service which was called, and no other is free.
    tokio_test::assert_pending!(service.poll_ready());
}

#[tokio::test]
async fn a_refusal_gives_the_place_back() {
    use tower::limit::ConcurrencyLimit;

    let handler =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::default())));
    let limited = ConcurrencyLimit::new(handler, 1);
    let mut service = Settle::new(limited, Rail::default());
    let unpaid = || Request::get("/").body(Body::default()).unwrap();
    let refused = service.ready().await.unwrap().call(unpaid()).await.unwrap();
    assert_eq!(refused.status(), 402);
    // With the refusal still alive.
    assert!(service.ready().now_or_never().is_some());
    drop(refused);
}

/// A charge that does not go quietly.
#[derive(Clone)]
struct Loud;

/// What it holds.
struct Bomb;

impl Charge for Loud {
    type Bill = ();
    type Settlement = Bomb;
    type Error = Infallible;

    fn bill(&self, _: &Parts) -> Result<Price<()>, Unidentified> {
        Ok(Price::Due(()))
    }

    async fn reserve(&self, (): ()) -> Result<Reserved<Bomb>, Infallible> {
        let bomb = Bomb;
        yield_now().await;
        Ok(Reserved::Held(bomb))
    }
}

impl Settlement for Bomb {
    type Error = Infallible;

    async fn commit(self) -> Result<(), Infallible> {
        yield_now().await;
        mem::forget(self);
        Ok(())
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("told to");
    }
}

/// Whatever it does when it has to go, who gives it up goes on.
#[tokio::test(start_paused = true)]
async fn a_charge_that_does_not_go_quietly_takes_nobody_down() {
    let mut polls = 0;
    loop {
        let handler = service_fn(async |_: Request<Body>| {
            yield_now().await;
            Ok::<_, Infallible>(Response::new(Body::from("paid content")))
        });
        let mut whole = task::spawn(async {
            let request = Request::new(Body::default());
            let response = Settle::new(handler, Loud).oneshot(request).await.unwrap();
            response.into_body().collect().await.unwrap()
        });
        let is_whole = (0..polls).any(|_| whole.poll().is_ready());
        drop(whole);
        if is_whole {
            break;
        }
        polls += 1;
    }
    assert_eq!(polls, 4, "each wait is a poll");
}
