//! What is forgotten by order, and what was on its way.

use futures_util::FutureExt;
use statuary::{Cache, Cached, Decision, Grant, Reason, SubscriptionCheck};

use super::{Mood, Store, decide, paid, remembering};

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_asked_for_again() {
    let (store, check) = remembering(Cache::new(10));
    let _ = decide(&check, "alice").await.unwrap();
    store.set("alice", Reason::Cancelled);
    check.invalidate(&"alice".to_owned());
    let cancelled = Decision::from(Reason::Cancelled);
    assert_eq!(decide(&check, "alice").await.unwrap(), cancelled);
}

#[tokio::test(start_paused = true)]
async fn forgetting_overtakes_an_answer_that_is_on_its_way() {
    type Forget = fn(&Cached<Store>);
    let one: Forget = |check| check.invalidate(&"alice".to_owned());
    let some: Forget = |check| check.invalidate_where(|name| name.starts_with('a'));
    for forget in [one, some] {
        let (store, check) = remembering(Cache::new(10));
        store.mood(Mood::Slow);
        let mut early = Box::pin(decide(&check, "alice"));
        assert!((&mut early).now_or_never().is_none());

        store.set("alice", Reason::Cancelled);
        forget(&check);
        let late = decide(&check, "alice");
        let (early, late) = tokio::join!(early, late);
        assert_eq!(early.unwrap(), paid());
        assert_eq!(late.unwrap(), Reason::Cancelled.into());
        assert_eq!(store.asked(), 2);

        // Whichever came last, the newer one is remembered.
        let remembered = check.remembered(&"alice".to_owned());
        assert_eq!(remembered, Some(Reason::Cancelled.into()));
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_the_predicate_holds_for_is_forgotten() {
    let (store, check) = remembering(Cache::new(100));
    for name in ["a/1", "a/2", "b/1"] {
        store.set(name, Grant::paid());
        let _ = decide(&check, name).await.unwrap();
    }
    check.invalidate_where(|name| name.starts_with("a/"));
    let known = |name: &str| check.remembered(&name.to_owned()).is_some();
    assert_eq!(["a/1", "a/2", "b/1"].map(known), [false, false, true]);
}

#[tokio::test(start_paused = true)]
async fn forgetting_overtakes_a_question_about_many() {
    let (store, check) = remembering(Cache::new(100));
    let names = ["alice".to_owned()];
    let mut early = Box::pin(check.check_all(&names));
    assert!((&mut early).now_or_never().is_none());
    store.set("alice", Reason::Cancelled);
    check.invalidate(&names[0]);
    assert_eq!(early.await.unwrap(), [paid()]);
    assert_eq!(check.remembered(&names[0]), None);
}
