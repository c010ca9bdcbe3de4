//! The characters of a complete document, page by page.
//!
//! A long document is decoded only a page ahead of the reading: the page is still in the
//! processor's cache then, and memory, which is slower than reading, is gone through only once.

use std::borrow::Cow;

use super::{
    encoding::{Encoding, read_utf8},
    error::{Error, Fault, Position},
    limits::Limits,
    source::Source,
};

/// A document, one page of which is decoded. One in UTF-16 has a single page.
#[derive(Debug)]
pub(crate) struct Pages<'a> {
    /// All bytes but the byte order mark.
    bytes: &'a [u8],
    mark: usize,
    encoding: Encoding,
    page: Cow<'a, str>,
    /// The length of a page, unless a response is longer.
    length: usize,
    /// Where the page starts in the bytes.
    start: usize,
    /// The error in the bytes behind the page.
    broken: Option<Error>,
}

// === impl Pages ===

impl<'a> Pages<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        let empty = Self {
            bytes: &[],
            mark: 0,
            encoding: Encoding::Utf8,
            page: Cow::Borrowed(""),
            length: limits.page,
            start: 0,
            broken: None,
        };
        let checked = limits.check_bytes(bytes.len());
        let checked = checked.and_then(|()| Encoding::of(bytes));
        let (encoding, mark) = match checked {
            Ok(known) => known,
            Err(error) => {
                let broken = Some(error);
                return Self { broken, ..empty };
            }
        };
        let mut pages = Self {
            bytes: &bytes[mark..],
            mark,
            encoding,
            ..empty
        };
        match encoding {
            Encoding::Utf8 => pages.decode(0, limits.page),
            Encoding::Utf16 { .. } => pages.decode_all(bytes),
        }
        pages
    }

    /// The characters of the page.
    pub(crate) fn text(&self) -> &str {
        &self.page
    }

    /// The same, and all bytes from the start of the page on, if the page is borrowed from them.
    pub(crate) fn lent(&self) -> Option<(&'a str, &'a [u8])> {
        match self.page {
            Cow::Borrowed(page) => Some((page, &self.bytes[self.start..])),
            Cow::Owned(_) => None,
        }
    }

    /// How the document was encoded.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the document ends with the page.
    pub(crate) fn is_last(&self) -> bool {
        self.broken.is_none() && self.is_at_end()
    }

    /// Whether there is a next page.
    pub(crate) fn is_followed(&self) -> bool {
        self.broken.is_none() && !self.is_at_end()
    }

    /// Begins the next page behind what was read. It includes the rest of this one, and is at least
    /// twice as long as that.
    pub(crate) fn turn(&mut self, read: usize) {
        let left = self.page.len().saturating_sub(read);
        self.decode(self.start + read, self.length.max(2 * left));
    }

    /// The error in the bytes behind the last page.
    pub(crate) fn broken(&mut self) -> Option<Error> {
        self.broken.take()
    }

    /// The error in the document of a fault in the page.
    pub(crate) fn locate(&self, fault: Fault) -> Error {
        let position = match self.encoding {
            Encoding::Utf8 => self.position(self.start + fault.at),
            Encoding::Utf16 { .. } => {
                let read = self.page.get(..fault.at).unwrap_or(&self.page);
                Position::after(read, self.mark + self.encoding.length(read))
            }
        };
        Error::new(fault.kind, fault.sentence, position)
    }

    fn is_at_end(&self) -> bool {
        matches!(self.encoding, Encoding::Utf16 { .. })
            || self.start + self.page.len() == self.bytes.len()
    }

    /// Makes a page of UTF-8 of this length, or up to the end of the document.
    fn decode(&mut self, start: usize, length: usize) {
        let rest = &self.bytes[start..];
        let bytes = rest.get(..length).unwrap_or(rest);
        let (page, mut read) = read_utf8(bytes);
        // The rest of a character comes with the next page, if there is one.
        if bytes.len() == rest.len() {
            read = read.and_then(|()| self.encoding.check_end(&bytes[page.len()..]));
        }
        (self.page, self.start) = (Cow::Borrowed(page), start);
        if let Err(malformed) = read {
            self.broken = Some(malformed.at(self.position(start + page.len())));
        }
    }

    /// Makes one page of a document in UTF-16, as far as it can be decoded.
    fn decode_all(&mut self, bytes: &[u8]) {
        let mut decoded = Source::decode(bytes);
        if let Err(error) = decoded {
            decoded = Source::decode(&bytes[..error.position().offset()]);
            self.broken = Some(error);
        }
        if let Ok(source) = decoded {
            self.page = Cow::Owned(source.into_text());
        }
    }

    /// The place of a byte of UTF-8 that was decoded.
    fn position(&self, at: usize) -> Position {
        let read = String::from_utf8_lossy(self.bytes.get(..at).unwrap_or(self.bytes));
        Position::after(&read, self.mark + at)
    }
}
