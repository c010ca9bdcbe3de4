//! The `Depth` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName};

use super::header::{self, InvalidHeader};

/// How far below the target a request reaches.
///
/// [RFC 4918, section 10.2](https://www.rfc-editor.org/rfc/rfc4918#section-10.2)
///
/// What a missing header means depends on the method: `infinity` for PROPFIND, COPY, MOVE, LOCK and
/// DELETE, `0` for REPORT. The axum extractor takes a missing header for [`Depth::Infinity`]; where
/// it means something else, extract `Option<Depth>`, or read it by
/// [`optional_from_headers`](Self::optional_from_headers).
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
/// assert_eq!(Depth::from_headers(&headers)?, Depth::Infinity);
/// let of_report = Depth::optional_from_headers(&headers)?.unwrap_or(Depth::Zero);
/// assert_eq!(of_report, Depth::Zero);
///
/// headers.insert("depth", HeaderValue::from_static("1"));
/// assert_eq!(Depth::from_headers(&headers)?, Depth::One);
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

/// How far a LOCK or a COPY reaches: to the target alone, or to everything below it
/// ([section 9.10.3](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.3)).
///
/// A missing header is [`Infinity`](Self::Infinity), for the axum extractor, too: for a COPY
/// ([section 9.8.3](https://www.rfc-editor.org/rfc/rfc4918#section-9.8.3)) as for a LOCK.
///
/// # Grammar
///
/// ```text
/// "0" | "infinity"
/// ```
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::ZeroOrInfinity;
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(ZeroOrInfinity::from_headers(&headers)?, ZeroOrInfinity::Infinity);
///
/// headers.insert("depth", HeaderValue::from_static("1"));
/// assert!(ZeroOrInfinity::from_headers(&headers).is_err());
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "its name says all that it can be")]
pub enum ZeroOrInfinity {
    /// The target alone.
    Zero,
    /// The target, its members, and theirs, all the way down.
    Infinity,
}

// === impl Depth ===

impl Depth {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("depth");

    /// Reads the header; [`Infinity`](Self::Infinity) if there is none.
    ///
    /// # Errors
    ///
    /// When the value is not one of the three, or when there are several values that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let read = Self::optional_from_headers(headers)?;
        Ok(read.unwrap_or(Self::Infinity))
    }

    /// Reads the header as [`from_headers`](Self::from_headers) does; `None` if there is none.
    ///
    /// # Errors
    ///
    /// When there is a header that cannot be read.
    pub fn optional_from_headers(headers: &HeaderMap) -> Result<Option<Self>, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map(str::parse).transpose()
    }

    /// Checks that a DELETE or MOVE of a collection is about everything in it, as it is without the
    /// header (sections [9.6.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.6.1) and
    /// [9.9.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.9.2)). The header means nothing for
    /// a resource that is not a collection.
    ///
    /// # Errors
    ///
    /// When there is a header that is not `infinity`.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue};
    /// use statuary::dav::Depth;
    ///
    /// let mut headers = HeaderMap::new();
    /// assert!(Depth::check_infinity(&headers).is_ok());
    ///
    /// headers.insert("depth", HeaderValue::from_static("0"));
    /// let error = Depth::check_infinity(&headers).unwrap_err();
    /// assert_eq!(error.to_string(), "the header `depth` must be `infinity` for this collection");
    /// ```
    pub fn check_infinity(headers: &HeaderMap) -> Result<(), InvalidHeader> {
        match Self::optional_from_headers(headers)? {
            None | Some(Self::Infinity) => Ok(()),
            Some(_) => {
                let rule = "be `infinity` for this collection";
                Err(InvalidHeader::new(&Self::NAME, rule))
            }
        }
    }

    /// Checks that a report is about its target alone, as it is without the header.
    pub(crate) fn check_zero(headers: &HeaderMap) -> Result<(), InvalidHeader> {
        match Self::optional_from_headers(headers)? {
            None | Some(Self::Zero) => Ok(()),
            Some(_) => Err(InvalidHeader::new(&Self::NAME, "be `0` for this report")),
        }
    }
}

/// Writes the value of the header.
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
            _ => Err(InvalidHeader::new(&Self::NAME, "be `0`, `1` or `infinity`")),
        }
    }
}

impl From<ZeroOrInfinity> for Depth {
    fn from(depth: ZeroOrInfinity) -> Self {
        match depth {
            ZeroOrInfinity::Zero => Self::Zero,
            ZeroOrInfinity::Infinity => Self::Infinity,
        }
    }
}

// === impl ZeroOrInfinity ===

impl ZeroOrInfinity {
    /// The name of the header.
    pub const NAME: HeaderName = Depth::NAME;

    /// Reads the header; [`Infinity`](Self::Infinity) if there is none.
    ///
    /// # Errors
    ///
    /// When the value is neither of the two, or when there are several values that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map_or(Ok(Self::Infinity), str::parse)
    }
}

/// Writes the value of the header.
impl fmt::Display for ZeroOrInfinity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Depth::from(*self), f)
    }
}

impl FromStr for ZeroOrInfinity {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        match value.parse() {
            Ok(Depth::Zero) => Ok(Self::Zero),
            Ok(Depth::Infinity) => Ok(Self::Infinity),
            _ => Err(InvalidHeader::new(&Self::NAME, "be `0` or `infinity`")),
        }
    }
}
