//! When a check that fails is left alone, and for how long.

use std::{num::NonZeroU32, time::Duration};

/// When a check that fails is left alone, and for how long.
///
/// # Examples
///
/// ```
/// use std::{num::NonZeroU32, time::Duration};
///
/// use statuary::checks::Breaker;
///
/// let breaker = Breaker::new()
///     .failures(NonZeroU32::new(20).unwrap())
///     .rest(Duration::from_secs(3));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Breaker {
    pub(crate) failures: NonZeroU32,
    pub(crate) rest: Duration,
}

// === impl Breaker ===

impl Breaker {
    /// One that leaves a check alone for ten seconds after five failures in a row.
    pub const fn new() -> Self {
        Self {
            failures: NonZeroU32::MIN.saturating_add(4),
            rest: Duration::from_secs(10),
        }
    }

    /// After how many failures in a row the check is left alone. Default: 5.
    pub const fn failures(mut self, failures: NonZeroU32) -> Self {
        self.failures = failures;
        self
    }

    /// For how long it is left alone, before one question tries it again. Default: 10 seconds.
    pub const fn rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self::new()
    }
}
