//! From the bytes of a document to its characters, chunk by chunk.

use std::mem;

use super::{
    encoding::Encoding,
    error::{Error, ErrorKind, Fault, Position},
};

/// What has come of a document and is still needed, in characters.
#[derive(Debug, Default)]
pub(crate) struct Window {
    text: String,
    /// Known after the first four bytes.
    encoding: Option<Encoding>,
    /// Bytes at the end that are no whole character yet.
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

    /// Adds what comes next.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.pending.is_empty() && self.encoding.is_some() {
            return self.decode(bytes);
        }
        // The first bytes, or those that are left of a character.
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

    /// Notes that there is nothing more.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        let mut held = mem::take(&mut self.pending);
        self.begin(&mut held)?;
        self.decode(&held)?;
        if self.pending.is_empty() {
            return Ok(());
        }
        let sentence = match self.encoding {
            Some(Encoding::Utf16 { .. }) if self.pending.len() < 2 => {
                "half of a UTF-16 unit is missing, send all of it"
            }
            Some(Encoding::Utf16 { .. }) => {
                "half of a UTF-16 surrogate pair stands alone, send UTF-8"
            }
            _ => "the bytes are not UTF-8, send UTF-8 or UTF-16",
        };
        Err(self.malformed(sentence))
    }

    /// Forgets the first bytes of the text.
    pub(crate) fn shift(&mut self, bytes: usize) {
        self.start = self.position(bytes);
        self.text.drain(..bytes);
    }

    /// The error that a fault in the text is in the document.
    pub(crate) fn locate(&self, fault: Fault) -> Error {
        let position = self.position(fault.at);
        Error::new(fault.kind, fault.sentence, position)
    }

    /// Finds out the encoding from the first bytes, and takes the byte order mark away.
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
        match self.encoding {
            Some(Encoding::Utf16 { big_endian }) => self.decode_utf16(bytes, big_endian),
            _ => self.decode_utf8(bytes),
        }
    }

    fn decode_utf8(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let error = match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => {
                self.text.push_str(text);
                return Ok(());
            }
            Err(error) => error,
        };
        let (text, rest) = bytes.split_at(error.valid_up_to());
        self.text.push_str(&String::from_utf8_lossy(text));
        if error.error_len().is_some() {
            return Err(self.malformed("the bytes are not UTF-8, send UTF-8 or UTF-16"));
        }
        self.pending.extend_from_slice(rest);
        Ok(())
    }

    fn decode_utf16(&mut self, bytes: &[u8], big_endian: bool) -> Result<(), Error> {
        let pairs = bytes.chunks_exact(2);
        let rest = pairs.remainder();
        let units = pairs.map(|pair| match big_endian {
            true => u16::from_be_bytes([pair[0], pair[1]]),
            false => u16::from_le_bytes([pair[0], pair[1]]),
        });
        let count = units.len();
        let mut read = 0;
        for c in char::decode_utf16(units) {
            match c {
                Ok(c) => {
                    read += c.len_utf16();
                    self.text.push(c);
                }
                // The other half may come with the next chunk.
                Err(half) if read + 1 == count && half.unpaired_surrogate() < 0xDC00 => {
                    self.pending.extend_from_slice(&bytes[2 * read..2 * count]);
                }
                Err(_) => {
                    let sentence = "half of a UTF-16 surrogate pair stands alone, send UTF-8";
                    return Err(self.malformed(sentence));
                }
            }
        }
        self.pending.extend_from_slice(rest);
        Ok(())
    }

    fn malformed(&self, sentence: &'static str) -> Error {
        let position = self.position(self.text.len());
        Error::new(ErrorKind::MalformedEncoding, sentence, position)
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
