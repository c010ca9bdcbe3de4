//! What a cache counts.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use allocation_counter::measure;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use statuary::{Cache, SubscriptionCheck};

use super::{counted, run};
use crate::{
    remembering::{Mood, decide, remembering},
    support::SECOND,
};

#[test]
fn a_cache_counts_how_each_was_met_and_how_its_own_questions_went() {
    let expected = [
        ("statuary_cache_lookups_total answered", 5),
        ("statuary_cache_lookups_total failed", 2),
        ("statuary_cache_requests_total coalesced", 3),
        ("statuary_cache_requests_total hit", 2),
        ("statuary_cache_requests_total miss", 8),
        ("statuary_cache_requests_total stale", 3),
        ("statuary_cache_reserves_total ", 1),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted(remember_all()), BTreeMap::from(expected));
}

#[test]
fn to_count_a_hit_allocates_nothing() {
    let tally = Tally(Arc::default());
    let alice = "alice".to_owned();
    run(async {
        let (_, check) = remembering(Cache::new(10));
        let _ = decide(&check, "alice").await.unwrap();
        metrics::with_local_recorder(&tally, || {
            let hits = measure(|| {
                for _ in 0..100 {
                    assert!(check.remembered(&alice).is_some());
                }
            });
            assert_eq!(hits.count_total, 0);
        });
    });
    assert_eq!(tally.0.load(Ordering::Relaxed), 100);
}

/// Asks a cache in each of several ways.
async fn remember_all() {
    let terms = Cache::new(100)
        .stale_while_revalidate(10 * SECOND)
        .stale_if_error(100 * SECOND);
    let (store, check) = remembering(terms);
    let check = &check;
    let ask = |name| async move { drop(decide(check, name).await) };

    // One asks and two join; what is remembered then is given twice.
    store.mood(Mood::Slow);
    tokio::join!(ask("alice"), ask("alice"), ask("alice"));
    ask("alice").await;
    ask("alice").await;

    // It is old, and nobody waits for the question that renews it.
    tokio::time::sleep(61 * SECOND).await;
    ask("alice").await;
    tokio::time::sleep(2 * SECOND).await;

    // Asking fails, and once more for another one, of whom nothing is known.
    store.mood(Mood::Fails);
    tokio::time::sleep(75 * SECOND).await;
    ask("alice").await;
    ask("alice").await;
    ask("carol").await;

    // Many: one that is old and spared, two that are asked about, one of them twice.
    store.mood(Mood::Quick);
    let names = ["alice", "bob", "dora", "bob"].map(str::to_owned);
    assert!(check.check_all(&names).await.is_ok());

    // Many, of whom one is being asked about.
    store.mood(Mood::Slow);
    let names = ["frank", "grace"].map(str::to_owned);
    let (_, many) = tokio::join!(ask("frank"), check.check_all(&names));
    assert!(many.is_ok());

    // A question that its one asker has left.
    drop(tokio::time::timeout(SECOND / 2, ask("erin")).await);
}

/// A recorder with one counter, for all that is counted.
struct Tally(Arc<AtomicU64>);

impl Recorder for Tally {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::clone(&self.0))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
