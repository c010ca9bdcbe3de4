//! The `CalDAV-Timezones` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName};

use super::header::{self, InvalidHeader};

/// Whether the calendar data in an answer include the definitions of standard time zones.
///
/// [RFC 7809, section 7.1](https://www.rfc-editor.org/rfc/rfc7809#section-7.1)
///
/// The server decides what a missing header means: one that does not advertise
/// `calendar-no-timezone` always sends them. The answers depend on the header, so it belongs in
/// their `Vary`. The axum extractor is `Option<CaldavTimezones>`.
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
    /// When the value is neither `T` nor `F`, or when there are several values that differ.
    pub fn optional_from_headers(headers: &HeaderMap) -> Result<Option<Self>, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map(str::parse).transpose()
    }
}

/// Writes the value of the header.
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
