//! Formats of times: the two that HTTP and WebDAV write, an IMF-fixdate and a date-time of RFC 3339; the
//! three that may come back, the HTTP-dates; and the one of CalDAV requests, a date with UTC time of RFC
//! 5545.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time, in UTC, by the calendar. Years from 1 to 9999.
struct Moment {
    century: u32,
    /// Of the century.
    year: u32,
    month: u32,
    day: u32,
    weekday: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

/// Months from index 1 on; with the space or comma behind, and padded so that no bounds check is needed.
static MONTHS: [[u8; 4]; 16] = [
    *b"    ", *b"Jan ", *b"Feb ", *b"Mar ", *b"Apr ", *b"May ", *b"Jun ", *b"Jul ", *b"Aug ",
    *b"Sep ", *b"Oct ", *b"Nov ", *b"Dec ", *b"    ", *b"    ", *b"    ",
];
static WEEKDAYS: [[u8; 4]; 8] = [
    *b"Sun,", *b"Mon,", *b"Tue,", *b"Wed,", *b"Thu,", *b"Fri,", *b"Sat,", *b"    ",
];

/// `00`, `01` and so on, up to `99`; the entries behind are never used, and save a bounds check.
static DIGITS: [[u8; 2]; 256] = {
    let mut digits = [[0; 2]; 256];
    let mut number = 0;
    while number < 100 {
        digits[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    digits
};

const SECONDS_A_DAY: u64 = 86_400;
/// 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the last with a year of four digits, in seconds since
/// 0001-01-01T00:00:00Z.
const EPOCH: u64 = 62_135_596_800;
const LAST: u64 = EPOCH + 253_402_300_799;

/// The length of an IMF-fixdate.
pub(crate) const HTTP: usize = 29;
/// The length of a date-time of RFC 3339, in whole seconds of UTC.
pub(crate) const RFC_3339: usize = 20;

/// `Sun, 06 Nov 1994 08:49:37 GMT`: an IMF-fixdate of
/// [RFC 9110, section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7).
#[inline]
pub(crate) fn put_http(time: SystemTime, out: &mut [u8; HTTP]) {
    let moment = Moment::of(time);
    *out = *b"Sun, 00 Jan 0000 00:00:00 GMT";
    out[0..4].copy_from_slice(&WEEKDAYS[(moment.weekday & 7) as usize]);
    put_two(out, 5, moment.day);
    out[8..12].copy_from_slice(&MONTHS[(moment.month & 15) as usize]);
    put_two(out, 12, moment.century);
    put_two(out, 14, moment.year);
    put_two(out, 17, moment.hour);
    put_two(out, 20, moment.minute);
    put_two(out, 23, moment.second);
}

/// `1994-11-06T08:49:37Z`: a date-time of [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) in whole
/// seconds, since Windows cannot read fractions.
#[inline]
pub(crate) fn put_rfc3339(time: SystemTime, out: &mut [u8; RFC_3339]) {
    let moment = Moment::of(time);
    *out = *b"0000-00-00T00:00:00Z";
    put_two(out, 0, moment.century);
    put_two(out, 2, moment.year);
    put_two(out, 5, moment.month);
    put_two(out, 8, moment.day);
    put_two(out, 11, moment.hour);
    put_two(out, 14, moment.minute);
    put_two(out, 17, moment.second);
}

/// Reads an HTTP-date of [RFC 9110, section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7), in
/// the current form or in one of the two obsolete ones. A year of two digits is the latest one with these
/// digits that is at most 50 years ahead.
pub(crate) fn read_http(text: &str, now: SystemTime) -> Option<SystemTime> {
    let text = text.trim_ascii();
    let mut words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
    // The weekday is redundant.
    let (_, first, second) = (words.next()?, words.next()?, words.next()?);
    let (third, fourth) = (words.next()?, words.next()?);
    let (day, month, year, time) = match month(first) {
        // `Sun Nov  6 08:49:37 1994`
        Some(month) => (second, month, fourth, third),
        // `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`
        None if words.next() == Some("GMT") => (first, month(second)?, third, fourth),
        None => return None,
    };
    if words.next().is_some() || day.len() > 2 {
        return None;
    }
    let year = match (number(year)?, year.len()) {
        (year, 4) => year,
        (year, 2) => {
            let now = Moment::of(now);
            let latest = u64::from(now.century * 100 + now.year) + 50;
            latest - (latest - year) % 100
        }
        _ => return None,
    };
    let mut time = time.split(':').map(two_digits);
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let is_time = time.next().is_none();
    is_time.then(|| instant([year, month, number(day)?], [hour, minute, second]))?
}

/// Reads a "date with UTC time" of
/// [RFC 5545, section 3.3.5](https://www.rfc-editor.org/rfc/rfc5545#section-3.3.5).
pub(crate) fn read_utc(text: &str) -> Option<SystemTime> {
    let text = text.trim_ascii();
    let digits = |range| text.get(range).and_then(number);
    if text.len() != 16 || text.get(8..9) != Some("T") || text.get(15..) != Some("Z") {
        return None;
    }
    let date = [digits(0..4)?, digits(4..6)?, digits(6..8)?];
    instant(date, [digits(9..11)?, digits(11..13)?, digits(13..15)?])
}

// === impl Moment ===

impl Moment {
    #[inline]
    fn of(time: SystemTime) -> Self {
        // Since 0001-01-01, so that nothing is negative.
        let seconds = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => EPOCH + after.as_secs().min(LAST - EPOCH),
            Err(error) => EPOCH.saturating_sub(round_up(error.duration())),
        };
        let days = (seconds / SECONDS_A_DAY) as u32;
        let second = (seconds % SECONDS_A_DAY) as u32;
        let minute = second / 60;
        let hour = minute / 60;
        let (century, year, month, day) = civil(days);
        Self {
            century,
            year,
            month,
            day,
            // 0001-01-01 was a Monday.
            weekday: weekday(days + 1),
            hour,
            minute: minute - 60 * hour,
            second: second - 60 * minute,
        }
    }
}

// === helpers ===

/// A time before the epoch belongs to the second that it is in, as one after it does.
fn round_up(before: Duration) -> u64 {
    before
        .as_secs()
        .saturating_add(u64::from(before.subsec_nanos() > 0))
}

/// The date of a day counted from 0001-01-01, after Neri and Schneider, "Euclidean affine functions
/// and their application to calendar algorithms": years begin in March, so that the leap day is last.
/// The year is given as the century and the year in it.
#[inline]
fn civil(days: u32) -> (u32, u32, u32, u32) {
    const DAYS_A_CENTURY: u32 = 36_524;
    // Days since 0000-03-01.
    let n = days + 306;
    let n1 = 4 * n + 3;
    let century = n1 / (4 * DAYS_A_CENTURY + 1);
    let n2 = (n1 % (4 * DAYS_A_CENTURY + 1)) | 3;
    let p = 2_939_745 * u64::from(n2);
    let year = (p >> 32) as u32;
    let day_of_year = ((p & 0xFFFF_FFFF) / 2_939_745 / 4) as u32;
    let n3 = 2_141 * day_of_year + 197_913;
    let (month, day) = (n3 >> 16, (n3 & 0xFFFF) / 2_141);
    let after_december = day_of_year >= 306;
    let year = year + u32::from(after_december);
    let month = if after_december { month - 12 } else { month };
    match year < 100 {
        true => (century, year, month, day + 1),
        false => (century + 1, year - 100, month, day + 1),
    }
}

/// The remainder of a division by seven, from the fraction of a multiplication by one seventh (Lemire, Kaser
/// and Kurz, "Faster remainder by direct computation").
#[inline]
fn weekday(days: u32) -> u32 {
    const SEVENTH: u32 = u32::MAX / 7 + 1;
    let fraction = u64::from(days.wrapping_mul(SEVENTH));
    ((fraction * 7) >> 32) as u32
}

/// The point in time of this calendar date and time, if it exists.
fn instant([year, month, day]: [u64; 3], [hour, minute, second]: [u64; 3]) -> Option<SystemTime> {
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
    let seconds = days * SECONDS_A_DAY + hour * 3_600 + minute * 60 + second;
    // The first of March of the year -400, which is where the days begin.
    const BEFORE_EPOCH: u64 = (719_468 + 146_097) * SECONDS_A_DAY;
    match seconds.checked_sub(BEFORE_EPOCH) {
        Some(after) => UNIX_EPOCH.checked_add(Duration::from_secs(after)),
        None => UNIX_EPOCH.checked_sub(Duration::from_secs(BEFORE_EPOCH - seconds)),
    }
}

/// The number of a month, by the first three letters of its name.
fn month(name: &str) -> Option<u64> {
    let place = MONTHS[1..=12]
        .iter()
        .position(|month| name.as_bytes() == &month[..3]);
    Some(place? as u64 + 1)
}

fn two_digits(text: &str) -> Option<u64> {
    number(text).filter(|_| text.len() == 2)
}

/// A number that is written only in digits.
pub(crate) fn number(digits: &str) -> Option<u64> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// The digits of a number below 100.
#[inline]
fn two(number: u32) -> [u8; 2] {
    DIGITS[(number & 0xFF) as usize]
}

#[inline]
fn put_two<const N: usize>(out: &mut [u8; N], at: usize, number: u32) {
    out[at..at + 2].copy_from_slice(&two(number));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let lengths = |year: u32| {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            [
                31,
                if leap { 29 } else { 28 },
                31,
                30,
                31,
                30,
                31,
                31,
                30,
                31,
                30,
                31,
            ]
        };
        // From 1600-01-01 on.
        let mut days = 584_022;
        for year in 1600..2400 {
            for (month, length) in lengths(year).into_iter().enumerate() {
                for day in 1..=length {
                    let date = (year / 100, year % 100, month as u32 + 1, day);
                    assert_eq!(civil(days), date, "day {days}");
                    days += 1;
                }
            }
        }
    }

    #[test]
    fn the_first_and_the_last_day_that_four_digits_can_name() {
        let last = (LAST / SECONDS_A_DAY) as u32;
        assert_eq!(civil(0), (0, 1, 1, 1));
        assert_eq!(civil(last), (99, 99, 12, 31));
        assert!((0..last + 2).all(|day| weekday(day) == day % 7));
    }

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for seconds in (0..=LAST).step_by(24_711_857) {
            let time = match seconds.checked_sub(EPOCH) {
                Some(after) => UNIX_EPOCH + Duration::from_secs(after),
                None => UNIX_EPOCH - Duration::from_secs(EPOCH - seconds),
            };
            let mut written = [0; RFC_3339];
            put_rfc3339(time, &mut written);
            let written = str::from_utf8(&written).unwrap();
            let text = written.replace(['-', ':'], "");
            assert_eq!(read_utc(&text), Some(time), "{written}");
            let mut written = [0; HTTP];
            put_http(time, &mut written);
            let written = str::from_utf8(&written).unwrap();
            assert_eq!(read_http(written, UNIX_EPOCH), Some(time), "{written}");
        }
    }
    #[test]
    fn a_year_of_two_digits_is_near() {
        let at = |text: &str| read_http(text, UNIX_EPOCH).expect("a date");
        let (now, then) = (at("Tue, 01 Dec 2026 00:00:00 GMT"), "Sunday, 06-Nov-");
        for (digits, year) in [
            ("94", 1994),
            ("26", 2026),
            ("76", 2076),
            ("77", 1977),
            ("00", 2000),
        ] {
            let read = read_http(&format!("{then}{digits} 08:49:37 GMT"), now);
            assert_eq!(read, Some(at(&format!("Sun, 06 Nov {year} 08:49:37 GMT"))));
        }
    }
}
