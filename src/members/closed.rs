//! The collections that are closed, so that what is below them is not listed.

use std::{collections::HashSet, mem};

use crate::dav::Href;

/// The collections that were refused. Of those in an answer that is streamed, the latest are known.
#[derive(Debug, Default)]
pub(super) struct Closed {
    latest: Paths,
    before: Paths,
}

type Paths = HashSet<Vec<Vec<u8>>>;

/// How many are known at least, once there are more.
const LATEST: usize = 1024;

// === impl Closed ===

impl Closed {
    pub(super) fn add(&mut self, href: &Href<'_>) {
        if href.is_path() {
            self.latest.insert(href.segments());
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
        let segments = href.segments();
        let is_closed = |above| {
            let above = &segments[..above];
            self.latest.contains(above) || self.before.contains(above)
        };
        href.is_path() && (0..segments.len()).any(is_closed)
    }
}
