//! Counts in the memory of one process.

use std::{
    error::Error,
    fmt,
    hash::Hash,
    sync::PoisonError,
    time::{Duration, SystemTime},
};

use super::sync::{Mutex, MutexGuard};
use crate::{
    quota::{Claim, QuotaStore, Reservation, ledger::Ledger},
    subscription::{Clock, SharedClock},
};

/// Keeps counts in the memory of this process, in an amount that does not grow.
///
/// What it keeps is gone with the process, and no other server knows of it. Where a quota is worth
/// money, or many servers share it, a database is the better place.
///
/// Counts whose periods are over make room for new ones, and a count of which nothing was spent goes with
/// the last request that could have. Where there is no room it fails, and forgets nothing that was spent.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use statuary::quota::{Claim, MemoryStore, QuotaStore, Reservation, Window};
///
/// # tokio_test::block_on(async {
/// let store = MemoryStore::<String>::with_counts(100_000);
/// let alice = String::from("alice");
/// let three_a_day = [Claim::new("reports", 3, Window::DAY.period_at(SystemTime::now()))];
/// let lease = Duration::from_secs(60);
///
/// let Reservation::Held(ticket, usage) = store.reserve(&alice, 2, &three_a_day, lease).await? else {
///     panic!("there were three");
/// };
/// assert_eq!(usage[0].left_of(3), 1);
/// store.commit(&ticket, 2).await?;
///
/// let again = store.reserve(&alice, 2, &three_a_day, lease).await?;
/// assert!(matches!(again, Reservation::Exhausted(_)));
/// # Ok::<(), statuary::quota::MemoryFull>(())
/// # }).unwrap();
/// ```
#[must_use]
pub struct MemoryStore<K> {
    ledger: Mutex<Ledger<K>>,
    clock: SharedClock,
}

/// A reservation in a [`MemoryStore`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MemoryTicket {
    // In this order, the first to lapse is the first of all.
    pub(super) lapses_at: SystemTime,
    pub(super) serial: u64,
}

/// There is no room for another count.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MemoryFull;

// === impl MemoryStore ===

impl<K> MemoryStore<K> {
    /// Room for so many counts, and for as many requests that are being answered.
    ///
    /// There is a count for each key and each of its limits. One of a `String` and one limit takes
    /// less than 300 bytes.
    pub fn with_counts(counts: usize) -> Self {
        Self {
            ledger: Mutex::new(Ledger::new(counts)),
            clock: SharedClock::default(),
        }
    }

    /// What tells when a lease lapses and when a period is over. Default: the clock of the machine.
    ///
    /// Give the quota [the same one](super::Quota::clock), which tells it which period it is: a count whose
    /// period is over by this clock is forgotten. A clock in an [`Arc`](std::sync::Arc) is one, too, and
    /// may be given to both. The page of `statuary::testing` has a test with a month that ends.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// How many counts it keeps.
    #[must_use]
    pub fn counts(&self) -> usize {
        self.ledger().counts()
    }

    /// How many reservations it remembers that are not settled.
    #[must_use]
    pub fn reservations(&self) -> usize {
        self.ledger().leases()
    }

    /// Nothing of somebody else's runs under this lock but the hash and the comparison of keys, and
    /// what a panic in these leaves behind is whole.
    fn ledger(&self) -> MutexGuard<'_, Ledger<K>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> SystemTime {
        self.clock.now()
    }
}

impl<K> fmt::Debug for MemoryStore<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}

impl<K> QuotaStore for MemoryStore<K>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    type Key = K;
    type Ticket = MemoryTicket;
    type Error = MemoryFull;

    async fn reserve(
        &self,
        key: &K,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
    ) -> Result<Reservation<MemoryTicket>, MemoryFull> {
        let now = self.now();
        self.ledger().reserve(key, cost, claims, lease, now)
    }

    async fn commit(&self, ticket: &MemoryTicket, spent: u64) -> Result<(), MemoryFull> {
        self.ledger().commit(ticket, spent);
        Ok(())
    }

    async fn refund(&self, ticket: &MemoryTicket) -> Result<(), MemoryFull> {
        self.ledger().refund(ticket);
        Ok(())
    }

    fn abandon(&self, ticket: &MemoryTicket) {
        self.ledger().refund(ticket);
    }
}

// === impl MemoryFull ===

impl fmt::Display for MemoryFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no room for another count of a quota")
    }
}

impl Error for MemoryFull {}
