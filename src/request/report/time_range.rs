//! Spans of time.

use std::time::SystemTime;

use crate::{
    date,
    request::walk,
    xml::{Error, ErrorKind, Parser},
};

/// A span of time that is open at one of its ends, or at none, and ends after it starts
/// ([RFC 4791, section 9.9](https://www.rfc-editor.org/rfc/rfc4791#section-9.9)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeRange {
    start: Option<SystemTime>,
    end: Option<SystemTime>,
}

/// A span of time with both of its ends, as `expand`, `limit-recurrence-set` and `limit-freebusy-set`
/// have it. It ends after it starts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeSpan {
    start: SystemTime,
    end: SystemTime,
}

// === impl TimeRange ===

impl TimeRange {
    /// The first moment in it; `None` if it has always been.
    #[must_use]
    pub fn start(&self) -> Option<SystemTime> {
        self.start
    }

    /// The first moment after it; `None` if it never ends.
    #[must_use]
    pub fn end(&self) -> Option<SystemTime> {
        self.end
    }

    /// Reads the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let (start, end) = (moment(parser, "start")?, moment(parser, "end")?);
        if start.is_none() && end.is_none() {
            let sentence = "`time-range` has neither a `start` nor an `end`";
            return Err(parser.error(ErrorKind::MissingAttribute, sentence));
        }
        check_order(parser, start, end)?;
        parser.skip()?;
        Ok(Self { start, end })
    }
}

// === impl TimeSpan ===

impl TimeSpan {
    /// The first moment in it.
    #[must_use]
    pub fn start(&self) -> SystemTime {
        self.start
    }

    /// The first moment after it.
    #[must_use]
    pub fn end(&self) -> SystemTime {
        self.end
    }

    /// Reads the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let (start, end) = (moment(parser, "start")?, moment(parser, "end")?);
        let (Some(start), Some(end)) = (start, end) else {
            let sentence = format!("`{}` has no `start` or no `end`", parser.local());
            return Err(parser.error(ErrorKind::MissingAttribute, sentence));
        };
        check_order(parser, Some(start), Some(end))?;
        parser.skip()?;
        Ok(Self { start, end })
    }
}

// === helpers ===

fn moment(parser: &Parser<'_>, attribute: &str) -> Result<Option<SystemTime>, Error> {
    let Some(text) = parser.attribute("", attribute) else {
        return Ok(None);
    };
    let moment = date::read_utc(text).ok_or_else(|| {
        let sentence = format!("`{attribute}` is no time in UTC, write it as `20060104T140000Z`");
        walk::invalid(parser, sentence)
    })?;
    Ok(Some(moment))
}

fn check_order(
    parser: &Parser<'_>,
    start: Option<SystemTime>,
    end: Option<SystemTime>,
) -> Result<(), Error> {
    match (start, end) {
        (Some(start), Some(end)) if end <= start => {
            Err(walk::invalid(parser, "`end` is not after `start`"))
        }
        _ => Ok(()),
    }
}
