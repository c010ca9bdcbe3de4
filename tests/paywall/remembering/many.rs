//! Questions about many.

use std::{convert::Infallible, sync::atomic::Ordering};

use futures_util::FutureExt;
use statuary::{
    Cache, Decision, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt,
    subscription::{UnansweredKind, check_fn},
};
use tokio::time::{advance, sleep};

use super::{Mood, decide, paid, remembering};
use crate::support::{MILLI, SECOND};

#[tokio::test(start_paused = true)]
async fn many_are_asked_about_at_once_and_only_those_missing() {
    let (store, check) = remembering(Cache::new(100));
    let _ = decide(&check, "alice").await.unwrap();
    let names = ["carol", "alice", "bob", "carol"].map(str::to_owned);
    let decisions = check.check_all(&names).await.unwrap();
    let admitted: Vec<_> = decisions.iter().map(Decision::is_admitted).collect();
    assert_eq!(admitted, [false, true, false, false]);
    assert_eq!(store.batches(), [["bob", "carol"]]);
    check.check_all(&names).await.unwrap();
    assert_eq!(store.batches().len(), 1);
    assert_eq!(store.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn old_grants_stand_in_for_a_failed_question_about_many() {
    let (store, check) = remembering(Cache::new(100).stale_if_error(10 * SECOND));
    let names = ["alice".to_owned()];
    check.check_all(&names).await.unwrap();
    store.mood(Mood::Fails);
    advance(65 * SECOND).await;
    assert_eq!(check.check_all(&names).await.unwrap(), [paid()]);
    // A store that fails is left alone for a moment.
    let before = store.batches().len();
    assert_eq!(check.check_all(&names).await.unwrap(), [paid()]);
    assert_eq!(store.batches().len(), before);
    advance(SECOND).await;
    assert_eq!(check.check_all(&names).await.unwrap(), [paid()]);
    assert_eq!(store.batches().len(), before + 1);
    let names = ["alice", "bob"].map(str::to_owned);
    assert!(check.check_all(&names).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn old_grants_serve_while_one_question_renews_them() {
    let (store, check) = remembering(Cache::new(100).stale_while_revalidate(60 * SECOND));
    store.set("carol", Grant::paid());
    let names = ["alice", "carol"].map(str::to_owned);
    check.check_all(&names).await.unwrap();
    store.set("alice", Reason::Unpaid);
    advance(60 * SECOND).await;
    for _ in 0..3 {
        let old = check.check_all(&names).now_or_never();
        assert_eq!(old.unwrap().unwrap(), [paid(), paid()]);
    }
    // One who asks about one of them alone does not ask again, either.
    assert_eq!(check.remembered(&names[0]), Some(paid()));
    sleep(MILLI).await;
    assert_eq!(store.batches(), [["alice", "carol"], ["alice", "carol"]]);
    let renewed = check.check_all(&names).now_or_never();
    let expected = [Reason::Unpaid.into(), paid()];
    assert_eq!(renewed.unwrap().unwrap(), expected);
    assert_eq!(store.asked(), 0);

    // Where asking fails, they serve to the end of their window.
    store.mood(Mood::Fails);
    advance(60 * SECOND).await;
    let carol = &names[1..];
    for asked in 3..=5 {
        let old = check.check_all(carol).now_or_never();
        assert_eq!(old.unwrap().unwrap(), [paid()]);
        sleep(SECOND).await;
        assert_eq!(store.batches().len(), asked);
    }
    advance(57 * SECOND).await;
    assert!(check.check_all(carol).await.is_err());

    // What is being asked about already is left out.
    store.mood(Mood::Quick);
    check.check_all(carol).await.unwrap();
    store.mood(Mood::Slow);
    advance(60 * SECOND).await;
    assert_eq!(check.remembered(&names[1]), Some(paid()));
    let before = store.batches().len();
    assert_eq!(check.check_all(carol).await.unwrap(), [paid()]);
    sleep(2 * SECOND).await;
    assert_eq!((store.batches().len(), store.asked()), (before, 1));
}

#[tokio::test(start_paused = true)]
async fn those_that_are_being_renewed_are_not_renewed_by_others() {
    let (store, check) = remembering(Cache::new(100).stale_while_revalidate(60 * SECOND));
    store.set("carol", Grant::paid());
    let names = ["alice", "carol"].map(str::to_owned);
    check.check_all(&names).await.unwrap();
    store.set("alice", Reason::Unpaid);
    store.mood(Mood::Slow);
    advance(60 * SECOND).await;
    for _ in 0..6 {
        let old = check.check_all(&names).now_or_never();
        assert_eq!(old.unwrap().unwrap(), [paid(), paid()]);
        assert_eq!(check.remembered(&names[0]), Some(paid()));
        sleep(SECOND / 2 - MILLI).await;
    }
    assert_eq!((store.batches().len(), store.asked()), (2, 0));
    sleep(10 * MILLI).await;
    let unpaid = Decision::from(Reason::Unpaid);
    assert_eq!(check.remembered(&names[0]), Some(unpaid));
}

#[tokio::test(start_paused = true)]
async fn a_question_about_many_joins_those_that_are_under_way() {
    let (store, check) = remembering(Cache::new(100));
    store.mood(Mood::Slow);
    let names = ["alice", "carol", "alice", "bob"].map(str::to_owned);
    let many = || async { check.check_all(&names).await };
    let (one, first, second) = tokio::join!(decide(&check, "alice"), many(), many());
    assert_eq!(one.unwrap(), paid());
    let never = || Decision::from(Reason::NeverSubscribed);
    let expected = [paid(), never(), paid(), Reason::Expired.into()];
    assert_eq!(first.unwrap(), expected);
    assert_eq!(second.unwrap(), expected);
    assert_eq!(store.asked(), 1);
    // A question about many can not be joined, but what it learns is remembered.
    assert_eq!(store.batches(), [["bob", "carol"], ["bob", "carol"]]);
    assert_eq!(check.questions(), 0);

    // Where all are under way, nothing else is asked.
    check.invalidate(&names[0]);
    let alice = &names[..1];
    let (one, many) = tokio::join!(decide(&check, "alice"), check.check_all(alice));
    assert_eq!([one.unwrap()], *many.unwrap());
    assert_eq!((store.asked(), store.batches().len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_about_many_replaces_no_newer_one() {
    let (rows, _) = remembering(Cache::new(100));
    let store = rows.clone();
    let check = check_fn(
        |_| Ok("alice"),
        move |name: &'static str| {
            let (store, decision) = (store.clone(), store.row(name));
            let is_first = store.0.asked.fetch_add(1, Ordering::Relaxed) == 0;
            async move {
                if is_first {
                    sleep(5 * SECOND).await;
                }
                Ok::<_, Infallible>(decision)
            }
        },
    );
    let unpaid = Decision::from(Reason::Unpaid);
    for one in [true, false] {
        rows.set("alice", Grant::paid());
        rows.0.asked.store(0, Ordering::Relaxed);
        let check = check.clone().cached(Cache::new(100));
        let mut early = Box::pin(check.check_all(&["alice"]));
        assert!((&mut early).now_or_never().is_none());
        rows.set("alice", Reason::Unpaid);
        advance(SECOND).await;
        let late = match one {
            true => check.check(&"alice").await.unwrap(),
            false => check.check_all(&["alice"]).await.unwrap().remove(0),
        };
        assert_eq!(late, unpaid);
        assert_eq!(early.await.unwrap(), [paid()]);
        // That denial has ended, and what is older does not come back.
        assert_eq!(check.remembered(&"alice"), None);
        assert_eq!(check.check(&"alice").await.unwrap(), unpaid);
    }
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_leaves_a_joined_question_to_the_others() {
    let (store, check) = remembering(Cache::new(100));
    store.mood(Mood::Slow);
    let names = ["alice", "bob"].map(str::to_owned);

    // The one goes, and those who joined drive its question.
    let mut one = Box::pin(decide(&check, "alice"));
    assert!((&mut one).now_or_never().is_none());
    let mut many = Box::pin(check.check_all(&names));
    assert!((&mut many).now_or_never().is_none());
    drop(one);
    assert_eq!(many.await.unwrap()[0], paid());
    assert_eq!(store.asked(), 1);

    // Those who joined go, and the one drives it.
    check.invalidate_where(|_| true);
    let mut one = Box::pin(decide(&check, "alice"));
    assert!((&mut one).now_or_never().is_none());
    let mut many = Box::pin(check.check_all(&names));
    assert!((&mut many).now_or_never().is_none());
    drop(many);
    assert_eq!(one.await.unwrap(), paid());
    assert_eq!((store.asked(), check.questions()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_joined_question_that_fails_is_no_answer_about_many() {
    let names = ["alice", "bob"].map(str::to_owned);
    for (stale_if_error, stands_in) in [(0, false), (60, true)] {
        let terms = Cache::new(100).stale_if_error(stale_if_error * SECOND);
        let (store, check) = remembering(terms);
        let _ = decide(&check, "alice").await.unwrap();
        advance(61 * SECOND).await;
        store.mood(Mood::Hangs);
        let mut one = Box::pin(decide(&check, "alice"));
        assert!((&mut one).now_or_never().is_none());
        let many = check.check_all(&names).await;
        match stands_in {
            true => assert_eq!(many.unwrap(), [paid(), Reason::Expired.into()]),
            false => assert_eq!(many.unwrap_err().kind(), UnansweredKind::Late),
        }
        assert_eq!(store.batches(), [["bob"]]);
        // What else was learnt is not lost.
        let bob = check.check_all(&names[1..]).await;
        assert!(bob.is_ok());
    }
}
