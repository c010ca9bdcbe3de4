//! A check that fails is left alone, and for how long.

use std::{
    io,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use http::request::Parts;
use statuary::{
    Decision, Grant, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
    checks::Breaker,
    subscription::{Standing, Unanswered, UnansweredKind},
};
use tokio::time::advance;

const SECOND: Duration = Duration::from_secs(1);
const MILLI: Duration = Duration::from_millis(1);

/// Fails as long as it is told to.
#[derive(Clone, Default)]
struct Flaky(Arc<(AtomicUsize, AtomicUsize)>);

impl Flaky {
    fn set(&self, fails: bool) {
        self.0.0.store(fails.into(), Ordering::Relaxed);
    }

    fn asked(&self) -> usize {
        self.0.1.load(Ordering::Relaxed)
    }
}

impl SubscriptionCheck for Flaky {
    type Subject = ();
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<(), Unidentified> {
        Ok(())
    }

    async fn check(&self, (): &()) -> Result<Decision, io::Error> {
        self.0.1.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        match self.0.0.load(Ordering::Relaxed) {
            0 => Ok(Grant::paid().into()),
            _ => Err(io::Error::other("gone")),
        }
    }
}

fn kind(answer: Result<Decision, Unanswered>) -> Result<Standing, UnansweredKind> {
    match answer {
        Ok(Decision::Admit(grant)) => Ok(grant.standing()),
        Ok(_) => panic!("nobody is refused here"),
        Err(unanswered) => Err(unanswered.kind()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_is_left_alone_and_tried_once() {
    let flaky = Flaky::default();
    let breaker = Breaker::new().failures(NonZeroU32::new(3).unwrap());
    let check = flaky.clone().spared(breaker);
    flaky.set(true);
    for _ in 0..2 {
        assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    }
    // An answer in between begins a new row.
    flaky.set(false);
    assert_eq!(kind(check.check(&()).await), Ok(Standing::Paid));
    flaky.set(true);
    for _ in 0..3 {
        assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    }
    assert_eq!(flaky.asked(), 6);

    advance(10 * SECOND - MILLI).await;
    for answer in [check.check(&()).await, check.clone().check(&()).await] {
        assert_eq!(kind(answer), Err(UnansweredKind::Spared));
    }
    let unanswered = check.check_all(&[()]).await.unwrap_err();
    assert_eq!(
        unanswered.to_string(),
        "the subscription check is spared after too many failures"
    );
    assert_eq!(flaky.asked(), 6);

    // One tries, and fails.
    advance(MILLI).await;
    let mut tries = Box::pin(check.check(&()));
    assert!((&mut tries).now_or_never().is_none());
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Spared));
    assert_eq!(kind(tries.await), Err(UnansweredKind::Failed));
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Spared));
    assert_eq!(flaky.asked(), 7);

    // One tries, and is answered.
    flaky.set(false);
    advance(10 * SECOND).await;
    for _ in 0..3 {
        assert_eq!(kind(check.check(&()).await), Ok(Standing::Paid));
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_tries_and_goes_leaves_it_to_the_next() {
    let flaky = Flaky::default();
    let check = flaky
        .clone()
        .spared(Breaker::new().failures(NonZeroU32::MIN).rest(SECOND));
    flaky.set(true);
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    advance(SECOND).await;
    let mut tries = Box::pin(check.check(&()));
    assert!((&mut tries).now_or_never().is_none());
    drop(tries);
    flaky.set(false);
    assert_eq!(kind(check.check(&()).await), Ok(Standing::Paid));
}

#[tokio::test(start_paused = true)]
async fn a_circuit_may_rest_for_ever() {
    let flaky = Flaky::default();
    let breaker = Breaker::new().failures(NonZeroU32::MIN);
    let check = flaky.clone().spared(breaker.rest(Duration::MAX));
    flaky.set(true);
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    flaky.set(false);
    advance(SECOND * 1_000_000).await;
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Spared));
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_an_old_question_does_not_close_an_open_circuit() {
    let flaky = Flaky::default();
    let check = flaky
        .clone()
        .spared(Breaker::new().failures(NonZeroU32::MIN));
    let mut old = Box::pin(check.check(&()));
    assert!((&mut old).now_or_never().is_none());
    flaky.set(true);
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    flaky.set(false);
    assert_eq!(kind(old.await), Ok(Standing::Paid));
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Spared));
}
