//! From the bytes of a document to its characters.
//!
//! Every XML processor reads UTF-8 and UTF-16, and
//! [RFC 4918, section 19](https://www.rfc-editor.org/rfc/rfc4918#section-19) asks for both. UTF-16 is
//! known by its byte order mark, or by `<?` or a tag in two-byte characters at the start.

use std::borrow::Cow;

use super::{
    error::{Error, ErrorKind, Position},
    limits::Limits,
};

/// A decoded document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    text: Cow<'a, str>,
    encoding: Encoding,
    /// The bytes of the byte order mark.
    mark: usize,
}

/// How the characters of a document are written in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
}

// === impl Document ===

impl<'a> Document<'a> {
    /// Decodes a document; what its XML declaration says is not looked at yet.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let (encoding, mark) = Encoding::of(bytes)?;
        let text = match encoding {
            Encoding::Utf8 => Cow::Borrowed(decode_utf8(&bytes[mark..], mark)?),
            Encoding::Utf16 { big_endian } => {
                Cow::Owned(decode_utf16(&bytes[mark..], big_endian, mark)?)
            }
        };
        Ok(Self {
            text,
            encoding,
            mark,
        })
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

    /// The same, kept.
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

// === impl Encoding ===

impl Encoding {
    /// The encoding of a document with these first bytes, and how long its byte order mark is.
    pub(crate) fn of(bytes: &[u8]) -> Result<(Self, usize), Error> {
        Ok(match bytes {
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(unreadable("UTF-32")),
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFE, 0xFF, ..] => (Self::Utf16 { big_endian: true }, 2),
            [0xFF, 0xFE, ..] => (Self::Utf16 { big_endian: false }, 2),
            [0, b'<', ..] => (Self::Utf16 { big_endian: true }, 0),
            [b'<', 0, ..] => (Self::Utf16 { big_endian: false }, 0),
            [0x4C, 0x6F, 0xA7, 0x94, ..] => return Err(unreadable("EBCDIC")),
            _ => (Self::Utf8, 0),
        })
    }

    /// How many bytes of the document are these characters.
    pub(crate) fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 { .. } => 2 * text.encode_utf16().count(),
        }
    }

    /// Whether the XML declaration may name this encoding.
    pub(crate) fn is(self, declared: &str) -> bool {
        let names: &[&str] = match self {
            Self::Utf8 => &["UTF-8", "UTF8", "US-ASCII", "ASCII"],
            Self::Utf16 { big_endian: true } => &["UTF-16", "UTF-16BE"],
            Self::Utf16 { big_endian: false } => &["UTF-16", "UTF-16LE"],
        };
        names.iter().any(|name| name.eq_ignore_ascii_case(declared))
    }
}

// === helpers ===

/// Refuses a document that is too long.
pub(crate) fn check_length(length: usize, limits: &Limits) -> Result<(), Error> {
    if length <= limits.bytes {
        return Ok(());
    }
    let sentence = format!(
        "the document is longer than {} bytes, send less",
        limits.bytes
    );
    Err(Error::new(ErrorKind::TooLarge, sentence, Position::START))
}

fn decode_utf8(bytes: &[u8], mark: usize) -> Result<&str, Error> {
    simdutf8::compat::from_utf8(bytes).map_err(|error| {
        let read = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let position = Position::after(&read, mark + read.len());
        Error::new(
            ErrorKind::MalformedEncoding,
            "the bytes are not UTF-8, send UTF-8 or UTF-16",
            position,
        )
    })
}

fn decode_utf16(bytes: &[u8], big_endian: bool, mark: usize) -> Result<String, Error> {
    let pairs = bytes.chunks_exact(2);
    let is_whole = pairs.remainder().is_empty();
    let units = pairs.map(|pair| {
        let pair = [pair[0], pair[1]];
        if big_endian {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    });
    let mut text = String::with_capacity(bytes.len());
    let mut at = mark;
    for c in char::decode_utf16(units) {
        let Ok(c) = c else {
            let position = Position::after(&text, at);
            let sentence = "half of a UTF-16 surrogate pair stands alone, send UTF-8";
            return Err(Error::new(ErrorKind::MalformedEncoding, sentence, position));
        };
        at += 2 * c.len_utf16();
        text.push(c);
    }
    if is_whole {
        Ok(text)
    } else {
        let position = Position::after(&text, at);
        Err(Error::new(
            ErrorKind::MalformedEncoding,
            "half of a UTF-16 unit is missing, send all of it",
            position,
        ))
    }
}

fn unreadable(encoding: &str) -> Error {
    let sentence = format!("{encoding} is not read here, send UTF-8");
    Error::new(ErrorKind::Encoding, sentence, Position::START)
}
