//! The store in memory: no larger than it was made.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use statuary::quota::{Claim, MemoryFull, MemoryStore, QuotaStore, Reservation, Usage, Window};

use crate::support::at;

const LEASE: Duration = Duration::from_secs(10);

/// A store and the second that its clock shows.
fn store(capacity: usize) -> (MemoryStore<u64>, Arc<AtomicU64>) {
    let second = Arc::new(AtomicU64::new(0));
    let shown = Arc::clone(&second);
    let clock = move || at(shown.load(Ordering::Relaxed));
    (MemoryStore::with_counts(capacity).clock(clock), second)
}

fn reserve(
    store: &MemoryStore<u64>,
    key: u64,
    claim: Claim,
) -> Result<Reservation<<MemoryStore<u64> as QuotaStore>::Ticket>, MemoryFull> {
    let claims = [claim];
    let reserved = store.reserve(&key, 1, &claims, LEASE);
    reserved.now_or_never().expect("answers at once")
}

#[track_caller]
fn assert_full<T: std::fmt::Debug>(reserved: Result<T, MemoryFull>) {
    let error = reserved.unwrap_err();
    assert_eq!(error.to_string(), "no room for another count of a quota");
}

fn a_minute(second: u64) -> Claim {
    Claim::new("a minute", 1, Window::MINUTE.period_at(at(second)))
}

#[test]
fn what_was_spent_is_not_forgotten_for_want_of_room() {
    let (store, second) = store(2);
    for key in [1, 2] {
        let Ok(Reservation::Held(ticket, _)) = reserve(&store, key, a_minute(0)) else {
            panic!("there is room");
        };
        store.commit(&ticket, 1).now_or_never();
    }
    assert_full(reserve(&store, 3, a_minute(0)));
    // Who is known is told as before.
    let again = reserve(&store, 1, a_minute(0));
    assert!(matches!(again, Ok(Reservation::Exhausted(_))), "{again:?}");
    // A minute and the minute that a count is kept after it.
    second.store(119, Ordering::Relaxed);
    assert_full(reserve(&store, 3, a_minute(119)));
    second.store(120, Ordering::Relaxed);
    assert!(reserve(&store, 3, a_minute(120)).is_ok());
    assert_eq!(store.counts(), 1);
}

#[test]
fn what_nobody_has_spent_takes_no_room() {
    let (store, _) = store(2);
    for key in 0..10 {
        let reserved = reserve(&store, key, a_minute(0));
        let Ok(Reservation::Held(ticket, _)) = reserved else {
            panic!("there is room for key {key}");
        };
        match key % 3 {
            0 => _ = store.refund(&ticket).now_or_never(),
            1 => store.abandon(&ticket),
            _ => _ = store.commit(&ticket, 0).now_or_never(),
        }
        assert_eq!((store.counts(), store.reservations()), (0, 0));
    }
}

/// Somebody else gives back the last units that are held while a lease has lapsed.
#[test]
fn what_is_spent_late_is_counted_whatever_was_given_back() {
    let (store, second) = store(2);
    let Ok(Reservation::Held(late, _)) = reserve(&store, 1, a_minute(0)) else {
        panic!("there is room");
    };
    second.store(LEASE.as_secs(), Ordering::Relaxed);
    let Ok(Reservation::Held(given_back, _)) = reserve(&store, 1, a_minute(0)) else {
        panic!("the first has lapsed");
    };
    store.refund(&given_back).now_or_never();
    assert_eq!((store.counts(), store.reservations()), (1, 1));
    store.commit(&late, 1).now_or_never();
    let again = reserve(&store, 1, a_minute(0));
    assert_eq!(again, Ok(Reservation::Exhausted(vec![Usage::new(1, 0)])));
}

/// Of an account that has a longer count beside, too.
#[test]
fn each_count_makes_room_when_it_is_over() {
    let (store, second) = store(2);
    let a_day = Claim::new("a day", 10, Window::DAY.period_at(at(0)));
    for claim in [a_day, a_minute(0)] {
        let Ok(Reservation::Held(ticket, _)) = reserve(&store, 1, claim) else {
            panic!("there is room");
        };
        store.commit(&ticket, 1).now_or_never();
    }
    second.store(119, Ordering::Relaxed);
    assert_full(reserve(&store, 2, a_minute(119)));
    second.store(120, Ordering::Relaxed);
    assert!(reserve(&store, 2, a_minute(120)).is_ok());
    assert_eq!(store.counts(), 2);
}

/// The clock of a machine may show anything.
#[test]
fn at_the_end_of_time_it_still_counts() {
    let last = SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(i64::MAX as u64))
        .unwrap();
    let store = MemoryStore::with_counts(2).clock(move || last);
    let reserved = reserve(&store, 1, a_minute(0));
    assert!(
        matches!(reserved, Ok(Reservation::Held(..))),
        "{reserved:?}"
    );
}

#[test]
fn there_is_room_for_so_many_reservations() {
    let (store, second) = store(3);
    let claim = || Claim::new("a day", 100, Window::DAY.period_at(at(0)));
    for _ in 0..3 {
        assert!(reserve(&store, 1, claim()).is_ok());
    }
    assert_full(reserve(&store, 1, claim()));
    // Those that have lapsed make room, and no others.
    second.store(LEASE.as_secs(), Ordering::Relaxed);
    for _ in 0..3 {
        assert!(reserve(&store, 1, claim()).is_ok());
    }
    assert_full(reserve(&store, 1, claim()));
    assert_eq!((store.counts(), store.reservations()), (1, 3));
}

#[test]
fn who_asks_for_nothing_leaves_nothing() {
    let (store, _) = store(10);
    let asked = allocation_counter::measure(|| {
        for key in 0..10_000 {
            let reserved = store.reserve(&key, 1, &[], LEASE).now_or_never();
            let Some(Ok(Reservation::Held(ticket, _))) = reserved else {
                panic!("there is room");
            };
            store.abandon(&ticket);
        }
    });
    assert!(asked.bytes_current < 10_000, "{}", asked.bytes_current);
}

#[test]
fn a_million_keys_take_no_more_room_than_a_few() {
    const CAPACITY: usize = 5_000;

    let (store, second) = store(CAPACITY);
    let round = |keys: std::ops::Range<u64>| {
        for key in keys {
            // 40 new keys in a second, each for two minutes.
            let now = key / 40;
            second.store(now, Ordering::Relaxed);
            let Ok(Reservation::Held(ticket, _)) = reserve(&store, key, a_minute(now)) else {
                panic!("there is room for key {key}");
            };
            match key % 4 {
                0 => _ = store.refund(&ticket).now_or_never(),
                1 => store.abandon(&ticket),
                2 => {} // Nobody settles it, ever.
                _ => _ = store.commit(&ticket, 1).now_or_never(),
            }
        }
        assert!(store.counts() <= CAPACITY);
        assert!(store.reservations() <= CAPACITY);
    };
    let few = allocation_counter::measure(|| round(0..50_000));
    let many = allocation_counter::measure(|| round(50_000..1_000_000));
    assert!(few.bytes_max < 4_000_000, "{}", few.bytes_max);
    // What is there already when it begins is not in it.
    assert!(
        many.bytes_max < few.bytes_max / 4,
        "{} of {}",
        many.bytes_max,
        few.bytes_max
    );
}
