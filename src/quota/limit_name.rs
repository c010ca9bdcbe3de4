//! What a limit is called.

use std::{error::Error, fmt, str::FromStr, sync::Arc};

/// The name of a limit: in header fields, in refusals, and in the store.
///
/// It is a String of [RFC 9651](https://www.rfc-editor.org/rfc/rfc9651#section-3.3.3), and so made of
/// printable ASCII.
///
/// # Examples
///
/// ```
/// use statuary::quota::LimitName;
///
/// assert_eq!(LimitName::from_static("reports a day").as_str(), "reports a day");
/// assert!(LimitName::try_from("Berichte im März").is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LimitName(Arc<str>);

/// The error of a name that is not printable ASCII.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidLimitName {
    position: usize,
    character: char,
}

// === impl LimitName ===

impl LimitName {
    /// A name from a literal.
    ///
    /// # Panics
    ///
    /// If it holds a character that is not printable ASCII.
    #[must_use]
    #[track_caller]
    pub fn from_static(name: &'static str) -> Self {
        match Self::try_from(name) {
            Ok(name) => name,
            Err(error) => panic!("not a name for a limit: {error}"),
        }
    }

    /// The name as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, to be shared.
    pub(super) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl FromStr for LimitName {
    type Err = InvalidLimitName;

    fn from_str(name: &str) -> Result<Self, InvalidLimitName> {
        let is_illegal = |(_, character): &(usize, char)| !matches!(character, ' '..='~');
        match name.char_indices().find(is_illegal) {
            Some((position, character)) => Err(InvalidLimitName {
                position,
                character,
            }),
            None => Ok(Self(name.into())),
        }
    }
}

impl TryFrom<&str> for LimitName {
    type Error = InvalidLimitName;

    fn try_from(name: &str) -> Result<Self, InvalidLimitName> {
        name.parse()
    }
}

impl TryFrom<String> for LimitName {
    type Error = InvalidLimitName;

    fn try_from(name: String) -> Result<Self, InvalidLimitName> {
        name.parse()
    }
}

impl AsRef<str> for LimitName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for LimitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// === impl InvalidLimitName ===

impl fmt::Display for InvalidLimitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position,
            character,
        } = self;
        write!(f, "{character:?} at byte {position} is not printable ASCII")
    }
}

impl Error for InvalidLimitName {}
