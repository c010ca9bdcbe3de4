//! Spans of time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{
    request::walk,
    xml::{Error, ErrorKind, Parser},
};

/// A span of time that is open at one of its ends, or at none
/// ([RFC 4791, section 9.9](https://www.rfc-editor.org/rfc/rfc4791#section-9.9)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct TimeRange {
    /// The first moment in it.
    pub start: Option<SystemTime>,
    /// The first moment after it.
    pub end: Option<SystemTime>,
}

/// A span of time with both of its ends, as `expand`, `limit-recurrence-set` and `limit-freebusy-set`
/// have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct TimeSpan {
    /// The first moment in it.
    pub start: SystemTime,
    /// The first moment after it.
    pub end: SystemTime,
}

// === impl TimeRange ===

impl TimeRange {
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
    let moment = utc(text).ok_or_else(|| {
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

/// Reads a "date with UTC time" of
/// [RFC 5545, section 3.3.5](https://www.rfc-editor.org/rfc/rfc5545#section-3.3.5).
fn utc(text: &str) -> Option<SystemTime> {
    let text = text.trim_ascii();
    let number = |range| -> Option<u64> {
        let digits: &str = text.get(range)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok())?
    };
    if text.len() != 16 || text.get(8..9) != Some("T") || text.get(15..) != Some("Z") {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let (hour, minute, second) = (number(9..11)?, number(11..13)?, number(13..15)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    // A minute may have a leap second.
    if day == 0 || day > days_in_month || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years begin in March, so that the leap day is the last one.
    let years = if month > 2 { year + 400 } else { year + 399 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = years * 365 + years / 4 - years / 100 + years / 400 + day_of_year;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    // The first of March of the year -400, which is where the days begin.
    const BEFORE_EPOCH: u64 = (719_468 + 146_097) * 86_400;
    match seconds.checked_sub(BEFORE_EPOCH) {
        Some(after) => UNIX_EPOCH.checked_add(Duration::from_secs(after)),
        None => UNIX_EPOCH.checked_sub(Duration::from_secs(BEFORE_EPOCH - seconds)),
    }
}
