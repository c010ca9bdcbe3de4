//! The counts and leases of the store in memory, without its lock.
//!
//! No task sweeps: each reservation drops a few counts whose periods are over, and without room as many
//! as it needs. A count of zero is dropped with its last lease. A lease that lapses releases its units
//! at once, but is remembered as long as there is room, since a late commit still counts.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::Arc,
    time::{Duration, SystemTime},
};

use smallvec::SmallVec;

use crate::quota::{Claim, MemoryFull, MemoryTicket, Reservation, Usage};

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Ledger<K> {
    /// The most counts, and the most leases.
    capacity: usize,
    accounts: HashMap<Arc<K>, Account>,
    /// How many counts all accounts have together.
    counts: usize,
    /// When to drop counts of an account that are over. Each account has one entry.
    reviews: BTreeMap<(SystemTime, u64), Arc<K>>,
    held: BTreeMap<MemoryTicket, Lease<K>>,
    lapsed: BTreeMap<MemoryTicket, Lease<K>>,
    last_serial: u64,
}

/// The counts of one key. Few limits make few counts.
#[derive(Debug, Default)]
struct Account {
    counts: SmallVec<[Count; 1]>,
    /// Its entry among the reviews.
    review: Option<(SystemTime, u64)>,
}

#[derive(Debug)]
struct Count {
    id: CountId,
    usage: Usage,
    /// How many leases may still spend from it, lapsed ones included.
    leases: usize,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct CountId {
    name: Arc<str>,
    end: SystemTime,
}

#[derive(Debug)]
struct Lease<K> {
    key: Arc<K>,
    counts: SmallVec<[CountId; 1]>,
    cost: u64,
}

// === impl Ledger ===

impl<K> Ledger<K> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            accounts: HashMap::new(),
            counts: 0,
            reviews: BTreeMap::new(),
            held: BTreeMap::new(),
            lapsed: BTreeMap::new(),
            last_serial: 0,
        }
    }

    pub(crate) const fn counts(&self) -> usize {
        self.counts
    }

    pub(crate) fn leases(&self) -> usize {
        self.held.len() + self.lapsed.len()
    }

    fn serial(&mut self) -> u64 {
        self.last_serial += 1;
        self.last_serial
    }
}

impl<K: Clone + Eq + Hash> Ledger<K> {
    pub(crate) fn reserve(
        &mut self,
        key: &K,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
        now: SystemTime,
    ) -> Result<Reservation<MemoryTicket>, MemoryFull> {
        self.let_lapse(now);
        for _ in 0..REVIEWS {
            self.review(now);
        }
        let mut usages: Vec<_> = claims.iter().map(|claim| self.usage(key, claim)).collect();
        let mut each = claims.iter().zip(&usages);
        if each.any(|(claim, usage)| usage.left_of(claim.units()) < cost) {
            return Ok(Reservation::Exhausted(usages));
        }
        self.make_room(key, claims, now)?;
        let lease_of = Lease {
            key: self.open(key, claims, now),
            counts: claims.iter().map(CountId::of).collect(),
            cost,
        };
        self.update(&lease_of, |count| {
            count.usage.hold(cost);
            count.leases += 1;
        });
        for usage in &mut usages {
            usage.hold(cost);
        }
        let ticket = MemoryTicket {
            lapses_at: later(now, lease),
            serial: self.serial(),
        };
        self.held.insert(ticket, lease_of);
        Ok(Reservation::Held(ticket, usages))
    }

    /// Spends this many units, if the ticket was not settled before.
    pub(crate) fn commit(&mut self, ticket: &MemoryTicket, spent: u64) {
        if let Some(lease) = self.held.remove(ticket) {
            self.close(&lease, lease.cost, spent);
        } else if let Some(lease) = self.lapsed.remove(ticket) {
            self.close(&lease, 0, spent);
        }
    }

    /// Gives back what is held, if the ticket was not settled before.
    pub(crate) fn refund(&mut self, ticket: &MemoryTicket) {
        self.commit(ticket, 0);
    }

    fn let_lapse(&mut self, now: SystemTime) {
        while let Some(first) = self.held.first_entry() {
            if now < first.key().lapses_at {
                break;
            }
            let (ticket, lease) = first.remove_entry();
            self.update(&lease, |count| count.usage.release(lease.cost));
            self.lapsed.insert(ticket, lease);
        }
    }

    /// Settles a lease that was removed, and drops those of its counts that are now idle.
    fn close(&mut self, lease: &Lease<K>, held: u64, spent: u64) {
        let Some(account) = self.accounts.get_mut(&lease.key) else {
            return;
        };
        let before = account.counts.len();
        account.counts.retain(|count| {
            if lease.counts.contains(&count.id) {
                count.usage.release(held);
                count.usage.spend(spent);
                // A count may have been dropped and made anew, without this lease.
                count.leases = count.leases.saturating_sub(1);
            }
            !count.is_idle()
        });
        self.counts -= before - account.counts.len();
        if account.counts.is_empty() {
            if let Some(planned) = account.review {
                self.reviews.remove(&planned);
            }
            self.accounts.remove(&lease.key);
        }
    }

