//! How far ahead the clocks of caches and circuit breakers are set.

use std::time::Duration;

use tokio::time::Instant;

/// No clock runs for ever: beyond thirty years all times are alike.
pub(crate) fn later(now: Instant, delay: Duration) -> Instant {
    const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

    now + delay.min(FOR_EVER)
}
