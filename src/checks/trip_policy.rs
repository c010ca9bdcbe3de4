//! When a circuit breaker trips, and for how long.

use std::{num::NonZeroU32, time::Duration};

use crate::checks::recent::FailureShare;

/// When a [`CircuitBreaker`](super::CircuitBreaker) trips, so that a check that fails is left alone, and for
/// how long.
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
    /// One that leaves a check alone for ten seconds after five failures in a row.
    pub const fn new() -> Self {
        Self {
            failures: NonZeroU32::MIN.saturating_add(4),
            share: None,
            rest: Duration::from_secs(10),
        }
    }

    /// After how many failures in a row the check is left alone. Default: 5.
    ///
    /// Inside of a cache answers are rare, and one bad account makes a row:
    /// [prefer a share](super#a-circuit-breaker-inside-of-a-cache) there.
    pub const fn failures(mut self, failures: NonZeroU32) -> Self {
        self.failures = failures;
        self
    }

    /// Leaves the check alone, too, when so many in a hundred of its questions within a window of time
    /// have failed, and there were at least so many questions. Default: only failures in a row count.
    ///
    /// A store that fails every other time never fails in a row. Where only the share is to count, set
    /// [`failures`](Self::failures) to [`NonZeroU32::MAX`]. The window is counted in tenths, and begins
    /// anew when the check has been tried and has answered.
    ///
    /// # Panics
    ///
    /// If `percent` is not from 1 to 100, or the window is no time at all.
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
        assert!(!window.is_zero(), "no failure is within no time at all");
        self.share = Some(FailureShare {
            percent,
            window,
            questions,
        });
        self
    }

    /// For how long it is left alone, before one question tries it again. Default: 10 seconds.
    ///
    /// For as long that question has the check for itself. Then another one tries, too: who asked the first
    /// may have stopped to poll it.
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