    fn usage(&self, key: &K, claim: &Claim) -> Usage {
        let account = self.accounts.get(key);
        let mut counts = account.into_iter().flat_map(|account| &account.counts);
        let count = counts.find(|count| count.id.is_of(claim));
        count.map_or_else(Usage::default, |count| count.usage)
    }

    /// Changes those counts of a lease that still exist.
    fn update(&mut self, lease: &Lease<K>, change: impl Fn(&mut Count)) {
        let account = self.accounts.get_mut(&lease.key);
        let counts = account.into_iter().flat_map(|account| &mut account.counts);
        for count in counts.filter(|count| lease.counts.contains(&count.id)) {
            change(count);
        }
    }

    /// Makes room for one more lease, and for new counts of these claims.
    fn make_room(&mut self, key: &K, claims: &[Claim], now: SystemTime) -> Result<(), MemoryFull> {
        let account = self.accounts.get(key);
        let counts = account.map_or(&[][..], |account| &account.counts);
        let is_new = |claim: &&Claim| !counts.iter().any(|count| count.id.is_of(claim));
        let new = claims.iter().filter(is_new).count();
        while self.counts + new > self.capacity {
            if !self.review(now) {
                return Err(MemoryFull);
            }
        }
        if self.leases() >= self.capacity {
            let (_, forgotten) = self.lapsed.pop_first().ok_or(MemoryFull)?;
            self.close(&forgotten, 0, 0);
        }
        Ok(())
    }

    /// Opens an account for a key, with a count for each of these claims; no account without claims,
    /// since nothing would ever drop it.
    fn open(&mut self, key: &K, claims: &[Claim], now: SystemTime) -> Arc<K> {
        let key = match self.accounts.get_key_value(key) {
            Some((key, _)) => Arc::clone(key),
            None => Arc::new(key.clone()),
        };
        if claims.is_empty() {
            return key;
        }
        let serial = self.serial();
        let account = self.accounts.entry(Arc::clone(&key)).or_default();
        for claim in claims {
            let counts = &mut account.counts;
            if counts.iter().any(|count| count.id.is_of(claim)) {
                continue;
            }
            self.counts -= drop_over(counts, now);
            let id = CountId::of(claim);
            let due = id.over_at();
            counts.push(Count {
                id,
                usage: Usage::default(),
                leases: 0,
            });
            self.counts += 1;
            // The account is reviewed when the first of its counts is over.
            if account.review.is_none_or(|(planned, _)| due < planned) {
                if let Some(planned) = account.review.replace((due, serial)) {
                    self.reviews.remove(&planned);
                }
                self.reviews.insert((due, serial), Arc::clone(&key));
            }
        }
        key
    }

    /// Drops the counts that are over from the account due first; false if none is due.
    fn review(&mut self, now: SystemTime) -> bool {
        let Some(first) = self.reviews.first_entry() else {
            return false;
        };
        if now < first.key().0 {
            return false;
        }
        let key = first.remove();
        let Some(account) = self.accounts.get_mut(&key) else {
            return true;
        };
        self.counts -= drop_over(&mut account.counts, now);
        match account.counts.iter().map(|count| count.id.over_at()).min() {
            Some(due) => {
                self.last_serial += 1;
                account.review = Some((due, self.last_serial));
                self.reviews.insert((due, self.last_serial), key);
            }
            None => _ = self.accounts.remove(&key),
        }
        true
    }
}

// === impl Count ===

impl Count {
    /// Whether it is no different from a new one.
    fn is_idle(&self) -> bool {
        self.leases == 0 && self.usage == Usage::default()
    }
}

// === impl CountId ===

impl CountId {
    fn of(claim: &Claim) -> Self {
        Self {
            name: claim.shared_name(),
            end: claim.period().end(),
        }
    }

    fn is_of(&self, claim: &Claim) -> bool {
        self.end == claim.period().end() && *self.name == *claim.name()
    }

    fn over_at(&self) -> SystemTime {
        later(self.end, KEPT)
    }
}

// === helpers ===

/// How many accounts are reviewed for each reservation, which opens at most one: reviews thus keep up.
const REVIEWS: usize = 2;

/// How long a count is kept after its period: a request just before its end is counted a little later.
const KEPT: Duration = Duration::from_secs(60);

/// Drops the counts that are over, and returns how many they were.
fn drop_over(counts: &mut SmallVec<[Count; 1]>, now: SystemTime) -> usize {
    let before = counts.len();
    counts.retain(|count| now < count.id.over_at());
    before - counts.len()
}

/// Times overflow: delays are capped at thirty years, and a sum that still overflows is the time
/// itself.
fn later(time: SystemTime, delay: Duration) -> SystemTime {
    const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

    time.checked_add(delay.min(FOR_EVER)).unwrap_or(time)
}
