//! What is remembered, for how long, and how often the check behind is asked.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, future::join_all};
use http::request::Parts;
use proptest::prelude::*;
use statuary::{
    Cache, Cached, Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt,
    Unidentified,
    subscription::{Unanswered, UnansweredKind},
};
use tokio::{
    task::yield_now,
    time::{Instant, advance, sleep},
};

use crate::support::{ask, by};

const SECOND: Duration = Duration::from_secs(1);
const MILLI: Duration = Duration::from_millis(1);

/// A table of subscriptions that can be slow, fail, hang and panic.
#[derive(Clone, Default)]
struct Store(Arc<Inside>);

#[derive(Default)]
struct Inside {
    rows: Mutex<HashMap<String, Decision>>,
    mood: Mutex<Mood>,
    asked: AtomicUsize,
    batches: Mutex<Vec<Vec<String>>>,
}

#[derive(Clone, Copy, Default)]
enum Mood {
    #[default]
    Quick,
    Slow,
    Fails,
    Hangs,
    Panics,
}

impl Store {
    fn set(&self, name: &str, decision: impl Into<Decision>) {
        let mut rows = self.0.rows.lock().unwrap();
        rows.insert(name.to_owned(), decision.into());
    }

    fn mood(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    fn row(&self, name: &str) -> Decision {
        let rows = self.0.rows.lock().unwrap();
        let row = rows.get(name).cloned();
        row.unwrap_or_else(|| Reason::NeverSubscribed.into())
    }
}

impl SubscriptionCheck for Store {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<String, Unidentified> {
        let name = head.headers.get("authorization").ok_or(Unidentified)?;
        Ok(name.to_str().unwrap().to_owned())
    }

    async fn check(&self, name: &String) -> Result<Decision, io::Error> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let mood = *self.0.mood.lock().unwrap();
        // What it reads, it reads when it is asked.
        let row = self.row(name);
        match mood {
            Mood::Quick => {}
            Mood::Slow => sleep(SECOND).await,
            Mood::Fails => return Err(io::Error::other("gone")),
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("told to"),
        }
        Ok(row)
    }

    async fn check_all(&self, names: &[String]) -> Result<Vec<Decision>, io::Error> {
        self.0.batches.lock().unwrap().push(names.to_vec());
        let rows = names.iter().map(|name| self.row(name)).collect();
        if matches!(*self.0.mood.lock().unwrap(), Mood::Fails) {
            return Err(io::Error::other("gone"));
        }
        yield_now().await;
        Ok(rows)
    }
}

/// A wall clock that goes with the paused one.
fn wall() -> impl Fn() -> SystemTime + Send + Sync + 'static {
    let start = Instant::now();
    move || SystemTime::UNIX_EPOCH + start.elapsed()
}

fn second(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(second)
}

fn remembering(cache: Cache) -> (Store, Cached<Store>) {
    let store = Store::default();
    store.set("alice", Grant::paid());
    store.set("bob", Reason::Expired);
    (store.clone(), store.cached(cache.clock(wall())))
}

async fn decide(check: &Cached<Store>, name: &str) -> Result<Decision, Unanswered> {
    let name = name.to_owned();
    match check.remembered(&name) {
        Some(decision) => Ok(decision),
        None => check.check(&name).await,
    }
}

fn paid() -> Decision {
    Grant::paid().into()
}

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
async fn nothing_outlives_the_end_of_its_period() {
    let cache = Cache::new(10)
        .stale_while_revalidate(3_600 * SECOND)
        .stale_if_error(3_600 * SECOND);
    let (store, check) = remembering(cache);
    store.set("alice", Grant::paid().with_valid_until(second(30)));
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
    store.set("alice", Grant::paid().with_valid_until(second(60)));
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
async fn many_are_asked_about_at_once_and_only_those_missing() {
    let (store, check) = remembering(Cache::new(100));
    let _ = decide(&check, "alice").await.unwrap();
    let names = ["carol", "alice", "bob", "carol"].map(str::to_owned);
    let decisions = check.check_all(&names).await.unwrap();
    let admitted: Vec<_> = decisions.iter().map(Decision::is_admitted).collect();
    assert_eq!(admitted, [false, true, false, false]);
    {
        let mut batches = store.0.batches.lock().unwrap();
        assert_eq!(batches.len(), 1);
        batches[0].sort();
        assert_eq!(batches[0], ["bob", "carol"]);
    }
    check.check_all(&names).await.unwrap();
    assert_eq!(store.0.batches.lock().unwrap().len(), 1);
    assert_eq!(store.asked(), 1);
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

#[tokio::test(start_paused = true)]
async fn old_grants_stand_in_for_a_failed_question_about_many() {
    let (store, check) = remembering(Cache::new(100).stale_if_error(10 * SECOND));
    let names = ["alice".to_owned()];
    check.check_all(&names).await.unwrap();
    store.mood(Mood::Fails);
    advance(65 * SECOND).await;
    assert_eq!(check.check_all(&names).await.unwrap(), [paid()]);
    // A store that fails is left alone for a moment.
    let batches = || store.0.batches.lock().unwrap().len();
    let before = batches();
    assert_eq!(check.check_all(&names).await.unwrap(), [paid()]);
    assert_eq!(batches(), before);
    advance(SECOND).await;
    assert_eq!(check.check_all(&names).await.unwrap(), [paid()]);
    assert_eq!(batches(), before + 1);
    let names = ["alice", "bob"].map(str::to_owned);
    assert!(check.check_all(&names).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_cache_is_bounded() {
    for capacity in [0, 1, 10, 1_024] {
        let (_, check) = remembering(Cache::new(capacity));
        for name in 0..5_000 {
            let _ = decide(&check, &name.to_string()).await.unwrap();
        }
        assert!(check.len() <= capacity, "{} of {capacity}", check.len());
        assert_eq!(check.is_empty(), capacity == 0);
    }
}

/// Admits one tenant's one user, by the two names.
struct Tenants((String, String));

impl SubscriptionCheck for Tenants {
    type Subject = (String, String);
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<Self::Subject, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, subject: &Self::Subject) -> Result<Decision, io::Error> {
        Ok(match *subject == self.0 {
            true => Grant::paid().into(),
            false => Reason::NeverSubscribed.into(),
        })
    }
}

proptest! {
    /// The parts are cut out of one text, so that they are alike when joined.
    #[test]
    fn hostile_names_never_share_an_answer(
        text in "[a/:\\x00]{0,8}", one in 0..9_usize, other in 0..9_usize,
    ) {
        let cut = |at: usize| {
            let (tenant, user) = text.split_at(at.min(text.len()));
            (tenant.to_owned(), user.to_owned())
        };
        let (payer, guest) = (cut(one), cut(other));
        let tenants = || Tenants(payer.clone()).cached(Cache::new(100));
        let check = tenants();
        for (subject, admitted) in [(&payer, true), (&guest, guest == payer), (&payer, true)] {
            let decision = check.check(subject).now_or_never().unwrap().unwrap();
            prop_assert_eq!(decision.is_admitted(), admitted);
            let remembered = check.remembered(subject).unwrap();
            prop_assert_eq!(remembered.is_admitted(), admitted);
        }
        // And so when two checks are combined.
        let both = tenants().and(tenants());
        let mixed = (payer.clone(), guest.clone());
        let decision = both.check(&mixed).now_or_never().unwrap().unwrap();
        prop_assert_eq!(decision.is_admitted(), payer == guest);
    }
}
