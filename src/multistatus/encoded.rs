//! A multistatus that is complete, as the bodies of responses share it.

use std::ops::Range;

use bytes::Bytes;
use memchr::memmem;

use crate::dav::Href;

/// The bytes of a multistatus, and where in them is what an answer may leave out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Encoded {
    /// What stands before the responses.
    pub(crate) head: Bytes,
    /// The `response` elements, one after the other.
    pub(crate) responses: Bytes,
    /// What stands after the responses.
    pub(crate) tail: Bytes,
    pub(super) entries: Vec<Entry>,
}

/// The spans of one `response`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    /// The end; the `response` begins at the end of the one before.
    pub(crate) end: usize,
    /// The propstats with 404.
    pub(crate) missing: Range<usize>,
    /// Whether there is no propstat but those with 404.
    pub(crate) only_missing: bool,
    /// Whether there is nothing but success, and nothing to say about it.
    pub(crate) succeeded: bool,
}

/// What opens an href; since text is escaped, these bytes are never anything else.
pub(crate) const OPEN_HREF: &[u8] = b"<D:href>";

// === impl Encoded ===

impl Encoded {
    /// How many responses there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A response, and the whole span of it.
    pub(crate) fn response(&self, index: usize) -> (Range<usize>, &Entry) {
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.entries[before].end);
        let entry = &self.entries[index];
        (start..entry.end, entry)
    }

    /// The first response whose first href names this path.
    pub(crate) fn position(&self, path: &Href<'_>) -> Option<usize> {
        (0..self.len()).find(|&index| {
            let (span, _) = self.response(index);
            first_href(&self.responses[span]).is_some_and(|href| href.same_path(path))
        })
    }

    /// Whether every response tells of success and of nothing else.
    pub(crate) fn succeeded(&self) -> bool {
        self.entries.iter().all(|entry| entry.succeeded)
    }
}

// === helpers ===

fn first_href(response: &[u8]) -> Option<Href<'static>> {
    let start = memmem::find(response, OPEN_HREF)? + OPEN_HREF.len();
    let end = start + memchr::memchr(b'<', &response[start..])?;
    let encoded = std::str::from_utf8(&response[start..end]).ok()?;
    // An encoded href holds nothing else that XML escapes.
    Href::parse(encoded.replace("&amp;", "&")).ok()
}
