//! The characters of a document that is in memory as a whole.

use std::borrow::Cow;

use super::{
    encoding::{Encoding, push_utf16, read_utf8},
    error::{Error, Position},
};

/// A document, decoded.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    text: Cow<'a, str>,
    encoding: Encoding,
    /// The bytes of the byte order mark.
    mark: usize,
}

// === impl Source ===

impl<'a> Source<'a> {
    /// Decodes a document, without looking at its XML declaration.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let (encoding, mark) = Encoding::of(bytes)?;
        let bytes = &bytes[mark..];
        let (text, read) = match encoding {
            Encoding::Utf8 => {
                let (text, read) = read_utf8(bytes);
                (Cow::Borrowed(text), read.map(|()| text.len()))
            }
            Encoding::Utf16 { big_endian } => {
                let mut text = String::with_capacity(bytes.len());
                let read = push_utf16(&mut text, bytes, big_endian);
                (Cow::Owned(text), read)
            }
        };
        let source = Self {
            text,
            encoding,
            mark,
        };
        match read.and_then(|read| encoding.check_end(&bytes[read..])) {
            Ok(()) => Ok(source),
            Err(malformed) => Err(malformed.at(source.position(source.text.len()))),
        }
    }

    /// A document that is text already.
    pub(crate) fn from_text(text: &'a str) -> Self {
        let unmarked = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mark = text.len() - unmarked.len();
        Self {
            text: Cow::Borrowed(unmarked),
            encoding: Encoding::Utf8,
            mark,
        }
    }

    /// The characters.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Takes out the characters.
    pub(crate) fn into_text(self) -> String {
        self.text.into_owned()
    }

    /// How the document was encoded.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The place in the bytes of a place in the characters.
    pub(crate) fn position(&self, at: usize) -> Position {
        let read = self.text.get(..at).unwrap_or(&self.text);
        let bytes = self.encoding.length(read);
        Position::after(read, self.mark + bytes)
    }
}
