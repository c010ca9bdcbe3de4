//! Microsoft's `Brief` header.

use std::{convert::Infallible, fmt, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue};

/// Whether a Microsoft client wants a 207 without missing properties, which
/// [`Return::Minimal`](super::Return::Minimal) asks for today.
///
/// [RFC 8144, appendix A](https://www.rfc-editor.org/rfc/rfc8144#appendix-A)
///
/// [`Prefer`](super::Prefer) reads it too, and the [layer](crate::MultiStatusLayer) follows it. A
/// missing header, and any value but `t`, is [`Brief::Full`].
///
/// # Grammar
///
/// ```text
/// Brief = "t" | "f"
/// ```
///
/// # Example values
///
/// * `t`
/// * `f`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::Brief;
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(Brief::from_headers(&headers), Brief::Full);
///
/// headers.insert("brief", HeaderValue::from_static("t"));
/// assert_eq!(Brief::from_headers(&headers), Brief::Minimal);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Brief {
    /// `f`: everything that was asked for. The default.
    #[default]
    Full,
    /// `t`: only what exists.
    Minimal,
}

// === impl Brief ===

impl Brief {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("brief");

    /// Reads the header.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let value = headers.get(Self::NAME);
        Self::read(value.map_or(b"", HeaderValue::as_bytes))
    }

    fn read(value: &[u8]) -> Self {
        match value.trim_ascii() {
            b"t" => Self::Minimal,
            _ => Self::Full,
        }
    }
}

/// Writes the value of the header.
impl fmt::Display for Brief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "f",
            Self::Minimal => "t",
        })
    }
}

/// Reads the value of the header: any value but `t` is [`Brief::Full`].
impl FromStr for Brief {
    type Err = Infallible;

    fn from_str(value: &str) -> Result<Self, Infallible> {
        Ok(Self::read(value.as_bytes()))
    }
}
