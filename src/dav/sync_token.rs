//! The token of a state of a collection.

use std::{fmt, str::FromStr};

use super::href::{InvalidHref, check_uri};

/// A state of a collection, by which a client asks what has changed since: an absolute URI, so that it
/// can stand in an `If` header.
///
/// [RFC 6578, section 6.2](https://www.rfc-editor.org/rfc/rfc6578#section-6.2)
///
/// # Grammar
///
/// ```text
/// <!ELEMENT sync-token (#PCDATA)>
/// ```
///
/// # Example values
///
/// * `http://example.com/ns/sync/1238`
/// * `urn:uuid:3e8a8f2c`
///
/// # Examples
///
/// ```
/// use statuary::dav::SyncToken;
///
/// let token = SyncToken::new("http://example.com/ns/sync/1238")?;
/// assert_eq!(token.as_str(), "http://example.com/ns/sync/1238");
///
/// assert!(SyncToken::new("1238").is_err());
/// # Ok::<(), statuary::dav::InvalidHref>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SyncToken(Box<str>);

// === impl SyncToken ===

impl SyncToken {
    /// Makes the token of a URI.
    ///
    /// # Errors
    ///
    /// When it is not an absolute URI, as that of a [`LockToken`](super::LockToken) has to be.
    pub fn new(uri: &str) -> Result<Self, InvalidHref> {
        check_uri(uri)?;
        Ok(Self(uri.into()))
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SyncToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SyncToken({})", self.0)
    }
}

impl fmt::Display for SyncToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SyncToken {
    type Err = InvalidHref;

    fn from_str(uri: &str) -> Result<Self, InvalidHref> {
        Self::new(uri)
    }
}
