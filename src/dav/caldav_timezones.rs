//! The `CalDAV-Timezones` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName};

use super::header::{self, InvalidHeader};

/// Whether the calendar data in an answer holds the definitions of standard time zones.
///
/// [RFC 7809, section 7.1](https://www.rfc-editor.org/rfc/rfc7809#section-7.1)
///
/// What a missing header means is the server's to say: one that does not advertise
/// `calendar-no-timezone` always sends them. A server's answers depend on the header, which
/// belongs into their `Vary`. As an axum extractor, it is an `Option<CaldavTimezones>`.
///
/// # Grammar
///
/// ```text
/// CalDAV-Timezones = "T" | "F"
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
/// use statuary::dav::CaldavTimezones;
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(CaldavTimezones::optional_from_headers(&headers)?, None);
///
/// headers.insert("caldav-timezones", HeaderValue::from_static("F"));
/// assert_eq!(CaldavTimezones::optional_from_headers(&headers)?, Some(CaldavTimezones::ByReference));
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CaldavTimezones {
    /// `F`: leave them out, the client knows the standard ones.
    ByReference,
    /// `T`: put each `VTIMEZONE` into the data.
    Included,
}

// === impl CaldavTimezones ===

impl CaldavTimezones {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("caldav-timezones");

    /// Reads the header; `None` if there is none.
    ///
    /// # Errors
    ///
    /// When the value is neither `T` nor `F`, or when there are several that differ.
    pub fn optional_from_headers(headers: &HeaderMap) -> Result<Option<Self>, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map(str::parse).transpose()
    }
}

/// As the header has it.
impl fmt::Display for CaldavTimezones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByReference => "F",
            Self::Included => "T",
        })
    }
}

impl FromStr for CaldavTimezones {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        match value {
            "T" | "t" => Ok(Self::Included),
            "F" | "f" => Ok(Self::ByReference),
            _ => Err(InvalidHeader::new(&Self::NAME, "be `T` or `F`")),
        }
    }
}
