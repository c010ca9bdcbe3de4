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
    /// Whether there is a description of the whole.
    pub(super) is_explained: bool,
}

/// Some responses, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Responses<'a> {
    pub(crate) bytes: &'a [u8],
    entries: &'a [Entry],
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
    /// Whether it is of the form with properties.
    pub(crate) has_properties: bool,
    /// Whether there is nothing but success, and nothing to say about it.
    pub(crate) succeeded: bool,
}

/// What opens an href; since text is escaped, these bytes are never anything else.
pub(crate) const OPEN_HREF: &[u8] = b"<D:href>";

// === impl Encoded ===

impl Encoded {
    pub(crate) fn responses(&self) -> Responses<'_> {
        Responses::new(&self.responses, &self.entries)
    }

    /// How long the document is.
    pub(crate) fn byte_len(&self) -> u64 {
        (self.head.len() + self.responses.len() + self.tail.len()) as u64
    }

    /// Whether it tells of success, and of nothing else.
    pub(crate) fn succeeded(&self) -> bool {
        let mut entries = self.entries.iter();
        !self.entries.is_empty() && !self.is_explained && entries.all(|entry| entry.succeeded)
    }
}

// === impl Responses ===

impl<'a> Responses<'a> {
    pub(super) fn new(bytes: &'a [u8], entries: &'a [Entry]) -> Self {
        Self { bytes, entries }
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.entries.len()
    }

    /// One of them: the whole span of it, and the spans inside.
    pub(crate) fn get(self, index: usize) -> (Range<usize>, &'a Entry) {
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.entries[before].end);
        let entry = &self.entries[index];
        (start..entry.end, entry)
    }

    /// The one with properties that is at this path.
    pub(crate) fn position(self, path: &Href<'_>) -> Option<usize> {
        spans(self.entries).position(|(span, entry)| {
            entry.has_properties && hrefs(&self.bytes[span]).any(|(_, href)| href.same_path(path))
        })
    }
}

// === helpers ===

/// The responses, each with its span.
pub(super) fn spans(entries: &[Entry]) -> impl Iterator<Item = (Range<usize>, &Entry)> {
    entries.iter().scan(0, |start, entry| {
        let span = *start..entry.end;
        *start = entry.end;
        Some((span, entry))
    })
}

/// The hrefs of a response, each with the span of its element. They stand first, before all else
/// that could hold an href.
pub(super) fn hrefs(response: &[u8]) -> impl Iterator<Item = (Range<usize>, Href<'static>)> {
    const CLOSE: &[u8] = b"</D:href>";
    let first = memmem::find(response, b"<D:href").unwrap_or(response.len());
    let mut at = first;
    std::iter::from_fn(move || {
        let rest = response[at..].strip_prefix(b"<D:href")?;
        let (of_server, content) = match rest.strip_prefix(b" >") {
            Some(content) => (true, content),
            None => (false, rest.strip_prefix(b">")?),
        };
        let length = memmem::find(content, CLOSE)?;
        let start = at;
        at = response.len() - content.len() + length + CLOSE.len();
        // It was written from an href, and what it holds that XML escapes is `&`.
        let encoded = String::from_utf8_lossy(&content[..length]).replace("&amp;", "&");
        let href = Href::of_encoded(encoded);
        Some((start..at, if of_server { href.of_server() } else { href }))
    })
}
