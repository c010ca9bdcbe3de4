//! Remembering the latest of many paths.

use std::{
    collections::HashSet,
    hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState},
    mem,
};

use super::{
    Href,
    grammar::{decoded, path_range, segments},
};

/// A set of paths, however they are encoded. Of many, only the latest are remembered, so that memory does not
/// grow.
///
/// Only their hashes are kept, which take no more memory for a deep path. The chance that two agree is one in
/// 2^64.
#[derive(Debug, Default)]
pub(crate) struct LatestPaths {
    latest: HashSet<u64>,
    before: HashSet<u64>,
    /// A random seed, so that nobody can choose paths that have the same hash.
    seed: RandomState,
}

/// How many are remembered at least, once there are more.
const LATEST: usize = 1024;

// === impl LatestPaths ===

impl LatestPaths {
    pub(crate) fn add(&mut self, href: &Href<'_>) {
        self.latest.insert(self.path(&href.encoded()).finish());
    }

    /// Adds a path with its query. Returns whether it is new.
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

    /// Forgets the oldest paths.
    pub(crate) fn forget(&mut self) {
        if self.latest.len() >= LATEST {
            self.before = mem::take(&mut self.latest);
        }
    }

    /// Whether one of the paths is above this one.
    pub(crate) fn is_above(&self, href: &Href<'_>) -> bool {
        let encoded = href.encoded();
        // On its way down, `path` has the hash of each folder in turn.
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

    /// The hash with which a path begins: it depends on the server, or on there being none.
    fn root(&self, encoded: &str) -> DefaultHasher {
        let mut root = self.seed.build_hasher();
        encoded[..path_range(encoded).start].hash(&mut root);
        root
    }
}
