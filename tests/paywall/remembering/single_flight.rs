//! However many ask, the check behind is asked once.

use std::{convert::Infallible, future::poll_fn, mem, sync::Mutex, task::Poll};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use http::request::Parts;
use statuary::{
    Cache, Decision, PaywallLayer, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
    subscription::{Unanswered, UnansweredKind},
};
use tokio::{task::yield_now, time::sleep};
use tokio_test::task::{self, Spawn};

use super::{Mood, decide, paid, remembering};
use crate::support::SECOND;
use crate::support::{ask, by};

#[tokio::test(start_paused = true)]
async fn a_thousand_first_askers_ask_once() {
    let (store, check) = remembering(Cache::new(10));
    store.mood(Mood::Slow);
    let askers = (0..1_000).map(|_| {
        let check = check.clone();
        tokio::spawn(async move { decide(&check, "alice").await })
    });
    for answer in join_all(askers).await {
        assert_eq!(answer.unwrap().unwrap(), paid());
    }
    assert_eq!(store.asked(), 1);
    assert_eq!(check.questions(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_leaves_the_question_to_the_others() {
    let (store, check) = remembering(Cache::new(10));
    store.mood(Mood::Slow);
    let mut first = Box::pin(decide(&check, "alice"));
    assert!((&mut first).now_or_never().is_none());
    let other = check.clone();
    let second = tokio::spawn(async move { decide(&other, "alice").await });
    yield_now().await;
    sleep(SECOND / 2).await;
    drop(first);
    assert_eq!(second.await.unwrap().unwrap(), paid());
    assert_eq!(store.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_wakes_the_others_only_if_it_was_to_poll() {
    let (store, check) = remembering(Cache::new(10));
    store.mood(Mood::Slow);
    let asker = || task::spawn(decide(&check, "alice"));
    let [mut polls, mut goes, mut waits] = [(); 3].map(|()| asker());
    assert!(polls.poll().is_pending());
    assert!(goes.poll().is_pending());
    assert!(waits.poll().is_pending());
    drop(polls);
    assert!(!goes.is_woken() && !waits.is_woken());

    // Woken, it leaves without a poll, and the one that met it polling does not wait for it.
    sleep(SECOND).await;
    assert!(goes.is_woken() && waits.is_woken());
    drop(goes);
    assert!(waits.poll().is_ready());
    assert_eq!(store.asked(), 1);
}

type Asker = Spawn<BoxFuture<'static, Result<Decision, Unanswered>>>;

/// Has its answer at once, and another asker comes just after that.
struct Interrupted(Mutex<Option<Asker>>);

impl SubscriptionCheck for Interrupted {
    type Subject = ();
    type Error = Infallible;

    fn subject(&self, _: &Parts) -> Result<(), Unidentified> {
        Ok(())
    }

    async fn check(&self, (): &()) -> Result<Decision, Infallible> {
        let mut is_asked = false;
        poll_fn(|cx| {
            if mem::replace(&mut is_asked, true) {
                return Poll::Ready(Ok(paid()));
            }
            cx.waker().wake_by_ref();
            let mut other = self.0.lock().unwrap();
            assert!(other.as_mut().unwrap().poll().is_pending());
            Poll::Pending
        })
        .await
    }
}

#[tokio::test(start_paused = true)]
async fn who_polls_once_and_then_has_no_time_keeps_nobody_waiting() {
    let check = Interrupted(Mutex::new(None)).cached(Cache::new(10));
    let asker = || {
        let check = check.clone();
        task::spawn(async move { check.check(&()).await }.boxed())
    };
    *check.get_ref().0.lock().unwrap() = Some(asker());
    let mut polls = asker();
    assert!(polls.poll().is_pending());

    let other = check.get_ref().0.lock().unwrap().take();
    let mut other = other.unwrap();
    assert!(other.is_woken());
    assert!(other.poll().is_ready());
    drop(polls);
}

#[tokio::test(start_paused = true)]
async fn the_last_to_give_up_takes_the_question_along() {
    let (store, check) = remembering(Cache::new(10));
    store.mood(Mood::Hangs);
    let mut askers: Vec<_> = (0..3).map(|_| Box::pin(decide(&check, "alice"))).collect();
    for asker in &mut askers {
        assert!(asker.now_or_never().is_none());
    }
    assert_eq!((store.asked(), check.questions()), (1, 1));
    drop(askers);
    assert_eq!(check.questions(), 0);
    store.mood(Mood::Quick);
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_hangs_ends_for_all_who_ask() {
    let (store, check) = remembering(Cache::new(10).deadline(3 * SECOND));
    store.mood(Mood::Hangs);
    let askers = (0..10).map(|_| decide(&check, "alice"));
    for answer in join_all(askers).await {
        assert_eq!(answer.unwrap_err().kind(), UnansweredKind::Late);
    }
    assert_eq!((store.asked(), check.questions()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_no_answer_for_all_who_ask() {
    let (store, check) = remembering(Cache::new(10));
    store.mood(Mood::Panics);
    let askers = (0..10).map(|_| decide(&check, "alice"));
    for answer in join_all(askers).await {
        assert_eq!(answer.unwrap_err().kind(), UnansweredKind::Panicked);
    }
    store.mood(Mood::Quick);
    assert_eq!(decide(&check, "alice").await.unwrap(), paid());
}

#[tokio::test(start_paused = true)]
async fn the_cause_of_a_failure_reaches_the_paywall_as_it_is() {
    let (store, check) = remembering(Cache::new(10));
    store.mood(Mood::Fails);
    let response = ask(PaywallLayer::new(check), by("alice")).await;
    assert_eq!(response.status(), 503);
    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    let source = std::error::Error::source(unanswered).unwrap();
    assert_eq!(source.to_string(), "gone");
}
