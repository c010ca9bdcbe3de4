//! Every edge of every window, against a calendar that is walked day by day.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use statuary::quota::Window;

use crate::support::{at, said};

const DAY: u64 = 86_400;
const YEARS: u64 = 400;

/// The first day of each month since January 1970, and after them.
static MONTHS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut first = 0;
    let mut firsts = Vec::new();
    for year in 1970..1970 + YEARS {
        let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
        let february = if is_leap { 29 } else { 28 };
        for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            firsts.push(first);
            first += days;
        }
    }
    firsts
});

/// The day that has a place in a month; in a short one, its last.
fn day(month: usize, place: u64) -> u64 {
    (MONTHS[month] + place - 1).min(MONTHS[month + 1] - 1)
}

/// `2024-02-29 11:00`.
fn time(text: &str) -> SystemTime {
    let number = |range: std::ops::Range<usize>| text[range].parse::<u64>().unwrap();
    let month = (number(0..4) - 1970) * 12 + number(5..7) - 1;
    let day = day(month as usize, number(8..10));
    at(day * DAY + number(11..13) * 3_600 + number(14..16) * 60)
}

#[track_caller]
fn assert_period(window: Window, moment: SystemTime, start: &str, end: &str) {
    let period = window.period_at(moment);
    assert_eq!((period.start(), period.end()), (time(start), time(end)));
}

#[test]
fn the_calendar_of_the_tests_is_right() {
    assert_eq!(time("2000-02-29 00:00"), at(951_782_400));
    assert_eq!(time("2026-11-26 16:10"), at(1_795_709_400));
    assert_eq!(time("2100-03-01 00:00"), at(4_107_542_400));
}

#[test]
fn without_an_anchor_periods_are_those_of_the_calendar() {
    let moment = time("2024-02-29 16:10") + Duration::from_secs(7);
    for (window, start, end) in [
        (Window::MINUTE, "2024-02-29 16:10", "2024-02-29 16:11"),
        (Window::HOUR, "2024-02-29 16:00", "2024-02-29 17:00"),
        (Window::DAY, "2024-02-29 00:00", "2024-03-01 00:00"),
        (Window::WEEK, "2024-02-26 00:00", "2024-03-04 00:00"),
        (Window::MONTH, "2024-02-01 00:00", "2024-03-01 00:00"),
        (Window::months(3), "2024-01-01 00:00", "2024-04-01 00:00"),
        (Window::YEAR, "2024-01-01 00:00", "2025-01-01 00:00"),
    ] {
        assert_period(window, moment, start, end);
    }
}

#[test]
fn a_period_ends_with_its_last_second() {
    for (end, next) in [
        ("2023-03-01 00:00", "2023-04-01 00:00"),
        ("2024-03-01 00:00", "2024-04-01 00:00"),
        ("2024-05-01 00:00", "2024-06-01 00:00"),
        ("2024-12-01 00:00", "2025-01-01 00:00"),
        ("2025-01-01 00:00", "2025-02-01 00:00"),
        ("2100-03-01 00:00", "2100-04-01 00:00"),
    ] {
        let last = Window::MONTH.period_at(time(end) - Duration::from_nanos(1));
        assert_eq!(last.end(), time(end));
        assert_eq!(last.left_at(time(end)), Duration::ZERO);
        assert_eq!(
            last.left_at(time(end) - Duration::from_secs(1)).as_secs(),
            1
        );
        assert_period(Window::MONTH, time(end), end, next);
    }
}

#[test]
fn an_anchor_on_the_31st_comes_back_to_it() {
    let billing = Window::MONTH.anchored_at(time("2024-01-31 11:00"));
    let ends = [
        "2023-12-31 11:00",
        "2024-01-31 11:00",
        "2024-02-29 11:00",
        "2024-03-31 11:00",
        "2024-04-30 11:00",
        "2024-05-31 11:00",
    ];
    for edges in ends.windows(2) {
        let [start, end] = edges else { unreachable!() };
        assert_period(billing, time(start), start, end);
        assert_period(billing, time(end) - Duration::from_secs(1), start, end);
    }
    let common = ["2025-01-31 11:00", "2025-02-28 11:00", "2025-03-31 11:00"];
    assert_period(billing, time(common[0]), common[0], common[1]);
    assert_period(billing, time(common[1]), common[1], common[2]);
}

