//! The encodings of documents.
//!
//! Every XML processor reads UTF-8 and UTF-16, and
//! [RFC 4918, section 19](https://www.rfc-editor.org/rfc/rfc4918#section-19) asks for both. UTF-16 is
//! recognized by its byte order mark, or by `<?` or a tag in two-byte characters at the start.

use super::error::{Error, ErrorKind, Position};

/// The encoding of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
}

/// What is wrong with bytes that are not valid in their encoding.
#[derive(Clone, Copy, Debug)]
pub(super) enum Malformed {
    /// Half of a surrogate pair.
    Surrogate,
    /// Half of a unit of UTF-16.
    Unit,
    Utf8,
}

/// The characters at the start of some bytes in UTF-8. The bytes behind them are the start of a character, or
/// else malformed.
pub(super) fn read_utf8(bytes: &[u8]) -> (&str, Result<(), Malformed>) {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => (text, Ok(())),
        Err(error) => {
            let text = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            match error.error_len() {
                Some(_) => (text, Err(Malformed::Utf8)),
                None => (text, Ok(())),
            }
        }
    }
}

/// Appends the characters at the start of some bytes in UTF-16. Returns how many bytes they take: those
/// behind them are the start of a character.
pub(super) fn push_utf16(
    text: &mut String,
    bytes: &[u8],
    big_endian: bool,
) -> Result<usize, Malformed> {
    let units = bytes.chunks_exact(2).map(|pair| match big_endian {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    });
    let count = units.len();
    let mut read = 0;
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => {
                read += c.len_utf16();
                text.push(c);
            }
            // The other half may follow.
            Err(half) if read + 1 == count && half.unpaired_surrogate() < 0xDC00 => {}
            Err(_) => return Err(Malformed::Surrogate),
        }
    }
    Ok(2 * read)
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

    /// How many bytes of the document these characters take.
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

    /// Checks the rest at the end of a document, which must not be the start of a character.
    pub(super) fn check_end(self, rest: &[u8]) -> Result<(), Malformed> {
        match (self, rest.len()) {
            (_, 0) => Ok(()),
            (Self::Utf8, _) => Err(Malformed::Utf8),
            (Self::Utf16 { .. }, 1) => Err(Malformed::Unit),
            (Self::Utf16 { .. }, _) => Err(Malformed::Surrogate),
        }
    }
}

// === impl Malformed ===

impl Malformed {
    /// The error of a document in which this is wrong at some place.
    pub(super) fn at(self, position: Position) -> Error {
        let sentence = match self {
            Self::Surrogate => "half of a UTF-16 surrogate pair stands alone, send UTF-8",
            Self::Unit => "half of a UTF-16 unit is missing, send all of it",
            Self::Utf8 => "the bytes are not UTF-8, send UTF-8 or UTF-16",
        };
        Error::new(ErrorKind::MalformedEncoding, sentence, position)
    }
}

// === helpers ===

fn unreadable(encoding: &str) -> Error {
    let sentence = format!("{encoding} is not supported, send UTF-8");
    Error::new(ErrorKind::Encoding, sentence, Position::START)
}
