//! Days and months of the Gregorian calendar, in UTC, as far as windows need them.
//!
//! Months are counted from January of the year 0, days from 1 January 1970. Internally, years begin
//! in March, so that the leap day is the last.

/// The month that a day is in, and the day of that month, from 1.
pub(super) const fn month_and_day(day: i64) -> (i64, i64) {
    let day = day + BEFORE_1970;
    let (cycle, day) = (day.div_euclid(DAYS_A_CYCLE), day.rem_euclid(DAYS_A_CYCLE));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let year = 400 * cycle + year;
    (12 * year + month + 2, day - (153 * month + 2) / 5 + 1)
}

/// The given day of a month; its last one if the month is too short.
pub(super) const fn day(month: i64, place: i64) -> i64 {
    let first = first_day(month);
    let next = first_day(month + 1);
    let day = first + place - 1;
    if day < next { day } else { next - 1 }
}

const fn first_day(month: i64) -> i64 {
    let (year, month) = ((month - 2).div_euclid(12), (month - 2).rem_euclid(12));
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = 365 * year + year / 4 - year / 100 + (153 * month + 2) / 5;
    cycle * DAYS_A_CYCLE + day - BEFORE_1970
}

/// The calendar repeats after 400 years.
const DAYS_A_CYCLE: i64 = 146_097;
/// From 1 March of the year 0.
const BEFORE_1970: i64 = 719_468;
