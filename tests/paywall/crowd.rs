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

const SUBJECTS: u64 = 100_000;
const TASKS: u64 = 64;

/// Admits all, one in a hundred for a very short time.
#[derive(Clone, Default)]
struct Counting {
    asked: Arc<AtomicU64>,
}

impl SubscriptionCheck for Counting {
    type Subject = u64;
    type Error = Infallible;

    fn subject(&self, _: &Parts) -> Result<u64, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, account: &u64) -> Result<Decision, Infallible> {
        let first = self.asked.fetch_add(1, Relaxed) < SUBJECTS;
        tokio::task::yield_now().await;
        let grant = Grant::paid().with_plan("pro");
        Ok(match first && account.is_multiple_of(100) {
            // It has ended when the crowd comes.
            true => grant.with_valid_until(SystemTime::UNIX_EPOCH).into(),
            false => grant.into(),
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures, so it is run in release mode and with the machine to itself"]
async fn a_crowd_asks_for_what_has_expired_and_no_more() {
    let store = Counting::default();
    let cache = Cache::new(200_000).ttl(Duration::from_secs(3_600));
    let check = store.clone().cached(cache);
    for account in 0..SUBJECTS {
        assert!(check.check(&account).await.unwrap().is_admitted());
    }
    assert_eq!(store.asked.swap(SUBJECTS, Relaxed), SUBJECTS);

    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let check = check.clone();
        tasks.spawn(async move {
            let mut hits = Vec::with_capacity(usize::try_from(SUBJECTS).unwrap());
            for step in 0..SUBJECTS {
                // Each task walks over all, from a place of its own.
                let account = (step + task * (SUBJECTS / TASKS)) % SUBJECTS;
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
    let mut hits = tasks.join_all().await.concat();
    let questions = store.asked.load(Relaxed) - SUBJECTS;
    assert_eq!(questions, SUBJECTS / 100, "one for each that has expired");
    hits.sort_unstable();
    let [half, most] = [hits[hits.len() / 2], hits[hits.len() / 100 * 99]];
    println!(
        "{} hits: {half:?} in the middle, {most:?} at 99 %",
        hits.len()
    );
}
