//! A check that fails is left alone, and for how long.

use std::{
    error::Error,
    fmt, io,
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
    Decision, Grant, PaywallLayer, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
    checks::{CircuitBreaker, TripPolicy},
    policy::{Policy, Requirement, Status, Subscription},
    subscription::{Standing, Unanswered, UnansweredKind, check_fn},
};
use tokio::time::advance;

use crate::support::{self, MILLI, SECOND, by, header, problem};

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
        Ok(Decision::Refuse(_)) => panic!("nobody is refused here"),
        Err(unanswered) => Err(unanswered.kind()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_is_left_alone_and_tried_once() {
    let flaky = Flaky::default();
    let policy = TripPolicy::new().failures(NonZeroU32::new(3).unwrap());
    let check = flaky.clone().circuit_breaker(policy);
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
        assert_eq!(kind(answer), Err(UnansweredKind::CircuitOpen));
    }
    let unanswered = check.check_all(&[()]).await.unwrap_err();
    assert_eq!(
        unanswered.to_string(),
        "the subscription check was not asked: its circuit breaker is open"
    );
    assert_eq!(flaky.asked(), 6);

    // One tries, and fails.
    advance(MILLI).await;
    let mut tries = Box::pin(check.check(&()));
    assert!((&mut tries).now_or_never().is_none());
    assert_eq!(
        kind(check.check(&()).await),
        Err(UnansweredKind::CircuitOpen)
    );
    assert_eq!(kind(tries.await), Err(UnansweredKind::Failed));
    assert_eq!(
        kind(check.check(&()).await),
        Err(UnansweredKind::CircuitOpen)
    );
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
        .circuit_breaker(TripPolicy::new().failures(NonZeroU32::MIN).rest(SECOND));
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
async fn one_that_tries_and_is_never_polled_keeps_nobody_out() {
    let policy = TripPolicy::new().failures(NonZeroU32::MIN).rest(SECOND);
    let (flaky, check) = flaky(policy);
    let tries = || {
        let mut tries = Box::pin(check.check(&()));
        assert!((&mut tries).now_or_never().is_none());
        tries
    };
    let told = async || kind(check.check(&()).await);
    let open = Err(UnansweredKind::CircuitOpen);
    flaky.set(true);
    assert_eq!(told().await, Err(UnansweredKind::Failed));
    advance(SECOND).await;
    let first = tries();
    advance(SECOND - MILLI).await;
    assert_eq!(told().await, open);
    advance(MILLI).await;
    let second = tries();
    assert_eq!(told().await, open);

    // What becomes of the first is no news of the second: neither that it goes, nor that it fails.
    drop(first);
    assert_eq!(told().await, open);
    advance(SECOND).await;
    let third = tries();
    assert_eq!(kind(second.await), Err(UnansweredKind::Failed));
    assert_eq!(told().await, open);

    // An answer is one, whoever has it.
    advance(SECOND).await;
    let fourth = tries();
    flaky.set(false);
    assert_eq!(kind(third.await), Ok(Standing::Paid));
    assert_eq!(told().await, Ok(Standing::Paid));

    // That the last one fails after that is no failure of the closed circuit.
    flaky.set(true);
    assert_eq!(kind(fourth.await), Err(UnansweredKind::Failed));
    flaky.set(false);
    assert_eq!(told().await, Ok(Standing::Paid));
}

/// An error around another that tells what that one tells, and its source, as `anyhow::Error` does.
#[derive(Debug)]
struct Opaque(Box<dyn Error + Send + Sync>);

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Opaque {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// Answers for all accounts but these.
fn plans() -> impl SubscriptionCheck<Subject = &'static str> {
    let undecided = || Policy::default().decide(&Subscription::new(Status::Cancelled));
    check_fn(
        |_| Ok("anyone"),
        move |account: &'static str| async move {
            match account {
                "odd" => Ok::<_, io::Error>(undecided().map_err(io::Error::other)?),
                "odder" => undecided().map_err(|odd| io::Error::other(io::Error::other(odd))),
                "oddest" => undecided().map_err(|odd| io::Error::other(Opaque(odd.into()))),
                "panic" => panic!("told to"),
                _ => Ok(Grant::paid().into()),
            }
        },
    )
}

