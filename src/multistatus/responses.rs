//! Responses that were written, and where their parts are.

use std::{iter, ops::Range};

use memchr::memmem;

use super::document::MultiStatus;
use crate::dav::Href;

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
    /// Whether every propstat has 404.
    pub(crate) only_missing: bool,
    /// Whether it is of the form with properties.
    pub(crate) has_properties: bool,
    /// Whether it tells of success only, without any notes.
    pub(crate) succeeded: bool,
    /// Whether it tells that the answer is incomplete, because the source failed.
    pub(super) tells_failure: bool,
}

/// Where an href is in a response.
#[derive(Clone, Debug)]
pub(super) struct HrefSpan {
    pub(super) element: Range<usize>,
    pub(super) text: Range<usize>,
}

/// The start tag of an href; since text is escaped, these bytes are never anything else.
pub(crate) const OPEN_HREF: &[u8] = b"<D:href>";

/// How that tag begins, as does that of an [href of the whole server](Href::of_server).
pub(crate) const HREF_TAG: &[u8] = b"<D:href";

const CLOSE_HREF: &[u8] = b"</D:href>";

/// How most responses begin.
const PLAIN: &[u8] = b"<D:response><D:href>";

// === impl MultiStatus ===

impl MultiStatus {
    /// Whether the last response tells that the answer is incomplete: it was [added](Self::push_failure) for
    /// that, and not replaced since.
    pub(crate) fn tells_failure(&self) -> bool {
        self.entries.last().is_some_and(|last| last.tells_failure)
    }

    /// The text of the response at this place, in a document of its own.
    pub(crate) fn one(&self, index: usize) -> String {
        let (span, _) = self.responses().get(index);
        self.alone(&self.responses[span])
    }

    /// The text of one of its responses, in a document of its own.
    pub(super) fn alone(&self, response: &[u8]) -> String {
        let document = [&self.head()[..], response, b"</D:multistatus>"].concat();
        String::from_utf8_lossy(&document).into_owned()
    }

    /// How many hrefs each response has.
    pub(crate) fn href_counts(&self) -> impl Iterator<Item = usize> {
        spans(&self.entries).map(|(span, _)| hrefs(&self.responses[span]).count())
    }

    /// All hrefs, in their order; a response may have several.
    pub(crate) fn hrefs(&self) -> Vec<Href<'static>> {
        let hrefs = spans(&self.entries).flat_map(|(span, _)| hrefs(&self.responses[span]));
        hrefs.map(|(_, href)| href).collect()
    }
}

// === impl Responses ===

impl<'a> Responses<'a> {
    pub(super) fn new(bytes: &'a [u8], entries: &'a [Entry]) -> Self {
        Self { bytes, entries }
    }

    /// The number of responses.
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

    /// The place of the response with properties whose href is sought, unless it tells of a failure.
    pub(crate) fn position(self, is_sought: impl Fn(&Href<'_>) -> bool) -> Option<usize> {
        spans(self.entries).position(|(span, entry)| {
            entry.has_properties
                && !entry.tells_failure
                && hrefs(&self.bytes[span]).any(|(_, href)| is_sought(&href))
        })
    }
}

// === impl Entry ===

impl Entry {
    /// Moves its spans, when bytes are inserted before them.
    #[inline]
    pub(super) fn move_by(&mut self, bytes: usize) {
        self.end += bytes;
        self.missing = self.missing.start + bytes..self.missing.end + bytes;
    }

    /// Moves its spans back, when bytes before its properties are removed.
    pub(super) fn move_back(&mut self, bytes: usize) {
        self.end -= bytes;
        self.missing = self.missing.start - bytes..self.missing.end - bytes;
    }
}

// === impl HrefSpan ===

impl HrefSpan {
    /// The href that begins here, if one does.
    #[inline]
    pub(super) fn at(response: &[u8], start: usize) -> Option<Self> {
        let rest = response[start..].strip_prefix(HREF_TAG)?;
        let content = rest
            .strip_prefix(b">")
            .or_else(|| rest.strip_prefix(b" >"))?;
        let text = response.len() - content.len();
        let end = text + memchr::memchr(b'<', content)?;
        Some(Self {
            element: start..end + CLOSE_HREF.len(),
            text: text..end,
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

/// The hrefs of a response, each with the span of its element.
pub(super) fn hrefs(response: &[u8]) -> impl Iterator<Item = (Range<usize>, Href<'static>)> {
    href_spans(response).map(|HrefSpan { element, text }| {
        let of_server = response[..text.start].ends_with(b" >");
        // It was written from an href, where `&` is all that XML escapes.
        let encoded = String::from_utf8_lossy(&response[text]).replace("&amp;", "&");
        let href = Href::of_encoded(encoded);
        (element, if of_server { href.of_server() } else { href })
    })
}

/// The texts of the hrefs in responses, in their order.
pub(super) fn href_texts<'t>(
    responses: &'t [u8],
    entries: &'t [Entry],
) -> impl Iterator<Item = &'t [u8]> {
    spans(entries).flat_map(|(span, _)| {
        let response = &responses[span];
        href_spans(response).map(|href| &response[href.text])
    })
}

/// The spans of the hrefs of a response. They stand before everything else that could hold an href.
pub(super) fn href_spans(response: &[u8]) -> impl Iterator<Item = HrefSpan> {
    let mut at = first_href(response);
    iter::from_fn(move || {
        let span = HrefSpan::at(response, at)?;
        at = span.element.end;
        Some(span)
    })
}

/// Where the first href of a response begins.
#[inline]
pub(super) fn first_href(response: &[u8]) -> usize {
    if response.starts_with(PLAIN) {
        PLAIN.len() - OPEN_HREF.len()
    } else {
        memmem::find(response, HREF_TAG).unwrap_or(response.len())
    }
}
