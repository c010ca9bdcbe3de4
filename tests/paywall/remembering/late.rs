//! What stands in for an answer that is late.

use std::{convert::Infallible, future::pending, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::join_all};
use statuary::{
    Cache, Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt,
    subscription::{UnansweredKind, check_fn},
};
use tokio::{
    runtime::{self, Runtime},
    time::{Instant, advance, sleep, timeout},
};

use super::{Mood, decide, paid, remembering};
use crate::support::{MILLI, SECOND};
use crate::support::{ask, by};

#[tokio::test(start_paused = true)]
async fn before_a_store_that_hangs_an_old_grant_reaches_the_request_in_time() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
    let paywall = PaywallLayer::new(check.clone());
    assert_eq!(ask(paywall.clone(), by("alice")).await.status(), 200);
    store.mood(Mood::Hangs);
    advance(60 * SECOND).await;

    for _ in 1..=20 {
        let start = Instant::now();
        assert_eq!(ask(paywall.clone(), by("alice")).await.status(), 200);
        let waited = start.elapsed();
        assert!(waited <= SECOND / 2 + MILLI, "waited {waited:?}");
        // For a second nobody waits.
        assert_eq!(ask(paywall.clone(), by("alice")).await.status(), 200);
        assert_eq!(start.elapsed(), waited);
        advance(SECOND).await;
    }
    // Each question went on up to its own deadline, ten seconds.
    assert_eq!((store.asked(), check.questions()), (4, 1));
    // Where nothing is remembered, it is as ever.
    assert_eq!(ask(paywall, by("carol")).await.status(), 503);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_late_for_one_is_remembered_for_the_next() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.set("alice", Reason::Unpaid);
    store.mood(Mood::Slow);
    advance(60 * SECOND).await;
    let askers = (0..100).map(|_| decide(&check, "alice"));
    for answer in join_all(askers).await {
        assert_eq!(answer.unwrap(), paid());
    }
    assert_eq!(check.questions(), 1);
    sleep(SECOND).await;
    assert_eq!(check.questions(), 0);
    let known = check.remembered(&"alice".to_owned());
    assert_eq!(known, Some(Reason::Unpaid.into()));
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn how_long_a_late_answer_is_waited_for_is_the_owners_word() {
    for (soft_deadline, waits, status) in [
        (SECOND / 10, SECOND / 10, 200),
        (Duration::ZERO, Duration::ZERO, 200),
        // A request that is given up before gets nothing.
        (SECOND / 2, SECOND / 4, 503),
        (Duration::MAX, SECOND / 4, 503),
    ] {
        let terms = Cache::new(10).stale_if_error(3_600 * SECOND);
        let (store, check) = remembering(terms.soft_deadline(soft_deadline));
        let _ = decide(&check, "alice").await.unwrap();
        store.mood(Mood::Hangs);
        advance(60 * SECOND).await;
        let paywall = PaywallLayer::new(check).deadline(SECOND / 4);
        let start = Instant::now();
        assert_eq!(ask(paywall, by("alice")).await.status(), status);
        let waited = start.elapsed();
        assert!(
            (waits..=waits + MILLI).contains(&waited),
            "waited {waited:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_was_forgotten_meanwhile_stands_in_for_nothing() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.mood(Mood::Slow);
    advance(60 * SECOND).await;
    let mut asker = Box::pin(decide(&check, "alice"));
    assert!((&mut asker).now_or_never().is_none());
    check.invalidate(&"alice".to_owned());
    let start = Instant::now();
    assert_eq!(asker.await.unwrap(), paid());
    assert!(start.elapsed() >= SECOND);

    // Nor does one that has ended meanwhile.
    let (store, check) = remembering(Cache::new(10).stale_if_error(SECOND / 4));
    let _ = decide(&check, "alice").await.unwrap();
    store.mood(Mood::Hangs);
    advance(60 * SECOND).await;
    let unanswered = decide(&check, "alice").await.unwrap_err();
    assert_eq!(unanswered.kind(), UnansweredKind::Late);
}

#[tokio::test(start_paused = true)]
async fn old_grants_stand_in_for_a_late_answer_about_many() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
    store.set("carol", Grant::paid());
    let names = ["alice", "carol"].map(str::to_owned);
    check.check_all(&names).await.unwrap();
    advance(60 * SECOND).await;
    // One of them is being asked about.
    store.mood(Mood::Hangs);
    let mut one = Box::pin(decide(&check, "alice"));
    assert!((&mut one).now_or_never().is_none());
    let start = Instant::now();
    assert_eq!(check.check_all(&names).await.unwrap(), [paid(), paid()]);
    assert!(start.elapsed() <= SECOND / 2 + MILLI);
    drop(one);
}

/// Quick for a minute, and then slow: three seconds for each.
fn slow_later() -> impl SubscriptionCheck<Subject = &'static str> {
    let start = Instant::now();
    check_fn(
        |_| Ok("anyone"),
        move |_: &'static str| async move {
            if start.elapsed() < 60 * SECOND {
                return Ok::<Decision, std::io::Error>(Grant::paid().into());
            }
            sleep(3 * SECOND).await;
            Ok(Reason::Unpaid.into())
        },
    )
}