#[test]
fn an_anchor_on_the_leap_day_comes_back_to_it() {
    let billing = Window::YEAR.anchored_at(time("2024-02-29 00:00"));
    for (moment, start, end) in [
        ("2024-02-28 23:59", "2023-02-28 00:00", "2024-02-29 00:00"),
        ("2024-02-29 00:00", "2024-02-29 00:00", "2025-02-28 00:00"),
        ("2027-06-01 00:00", "2027-02-28 00:00", "2028-02-29 00:00"),
        ("2028-02-29 00:00", "2028-02-29 00:00", "2029-02-28 00:00"),
        ("2100-02-28 00:00", "2100-02-28 00:00", "2101-02-28 00:00"),
    ] {
        assert_period(billing, time(moment), start, end);
    }
}

#[test]
fn an_anchor_may_be_any_end_of_a_period() {
    let from_the_end = Window::MONTH.anchored_at(time("2024-06-15 08:30"));
    assert_period(
        from_the_end,
        time("2024-05-31 00:00"),
        "2024-05-15 08:30",
        "2024-06-15 08:30",
    );
    let hours = Window::HOUR.anchored_at(time("2024-06-15 08:30"));
    assert_period(
        hours,
        time("2024-06-15 08:29"),
        "2024-06-15 07:30",
        "2024-06-15 08:30",
    );
}

#[test]
fn what_is_no_length_is_refused() {
    for length in [
        Duration::ZERO,
        Duration::from_millis(1_500),
        Duration::from_secs(36_525 * DAY + 1),
        Duration::MAX,
    ] {
        let panic = std::panic::catch_unwind(|| Window::of(length)).unwrap_err();
        assert_eq!(
            said(panic),
            "a window must be whole seconds, from one second to a hundred years"
        );
    }
    assert!(std::panic::catch_unwind(|| Window::months(0)).is_err());
}

proptest! {
    #[test]
    fn months_are_those_of_the_calendar(
        anchor in 0..300 * 365 * DAY,
        moment in 0..300 * 365 * DAY,
        count in 1_u8..=24,
    ) {
        let window = Window::months(count).anchored_at(at(anchor));
        let month = MONTHS.partition_point(|first| first * DAY <= anchor) - 1;
        let place = anchor / DAY - MONTHS[month] + 1;
        // All starts, from the first in the table on.
        let step = usize::from(count);
        let starts: Vec<_> = (month % step..MONTHS.len() - 1)
            .step_by(step)
            .map(|month| day(month, place) * DAY + anchor % DAY)
            .collect();
        let next = starts.partition_point(|start| *start <= moment);
        let period = window.period_at(at(moment));
        prop_assert_eq!(period.end(), at(starts[next]));
        if next > 0 {
            prop_assert_eq!(period.start(), at(starts[next - 1]));
        }
    }

    #[test]
    fn periods_follow_each_other_without_a_gap(
        seconds in prop_oneof![1..100_u64, 1..=DAY, 1..=366 * DAY],
        months in 1_u8..,
        anchor in 0_u64..1 << 38,
        moment in 0_u64..253_402_300_799,
    ) {
        for window in [Window::of(Duration::from_secs(seconds)), Window::months(months)] {
            let window = window.anchored_at(at(anchor));
            let period = window.period_at(at(moment));
            prop_assert!(period.start() <= at(moment) && at(moment) < period.end());
            prop_assert_eq!(period.start() + period.length(), period.end());
            prop_assert_eq!(window.period_at(period.end() - Duration::from_nanos(1)), period);
            let next = window.period_at(period.end());
            let last = period.end() > at(253_402_300_799);
            prop_assert!(last || next.start() == period.end());
        }
    }

    #[test]
    fn no_moment_is_too_early_or_too_late(offset in any::<i64>(), months in 1_u8..) {
        let distance = Duration::from_secs(offset.unsigned_abs());
        let moment = match offset < 0 {
            true => SystemTime::UNIX_EPOCH.checked_sub(distance),
            false => SystemTime::UNIX_EPOCH.checked_add(distance),
        };
        if let Some(moment) = moment {
            for window in [Window::of(YEAR), Window::months(months)] {
                let period = window.anchored_at(moment).period_at(moment);
                prop_assert!(period.length() > Duration::ZERO);
            }
        }
    }
}

const YEAR: Duration = Duration::from_secs(366 * DAY);
