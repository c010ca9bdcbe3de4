//! How much is remembered, and for how long.

use std::time::Duration;

use crate::subscription::{Clock, SharedClock};

/// The configuration of a [`Cached`](super::Cached) check: how much it remembers, and for how long.
///
/// See the [module docs](crate::remembering) for an example.
#[derive(Clone, Debug)]
#[must_use]
pub struct Cache {
    pub(crate) capacity: usize,
    pub(crate) clock: SharedClock,
    pub(crate) deadline: Duration,
    pub(crate) denial_ttl: Duration,
    pub(crate) soft_deadline: Duration,
    pub(crate) stale_if_error: Duration,
    pub(crate) stale_while_revalidate: Duration,
    pub(crate) ttl: Duration,
}

// === impl Cache ===

impl Cache {
    /// A cache for the decisions about roughly `capacity` subjects. Those seldom asked for are evicted
    /// first.
    ///
    /// It is sharded, and each shard has its share of the capacity, rounded up. If nothing may be evicted
    /// early, set the capacity to one and a half times the number of subjects.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            clock: SharedClock::default(),
            deadline: Duration::from_secs(10),
            denial_ttl: Duration::from_secs(2),
            soft_deadline: Duration::from_millis(500),
            stale_if_error: Duration::ZERO,
            stale_while_revalidate: Duration::ZERO,
            ttl: Duration::from_secs(60),
        }
    }

    /// How long a grant is fresh, if it does not end earlier. Default: a minute.
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long a denial is fresh, if it does not say that waiting helps earlier. Default: 2 seconds.
    ///
    /// A denial is given as it was made: its [`retry_after`](crate::Denial::retry_after) is too long by its
    /// age, which is at most this.
    pub const fn denial_ttl(mut self, ttl: Duration) -> Self {
        self.denial_ttl = ttl;
        self
    }

    /// How long after its TTL a grant is still used at once, while it is renewed. Default: not at all.
    ///
    /// For this time it is also used when asking fails, as with [`stale_if_error`](Self::stale_if_error).
    pub const fn stale_while_revalidate(mut self, window: Duration) -> Self {
        self.stale_while_revalidate = window;
        self
    }

    /// How long after its TTL a grant is still used if the inner check fails, or takes longer than the
    /// [soft deadline](Self::soft_deadline). Default: not at all.
    ///
    /// For a second after such a failure, it is used without asking again. A question that takes too long
    /// goes on in the background, and its answer is remembered for the next request.
    pub const fn stale_if_error(mut self, window: Duration) -> Self {
        self.stale_if_error = window;
        self
    }

    /// How long to wait for an answer if a stale grant can [stand in](Self::stale_if_error) for it.
    /// Default: half a second.
    ///
    /// It has to be shorter than the [deadline] of the paywall: a request that is given up on earlier gets
    /// no grant.
    ///
    /// [deadline]: crate::PaywallLayer::deadline
    pub const fn soft_deadline(mut self, deadline: Duration) -> Self {
        self.soft_deadline = deadline;
        self
    }

    /// How long one question to the inner check may take. Default: 10 seconds.
    ///
    /// A question lives as long as any request waits for it. For a busy subject that can be for ever, so it
    /// needs a deadline of its own, longer than the [deadline] of each request, which is 2 seconds by
    /// default: an answer that is too late for one request may be in time for the next.
    ///
    /// [deadline]: crate::PaywallLayer::deadline
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The clock by which grants end. Default: the clock of the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }
}
