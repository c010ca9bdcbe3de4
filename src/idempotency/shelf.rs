//! The answers of the store in memory, without its lock.
//!
//! No task sweeps: each claim drops a few entries that have ended, and without room as many as it
//! needs. An entry that has not ended is never dropped.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::HeaderMap;

use crate::idempotency::{Answer, ClaimId, Claimed, Fingerprint, Kept, MemoryFull, ScopedKey};

/// All that is claimed or kept.
pub(super) struct Shelf {
    pub(super) limits: Limits,
    entries: HashMap<ScopedKey, Entry>,
    /// In the order in which they end. The number distinguishes those that end at the same time.
    ends: BTreeMap<(SystemTime, u64), ScopedKey>,
    used: usize,
    /// The part of each sender.
    senders: HashMap<Arc<str>, usize>,
    claims: u64,
}

/// How much there may be, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) bytes: usize,
    pub(super) bytes_per_sender: usize,
    pub(super) keep_for: Duration,
    pub(super) lease: Duration,
}

struct Entry {
    claim: ClaimId,
    fingerprint: Fingerprint,
    kept: Option<Answer>,
    end: SystemTime,
    size: usize,
}

// === impl Shelf ===

impl Shelf {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            entries: HashMap::new(),
            ends: BTreeMap::new(),
            used: 0,
            senders: HashMap::new(),
            claims: 0,
        }
    }

    pub(super) fn claim(
        &mut self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
        now: SystemTime,
    ) -> Result<Claimed, MemoryFull> {
        for _ in 0..SWEPT {
            self.drop_ended(now);
        }
        let entry = self.entries.get(key);
        if let Some(entry) = entry.filter(|entry| entry.end > now) {
            return Ok(match &entry.kept {
                _ if entry.fingerprint != fingerprint => Claimed::Reused,
                Some(kept) => Claimed::Done(kept.clone()),
                None => Claimed::InProgress,
            });
        }
        self.remove(key);
        let size = size_of_key(key);
        if !self.make_room(key, size, now) {
            return Err(MemoryFull);
        }
        self.claims += 1;
        let claim = ClaimId::new(self.claims);
        let entry = Entry {
            claim,
            fingerprint,
            kept: None,
            end: later(now, self.limits.lease),
            size,
        };
        self.put(key.clone(), entry);
        Ok(Claimed::Begun(claim))
    }

    pub(super) fn keep(
        &mut self,
        key: &ScopedKey,
        claim: ClaimId,
        answer: Answer,
        now: SystemTime,
    ) -> Kept {
        // An expired claim is still good, as long as nobody has made another one.
        let Some(mut entry) = self.take(key, claim) else {
            return Kept::Nothing;
        };
        entry.end = later(now, self.limits.keep_for);
        let size = size_of_key(key) + size_of_answer(&answer);
        let kept = match self.make_room(key, size, now) {
            true => {
                entry.size = size;
                entry.kept = Some(answer);
                Kept::Whole
            }
            // It is still known that the request was answered: nobody is charged twice.
            false => {
                entry.kept = Some(Answer::TooLarge);
                Kept::TooLarge
            }
        };
        self.put(key.clone(), entry);
        kept
    }

    /// Removes the entry of a claim that has no answer yet.
    pub(super) fn release(&mut self, key: &ScopedKey, claim: ClaimId) {
        self.take(key, claim);
    }

    /// How many bytes are used.
    pub(super) const fn used(&self) -> usize {
        self.used
    }

    fn put(&mut self, key: ScopedKey, entry: Entry) {
        self.used += entry.size;
        *self.senders.entry(key.shared_sender()).or_default() += entry.size;
        self.ends
            .insert((entry.end, entry.claim.get()), key.clone());
        self.entries.insert(key, entry);
    }

    /// Takes out the entry of a claim that has no answer yet.
    fn take(&mut self, key: &ScopedKey, claim: ClaimId) -> Option<Entry> {
        let is_open = |entry: &Entry| entry.claim == claim && entry.kept.is_none();
        self.entries.get(key).filter(|entry| is_open(entry))?;
        self.remove(key)
    }

    fn remove(&mut self, key: &ScopedKey) -> Option<Entry> {
        let entry = self.entries.remove(key)?;
        self.ends.remove(&(entry.end, entry.claim.get()));
        self.give_back(key, entry.size);
        Some(entry)
    }

    fn give_back(&mut self, key: &ScopedKey, size: usize) {
        self.used -= size;
        if let Some(used) = self.senders.get_mut(key.sender()) {
            *used -= size;
            if *used == 0 {
                self.senders.remove(key.sender());
            }
        }
    }

    /// Makes room for this many bytes of a sender by dropping what has ended; false if that is not
    /// enough.
    fn make_room(&mut self, key: &ScopedKey, size: usize, now: SystemTime) -> bool {
        while !self.has_room(key, size) {
            if !self.drop_ended(now) {
                return false;
            }
        }
        true
    }

    fn has_room(&self, key: &ScopedKey, size: usize) -> bool {
        let of_sender = self.senders.get(key.sender()).copied();
        self.used.saturating_add(size) <= self.limits.bytes
            && of_sender.unwrap_or(0).saturating_add(size) <= self.limits.bytes_per_sender
    }

    /// Drops the entry that ends first, if it has ended.
    fn drop_ended(&mut self, now: SystemTime) -> bool {
        let first = self.ends.first_entry();
        let Some(ended) = first.filter(|first| first.key().0 <= now) else {
            return false;
        };
        let key = ended.remove();
        self.remove(&key);
        true
    }
}

// The senders and their answers must not appear in a log.
impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf")
            .field("limits", &self.limits)
            .field("entries", &self.entries.len())
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}

// === helpers ===

/// How many ended entries are dropped with each claim, which makes at most one: drops thus keep up.
const SWEPT: usize = 2;

/// What an entry takes, including its places in both maps.
const OVERHEAD: usize = 400;

fn size_of_key(key: &ScopedKey) -> usize {
    OVERHEAD + 2 * (key.sender().len() + key.key().as_str().len())
}

fn size_of_answer(answer: &Answer) -> usize {
    match answer {
        Answer::Response(stored) => {
            let trailers = stored.trailers().map_or(0, size_of_fields);
            stored.body().len() + size_of_fields(stored.headers()) + trailers
        }
        Answer::TooLarge => 0,
    }
}

fn size_of_fields(fields: &HeaderMap) -> usize {
    let lengths = fields
        .iter()
        .map(|(name, value)| 100 + name.as_str().len() + value.len());
    lengths.sum()
}

fn later(now: SystemTime, time: Duration) -> SystemTime {
    // An end that overflows is some centuries away; if a broken clock makes that overflow, too, it
    // is now.
    let far = || now.checked_add(Duration::from_secs(1 << 33));
    now.checked_add(time).or_else(far).unwrap_or(now)
}