#[tokio::test]
async fn one_that_cannot_be_decided_does_not_keep_the_others_out() {
    let policy =
        TripPolicy::new()
            .failures(NonZeroU32::MIN)
            .failure_share(1, SECOND, NonZeroU32::MIN);
    let check = plans().circuit_breaker(policy);
    for odd in ["odd", "odder", "oddest"] {
        let unanswered = kind(check.check(&odd).await);
        assert_eq!(unanswered, Err(UnansweredKind::Failed));
        let unanswered = check.check_all(&["anyone", odd]).await.unwrap_err();
        assert_eq!(unanswered.kind(), UnansweredKind::Failed);
        assert_eq!(kind(check.check(&"anyone").await), Ok(Standing::Paid));
    }
    let of_a_requirement = plans()
        .requiring(Requirement::plan("pro"))
        .circuit_breaker(policy);
    for _ in 0..2 {
        let unanswered = kind(of_a_requirement.check(&"anyone").await);
        assert_eq!(unanswered, Err(UnansweredKind::Failed));
    }
}

#[tokio::test]
async fn a_panic_is_a_failure() {
    let check = plans().circuit_breaker(TripPolicy::new().failures(NonZeroU32::MIN));
    let panicked = kind(check.check(&"panic").await);
    assert_eq!(panicked, Err(UnansweredKind::Panicked));
    let open = kind(check.check(&"anyone").await);
    assert_eq!(open, Err(UnansweredKind::CircuitOpen));
}

