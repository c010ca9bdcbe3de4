//! The answers of one process.

use std::{
    error::Error,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    idempotency::{
        Answer, ClaimId, Claimed, Fingerprint, IdempotencyStore, Kept, ScopedKey,
        shelf::{Limits, Shelf},
    },
    subscription::{Clock, SharedClock},
};

/// Keeps answers in the memory of one process, up to a number of bytes.
///
/// It forgets an answer when its time is over, and not before: without room, requests with a new key are
/// answered with 503. Claims that are not answered yet take room, too. Each sender has only [a
/// part](Self::bytes_per_sender) of the store, so that none can fill it up for all others.
///
/// If there is no room for an answer when it comes, only that it was given is kept, as with one that is [too
/// large](super::IdempotencyLayer::largest_answer): sent again, its request is answered with 409. So a sender
/// needs room for several of the largest answers.
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
    shelf: Mutex<Shelf>,
    clock: SharedClock,
}

/// The error of a [`MemoryStore`] that has no room for another request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MemoryFull;

// === impl MemoryStore ===

impl MemoryStore {
    /// A store for roughly this many bytes of answers and their keys.
    ///
    /// A request takes about half a KiB beside its answer, and a header field 100 bytes more than its length.
    pub fn with_bytes(bytes: usize) -> Self {
        let limits = Limits {
            bytes,
            bytes_per_sender: LEAST_PER_SENDER.max(bytes / 8),
            keep_for: Duration::from_secs(24 * 3_600),
            lease: Duration::from_secs(300),
        };
        Self {
            shelf: Mutex::new(Shelf::new(limits)),
            clock: SharedClock::default(),
        }
    }

    /// How many bytes are kept for each sender at most. Default: an eighth of all, and at least 2 MiB, which
    /// has room for one answer of the [largest size](super::IdempotencyLayer::largest_answer) that a layer
    /// keeps by default.
    ///
    /// A store that is no larger than this can be filled up by one sender.
    pub fn bytes_per_sender(mut self, bytes: usize) -> Self {
        self.limits_mut().bytes_per_sender = bytes;
        self
    }

    /// How long an answer is kept. Default: a day.
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.limits_mut().keep_for = time;
        self
    }

    /// How long a claim lasts that is neither kept nor released. Default: 5 minutes.
    ///
    /// A request that is in progress for longer may be carried out a second time meanwhile. It is in progress
    /// until its answer is kept or, if it [is not](crate::idempotency#what-is-kept), sent.
    pub fn lease(mut self, time: Duration) -> Self {
        self.limits_mut().lease = time;
        self
    }

    /// The clock by which claims and answers end. Default: the clock of the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// How many bytes are used, roughly.
    #[must_use]
    pub fn bytes_used(&self) -> usize {
        self.shelf().used()
    }

    fn limits_mut(&mut self) -> &mut Limits {
        let shelf = self.shelf.get_mut();
        &mut shelf.unwrap_or_else(PoisonError::into_inner).limits
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Nothing under the lock can panic halfway through a change.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdempotencyStore for MemoryStore {
    type Error = MemoryFull;

    async fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> Result<Claimed, MemoryFull> {
        let now = self.clock.now();
        self.shelf().claim(key, fingerprint, now)
    }

    async fn keep(
        &self,
        key: &ScopedKey,
        claim: ClaimId,
        answer: Answer,
    ) -> Result<Kept, MemoryFull> {
        // A slice of a larger buffer would keep all of that alive, uncounted.
        let answer = answer.with_own_bytes();
        let now = self.clock.now();
        Ok(self.shelf().keep(key, claim, answer, now))
    }

    fn release(&self, key: &ScopedKey, claim: ClaimId) {
        self.shelf().release(key, claim);
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

// === helpers ===

/// The default per sender in a small store.
const LEAST_PER_SENDER: usize = 2 << 20;
