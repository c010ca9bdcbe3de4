//! The characters of a document that arrives chunk by chunk.

use std::mem;

use super::{
    encoding::{Encoding, Malformed, push_utf16, read_utf8},
    error::{Error, Fault, Position},
};

/// The part of a document that has arrived and is still needed, decoded.
#[derive(Debug, Default)]
pub(crate) struct Window {
    text: String,
    /// Known after the first four bytes.
    encoding: Option<Encoding>,
    /// Bytes at the end that are not a whole character yet.
    pending: Vec<u8>,
    /// Where the text starts in the document.
    start: Position,
}

// === impl Window ===

impl Window {
    /// The characters.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How the document is encoded, as soon as that is known.
    pub(crate) fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Adds the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.pending.is_empty() && self.encoding.is_some() {
            return self.decode(bytes);
        }
        // The first bytes, or the start of a character.
        let (mut held, mut rest) = (mem::take(&mut self.pending), bytes);
        while let Some((&byte, behind)) = rest.split_first() {
            held.push(byte);
            rest = behind;
            if self.encoding.is_none() && held.len() < LONGEST_MARK {
                continue;
            }
            self.begin(&mut held)?;
            self.decode(&held)?;
            held = mem::take(&mut self.pending);
            if held.is_empty() {
                return self.decode(rest);
            }
        }
        self.pending = held;
        Ok(())
    }

    /// Notes that the document has ended.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        let mut held = mem::take(&mut self.pending);
        self.begin(&mut held)?;
        self.decode(&held)?;
        let encoding = self.encoding.unwrap_or(Encoding::Utf8);
        let checked = encoding.check_end(&self.pending);
        checked.map_err(|malformed| self.malformed(malformed))
    }

    /// Forgets the first bytes of the text.
    pub(crate) fn shift(&mut self, bytes: usize) {
        self.start = self.position(bytes);
        self.text.drain(..bytes);
    }

    /// The error in the document of a fault in the text.
    pub(crate) fn locate(&self, fault: Fault) -> Error {
        let position = self.position(fault.at);
        Error::new(fault.kind, fault.sentence, position)
    }

    /// Detects the encoding from the first bytes, and removes the byte order mark.
    fn begin(&mut self, first: &mut Vec<u8>) -> Result<(), Error> {
        if self.encoding.is_none() {
            let (encoding, mark) = Encoding::of(first)?;
            first.drain(..mark);
            self.encoding = Some(encoding);
            self.start = Position::START.skip("", mark);
        }
        Ok(())
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let read = match self.encoding {
            Some(Encoding::Utf16 { big_endian }) => push_utf16(&mut self.text, bytes, big_endian),
            _ => {
                let (text, read) = read_utf8(bytes);
                self.text.push_str(text);
                read.map(|()| text.len())
            }
        };
        let read = read.map_err(|malformed| self.malformed(malformed))?;
        self.pending.extend_from_slice(&bytes[read..]);
        Ok(())
    }

    fn malformed(&self, malformed: Malformed) -> Error {
        malformed.at(self.position(self.text.len()))
    }

    /// The place in the document of a place in the text.
    fn position(&self, at: usize) -> Position {
        let read = self.text.get(..at).unwrap_or(&self.text);
        let encoding = self.encoding.unwrap_or(Encoding::Utf8);
        self.start.skip(read, encoding.length(read))
    }
}

/// How many bytes it takes to know the encoding.
const LONGEST_MARK: usize = 4;