#[tokio::test(start_paused = true)]
async fn a_circuit_may_rest_for_ever() {
    let flaky = Flaky::default();
    let policy = TripPolicy::new().failures(NonZeroU32::MIN);
    let check = flaky.clone().circuit_breaker(policy.rest(Duration::MAX));
    flaky.set(true);
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    flaky.set(false);
    advance(SECOND * 1_000_000).await;
    assert_eq!(
        kind(check.check(&()).await),
        Err(UnansweredKind::CircuitOpen)
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_an_old_question_does_not_close_an_open_circuit() {
    let flaky = Flaky::default();
    let check = flaky
        .clone()
        .circuit_breaker(TripPolicy::new().failures(NonZeroU32::MIN));
    let mut old = Box::pin(check.check(&()));
    assert!((&mut old).now_or_never().is_none());
    flaky.set(true);
    assert_eq!(kind(check.check(&()).await), Err(UnansweredKind::Failed));
    flaky.set(false);
    assert_eq!(kind(old.await), Ok(Standing::Paid));
    assert_eq!(
        kind(check.check(&()).await),
        Err(UnansweredKind::CircuitOpen)
    );
}

#[tokio::test(start_paused = true)]
async fn questions_from_before_it_opened_do_not_count_when_it_has_closed() {
    let half = TripPolicy::new().failures(NonZeroU32::MAX).failure_share(
        50,
        60 * SECOND,
        NonZeroU32::new(5).unwrap(),
    );
    for policy in [TripPolicy::new(), half] {
        let check = flaky(policy);
        let hang = (0..20).map(|_| {
            let mut hangs = Box::pin(check.1.check(&()));
            assert!((&mut hangs).now_or_never().is_none());
            hangs
        });
        let hang: Vec<_> = hang.collect();
        assert_eq!(ask(&check, true, 6).await, 5);
        advance(10 * SECOND).await;
        assert_eq!(ask(&check, false, 1).await, 1);
        check.0.set(true);
        for late in hang {
            assert_eq!(kind(late.await), Err(UnansweredKind::Failed));
        }
        assert_eq!(ask(&check, false, 1).await, 1);
    }
}

/// A check that is judged by the share of its failures alone: half of at least ten within ten seconds.
fn by_share() -> (Flaky, CircuitBreaker<Flaky>) {
    let policy = TripPolicy::new()
        .failures(NonZeroU32::MAX)
        .failure_share(50, 10 * SECOND, NonZeroU32::new(10).unwrap())
        .rest(SECOND);
    flaky(policy)
}

fn flaky(policy: TripPolicy) -> (Flaky, CircuitBreaker<Flaky>) {
    let flaky = Flaky::default();
    (flaky.clone(), flaky.circuit_breaker(policy))
}

/// Asks so often, and tells how often the store was asked.
async fn ask((flaky, check): &(Flaky, CircuitBreaker<Flaky>), fails: bool, times: usize) -> usize {
    flaky.set(fails);
    let before = flaky.asked();
    for _ in 0..times {
        drop(check.check(&()).await);
    }
    flaky.asked() - before
}

#[tokio::test(start_paused = true)]
async fn by_default_only_failures_in_a_row_count() {
    let check = flaky(TripPolicy::new());
    for _ in 0..100 {
        assert_eq!(ask(&check, true, 4).await, 4);
        assert_eq!(ask(&check, false, 1).await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_share_of_failures_is_too_much_from_its_percent_on() {
    // Nine are too few to judge by, and the tenth is judged with them.
    let check = by_share();
    assert_eq!(ask(&check, true, 11).await, 10);

    // One below the half, whatever the order; then the half.
    for order in [[false, true], [true, false]] {
        let check = by_share();
        for fails in order {
            let times = if fails { 9 } else { 10 };
            assert_eq!(ask(&check, fails, times).await, times);
        }
        assert_eq!(ask(&check, true, 2).await, 1);
    }

    // An answer never opens it.
    let check = by_share();
    assert_eq!(ask(&check, true, 9).await, 9);
    assert_eq!(ask(&check, false, 1).await, 1);
    assert_eq!(ask(&check, true, 2).await, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_older_than_the_window_does_not_count() {
    for (wait, asked) in [
        // The last tenth may be gone early, and the window itself is over for sure.
        (9 * SECOND - MILLI, 1),
        (10 * SECOND, 5),
        (1_000_000 * SECOND, 5),
    ] {
        let check = by_share();
        assert_eq!(ask(&check, true, 9).await, 9);
        advance(wait).await;
        assert_eq!(ask(&check, true, 5).await, asked, "after {wait:?}");
    }
    // A trickle below the half is never too much, however long it lasts.
    let check = by_share();
    for _ in 0..1_000 {
        assert_eq!(ask(&check, true, 1).await, 1);
        assert_eq!(ask(&check, false, 4).await, 4);
        advance(SECOND / 3).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_that_has_answered_again_is_judged_anew() {
    let check = by_share();
    assert_eq!(ask(&check, true, 10).await, 10);
    assert_eq!(ask(&check, false, 1).await, 0);
    advance(SECOND).await;
    // One tries. Of the ten failures before, which are not ten seconds old, nothing is left.
    assert_eq!(ask(&check, false, 1).await, 1);
    assert_eq!(ask(&check, true, 12).await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_window_without_end_is_one_window() {
    let policy = TripPolicy::new().failures(NonZeroU32::MAX).failure_share(
        100,
        Duration::MAX,
        NonZeroU32::new(3).unwrap(),
    );
    let check = flaky(policy);
    for asked in [1, 1, 1, 0] {
        assert_eq!(ask(&check, true, 1).await, asked);
        advance(Duration::from_secs(4)).await;
    }
}

#[test]
#[should_panic(expected = "a share of failures is from 1 to 100 percent")]
fn a_share_is_checked_at_the_door() {
    let _ = TripPolicy::new().failure_share(101, SECOND, NonZeroU32::MIN);
}

#[test]
#[should_panic(expected = "the window of a share of failures must not be zero")]
fn a_window_is_checked_at_the_door() {
    let _ = TripPolicy::new().failure_share(50, Duration::ZERO, NonZeroU32::MIN);
}

#[tokio::test(start_paused = true)]
async fn how_long_it_rests_is_told_where_that_is_known() {
    let policy = TripPolicy::new().failures(NonZeroU32::MIN);
    let (flaky, check) = flaky(policy.rest(10 * SECOND));
    flaky.set(true);
    let told = async || {
        let unanswered = check.check(&()).await.unwrap_err();
        (unanswered.kind(), unanswered.retry_after())
    };
    assert_eq!(told().await, (UnansweredKind::Failed, None));
    advance(4 * SECOND).await;
    assert_eq!(
        told().await,
        (UnansweredKind::CircuitOpen, Some(6 * SECOND))
    );

    // Another one tries.
    advance(6 * SECOND).await;
    let mut tries = Box::pin(check.check(&()));
    assert!((&mut tries).now_or_never().is_none());
    assert_eq!(told().await, (UnansweredKind::CircuitOpen, None));
    drop(tries);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_told_to_come_back_while_it_rests() {
    let policy = TripPolicy::new()
        .failures(NonZeroU32::MIN)
        .rest(10 * SECOND);
    let flaky = Flaky::default();
    flaky.set(true);
    let paywall = PaywallLayer::new(flaky.circuit_breaker(policy));
    let told = async || {
        let response = support::ask(paywall.clone(), by("anyone")).await;
        assert_eq!(response.status(), 503);
        let delay = header(&response, "retry-after");
        assert_eq!(problem(&response)["retry_after"].to_string(), delay);
        delay
    };
    assert_eq!(told().await, "5");
    assert_eq!(told().await, "10");
    advance(4 * SECOND - MILLI).await;
    assert_eq!(told().await, "7");
    advance(3 * SECOND).await;
    assert_eq!(told().await, "5");
}
