//! Paths that are remembered, the latest of many.

use std::{
    collections::HashSet,
    hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState},
    mem,
};

use super::{
    Href,
    grammar::{decoded, path_range, segments},
};

/// Some paths, however they are encoded. Of many, the latest are known, so that memory does not grow.
///
/// They are known by their hashes, which take no more room for a deep one. That two agree has a chance of
/// one in 2^64.
#[derive(Debug, Default)]
pub(crate) struct LatestPaths {
    latest: HashSet<u64>,
    before: HashSet<u64>,
    /// What nobody else knows, so that nobody can choose paths that have the same hash.
    seed: RandomState,
}

/// How many are known at least, once there are more.
const LATEST: usize = 1024;

// === impl LatestPaths ===

impl LatestPaths {
    pub(crate) fn add(&mut self, href: &Href<'_>) {
        self.latest.insert(self.path(&href.encoded()).finish());
    }

    /// Adds one, with its query; whether it was not known.
    pub(crate) fn take(&mut self, href: &Href<'_>) -> bool {
        let encoded = href.encoded();
        let mut path = self.path(&encoded);
        let query = &encoded[path_range(&encoded).end..];
        if !query.is_empty() {
            query.hash(&mut path);
        }
        let path = path.finish();
        !self.before.contains(&path) && self.latest.insert(path)
    }

    /// Forgets those that are long past.
    pub(crate) fn forget(&mut self) {
        if self.latest.len() >= LATEST {
            self.before = mem::take(&mut self.latest);
        }
    }

    /// Whether one of them is above this.
    pub(crate) fn is_above(&self, href: &Href<'_>) -> bool {
        let encoded = href.encoded();
        // On the way down it has the hash of each folder in turn.
        let mut path = self.root(&encoded);
        segments(&encoded).any(|segment| {
            let folder = path.finish();
            decoded(segment).hash(&mut path);
            self.latest.contains(&folder) || self.before.contains(&folder)
        })
    }

    fn path(&self, encoded: &str) -> DefaultHasher {
        let mut path = self.root(encoded);
        for segment in segments(encoded) {
            decoded(segment).hash(&mut path);
        }
        path
    }

    /// Where a path begins: that of another server, or of no server, is another.
    fn root(&self, encoded: &str) -> DefaultHasher {
        let mut root = self.seed.build_hasher();
        encoded[..path_range(encoded).start].hash(&mut root);
        root
    }
}
