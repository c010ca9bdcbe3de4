//! Checks made of checks: what one tells, and what becomes of it.

mod many;
mod requiring;
mod two;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Request, Response, request::Parts};
use statuary::{
    Cache, Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt,
    Unidentified,
    checks::TripPolicy,
    policy::Requirement,
    subscription::{Unanswered, UnansweredKind},
};
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::support::{Body, MILLI, SECOND, by};

/// Answers what it is told to, and knows the callers that it is told to.
#[derive(Clone, Debug)]
struct Told {
    answer: Answer,
    knows: bool,
    remembers: bool,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone, Debug)]
enum Answer {
    Decides(Decision),
    Fails,
    Hangs,
    Panics,
}

impl Told {
    fn new(answer: Answer) -> Self {
        Self {
            answer,
            knows: true,
            remembers: false,
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl SubscriptionCheck for Told {
    type Subject = u8;
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<u8, Unidentified> {
        self.knows.then_some(7).ok_or(Unidentified)
    }

    fn remembered(&self, _: &u8) -> Option<Decision> {
        match &self.answer {
            Answer::Decides(decision) if self.remembers => Some(decision.clone()),
            Answer::Panics if self.remembers => panic!("told to"),
            _ => None,
        }
    }

    async fn check(&self, _: &u8) -> Result<Decision, io::Error> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match &self.answer {
            Answer::Decides(decision) => Ok(decision.clone()),
            Answer::Fails => Err(io::Error::other("gone")),
            Answer::Hangs => std::future::pending().await,
            Answer::Panics => panic!("told to"),
        }
    }
}

fn head() -> Parts {
    by("anyone").into_parts().0
}

fn admits(grant: Grant) -> Answer {
    Answer::Decides(grant.into())
}

fn refuses(reason: Reason) -> Answer {
    Answer::Decides(reason.into())
}

fn source(unanswered: Unanswered) -> String {
    assert_eq!(unanswered.kind(), UnansweredKind::Failed);
    std::error::Error::source(&unanswered).unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_part_of_a_check() {
    let start = Instant::now();
    let hangs = Told::new(Answer::Hangs).deadline(SECOND);
    for answer in [
        hangs.check(&7).await.map(|_| ()),
        hangs.check_all(&[7]).await.map(|_| ()),
    ] {
        assert_eq!(answer.unwrap_err().kind(), UnansweredKind::Late);
    }
    let waited = start.elapsed() - 2 * SECOND;
    assert!(waited <= 2 * MILLI, "{waited:?}");

    let quick = Told::new(admits(Grant::paid())).deadline(Duration::ZERO);
    assert_eq!(quick.check(&7).await.unwrap(), Grant::paid().into());
}

/// Were a check inside of another held twice, a few of them would overflow the stack.
#[test]
fn a_check_around_another_makes_its_future_little_larger() {
    const ROOM: usize = 10_000;

    struct Roomy;

    impl SubscriptionCheck for Roomy {
        type Subject = ();
        type Error = io::Error;

        fn subject(&self, _: &Parts) -> Result<(), Unidentified> {
            Ok(())
        }

        async fn check(&self, (): &()) -> Result<Decision, io::Error> {
            let room = [0_u8; ROOM];
            tokio::task::yield_now().await;
            std::hint::black_box(room);
            Ok(Grant::paid().into())
        }

        async fn check_all(&self, subjects: &[()]) -> Result<Vec<Decision>, io::Error> {
            let decision = self.check(&()).await?;
            Ok(vec![decision; subjects.len()])
        }
    }

    let check = Roomy
        .deadline(SECOND)
        .circuit_breaker(TripPolicy::new())
        .requiring(Requirement::plan("gold"))
        .or(Roomy)
        .and(Roomy);
    let subject = check.subject(&head()).unwrap();
    let size = size_of_val(&check.check(&subject));
    assert!(size < 2 * ROOM, "{size} bytes");
    let cached = check.cached(Cache::new(10));
    let size = size_of_val(&cached.check_all(&[subject]));
    assert!(size < 2 * ROOM, "{size} bytes");
}

#[test]
fn the_checks_behind_can_be_reached() {
    let (silver, gold) = (Requirement::plan("silver"), Requirement::plan("gold"));
    let check = Told::new(admits(Grant::paid()))
        .deadline(SECOND)
        .circuit_breaker(TripPolicy::new())
        .requiring(silver);
    assert_eq!(check.get_ref().get_ref().get_ref().asked(), 0);

    let both = check.and(Told::new(Answer::Hangs));
    assert_eq!(both.get_ref().1.asked(), 0);
    let (check, hangs) = both.into_inner();
    let either = check.into_inner().into_inner().or(hangs.requiring(gold));
    assert_eq!(either.get_ref().0.get_ref().asked(), 0);
    let (check, hangs) = either.into_inner();
    assert_eq!(
        (check.into_inner().asked(), hangs.into_inner().asked()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_cached_check_is_given_back_when_nobody_else_needs_it() {
    let cached = Told::new(admits(Grant::paid())).cached(Cache::new(10));
    let clone = cached.clone();
    assert!(clone.into_inner().is_none());
    // What was remembered does not hold it, and what was asked and is answered does not, either.
    assert!(cached.check(&1).await.unwrap().is_admitted());
    assert_eq!(cached.into_inner().unwrap().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn behind_decorators_the_service_that_was_ready_is_the_one_called() {
    let check = Told::new(admits(Grant::paid()))
        .deadline(SECOND)
        .circuit_breaker(TripPolicy::new())
        .cached(Cache::new(10))
        .requiring(Requirement::plan("gold").or(Requirement::feature("all")))
        .or(Told::new(admits(Grant::free())));
    let (service, mut handle) = tower_test::mock::pair::<Request<Body>, Response<Body>>();
    let mut paywall = PaywallLayer::new(check).layer(service);
    handle.allow(1);
    for _ in 0..2 {
        let ready = std::future::poll_fn(|cx| paywall.poll_ready(cx));
        ready.await.unwrap();
        let answer = tokio::spawn(paywall.call(by("anyone")));
        let (request, respond) = handle.next_request().await.unwrap();
        assert!(request.extensions().get::<Grant>().is_some());
        respond.send_response(Response::new(Body::default()));
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
        handle.allow(1);
    }
}
