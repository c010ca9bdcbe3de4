//! When somebody is busy.

use super::TimeRange;
use crate::{
    request::{
        body::{Body, body},
        walk::{self, CALDAV},
    },
    xml::{Error, Parser},
};

/// Asks when the owner of a calendar is busy. The answer is not a 207 but a calendar with a
/// `VFREEBUSY`.
///
/// [RFC 4791, section 9.11](https://www.rfc-editor.org/rfc/rfc4791#section-9.11)
///
/// # Grammar
///
/// ```text
/// <!ELEMENT free-busy-query (time-range)>
/// ```
///
/// # Example values
///
/// ```xml
/// <C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">
///   <C:time-range start="20060104T140000Z" end="20060105T220000Z"/>
/// </C:free-busy-query>
/// ```
///
/// # Examples
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use statuary::{request::report::FreeBusyQuery, xml::Limits};
///
/// let body = br#"<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">
///     <C:time-range start="20060104T140000Z" end="20060105T220000Z"/>
/// </C:free-busy-query>"#;
/// let query = FreeBusyQuery::parse(body, &Limits::request())?;
/// assert_eq!(query.time_range().start(), Some(UNIX_EPOCH + Duration::from_secs(1_136_383_200)));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FreeBusyQuery {
    time_range: TimeRange,
}

// === impl FreeBusyQuery ===

body!(FreeBusyQuery, "REPORT");

impl FreeBusyQuery {
    /// The span of time that is asked about.
    #[must_use]
    pub fn time_range(&self) -> TimeRange {
        self.time_range
    }
}

impl Body for FreeBusyQuery {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, CALDAV, "free-busy-query")?;
        let mut time_range = None;
        while parser.enter()? {
            if walk::is(parser, CALDAV, "time-range") {
                let read = TimeRange::read(parser)?;
                let sentence = "`free-busy-query` holds more than one `time-range`";
                walk::once(&mut time_range, read, parser, sentence)?;
            } else {
                parser.skip()?;
            }
        }
        match time_range {
            Some(time_range) => Ok(Self { time_range }),
            None => Err(walk::missing(
                parser,
                "`free-busy-query` holds no `time-range`",
            )),
        }
    }
}
