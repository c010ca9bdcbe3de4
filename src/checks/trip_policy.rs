//! When a circuit breaker trips, and for how long.

use std::{num::NonZeroU32, time::Duration};

use crate::checks::recent::FailureShare;

/// When a [`CircuitBreaker`](super::CircuitBreaker) opens, so that a failing check is not asked, and for how
/// long.
///
/// # Examples
///
/// ```
/// use std::{num::NonZeroU32, time::Duration};
///
/// use statuary::checks::TripPolicy;
///
/// let policy = TripPolicy::new()
///     .failures(NonZeroU32::new(20).unwrap())
///     // Half of the questions of a minute, if there were at least fifty.
///     .failure_share(50, Duration::from_secs(60), NonZeroU32::new(50).unwrap())
///     .rest(Duration::from_secs(3));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct TripPolicy {
    pub(crate) failures: NonZeroU32,
    pub(crate) share: Option<FailureShare>,
    pub(crate) rest: Duration,
}

// === impl TripPolicy ===

impl TripPolicy {
    /// A policy that opens after five failures in a row, for ten seconds.
    pub const fn new() -> Self {
        Self {
            failures: NonZeroU32::MIN.saturating_add(4),
            share: None,
            rest: Duration::from_secs(10),
        }
    }

    /// How many failures in a row open the circuit. Default: 5.
    ///
    /// Inside of a cache, answers are rare, and a single account can fail several times in a row: [prefer a
    /// share](super#a-circuit-breaker-inside-of-a-cache) there.
    pub const fn failures(mut self, failures: NonZeroU32) -> Self {
        self.failures = failures;
        self
    }

    /// Also opens the circuit if `percent` of the questions within `window` have failed, and there were at
    /// least `questions` of them. Default: only failures in a row count.
    ///
    /// A store that fails every other time never fails twice in a row. To let only the share count, set
    /// [`failures`](Self::failures) to [`NonZeroU32::MAX`]. The window is counted in tenths, and starts anew
    /// when the circuit closes.
    ///
    /// # Panics
    ///
    /// If `percent` is not from 1 to 100, or `window` is zero.
    #[track_caller]
    pub const fn failure_share(
        mut self,
        percent: u8,
        window: Duration,
        questions: NonZeroU32,
    ) -> Self {
        assert!(
            percent >= 1 && percent <= 100,
            "a share of failures is from 1 to 100 percent"
        );
        assert!(
            !window.is_zero(),
            "the window of a share of failures must not be zero"
        );
        self.share = Some(FailureShare {
            percent,
            window,
            questions,
        });
        self
    }

    /// How long the check is not asked, before one question tries it again. Default: 10 seconds.
    ///
    /// That question has the check to itself for as long; then another one tries, since whoever asked the
    /// first may have stopped polling it.
    pub const fn rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }
}

impl Default for TripPolicy {
    fn default() -> Self {
        Self::new()
    }
}
