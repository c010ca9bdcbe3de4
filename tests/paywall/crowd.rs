//! Many subjects, many tasks: as many questions as answers that expire, and how long a hit takes.
//!
//! `cargo test --release --test paywall -- --ignored crowd --nocapture`

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use http::request::Parts;
use statuary::{Cache, Decision, Grant, SubscriptionCheck, SubscriptionCheckExt, Unidentified};
use tokio::{task::JoinSet, time::Instant};

/// Admits all, one in a hundred for a very short time when it is asked for the first time.
#[derive(Clone)]
struct Counting {
    subjects: u64,
    asked: Arc<AtomicU64>,
}

impl SubscriptionCheck for Counting {
    type Subject = u64;
    type Error = Infallible;

    fn subject(&self, _: &Parts) -> Result<u64, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, account: &u64) -> Result<Decision, Infallible> {
        let first = self.asked.fetch_add(1, Relaxed) < self.subjects;
        tokio::task::yield_now().await;
        let grant = Grant::paid().with_plan("pro");
        Ok(match first && account.is_multiple_of(100) {
            // It has ended when the crowd comes.
            true => grant.with_valid_until(SystemTime::UNIX_EPOCH).into(),
            false => grant.into(),
        })
    }
}

/// Lets tasks ask for all subjects at once, and returns how long each hit took.
async fn crowd(subjects: u64, tasks: u64) -> Vec<Duration> {
    let store = Counting {
        subjects,
        asked: Arc::default(),
    };
    let cache = Cache::new(200_000).ttl(Duration::from_secs(3_600));
    let check = store.clone().cached(cache);
    for account in 0..subjects {
        assert!(check.check(&account).await.unwrap().is_admitted());
    }
    assert_eq!(store.asked.load(Relaxed), subjects);

    let mut walks = JoinSet::new();
    for task in 0..tasks {
        let check = check.clone();
        walks.spawn(async move {
            let mut hits = Vec::with_capacity(usize::try_from(subjects).unwrap());
            for step in 0..subjects {
                // Each task walks over all, from a place of its own.
                let account = (step + task * (subjects / tasks)) % subjects;
                let start = Instant::now();
                match check.remembered(&account) {
                    Some(decision) => {
                        hits.push(start.elapsed());
                        assert!(decision.is_admitted());
                    }
                    None => assert!(check.check(&account).await.unwrap().is_admitted()),
                }
                if step % 256 == 0 {
                    tokio::task::yield_now().await;
                }
            }
            hits
        });
    }
    let hits = walks.join_all().await.concat();
    let questions = store.asked.load(Relaxed) - subjects;
    assert_eq!(questions, subjects / 100, "one for each that has expired");
    hits
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_asks_for_what_has_expired_and_no_more() {
    crowd(2_000, 16).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures, so it is run in release mode and with the machine to itself"]
async fn a_large_crowd_is_answered_at_once() {
    let mut hits = crowd(100_000, 64).await;
    hits.sort_unstable();
    let [half, most] = [hits[hits.len() / 2], hits[hits.len() / 100 * 99]];
    println!(
        "{} hits: {half:?} in the middle, {most:?} at 99 %",
        hits.len()
    );
}
