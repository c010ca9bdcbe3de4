//! A clock that a test can pause.

use std::time::SystemTime;

use tokio::time::Instant;

use crate::subscription::Clock;

/// A wall clock that follows the clock of tokio.
///
/// If a test has paused that, `tokio::time::advance` moves both, so that TTLs and the ends of periods
/// can be tested together. Both take tokio's feature `test-util`.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use statuary::{subscription::Clock, testing::TestClock};
///
/// # tokio_test::block_on(async {
/// tokio::time::pause();
/// let new_year = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
/// let clock = TestClock::starting_at(new_year);
/// tokio::time::advance(Duration::from_secs(60)).await;
/// assert_eq!(clock.now(), new_year + Duration::from_secs(60));
/// # })
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TestClock {
    start: SystemTime,
    begun: Instant,
}

// === impl TestClock ===

impl TestClock {
    /// A clock that shows this time now.
    #[must_use]
    pub fn starting_at(start: SystemTime) -> Self {
        Self {
            start,
            begun: Instant::now(),
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        self.start + self.begun.elapsed()
    }
}
