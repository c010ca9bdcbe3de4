//! The periods of a quota.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::quota::calendar;

/// The recurring period after which a quota is renewed.
///
/// A window has a length and an anchor, at which one of its periods begins; the others follow and
/// precede it without gaps. Times are in UTC and in whole seconds, so that a day has 24 hours.
///
/// Without an anchor, periods are those of the calendar, counted from 1 January 1970. For billing
/// periods the anchor is the moment at which the subscription began. If a month is too short for the day
/// of the anchor, its last day takes the place; later months are not affected. The end of a period can
/// serve as the anchor, too, but if it is such a last day, later months begin too early.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use statuary::quota::Window;
///
/// let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
///
/// let february = Window::MONTH.period_at(at(951_782_400)); // 29 February 2000
/// assert_eq!(february.start(), at(949_363_200));
/// assert_eq!(february.end(), at(951_868_800)); // 1 March
///
/// let billing = Window::MONTH.anchored_at(at(949_316_400)); // 31 January, 11 in the morning
/// let second = billing.period_at(at(951_868_800));
/// assert_eq!(second.start(), at(951_822_000)); // 29 February, at 11
/// assert_eq!(second.end(), at(954_500_400)); // 31 March, at 11
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Window {
    length: Length,
    /// In seconds since 1970.
    anchor: i64,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Length {
    Months(u8),
    Seconds(u32),
}

/// One period of a [`Window`].
///
/// It includes its start, but not its end.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Period {
    start: SystemTime,
    end: SystemTime,
}

// === impl Window ===

impl Window {
    /// A minute.
    pub const MINUTE: Self = Self::seconds(60);
    /// An hour.
    pub const HOUR: Self = Self::seconds(60 * 60);
    /// A day, from midnight to midnight.
    pub const DAY: Self = Self::seconds(24 * 60 * 60);
    /// A week that begins on Monday.
    pub const WEEK: Self = Self {
        length: Length::Seconds(7 * 24 * 60 * 60),
        anchor: 4 * DAY, // 1 January 1970 was a Thursday.
    };
    /// A month, from its first day to its last.
    pub const MONTH: Self = Self::months(1);
    /// A year, from January to December.
    pub const YEAR: Self = Self::months(12);

    /// A window of this length.
    ///
    /// # Panics
    ///
    /// If it is not a whole number of seconds, or is less than one second or more than a hundred years.
    #[track_caller]
    pub const fn of(length: Duration) -> Self {
        const MOST: u64 = 36_525 * 24 * 60 * 60;

        let seconds = length.as_secs();
        assert!(
            length.subsec_nanos() == 0 && seconds >= 1 && seconds <= MOST,
            "a window must be whole seconds, from one second to a hundred years"
        );
        Self::seconds(seconds as u32)
    }

    /// A window of this many months.
    ///
    /// # Panics
    ///
    /// If `count` is zero.
    #[track_caller]
    pub const fn months(count: u8) -> Self {
        assert!(count > 0, "a window must be at least one month");
        Self {
            length: Length::Months(count),
            anchor: 0,
        }
    }

    /// Lets a period begin at this moment, if it is known. Default: the beginning of 1970; for
    /// [`WEEK`](Self::WEEK), the first Monday of that year.
    ///
    /// Fractions of a second are dropped.
    pub fn anchored_at(mut self, moment: impl Into<Option<SystemTime>>) -> Self {
        if let Some(moment) = moment.into() {
            self.anchor = seconds(moment);
        }
        self
    }

    /// The period that contains a moment.
    ///
    /// Moments before 1970 count as its first second, those after the year 9999 as its last.
    pub fn period_at(self, moment: SystemTime) -> Period {
        let now = seconds(moment);
        let (start, end) = match self.length {
            Length::Seconds(length) => {
                let length = i64::from(length);
                let start = now - (now - self.anchor).rem_euclid(length);
                (start, start + length)
            }
            Length::Months(count) => self.months_at(now, i64::from(count)),
        };
        Period {
            start: moment_at(start),
            end: moment_at(end),
        }
    }

    fn months_at(self, now: i64, count: i64) -> (i64, i64) {
        let (first, day) = calendar::month_and_day(self.anchor.div_euclid(DAY));
        let start = |turn: i64| {
            let day = calendar::day(first + turn * count, day);
            day * DAY + self.anchor.rem_euclid(DAY)
        };
        let (month, _) = calendar::month_and_day(now.div_euclid(DAY));
        let mut turn = (month - first).div_euclid(count);
        // It may begin later in the same month.
        if start(turn) > now {
            turn -= 1;
        }
        (start(turn), start(turn + 1))
    }

    const fn seconds(length: u32) -> Self {
        Self {
            length: Length::Seconds(length),
            anchor: 0,
        }
    }
}

// === impl Period ===

impl Period {
    /// Its first moment, which it includes.
    #[must_use]
    pub const fn start(&self) -> SystemTime {
        self.start
    }

    /// The first moment after it.
    #[must_use]
    pub const fn end(&self) -> SystemTime {
        self.end
    }

    /// How long it lasts.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.left_at(self.start)
    }

    /// How much of it is left at a moment.
    #[must_use]
    pub fn left_at(&self, moment: SystemTime) -> Duration {
        self.end.duration_since(moment).unwrap_or_default()
    }
}

// === helpers ===

const DAY: i64 = 24 * 60 * 60;

/// Seconds since 1970, up to the year 9999.
fn seconds(moment: SystemTime) -> i64 {
    const LAST: u64 = 253_402_300_799; // of the year 9999

    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs().min(LAST) as i64
}

fn moment_at(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    match seconds < 0 {
        true => UNIX_EPOCH - distance,
        false => UNIX_EPOCH + distance,
    }
}
