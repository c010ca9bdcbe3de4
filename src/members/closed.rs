//! The collections that are closed, so that what is below them is not listed.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    mem,
};

use crate::dav::Href;

/// The collections that were refused. Of those in an answer that is streamed, the latest are known.
#[derive(Debug, Default)]
pub(super) struct Closed {
    latest: Paths,
    before: Paths,
    /// What nobody else knows, so that nobody can choose paths that have the same hash.
    seed: RandomState,
}

/// Hashes of paths: they take no more room for a deep one. If two ever agree, a member that is withheld
/// anyway is not listed.
type Paths = HashSet<u64>;

/// How many are known at least, once there are more.
const LATEST: usize = 1024;

// === impl Closed ===

impl Closed {
    pub(super) fn add(&mut self, href: &Href<'_>) {
        if href.is_path() {
            let mut path = self.seed.build_hasher();
            for segment in href.segments() {
                segment.hash(&mut path);
            }
            self.latest.insert(path.finish());
        }
    }

    /// Forgets those that are long past. It is for the time between two batches.
    pub(super) fn forget(&mut self) {
        if self.latest.len() >= LATEST {
            self.before = mem::take(&mut self.latest);
        }
    }

    /// Whether this is below one of them.
    pub(super) fn is_above(&self, href: &Href<'_>) -> bool {
        // On the way down it has the hash of each folder in turn.
        let mut path = self.seed.build_hasher();
        let is_in_closed = |segment: Vec<u8>| {
            let folder = path.finish();
            segment.hash(&mut path);
            self.latest.contains(&folder) || self.before.contains(&folder)
        };
        href.is_path() && href.segments().into_iter().any(is_in_closed)
    }
}
