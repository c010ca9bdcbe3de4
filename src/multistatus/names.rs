//! The names of a resource's properties: each may occur once
//! ([RFC 4918, section 9.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.1)).
//!
//! While a resource is written, the keys of its names are summed up, at one addition each. If the sum is
//! known, the resource has the names of one that was checked before and had none twice, in whatever order;
//! all others are checked. So a listing is checked once for each set of names that is new to the process, and
//! a repeated name is always found, unless sums agree by chance: one in 2^64, for a mistake that first has to
//! be made. Nobody can choose names to make that likelier, since the keys of names that come at run time are
//! not known outside of the process.

use std::{
    borrow::Cow,
    iter,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use memchr::memchr;
use smallvec::SmallVec;

use crate::xml::{Prefixes, declared, tag_len};

/// The sum of the keys of the names that were written so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names {
    sum: u64,
    /// The sum of those in front that were checked at compile time.
    checked: u64,
}

/// The sums of a document's latest resources that are known to have no name twice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KnownNames([u64; 4]);

/// The sums known from all documents, each in a slot of its own, so that a short document does not have to
/// check again what an earlier one had.
static KNOWN: [AtomicU64; PLACES] = [const { AtomicU64::new(0) }; PLACES];

const PLACES: usize = 256;

/// A property in the bytes of its resource.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Written<'b> {
    namespace: Cow<'b, [u8]>,
    local: &'b [u8],
    start: usize,
    end: usize,
}

/// How many properties most resources have at most.
const FEW: usize = 16;

// === impl Names ===

impl Names {
    #[inline(always)]
    pub(super) fn add(&mut self, key: u64) {
        self.sum = self.sum.wrapping_add(key);
    }

    /// Adds names of which none occurs twice.
    #[inline(always)]
    pub(super) fn add_checked(&mut self, key: u64) {
        if self.sum == 0 {
            self.checked = key;
        }
        self.add(key);
    }

    #[inline(always)]
    pub(super) fn add_all(&mut self, others: Self) {
        self.add(others.sum);
    }
}

impl Eq for Names {}

/// A sum says nothing beyond the bytes that were written, which are compared.
impl PartialEq for Names {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

// === impl KnownNames ===

impl KnownNames {
    /// Whether these are the latest, or were all checked at compile time.
    #[inline(always)]
    pub(super) fn has_last(&self, names: Names) -> bool {
        names.sum == self.0[0] || names.sum == names.checked
    }

    pub(super) fn has(&mut self, names: Names) -> bool {
        if self.0.contains(&names.sum) {
            return true;
        }
        let is_known = known(names).load(Ordering::Relaxed) == names.sum;
        if is_known {
            self.push(names);
        }
        is_known
    }

    pub(super) fn add(&mut self, names: Names) {
        self.push(names);
        known(names).store(names.sum, Ordering::Relaxed);
    }

    fn push(&mut self, names: Names) {
        self.0.rotate_right(1);
        self.0[0] = names.sum;
    }
}

// === helpers ===

/// The slot of the sum of these names.
fn known(names: Names) -> &'static AtomicU64 {
    &KNOWN[names.sum as usize % PLACES]
}

/// The spans of properties whose names occurred before. Each `propstat` is given by its start and the span of
/// its properties.
pub(super) fn repeats(
    propstats: impl Iterator<Item = (usize, Range<usize>)>,
    written: &[u8],
    prefixes: &Prefixes,
) -> Vec<Range<usize>> {
    let mut found = SmallVec::<[_; FEW]>::new();
    for (start, properties) in propstats {
        let around = tag(&written[start..]);
        for (start, end) in elements(written, properties) {
            let tag = tag(&written[start..]);
            let (prefix, local) = name(tag);
            let declared = declared(tag, prefix).or_else(|| declared(around, prefix));
            let namespace = match declared {
                Some(namespace) => Cow::Owned(namespace.into_bytes()),
                None => Cow::Borrowed(prefixes.namespace(prefix)),
            };
            found.push(Written {
                namespace,
                local,
                start,
                end,
            });
        }
    }
    found.sort_unstable();
    let mut repeats: Vec<_> = found
        .windows(2)
        .filter(|pair| pair[0].local == pair[1].local && pair[0].namespace == pair[1].namespace)
        .map(|pair| pair[1].start..pair[1].end)
        .collect();
    repeats.sort_unstable_by_key(|repeat| repeat.start);
    repeats
}

/// The spans of sibling elements in content that this crate wrote, which has neither comments nor CDATA
/// sections.
fn elements(written: &[u8], within: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let content = &written[..within.end];
    let mut at = within.start;
    iter::from_fn(move || {
        let start = at + memchr(b'<', &content[at..])?;
        let mut depth = 0_usize;
        loop {
            let open = at + memchr(b'<', &content[at..])?;
            let tag = tag(&content[open..]);
            at = (open + 1 + tag.len() + 1).min(content.len());
            if tag.first() == Some(&b'/') {
                depth = depth.saturating_sub(1);
            } else if tag.last() != Some(&b'/') {
                depth += 1;
            }
            if depth == 0 {
                return Some((start, at));
            }
        }
    })
}

/// What is between the brackets of a tag that begins here.
fn tag(written: &[u8]) -> &[u8] {
    let tag = written.get(1..).unwrap_or_default();
    &tag[..tag_len(tag)]
}

/// The prefix and the local name of a start tag.
fn name(tag: &[u8]) -> (&[u8], &[u8]) {
    let ends = |byte: &u8| matches!(byte, b'/') || byte.is_ascii_whitespace();
    let name = &tag[..tag.iter().position(ends).unwrap_or(tag.len())];
    match memchr(b':', name) {
        Some(colon) => (&name[..colon], &name[colon + 1..]),
        None => (b"", name),
    }
}
