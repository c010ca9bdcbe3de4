//! The `Overwrite` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName};

use super::header::{self, InvalidHeader};

/// Whether COPY and MOVE may replace what is at the destination.
///
/// [RFC 4918, section 10.6](https://www.rfc-editor.org/rfc/rfc4918#section-10.6)
///
/// A missing header allows it. If it is forbidden and the destination exists, the answer is 412.
///
/// # Grammar
///
/// ```text
/// Overwrite = "T" | "F"
/// ```
///
/// # Example values
///
/// * `T`
/// * `F`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::Overwrite;
///
/// let mut headers = HeaderMap::new();
/// assert!(Overwrite::from_headers(&headers)?.is_allowed());
///
/// headers.insert("overwrite", HeaderValue::from_static("F"));
/// assert_eq!(Overwrite::from_headers(&headers)?, Overwrite::Forbidden);
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Overwrite {
    /// `T`: replace the destination. The default.
    #[default]
    Allowed,
    /// `F`: fail if the destination exists.
    Forbidden,
}

// === impl Overwrite ===

impl Overwrite {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("overwrite");

    /// Reads the header; [`Overwrite::Allowed`] if there is none.
    ///
    /// # Errors
    ///
    /// When the value is neither `T` nor `F`, or when there are several values that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map_or(Ok(Self::default()), str::parse)
    }

    /// Whether it is [`Overwrite::Allowed`].
    #[must_use]
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }
}

/// Writes the value of the header.
impl fmt::Display for Overwrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allowed => "T",
            Self::Forbidden => "F",
        })
    }
}

impl FromStr for Overwrite {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        match value {
            "T" | "t" => Ok(Self::Allowed),
            "F" | "f" => Ok(Self::Forbidden),
            _ => Err(InvalidHeader::new(&Self::NAME, "be `T` or `F`")),
        }
    }
}
