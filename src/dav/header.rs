//! What the headers have in common.

use std::{error::Error, fmt};

use http::{HeaderMap, HeaderName};

/// The error of a header whose value does not follow its grammar.
///
/// It says what the header must be, and does not repeat its value. A server answers it with 400.
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::Depth;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("depth", HeaderValue::from_static("2"));
///
/// let error = Depth::from_headers(&headers).unwrap_err();
/// assert_eq!(error.to_string(), "the header `depth` must be `0`, `1` or `infinity`");
/// assert_eq!(error.name(), "depth");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct InvalidHeader {
    name: HeaderName,
    rule: &'static str,
}

// === impl InvalidHeader ===

impl InvalidHeader {
    /// `rule` continues the sentence "the header must".
    pub(crate) fn new(name: &HeaderName, rule: &'static str) -> Self {
        Self {
            name: name.clone(),
            rule,
        }
    }

    /// The name of the header.
    #[must_use]
    pub fn name(&self) -> &HeaderName {
        &self.name
    }
}

impl fmt::Display for InvalidHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, rule } = self;
        write!(f, "the header `{name}` must {rule}")
    }
}

impl Error for InvalidHeader {}

// === helpers ===

/// The value of a header that may occur once. Repeated lines with the same value count as one.
pub(crate) fn find<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h str>, InvalidHeader> {
    let mut lines = headers.get_all(name).iter();
    let Some(first) = lines.next() else {
        return Ok(None);
    };
    if lines.any(|line| line != first) {
        return Err(InvalidHeader::new(name, "be there once"));
    }
    match first.to_str() {
        Ok(value) => Ok(Some(value.trim_matches([' ', '\t']))),
        Err(_) => Err(InvalidHeader::new(name, "be printable ASCII")),
    }
}
