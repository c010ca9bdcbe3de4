//! What falls into a range of time: RFC 4791, section 9.9.

use std::time::Duration;

use statuary::request::report::{TimeRange, TodoTimes};

use super::calendar::january;

/// The table for `VEVENT`, and what those for `VJOURNAL`, `VFREEBUSY` and `VALARM` have in common with it.
#[test]
fn section_9_9_what_falls_into_a_range() {
    let ranges = [
        TimeRange::new(Some(january(4)), Some(january(6))),
        TimeRange::new(Some(january(4)), None),
        TimeRange::new(None, Some(january(6))),
    ]
    .map(Result::unwrap);
    let (no, yes) = (false, true);
    for (from, to, overlaps) in [
        (1, 3, [no, no, yes]),
        (1, 4, [no, no, yes]),
        (1, 5, [yes; 3]),
        (1, 9, [yes; 3]),
        (4, 5, [yes; 3]),
        (5, 6, [yes; 3]),
        (5, 9, [yes; 3]),
        (6, 9, [no, yes, no]),
        (7, 9, [no, yes, no]),
        // Without a duration: `start <= DTSTART AND end > DTSTART`.
        (3, 3, [no, no, yes]),
        (4, 4, [yes; 3]),
        (5, 5, [yes; 3]),
        (6, 6, [no, yes, no]),
    ] {
        let (from, to) = (january(from), january(to));
        assert_eq!(
            ranges.map(|range| range.overlaps(from, to)),
            overlaps,
            "{from:?}, {to:?}"
        );
        if from == to {
            assert_eq!(
                ranges.map(|range| range.contains(from)),
                overlaps,
                "{from:?}"
            );
        }
    }
}

/// The table for `VTODO`, row by row, against the range from the 4th to the 6th.
#[test]
fn section_9_9_which_to_dos_fall_into_a_range() {
    let range = TimeRange::new(Some(january(4)), Some(january(6))).unwrap();
    let none = TodoTimes::default();
    let days = |days: u64| Some(Duration::from_secs(days * 86_400));
    let on = |day: u64| Some(january(day));
    #[track_caller]
    fn check(range: TimeRange, todo: impl Fn(u64) -> TodoTimes, overlaps: [bool; 5]) {
        let found = [3, 4, 5, 6, 7].map(|day| range.overlaps_todo(&todo(day)));
        assert_eq!(found, overlaps);
    }
    let (no, yes) = (false, true);

    let lasting = |of| {
        move |start| TodoTimes {
            start: on(start),
            duration: days(of),
            ..none
        }
    };
    check(range, lasting(0), [no, yes, yes, yes, no]);
    check(range, lasting(1), [yes, yes, yes, no, no]);
    check(range, lasting(5), [yes, yes, yes, no, no]);
    let endless = |start| TodoTimes {
        duration: Some(Duration::MAX),
        ..lasting(0)(start)
    };
    check(range, endless, [yes, yes, yes, no, no]);

    let due_on = |due| {
        move |start| TodoTimes {
            start: on(start),
            due: on(due),
            ..none
        }
    };
    check(range, |day| due_on(day)(day), [no, yes, yes, yes, no]);
    check(range, |day| due_on(day)(day - 1), [no, no, yes, yes, no]);
    check(range, due_on(9), [yes, yes, yes, no, no]);
    let lasting_and_due = |start| TodoTimes {
        duration: days(0),
        ..due_on(9)(start)
    };
    check(range, lasting_and_due, [no, yes, yes, yes, no]);

    check(
        range,
        |day| TodoTimes {
            start: on(day),
            ..none
        },
        [no, yes, yes, no, no],
    );
    let due = |day| TodoTimes {
        due: on(day),
        completed: on(5),
        ..none
    };
    check(range, due, [no, no, yes, yes, no]);

    let both = |day| TodoTimes {
        created: on(day - 1),
        completed: on(day),
        ..none
    };
    check(range, both, [no, yes, yes, yes, yes]);
    check(
        range,
        |day| TodoTimes {
            completed: on(day),
            ..none
        },
        [no, yes, yes, yes, no],
    );
    check(
        range,
        |day| TodoTimes {
            created: on(day),
            ..none
        },
        [yes, yes, yes, no, no],
    );
    check(range, |_| none, [yes; 5]);
}
