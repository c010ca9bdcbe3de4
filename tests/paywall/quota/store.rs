//! The store in memory against a model that keeps every reservation and adds them up.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use proptest::prelude::*;
use statuary::quota::{
    Claim, MemoryStore, MemoryTicket, Period, QuotaStore, Reservation, Usage, Window,
};

use crate::support::at;

/// What a test does to a store.
#[derive(Clone, Debug)]
enum Act {
    Wait(u64),
    Reserve {
        key: String,
        cost: u64,
        lease: u64,
        claims: Vec<(usize, u64)>,
    },
    Commit {
        nth: usize,
        spent: u64,
    },
    Refund {
        nth: usize,
    },
    Abandon {
        nth: usize,
    },
}

/// Names that only differ where a careless key would not.
const NAMES: [&str; 4] = ["a", "a:b", "b", ""];

fn windows() -> [Window; 4] {
    [
        Window::MINUTE,
        Window::MONTH.anchored_at(at(31 * 86_400 - 40)),
        Window::HOUR,
        Window::of(Duration::from_secs(7)),
    ]
}

/// Keys that an account may choose so as to be taken for another.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["", "a", "a:", ":a", "a:b", "A", "a\0", "b", "a\u{301}", "á"])
            .prop_map(String::from),
        1 => ".{0,3}",
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let claims = prop::collection::btree_map(0..NAMES.len(), 0_u64..8, 1..=3);
    prop_oneof![
        2 => (0_u64..50).prop_map(Act::Wait),
        6 => (key(), 0_u64..5, 1_u64..60, claims).prop_map(|(key, cost, lease, claims)| Act::Reserve {
            key,
            cost,
            lease,
            claims: claims.into_iter().collect(),
        }),
        3 => (any::<prop::sample::Index>(), 0_u64..5).prop_map(|(nth, spent)| Act::Commit {
            nth: nth.index(12),
            spent,
        }),
        1 => any::<prop::sample::Index>().prop_map(|nth| Act::Refund { nth: nth.index(12) }),
        1 => any::<prop::sample::Index>().prop_map(|nth| Act::Abandon { nth: nth.index(12) }),
    ]
}

/// Every reservation that was ever held.
#[derive(Default)]
struct Model(Vec<Held>);

struct Held {
    ticket: MemoryTicket,
    key: String,
    counts: BTreeSet<(&'static str, SystemTime)>,
    cost: u64,
    lapses_at: SystemTime,
    fate: Option<u64>,
}

impl Model {
    fn usage(&self, key: &str, name: &'static str, period: Period, now: SystemTime) -> Usage {
        let mine = self
            .0
            .iter()
            .filter(|held| held.key == key && held.counts.contains(&(name, period.end())));
        mine.fold(Usage::default(), |sum, held| match held.fate {
            Some(spent) => Usage::new(sum.spent() + spent, sum.held()),
            None if now < held.lapses_at => Usage::new(sum.spent(), sum.held() + held.cost),
            None => sum,
        })
    }

