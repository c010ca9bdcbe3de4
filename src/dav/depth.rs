//! The `Depth` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName};

use super::header::{self, InvalidHeader};

/// How far below the target a request reaches.
///
/// [RFC 4918, section 10.2](https://www.rfc-editor.org/rfc/rfc4918#section-10.2)
///
/// What a missing header means depends on the method: `infinity` for PROPFIND, COPY, MOVE, LOCK and
/// DELETE, `0` for REPORT. As an axum extractor, a missing header is [`Depth::Infinity`]; where it
/// is something else, extract `Option<Depth>`.
///
/// # Grammar
///
/// ```text
/// Depth = "0" | "1" | "infinity"
/// ```
///
/// # Example values
///
/// * `0`
/// * `infinity`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::Depth;
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(Depth::from_headers(&headers)?, None);
///
/// headers.insert("depth", HeaderValue::from_static("Infinity"));
/// assert_eq!(Depth::from_headers(&headers)?, Some(Depth::Infinity));
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Depth {
    /// The target alone.
    Zero,
    /// The target and its members.
    One,
    /// The target, its members, and theirs, all the way down.
    Infinity,
}

static DEPTH: HeaderName = HeaderName::from_static("depth");

// === impl Depth ===

impl Depth {
    /// Reads the header; `None` if there is none.
    ///
    /// # Errors
    ///
    /// When the value is none of the three, or when there are several that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, InvalidHeader> {
        let value = header::find(headers, &DEPTH)?;
        value.map(str::parse).transpose()
    }

    /// Checks that a report is about its target alone, as it is without the header.
    pub(crate) fn check_zero(headers: &HeaderMap) -> Result<(), InvalidHeader> {
        match Self::from_headers(headers)? {
            None | Some(Self::Zero) => Ok(()),
            Some(_) => Err(InvalidHeader::new(&DEPTH, "be `0` for this report")),
        }
    }
}

/// As the header has it.
impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zero => "0",
            Self::One => "1",
            Self::Infinity => "infinity",
        })
    }
}

impl FromStr for Depth {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        match value {
            "0" => Ok(Self::Zero),
            "1" => Ok(Self::One),
            word if word.eq_ignore_ascii_case("infinity") => Ok(Self::Infinity),
            _ => Err(InvalidHeader::new(&DEPTH, "be `0`, `1` or `infinity`")),
        }
    }
}
