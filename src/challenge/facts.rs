//! Facts about a subscription and its quota, in notation that all languages share.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use crate::{
    challenge::problem::{date_time, whole_seconds},
    subscription::Denial,
};

/// What is left of a quota: `3 / 500`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    remaining: u64,
    limit: Option<u64>,
}

/// A time to wait by its two largest units, rounded up: `2 d 5 h`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait(Duration);

/// The day of an instant, in UTC: `2026-03-01`.
pub(super) fn day(instant: SystemTime) -> String {
    let mut text = date_time(instant);
    text.truncate("2026-03-01".len());
    text
}

// === impl Left ===

impl Left {
    pub(super) fn of(denial: &Denial) -> Option<Self> {
        let limit = denial.limit();
        denial
            .remaining()
            .map(|remaining| Self { remaining, limit })
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.limit {
            Some(limit) => write!(f, "{} / {limit}", self.remaining),
            None => write!(f, "{}", self.remaining),
        }
    }
}

// === impl Wait ===

impl Wait {
    /// How long until the quota is renewed, or else until the same request may get through.
    pub(super) fn of(denial: &Denial) -> Option<Self> {
        denial.reset().or_else(|| denial.retry_after()).map(Self)
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;

        // The remainder below the second unit rounds that unit up.
        let seconds = match whole_seconds(self.0) {
            seconds @ 0..HOUR => seconds,
            seconds @ HOUR..DAY => seconds.next_multiple_of(MINUTE),
            seconds => seconds.div_ceil(HOUR).saturating_mul(HOUR),
        };
        let (large, unit, small, next) = match seconds {
            0..MINUTE => return write!(f, "{seconds} s"),
            MINUTE..HOUR => (seconds / MINUTE, "min", seconds % MINUTE, "s"),
            HOUR..DAY => (seconds / HOUR, "h", seconds % HOUR / MINUTE, "min"),
            _ => (seconds / DAY, "d", seconds % DAY / HOUR, "h"),
        };
        write!(f, "{large} {unit}")?;
        if small > 0 {
            write!(f, " {small} {next}")?;
        }
        Ok(())
    }
}