    /// One of the last tickets, the last one first.
    fn nth(&mut self, nth: usize) -> Option<&mut Held> {
        self.0.iter_mut().rev().nth(nth)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_store_agrees_with_the_model(acts in prop::collection::vec(act(), 1..120)) {
        let second = Arc::new(AtomicU64::new(0));
        let shown = Arc::clone(&second);
        let clock = move || at(shown.load(Ordering::Relaxed));
        let store = MemoryStore::with_counts(1_000).clock(clock.clone());
        let mut model = Model::default();
        for act in acts {
            let now = clock();
            match act {
                Act::Wait(seconds) => _ = second.fetch_add(seconds, Ordering::Relaxed),
                Act::Reserve { key, cost, lease, claims } => {
                    let claims: Vec<_> = claims
                        .into_iter()
                        .map(|(name, units)| (NAMES[name], units, windows()[name].period_at(now)))
                        .collect();
                    let mut usages: Vec<_> = claims
                        .iter()
                        .map(|(name, _, period)| model.usage(&key, name, *period, now))
                        .collect();
                    let fits = claims.iter().zip(&usages).all(|((_, units, _), usage)| {
                        usage.spent() + usage.held() + cost <= *units || cost == 0
                    });
                    let lease = Duration::from_secs(lease);
                    let asked: Vec<_> = claims
                        .iter()
                        .map(|(name, units, period)| Claim::new(*name, *units, *period))
                        .collect();
                    let reserved = store.reserve(&key, cost, &asked, lease).now_or_never();
                    match reserved.unwrap().unwrap() {
                        Reservation::Held(ticket, told) => {
                            prop_assert!(fits);
                            for usage in &mut usages {
                                *usage = Usage::new(usage.spent(), usage.held() + cost);
                            }
                            prop_assert_eq!(told, usages);
                            let counts = claims.iter().map(|(name, _, period)| (*name, period.end()));
                            let counts = counts.collect();
                            let lapses_at = now + lease;
                            model.0.push(Held { ticket, key, counts, cost, lapses_at, fate: None });
                        }
                        Reservation::Exhausted(told) => {
                            prop_assert!(!fits);
                            prop_assert_eq!(told, usages);
                        }
                        _ => unreachable!(),
                    }
                }
                Act::Commit { nth, spent } => if let Some(held) = model.nth(nth) {
                    store.commit(&held.ticket, spent).now_or_never().unwrap().unwrap();
                    held.fate.get_or_insert(spent);
                },
                Act::Refund { nth } => if let Some(held) = model.nth(nth) {
                    store.refund(&held.ticket).now_or_never().unwrap().unwrap();
                    held.fate.get_or_insert(0);
                },
                Act::Abandon { nth } => if let Some(held) = model.nth(nth) {
                    store.abandon(&held.ticket);
                    held.fate.get_or_insert(0);
                },
            }
        }
    }

    #[test]
    fn two_tenants_never_share_a_count(one in key(), other in key(), name in "[a:]{0,2}", others in "[a:]{0,2}") {
        prop_assume!(one != other || name != others);
        let store = MemoryStore::with_counts(10).clock(|| at(0));
        let period = Window::DAY.period_at(at(0));
        let lease = Duration::from_secs(60);
        let last = [Claim::new(name, 1, period)];
        let held = store.reserve(&one, 1, &last, lease).now_or_never().unwrap().unwrap();
        prop_assert!(matches!(held, Reservation::Held(..)));
        let untouched = [Claim::new(others, 1, period)];
        let held = store.reserve(&other, 1, &untouched, lease).now_or_never().unwrap().unwrap();
        prop_assert!(matches!(held, Reservation::Held(..)));
        let own = store.reserve(&one, 1, &last, lease).now_or_never().unwrap().unwrap();
        prop_assert!(matches!(own, Reservation::Exhausted(_)));
    }
}

#[test]
fn nothing_overflows() {
    let store = MemoryStore::with_counts(10).clock(|| at(0));
    let claim = [Claim::new("all", u64::MAX, Window::DAY.period_at(at(0)))];
    let reserve = || {
        let reserved = store.reserve(&(), u64::MAX, &claim, Duration::MAX);
        reserved.now_or_never().unwrap().unwrap()
    };
    let Reservation::Held(ticket, _) = reserve() else {
        panic!("there is as much");
    };
    assert_eq!(
        reserve(),
        Reservation::Exhausted(vec![Usage::new(0, u64::MAX)])
    );
    store
        .commit(&ticket, u64::MAX)
        .now_or_never()
        .unwrap()
        .unwrap();
    assert_eq!(
        reserve(),
        Reservation::Exhausted(vec![Usage::new(u64::MAX, 0)])
    );
    let free = store.reserve(&(), 0, &claim, Duration::MAX).now_or_never();
    let Ok(Reservation::Held(ticket, _)) = free.unwrap() else {
        panic!("nothing is always left");
    };
    store.commit(&ticket, 1).now_or_never().unwrap().unwrap();
    assert_eq!(
        reserve(),
        Reservation::Exhausted(vec![Usage::new(u64::MAX, 0)])
    );
}
