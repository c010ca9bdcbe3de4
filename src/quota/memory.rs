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

/// Keeps counts in the memory of this process, up to a fixed number.
///
/// The counts are lost with the process, and unknown to other servers. If a quota is worth money, or many
/// servers share it, a database is the better place.
///
/// Counts whose periods are over make room for new ones, and a count from which nothing was spent is
/// dropped with its last reservation. Without room the store fails, and forgets nothing that was spent.
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
    // In this order, the first ticket is the first to lapse.
    pub(super) lapses_at: SystemTime,
    pub(super) serial: u64,
}

/// The error of a [`MemoryStore`] that has no room for another count or reservation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MemoryFull;

// === impl MemoryStore ===

impl<K> MemoryStore<K> {
    /// A store with room for this many counts, and for as many requests in progress.
    ///
    /// There is a count for each key and each of its limits. With a `String` as the key and one limit, it
    /// takes less than 300 bytes.
    pub fn with_counts(counts: usize) -> Self {
        Self {
            ledger: Mutex::new(Ledger::new(counts)),
            clock: SharedClock::default(),
        }
    }

    /// The clock by which leases lapse and periods are over. Default: the clock of the machine.
    ///
    /// Give the quota [the same one](super::Quota::clock), by which it says which period it is: a count
    /// whose period is over by this clock is forgotten. A clock in an [`Arc`](std::sync::Arc) can be given
    /// to both. The docs of `statuary::testing` have a test in which a month ends.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// How many counts the store keeps.
    #[must_use]
    pub fn counts(&self) -> usize {
        self.ledger().counts()
    }

    /// How many unsettled reservations the store remembers.
    #[must_use]
    pub fn reservations(&self) -> usize {
        self.ledger().leases()
    }

    /// The only foreign code under this lock hashes and compares keys; a panic there leaves the ledger
    /// consistent.
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
