//! What is remembered, by subject.

use std::{
    fmt,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::time::Instant;

use crate::{
    remembering::{
        Cache,
        entry::{Age, Entry, Spared, UnderWay},
    },
    subscription::Decision,
};

/// The remembered decisions, under the owner's terms.
pub(crate) struct Memory<S> {
    terms: Cache,
    entries: quick_cache::sync::Cache<S, Entry>,
    /// How often something was invalidated.
    invalidations: AtomicU64,
}

// === impl Memory ===

impl<S: Clone + Eq + Hash> Memory<S> {
    pub(crate) fn new(terms: Cache) -> Self {
        Self {
            entries: quick_cache::sync::Cache::new(terms.capacity),
            terms,
            invalidations: AtomicU64::new(0),
        }
    }

    pub(crate) const fn terms(&self) -> &Cache {
        &self.terms
    }

    #[inline]
    pub(crate) fn age(&self, subject: &S) -> Age {
        match self.entries.get(subject) {
            Some(entry) => entry.age(Instant::now()),
            None => Age::Over,
        }
    }

    /// A decision that may stand in for a missing answer.
    pub(crate) fn reserve(&self, subject: &S) -> Option<Decision> {
        let entry = self.entries.get(subject)?;
        entry.reserve(Instant::now()).cloned()
    }

    /// Keeps the answer to a question, unless a later question has been answered.
    pub(crate) fn remember(&self, subject: S, decision: Decision, question: u64) {
        let known = self.entries.peek(&subject);
        if known.is_none_or(|entry| entry.question() < question) {
            let entry = Entry::new(decision, question, &self.terms, Instant::now());
            self.entries.insert(subject, entry);
        }
    }

    /// Spares a subject further questions for a moment, since asking has failed or takes long.
    pub(crate) fn spare(&self, subject: &S) {
        if let Some(entry) = self.entries.get(subject) {
            let entry = entry.spared(Spared::briefly(Instant::now()));
            self.entries.insert(subject.clone(), entry);
        }
    }

    /// Spares a subject further questions while one is under way; false if it was spared already, or
    /// nothing is known of it.
    pub(crate) fn spare_while(&self, under_way: &Arc<UnderWay>, subject: &S) -> bool {
        let now = Instant::now();
        let entry = self.entries.get(subject);
        let Some(entry) = entry.filter(|entry| !entry.is_spared(now)) else {
            return false;
        };
        let entry = entry.spared(Spared::by(under_way));
        self.entries.insert(subject.clone(), entry);
        true
    }

    pub(crate) fn forget(&self, subject: &S) {
        self.note_invalidation();
        self.entries.remove(subject);
    }

    /// The remembered subjects that satisfy a predicate, which is called outside of all locks.
    pub(crate) fn subjects(&self, holds: impl Fn(&S) -> bool) -> Vec<S> {
        let subjects = self.entries.iter().map(|(subject, _)| subject);
        subjects.filter(holds).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn invalidations(&self) -> u64 {
        self.invalidations.load(Ordering::Acquire)
    }

    pub(crate) fn note_invalidation(&self) {
        self.invalidations.fetch_add(1, Ordering::Release);
    }
}

impl<S> fmt::Debug for Memory<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}
