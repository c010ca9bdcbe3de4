//! Spans of time.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use crate::{
    date,
    request::walk,
    xml::{self, ErrorKind, Parser},
};

/// A span of time, which may be open at one end, and ends after it starts
/// ([RFC 4791, section 9.9](https://www.rfc-editor.org/rfc/rfc4791#section-9.9)).
///
/// # Examples
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use statuary::request::report::TimeRange;
///
/// let hour = |hour: u64| UNIX_EPOCH + Duration::from_secs(3_600 * hour);
/// let afternoon = TimeRange::new(Some(hour(12)), None)?;
/// assert!(afternoon.overlaps(hour(11), hour(13)));
/// assert!(!afternoon.overlaps(hour(11), hour(12)));
///
/// // An event that has no duration, or the trigger of an alarm.
/// assert!(afternoon.contains(hour(12)));
/// # Ok::<(), statuary::request::report::InvalidTimeRange>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeRange {
    start: Option<SystemTime>,
    end: Option<SystemTime>,
}

/// The times of a `VTODO`, of which it may have any.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "these are the times that the table of the RFC looks at"
)]
pub struct TodoTimes {
    /// `DTSTART`.
    pub start: Option<SystemTime>,
    /// `DURATION`.
    pub duration: Option<Duration>,
    /// `DUE`.
    pub due: Option<SystemTime>,
    /// `COMPLETED`.
    pub completed: Option<SystemTime>,
    /// `CREATED`.
    pub created: Option<SystemTime>,
}

/// A span of time with both ends, as in `expand`, `limit-recurrence-set` and `limit-freebusy-set`.
/// It ends after it starts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeSpan {
    start: SystemTime,
    end: SystemTime,
}

/// The error of times that do not make a span.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidTimeRange;

// === impl TimeRange ===

impl TimeRange {
    /// The span from `start` on, up to `end`, or between the two.
    ///
    /// # Errors
    ///
    /// When there is neither of them, or when the span does not end after it starts.
    pub fn new(
        start: Option<SystemTime>,
        end: Option<SystemTime>,
    ) -> Result<Self, InvalidTimeRange> {
        match (start, end) {
            (None, None) => Err(InvalidTimeRange),
            (Some(start), Some(end)) if end <= start => Err(InvalidTimeRange),
            _ => Ok(Self { start, end }),
        }
    }

    /// The first moment in it; `None` if it has no start.
    #[must_use]
    pub fn start(&self) -> Option<SystemTime> {
        self.start
    }

    /// The first moment after it; `None` if it has no end.
    #[must_use]
    pub fn end(&self) -> Option<SystemTime> {
        self.end
    }

    /// Whether something that lasts from `from` to `to` falls into it: a `VEVENT`, or a period of a
    /// `VFREEBUSY`. Where only `from` or `to` touches an end of the range, it does not; but what has no
    /// duration falls into a range that [contains](Self::contains) it, and so into one that starts with it.
    ///
    /// An event without `DTEND` and `DURATION`, or a `VJOURNAL`, lasts a day if its `DTSTART` is a date, and
    /// has no duration if it is a time. A `VFREEBUSY` that has `DTSTART` and `DTEND` also falls into a range
    /// that starts at its `DTEND`.
    #[must_use]
    pub fn overlaps(&self, from: SystemTime, to: SystemTime) -> bool {
        if to <= from {
            return self.contains(from);
        }
        self.start.is_none_or(|start| start < to) && self.end.is_none_or(|end| from < end)
    }

