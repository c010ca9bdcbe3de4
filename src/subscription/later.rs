//! How far into the future caches and circuit breakers reckon.

use std::time::Duration;

use tokio::time::Instant;

/// Instants overflow: delays are capped at thirty years.
pub(crate) fn later(now: Instant, delay: Duration) -> Instant {
    const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

    now + delay.min(FOR_EVER)
}
