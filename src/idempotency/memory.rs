//! The answers of one process.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use http::HeaderMap;

use crate::{
    idempotency::{Answer, ClaimId, Claimed, Fingerprint, IdempotencyStore, Kept, ScopedKey},
    subscription::{Clock, SharedClock},
};

/// Keeps answers in the memory of one process, up to a number of bytes.
///
/// It forgets an answer when its time is over and not before: when there is no room left, requests
/// with a new key are answered with 503. What is claimed and not yet answered counts, too. So that
/// nobody fills it up for all others, each sender has [a part](Self::bytes_per_sender) of it.
///
/// Of an answer that has no room when it is there, it is kept that it was given, as of one that is
/// [too large](super::IdempotencyLayer::largest_answer): sent again, its request is answered with 409. So
/// a sender needs room for several of the largest answers.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use statuary::idempotency::MemoryStore;
///
/// let store = MemoryStore::with_bytes(64 << 20).keep_for(Duration::from_secs(3_600));
/// ```
#[derive(Debug)]
#[must_use]
pub struct MemoryStore {
    bytes: usize,
    bytes_per_sender: usize,
    keep_for: Duration,
    lease: Duration,
    clock: SharedClock,
    shelf: Mutex<Shelf>,
}

/// The store has no room for another request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryFull;

#[derive(Default)]
struct Shelf {
    entries: HashMap<ScopedKey, Entry>,
    /// In the order in which they end. The number tells apart what ends at the same time.
    ends: BTreeMap<(SystemTime, u64), ScopedKey>,
    used: usize,
    /// How much of it is whose.
    senders: HashMap<Arc<str>, usize>,
    claims: u64,
}

struct Entry {
    claim: ClaimId,
    fingerprint: Fingerprint,
    kept: Option<Answer>,
    end: SystemTime,
    size: usize,
}

// === impl MemoryStore ===

impl MemoryStore {
    /// Keeps so many bytes of answers, roughly, with the keys that they are kept by.
    ///
    /// A request takes about half a KiB beside its answer, and a field 100 bytes more than it is long.
    pub fn with_bytes(bytes: usize) -> Self {
        Self {
            bytes,
            bytes_per_sender: LEAST_PER_SENDER.max(bytes / 8),
            keep_for: Duration::from_secs(24 * 3_600),
            lease: Duration::from_secs(300),
            clock: SharedClock::default(),
            shelf: Mutex::default(),
        }
    }

    /// Keeps so many bytes of each sender's answers, and no more. Default: an eighth of all, and at least
    /// 2 MiB, in which there is room for one answer of the
    /// [largest](super::IdempotencyLayer::largest_answer) that a layer has kept by default.
    ///
    /// A store that is not larger than that may be filled up by one sender.
    pub const fn bytes_per_sender(mut self, bytes: usize) -> Self {
        self.bytes_per_sender = bytes;
        self
    }

    /// How long an answer is kept. Default: a day.
    pub const fn keep_for(mut self, time: Duration) -> Self {
        self.keep_for = time;
        self
    }

    /// After what time a claim ends that was neither kept nor released. Default: 5 minutes.
    ///
    /// A handler that takes longer may be asked a second time.
    pub const fn lease(mut self, time: Duration) -> Self {
        self.lease = time;
        self
    }

    /// Goes by another clock. Default: that of the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// How many bytes are taken, roughly.
    #[must_use]
    pub fn bytes_used(&self) -> usize {
        self.shelf().used
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // What is done under the lock is done by halves by no panic.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_claim(&self, key: &ScopedKey, fingerprint: Fingerprint) -> Result<Claimed, MemoryFull> {
        let now = self.clock.now();
        let mut shelf = self.shelf();
        for _ in 0..SWEPT {
            shelf.drop_ended(now);
        }
        let entry = shelf.entries.get(key);
        if let Some(entry) = entry.filter(|entry| entry.end > now) {
            return Ok(match &entry.kept {
                _ if entry.fingerprint != fingerprint => Claimed::Reused,
                Some(kept) => Claimed::Done(kept.clone()),
                None => Claimed::InProgress,
            });
        }
        shelf.remove(key);
        let size = size_of_key(key);
        if !self.make_room(&mut shelf, key, size, now) {
            return Err(MemoryFull);
        }
        shelf.claims += 1;
        let claim = ClaimId::new(shelf.claims);
        let entry = Entry {
            claim,
            fingerprint,
            kept: None,
            end: later(now, self.lease),
            size,
        };
        shelf.put(key.clone(), entry);
        Ok(Claimed::Begun(claim))
    }