#[tokio::test(start_paused = true)]
async fn a_question_about_many_goes_on_when_it_is_late() {
    let unpaid = || Decision::from(Reason::Unpaid);
    for (names, expected, seconds) in [
        (["alice", "carol"], [paid(), paid()], 0.5),
        // Nothing is known of bob, and nobody is given half an answer.
        (["alice", "bob"], [unpaid(), unpaid()], 6.0),
    ] {
        let check = slow_later().cached(Cache::new(10).stale_if_error(3_600 * SECOND));
        check.check_all(&["alice", "carol"]).await.unwrap();
        advance(60 * SECOND).await;
        let start = Instant::now();
        assert_eq!(check.check_all(&names).await.unwrap(), expected);
        let waited = start.elapsed().as_secs_f32();
        assert!((seconds..=seconds + 0.01).contains(&waited), "{waited}");

        sleep(6 * SECOND - start.elapsed() + 10 * MILLI).await;
        for name in names {
            assert_eq!(check.remembered(&name), Some(unpaid()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_about_many_that_goes_on_is_not_asked_again() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
    let alice = ["alice".to_owned()];
    check.check_all(&alice).await.unwrap();
    store.set("alice", Reason::Unpaid);
    store.mood(Mood::Slow);
    advance(60 * SECOND).await;
    assert_eq!(check.check_all(&alice).await.unwrap(), [paid()]);
    for _ in 0..4 {
        let one = decide(&check, "alice").now_or_never();
        assert_eq!(one.unwrap().unwrap(), paid());
        let many = check.check_all(&alice).now_or_never();
        assert_eq!(many.unwrap().unwrap(), [paid()]);
        sleep(SECOND / 2).await;
    }
    sleep(SECOND).await;
    let unpaid = Decision::from(Reason::Unpaid);
    assert_eq!(check.remembered(&alice[0]), Some(unpaid));
    assert_eq!((store.batches().len(), store.asked()), (2, 0));
}

fn runtime() -> Runtime {
    let mut runtime = runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap()
}

#[test]
fn a_runtime_that_is_shut_down_takes_its_questions_along() {
    let first = runtime();
    let (store, check) = first.block_on(async {
        let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
        let _ = decide(&check, "alice").await.unwrap();
        advance(60 * SECOND).await;
        store.mood(Mood::Hangs);
        assert_eq!(decide(&check, "alice").await.unwrap(), paid());
        (store, check)
    });
    assert_eq!(check.questions(), 1);
    drop(first);
    assert_eq!(check.questions(), 0);
    // Another one begins anew.
    runtime().block_on(async {
        store.set("alice", Reason::Unpaid);
        store.mood(Mood::Quick);
        advance(120 * SECOND).await;
        let unpaid = Decision::from(Reason::Unpaid);
        assert_eq!(decide(&check, "alice").await.unwrap(), unpaid);
    });
    assert_eq!(store.asked(), 3);
}

#[test]
fn a_question_about_many_that_went_with_its_runtime_is_asked_again() {
    let alice = ["alice".to_owned()];
    let first = runtime();
    let (store, check) = first.block_on(async {
        let (store, check) = remembering(Cache::new(10).stale_while_revalidate(60 * SECOND));
        check.check_all(&alice).await.unwrap();
        advance(60 * SECOND).await;
        store.mood(Mood::Slow);
        assert_eq!(check.check_all(&alice).await.unwrap(), [paid()]);
        sleep(SECOND).await;
        (store, check)
    });
    assert_eq!(store.batches().len(), 2);
    drop(first);
    runtime().block_on(async {
        advance(90 * SECOND).await;
        assert_eq!(check.check_all(&alice).await.unwrap(), [paid()]);
        sleep(SECOND).await;
    });
    assert_eq!(store.batches().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_one_was_too_late_for_outlives_all_who_wait() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(3_600 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.set("alice", Reason::Unpaid);
    store.mood(Mood::Slow);
    advance(60 * SECOND).await;
    // The other one comes later, and gives up before an old grant would stand in.
    let gives_up = async {
        sleep(SECOND * 2 / 5).await;
        timeout(SECOND / 5, decide(&check, "alice")).await
    };
    let (given, given_up) = tokio::join!(decide(&check, "alice"), gives_up);
    assert_eq!(given.unwrap(), paid());
    assert!(given_up.is_err());
    assert_eq!(check.questions(), 1);
    sleep(SECOND).await;
    let known = check.remembered(&"alice".to_owned());
    assert_eq!(known, Some(Reason::Unpaid.into()));
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn of_many_who_leave_one_question_goes_on() {
    let open = Arc::new(());
    let hanging = Arc::clone(&open);
    let start = Instant::now();
    let check = check_fn(
        |_| Ok("alice"),
        move |_: &'static str| {
            let open = Arc::clone(&hanging);
            async move {
                let _open = open;
                if start.elapsed() >= 60 * SECOND {
                    pending::<()>().await;
                }
                Ok::<Decision, Infallible>(Grant::paid().into())
            }
        },
    );
    let under_way = || Arc::strong_count(&open) - 2;
    let check = check.cached(Cache::new(10).stale_if_error(3_600 * SECOND));
    let _ = check.check(&"alice").await.unwrap();

    advance(60 * SECOND).await;
    let askers = (0..100).map(|_| check.check_all(&["alice"]));
    for answer in join_all(askers).await {
        assert_eq!(answer.unwrap(), [paid()]);
    }
    sleep(MILLI).await;
    assert_eq!((under_way(), check.questions()), (1, 0));

    // Nor does it matter who leaves first, where all wait for the same.
    sleep(11 * SECOND).await;
    let askers = (0..100).map(|_| check.check(&"alice"));
    for answer in join_all(askers).await {
        assert_eq!(answer.unwrap(), paid());
    }
    assert_eq!((under_way(), check.questions()), (1, 1));
    sleep(10 * SECOND).await;
    assert_eq!((under_way(), check.questions()), (0, 0));
}
