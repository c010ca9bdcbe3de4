//! What must hold of the store of quotas however the threads take turns.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use shuttle::{
    future::block_on,
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    thread,
};

use crate::{
    model,
    quota::{Claim, MemoryStore, MemoryTicket, QuotaStore, Reservation, Usage, Window},
};

const LEASE: u64 = 10;

/// A store, and the second that its clock shows.
struct World {
    store: MemoryStore<u8>,
    second: Arc<AtomicU64>,
}

impl World {
    fn new() -> Arc<Self> {
        let second = Arc::new(AtomicU64::new(0));
        let shown = Arc::clone(&second);
        let clock = move || SystemTime::UNIX_EPOCH + Duration::from_secs(shown.load(SeqCst));
        let store = MemoryStore::with_counts(10).clock(clock);
        Arc::new(Self { store, second })
    }

    fn reserve(&self, claims: &[Claim]) -> Option<MemoryTicket> {
        let lease = Duration::from_secs(LEASE);
        match block_on(self.store.reserve(&7, 1, claims, lease)).unwrap() {
            Reservation::Held(ticket, _) => Some(ticket),
            Reservation::Exhausted(_) => None,
        }
    }

    fn usage(&self, claim: &Claim) -> Usage {
        let claims = [claim.clone()];
        match block_on(self.store.reserve(&7, 0, &claims, Duration::ZERO)).unwrap() {
            Reservation::Held(_, usages) | Reservation::Exhausted(usages) => usages[0],
        }
    }

    fn commit(&self, ticket: &MemoryTicket) {
        block_on(self.store.commit(ticket, 1)).unwrap();
    }

    fn refund(&self, ticket: &MemoryTicket) {
        block_on(self.store.refund(ticket)).unwrap();
    }
}

fn limit(name: &str, units: u64) -> Claim {
    let period = Window::DAY.period_at(SystemTime::UNIX_EPOCH);
    Claim::new(name, units, period)
}

#[test]
fn a_limit_of_two_admits_two() {
    model(|| {
        let world = World::new();
        let askers = [(); 2].map(|()| {
            let world = Arc::clone(&world);
            thread::spawn(move || world.reserve(&[limit("two", 2)]).is_some())
        });
        let mut held = u64::from(world.reserve(&[limit("two", 2)]).is_some());
        for asker in askers {
            held += u64::from(asker.join().unwrap());
        }
        assert_eq!(held, 2);
        assert_eq!(world.usage(&limit("two", 2)), Usage::new(0, 2));
    });
}

#[test]
fn a_ticket_is_settled_once() {
    model(|| {
        let world = World::new();
        let ticket = world.reserve(&[limit("one", 1)]).unwrap();
        let (second, third) = (Arc::clone(&world), Arc::clone(&world));
        let commits = thread::spawn(move || second.commit(&ticket));
        // Whoever comes when it has been given back holds it from then on.
        let next = thread::spawn(move || third.reserve(&[limit("one", 1)]).is_some());
        world.refund(&ticket);
        world.store.abandon(&ticket);
        commits.join().unwrap();
        let next = u64::from(next.join().unwrap());
        let usage = world.usage(&limit("one", 1));
        assert_eq!(usage.held(), next);
        assert!(usage.spent() + usage.held() <= 1, "{usage:?}");
    });
}

#[test]
fn two_limits_are_held_both_or_not_at_all() {
    model(|| {
        let world = World::new();
        let other = Arc::clone(&world);
        let both = [limit("one", 1), limit("two", 2)];
        let [one, two] = both.clone();
        let asker = thread::spawn(move || other.reserve(&[two, one]).is_some());
        let held = world.reserve(&both).is_some();
        assert!(held != asker.join().unwrap());
        for claim in &both {
            assert_eq!(world.usage(claim), Usage::new(0, 1));
        }
    });
}

#[test]
fn a_commit_that_meets_the_lapse_of_its_lease_counts_once() {
    model(|| {
        let world = World::new();
        let ticket = world.reserve(&[limit("one", 1)]).unwrap();
        let (second, third) = (Arc::clone(&world), Arc::clone(&world));
        let commits = thread::spawn(move || second.commit(&ticket));
        let next = thread::spawn(move || {
            third.second.store(LEASE, SeqCst);
            third.reserve(&[limit("one", 1)]).is_some()
        });
        commits.join().unwrap();
        let next = next.join().unwrap();
        let usage = world.usage(&limit("one", 1));
        assert_eq!(usage, Usage::new(1, u64::from(next)));
        assert_eq!(
            world.store.reservations(),
            usize::from(next) + 1,
            "and the question"
        );
    });
}