    fn put_back(&self, key: &ScopedKey, claim: ClaimId, answer: Answer) -> Kept {
        let answer = match answer {
            // A piece of a larger buffer would keep that alive, and nobody would count it.
            Answer::Response(stored) => Answer::Response(stored.with_own_bytes()),
            answer => answer,
        };
        let now = self.clock.now();
        let mut shelf = self.shelf();
        // A claim that has ended is still good, as long as nobody has made another one.
        let Some(mut entry) = shelf.take(key, claim) else {
            return Kept::Nothing;
        };
        entry.end = later(now, self.keep_for);
        let size = size_of_key(key) + size_of_answer(&answer);
        let kept = match self.make_room(&mut shelf, key, size, now) {
            true => {
                entry.size = size;
                entry.kept = Some(answer);
                Kept::Whole
            }
            // That it was answered is known all the same: nobody is charged twice.
            false => {
                entry.kept = Some(Answer::TooLarge);
                Kept::TooLarge
            }
        };
        shelf.put(key.clone(), entry);
        kept
    }

    /// Whether there is room for so many bytes of a sender, once what has ended has made it.
    fn make_room(&self, shelf: &mut Shelf, key: &ScopedKey, size: usize, now: SystemTime) -> bool {
        while !self.has_room(shelf, key, size) {
            if !shelf.drop_ended(now) {
                return false;
            }
        }
        true
    }

    fn has_room(&self, shelf: &Shelf, key: &ScopedKey, size: usize) -> bool {
        let of_sender = shelf.senders.get(key.sender()).copied();
        shelf.used.saturating_add(size) <= self.bytes
            && of_sender.unwrap_or(0).saturating_add(size) <= self.bytes_per_sender
    }
}

impl IdempotencyStore for MemoryStore {
    type Error = MemoryFull;

    async fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> Result<Claimed, MemoryFull> {
        self.try_claim(key, fingerprint)
    }

    async fn keep(
        &self,
        key: &ScopedKey,
        claim: ClaimId,
        answer: Answer,
    ) -> Result<Kept, MemoryFull> {
        Ok(self.put_back(key, claim, answer))
    }

    fn release(&self, key: &ScopedKey, claim: ClaimId) {
        drop(self.shelf().take(key, claim));
    }
}

// === impl MemoryFull ===

impl fmt::Display for MemoryFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "there is no room for the answer to another request of this sender: give the store \
             more, or keep answers for a shorter time",
        )
    }
}

impl Error for MemoryFull {}

// === impl Shelf ===

impl Shelf {
    fn put(&mut self, key: ScopedKey, entry: Entry) {
        self.used += entry.size;
        *self.senders.entry(key.shared_sender()).or_default() += entry.size;
        self.ends
            .insert((entry.end, entry.claim.get()), key.clone());
        self.entries.insert(key, entry);
    }

    /// Takes out what a claim has begun and not ended.
    fn take(&mut self, key: &ScopedKey, claim: ClaimId) -> Option<Entry> {
        let is_open = |entry: &Entry| entry.claim == claim && entry.kept.is_none();
        self.entries.get(key).filter(|entry| is_open(entry))?;
        self.remove(key)
    }

    /// Drops what ends first, if it has ended.
    fn drop_ended(&mut self, now: SystemTime) -> bool {
        let first = self.ends.first_entry();
        let Some(ended) = first.filter(|first| first.key().0 <= now) else {
            return false;
        };
        let key = ended.remove();
        self.remove(&key);
        true
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
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf")
            .field("entries", &self.entries.len())
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}

// === helpers ===

/// How many entries that have ended go with each claim. It makes one at most, so that there is headway.
const SWEPT: usize = 2;

/// What a sender has in a small store.
const LEAST_PER_SENDER: usize = 2 << 20;

/// What an entry takes, its place in both maps included.
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
    // What ends beyond the end of time ends in some centuries, or where a clock has gone mad, now.
    let far = || now.checked_add(Duration::from_secs(1 << 33));
    now.checked_add(time).or_else(far).unwrap_or(now)
}
