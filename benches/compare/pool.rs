//! The resources that are listed: a pool far larger than most listings, and windows that walk over it,
//! so that a small listing is not learned by heart by the branch predictor and the caches.

use crate::workload::{self, Entry};

/// The resources that all contenders list.
#[derive(Clone, Copy)]
pub struct Pool(&'static [Entry]);

/// Listings of one length, each beginning where the one before it ended.
pub(crate) struct Windows {
    pool: &'static [Entry],
    length: usize,
    at: usize,
}

// === impl Pool ===

impl Pool {
    /// A pool that stays, since some of the peers want their data to be `'static`.
    pub fn new(size: usize) -> Self {
        Self(workload::entries(size).leak())
    }

    pub(crate) fn windows(self, length: usize) -> Windows {
        assert!(length <= self.0.len(), "the pool is too small");
        Windows {
            pool: self.0,
            length,
            at: 0,
        }
    }
}

// === impl Windows ===

impl Windows {
    pub(crate) fn advance(&mut self) -> &'static [Entry] {
        if self.at + self.length > self.pool.len() {
            self.at = 0;
        }
        let window = &self.pool[self.at..][..self.length];
        self.at += self.length;
        window
    }
}