    /// Whether a `VTODO` falls into it. One that has none of the times falls into every range.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use statuary::request::report::{TimeRange, TodoTimes};
    ///
    /// let hour = |hour: u64| UNIX_EPOCH + Duration::from_secs(3_600 * hour);
    /// let afternoon = TimeRange::new(Some(hour(12)), Some(hour(18)))?;
    /// let due = |due| TodoTimes { due: Some(due), ..TodoTimes::default() };
    /// assert!(!afternoon.overlaps_todo(&due(hour(12))));
    /// assert!(afternoon.overlaps_todo(&due(hour(18))));
    /// # Ok::<(), statuary::request::report::InvalidTimeRange>(())
    /// ```
    #[must_use]
    pub fn overlaps_todo(&self, todo: &TodoTimes) -> bool {
        let starts_before = |time| self.start.is_none_or(|start| start < time);
        let starts_by = |time| self.start.is_none_or(|start| start <= time);
        let ends_after = |time| self.end.is_none_or(|end| end > time);
        let ends_from = |time| self.end.is_none_or(|end| end >= time);
        let TodoTimes {
            start,
            duration,
            due,
            completed,
            created,
        } = *todo;
        match (start, due, completed, created) {
            (Some(start), due, ..) => match (duration, due) {
                (Some(duration), _) => {
                    // What never ends is not over when a range starts.
                    let end = start.checked_add(duration);
                    end.is_none_or(starts_by) && (ends_after(start) || end.is_some_and(ends_from))
                }
                (None, Some(due)) => {
                    (starts_before(due) || starts_by(start))
                        && (ends_after(start) || ends_from(due))
                }
                (None, None) => self.contains(start),
            },
            (None, Some(due), ..) => starts_before(due) && ends_from(due),
            (None, None, Some(completed), Some(created)) => {
                (starts_by(created) || starts_by(completed))
                    && (ends_from(created) || ends_from(completed))
            }
            (None, None, Some(completed), None) => starts_by(completed) && ends_from(completed),
            (None, None, None, Some(created)) => ends_after(created),
            (None, None, None, None) => true,
        }
    }

    /// Whether a moment falls into it, such as the trigger of a `VALARM`.
    #[must_use]
    pub fn contains(&self, moment: SystemTime) -> bool {
        self.start.is_none_or(|start| start <= moment) && self.end.is_none_or(|end| moment < end)
    }

    /// Reads the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, xml::Error> {
        let (start, end) = (moment(parser, "start")?, moment(parser, "end")?);
        if start.is_none() && end.is_none() {
            let sentence = "`time-range` has neither a `start` nor an `end`";
            return Err(parser.error(ErrorKind::MissingAttribute, sentence));
        }
        let range = Self::new(start, end).map_err(|_| no_span(parser))?;
        parser.skip()?;
        Ok(range)
    }
}

// === impl TimeSpan ===

impl TimeSpan {
    /// The span between two moments.
    ///
    /// # Errors
    ///
    /// When the span does not end after it starts.
    pub fn new(start: SystemTime, end: SystemTime) -> Result<Self, InvalidTimeRange> {
        match start < end {
            true => Ok(Self { start, end }),
            false => Err(InvalidTimeRange),
        }
    }

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
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, xml::Error> {
        let (start, end) = (moment(parser, "start")?, moment(parser, "end")?);
        let (Some(start), Some(end)) = (start, end) else {
            let sentence = format!("`{}` has no `start` or no `end`", parser.local());
            return Err(parser.error(ErrorKind::MissingAttribute, sentence));
        };
        let span = Self::new(start, end).map_err(|_| no_span(parser))?;
        parser.skip()?;
        Ok(span)
    }
}

// === impl InvalidTimeRange ===

impl fmt::Display for InvalidTimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid span of time: it has no ends, or does not end after it starts")
    }
}

impl Error for InvalidTimeRange {}

// === helpers ===

fn moment(parser: &Parser<'_>, attribute: &str) -> Result<Option<SystemTime>, xml::Error> {
    let Some(text) = parser.attribute("", attribute) else {
        return Ok(None);
    };
    let moment = date::read_utc(text).ok_or_else(|| {
        let sentence =
            format!("`{attribute}` is not a time in UTC, write it as `20060104T140000Z`");
        walk::invalid(parser, sentence)
    })?;
    Ok(Some(moment))
}

fn no_span(parser: &Parser<'_>) -> xml::Error {
    walk::invalid(parser, "`end` is not after `start`")
}
