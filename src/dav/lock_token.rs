//! The `Lock-Token` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{
    header::{self, InvalidHeader},
    href::{InvalidHref, check_uri},
};

/// The token of a lock, an absolute URI. It says which lock an UNLOCK ends, and which one a LOCK has made.
///
/// [RFC 4918, section 10.5](https://www.rfc-editor.org/rfc/rfc4918#section-10.5)
///
/// A token without angle brackets, as some clients send it, is accepted, too. The axum extractor rejects a
/// missing header with 400; where it is optional, extract `Option<LockToken>`, or read it by
/// [`optional_from_headers`](Self::optional_from_headers).
///
/// # Grammar
///
/// ```text
/// Lock-Token = Coded-URL
/// Coded-URL  = "<" absolute-URI ">"
/// ```
///
/// # Example values
///
/// * `<urn:uuid:a515cfa4-5da4-22e1-f5b5-00a0451e6bf7>`
/// * `<opaquelocktoken:a515cfa4-5da4-22e1-f5b5-00a0451e6bf7>`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::LockToken;
///
/// let mut unlock = HeaderMap::new();
/// assert!(LockToken::from_headers(&unlock).is_err());
///
/// unlock.insert("lock-token", HeaderValue::from_static("<urn:uuid:a515cfa4>"));
/// let token = LockToken::from_headers(&unlock)?;
/// assert_eq!(token.as_str(), "urn:uuid:a515cfa4");
///
/// let mut locked = HeaderMap::new();
/// locked.insert(LockToken::NAME, token.to_header_value());
/// assert_eq!(locked["lock-token"], "<urn:uuid:a515cfa4>");
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LockToken(Box<str>);

// === impl LockToken ===

impl LockToken {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("lock-token");

    /// Makes the token of a URI, without angle brackets.
    ///
    /// # Errors
    ///
    /// When it is not an absolute URI that an [`Href`](super::Href) can hold, since a lock lists its token as
    /// one.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::dav::LockToken;
    ///
    /// assert!(LockToken::new("urn:uuid:a515cfa4").is_ok());
    /// assert!(LockToken::new("a515cfa4").is_err());
    /// ```
    pub fn new(uri: &str) -> Result<Self, InvalidHref> {
        check_uri(uri)?;
        Ok(Self(uri.into()))
    }

    /// Reads the header.
    ///
    /// # Errors
    ///
    /// When the header is missing, when its value is not an absolute URI in angle brackets, or when there are
    /// several values that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let read = Self::optional_from_headers(headers)?;
        read.ok_or_else(|| InvalidHeader::new(&Self::NAME, "be there"))
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

    /// The URI, without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of the header.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        // A URI is made of printable ASCII.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static("<>"))
    }

    pub(super) fn of(uri: &str) -> Option<Self> {
        Self::new(uri).ok()
    }
}

impl fmt::Debug for LockToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LockToken(<{}>)", self.0)
    }
}

/// Writes the value of the header.
impl fmt::Display for LockToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

/// Reads a token in angle brackets, or without.
impl FromStr for LockToken {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        const RULE: &str = "be an absolute URI in angle brackets";
        let uri = value.strip_prefix('<').and_then(|it| it.strip_suffix('>'));
        Self::of(uri.unwrap_or(value)).ok_or_else(|| InvalidHeader::new(&Self::NAME, RULE))
    }
}
