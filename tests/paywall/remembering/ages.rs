//! How long what is remembered counts, serves, and stands in for a failure.

use std::time::Duration;

use futures_util::FutureExt;
use statuary::{
    Cache, Decision, Denial, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt,
    subscription::UnansweredKind,
};
use tokio::time::{advance, sleep};

use super::{Mood, Store, decide, paid, remembering};
use crate::support::{MILLI, SECOND, at};

#[tokio::test(start_paused = true)]
async fn a_grant_counts_for_its_ttl_to_the_instant() {
    let (store, check) = remembering(Cache::new(10));
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
    store.set("alice", Reason::Unpaid);

    advance(60 * SECOND - MILLI).await;
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
    assert_eq!(store.asked(), 1);

    advance(MILLI).await;
    let unpaid = Decision::from(Reason::Unpaid);
    assert_eq!(decide(&check, "alice").await.unwrap(), unpaid);
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_denial_counts_for_a_ttl_of_its_own() {
    let (store, check) = remembering(Cache::new(10).ttl(3_600 * SECOND));
    assert!(!decide(&check, "bob").await.unwrap().is_admitted());
    store.set("bob", Grant::paid());

    advance(2 * SECOND - MILLI).await;
    assert!(!decide(&check, "bob").await.unwrap().is_admitted());
    advance(MILLI).await;
    assert!(decide(&check, "bob").await.unwrap().is_admitted());
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_denial_counts_no_longer_than_waiting_helps() {
    let denial = || Denial::new(Reason::QuotaExhausted);
    for (denial, seconds) in [
        (denial(), 60),
        (denial().with_retry_after(10 * SECOND), 10),
        (denial().with_reset(20 * SECOND), 20),
        (
            denial()
                .with_retry_after(30 * SECOND)
                .with_reset(20 * SECOND),
            20,
        ),
        (denial().with_retry_after(90 * SECOND), 60),
        (denial().with_retry_after(Duration::ZERO), 0),
    ] {
        let (store, check) = remembering(Cache::new(10).denial_ttl(60 * SECOND));
        store.set("bob", denial.clone());
        let denied = decide(&check, "bob").await.unwrap();
        let bob = "bob".to_owned();
        if seconds > 0 {
            advance(seconds * SECOND - MILLI).await;
            assert_eq!(check.remembered(&bob), Some(denied), "{denial:?}");
            advance(MILLI).await;
        }
        assert_eq!(check.remembered(&bob), None, "{denial:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_outlives_the_end_of_its_period() {
    let cache = Cache::new(10)
        .stale_while_revalidate(3_600 * SECOND)
        .stale_if_error(3_600 * SECOND);
    let (store, check) = remembering(cache);
    store.set("alice", Grant::paid().with_valid_until(at(30)));
    assert!(decide(&check, "alice").await.unwrap().is_admitted());
    store.mood(Mood::Fails);

    advance(30 * SECOND - MILLI).await;
    assert!(decide(&check, "alice").await.unwrap().is_admitted());
    assert_eq!(store.asked(), 1);
    advance(MILLI).await;
    let unanswered = decide(&check, "alice").await.unwrap_err();
    assert_eq!(unanswered.kind(), UnansweredKind::Failed);
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_ended_already_is_not_remembered() {
    let (store, check) = remembering(Cache::new(10));
    advance(60 * SECOND).await;
    store.set("alice", Grant::paid().with_valid_until(at(60)));
    for asked in 1..=3 {
        let _ = decide(&check, "alice").await.unwrap();
        assert_eq!(store.asked(), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn an_old_grant_serves_while_one_task_asks() {
    let (store, check) = remembering(Cache::new(10).stale_while_revalidate(5 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.set("alice", Reason::Unpaid);
    store.mood(Mood::Slow);

    advance(60 * SECOND).await;
    for _ in 0..100 {
        let stale = decide(&check, "alice").now_or_never();
        assert_eq!(stale.unwrap().unwrap(), paid());
    }
    assert_eq!(check.questions(), 1);
    sleep(SECOND + MILLI).await;
    assert_eq!(store.asked(), 2);
    assert_eq!(check.questions(), 0);
    let renewed = decide(&check, "alice").await.unwrap();
    assert_eq!(renewed, Reason::Unpaid.into());
}

#[tokio::test(start_paused = true)]
async fn an_old_grant_serves_no_longer_than_its_window() {
    let (store, check) = remembering(Cache::new(10).stale_while_revalidate(5 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.set("alice", Reason::Unpaid);
    advance(65 * SECOND - MILLI).await;
    assert_eq!(check.remembered(&"alice".to_owned()), Some(paid()));

    let (store, check) = remembering(Cache::new(10).stale_while_revalidate(5 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.set("alice", Reason::Unpaid);
    advance(65 * SECOND).await;
    assert_eq!(check.remembered(&"alice".to_owned()), None);
    let asked = decide(&check, "alice").await.unwrap();
    assert_eq!(asked, Reason::Unpaid.into());
}

#[test]
fn without_a_runtime_an_old_grant_is_asked_about_first() {
    let cache = Cache::new(10)
        .ttl(Duration::ZERO)
        .stale_while_revalidate(60 * SECOND);
    let store = Store::default();
    store.set("alice", Grant::paid());
    let check = store.clone().cached(cache);
    for asked in 1..=3 {
        let decision = decide(&check, "alice").now_or_never().unwrap();
        assert_eq!(decision.unwrap(), paid());
        assert_eq!(store.asked(), asked);
    }
}

#[test]
fn an_old_grant_that_serves_stands_in_for_a_failure_as_well() {
    let cache = Cache::new(10)
        .ttl(Duration::ZERO)
        .stale_while_revalidate(60 * SECOND);
    let alice = ["alice".to_owned()];
    let check = || {
        let store = Store::default();
        store.set("alice", Grant::paid());
        let check = store.clone().cached(cache.clone());
        let decision = decide(&check, "alice").now_or_never().unwrap();
        assert_eq!(decision.unwrap(), paid());
        store.mood(Mood::Fails);
        check
    };
    // Without a runtime, it is asked about first.
    let one = decide(&check(), "alice").now_or_never().unwrap();
    assert_eq!(one.unwrap(), paid());
    let many = check().check_all(&alice).now_or_never().unwrap();
    assert_eq!(many.unwrap(), alice.map(|_| paid()));
}

#[tokio::test(start_paused = true)]
async fn an_old_grant_stands_in_for_a_failure_and_spares_the_store() {
    let (store, check) = remembering(Cache::new(10).stale_if_error(10 * SECOND));
    let _ = decide(&check, "alice").await.unwrap();
    store.mood(Mood::Fails);

    advance(60 * SECOND).await;
    for _ in 0..100 {
        assert_eq!(decide(&check, "alice").await.unwrap(), paid());
    }
    assert_eq!(store.asked(), 2);
    advance(SECOND).await;
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
    assert_eq!(store.asked(), 3);

    advance(9 * SECOND - MILLI).await;
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
    advance(MILLI).await;
    let unanswered = decide(&check, "alice").await.unwrap_err();
    assert_eq!(unanswered.kind(), UnansweredKind::Failed);

    store.mood(Mood::Quick);
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
}

#[tokio::test(start_paused = true)]
async fn an_old_denial_stands_in_for_nothing() {
    let cache = Cache::new(10)
        .stale_while_revalidate(60 * SECOND)
        .stale_if_error(60 * SECOND);
    let (store, check) = remembering(cache);
    let _ = decide(&check, "bob").await.unwrap();
    store.mood(Mood::Fails);
    advance(2 * SECOND).await;
    assert!(decide(&check, "bob").await.is_err());
}
