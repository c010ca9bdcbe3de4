//! How much is remembered, and for how long.

use std::time::Duration;

use crate::subscription::{Clock, SharedClock};

/// How much a [`Cached`](super::Cached) check remembers, and for how long.
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
    /// Remembers the answers for about so many subjects, and forgets those first that are seldom
    /// asked for.
    ///
    /// It is kept in parts, each with its share of the places, rounded up. Where none must be forgotten
    /// early, make it half as large again as there are subjects.
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

    /// How long a grant counts, if it does not end before. Default: a minute.
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long a denial counts, if it does not say that waiting helps before. Default: 2 seconds.
    ///
    /// It is given as it was made: the wait that it [tells](crate::Denial::retry_after) is too long by its
    /// age, and so by no more than this.
    pub const fn denial_ttl(mut self, ttl: Duration) -> Self {
        self.denial_ttl = ttl;
        self
    }

    /// How long a grant beyond its ttl is still given at once, while somebody asks about it.
    /// Default: not at all.
    ///
    /// For as long it is also given when asking fails, as by [`stale_if_error`](Self::stale_if_error).
    pub const fn stale_while_revalidate(mut self, window: Duration) -> Self {
        self.stale_while_revalidate = window;
        self
    }

    /// How long a grant beyond its ttl is still given when the check behind does not answer: when it
    /// fails, and when it takes longer than the [soft deadline](Self::soft_deadline). Default: not at all.
    ///
    /// For a second after that it is given without asking again. A question that takes too long for those
    /// who have asked goes on, and its answer is there for the next.
    pub const fn stale_if_error(mut self, window: Duration) -> Self {
        self.stale_if_error = window;
        self
    }

    /// How long an answer is waited for, where an old grant can [stand in](Self::stale_if_error) for it.
    /// Default: half a second.
    ///
    /// It has to be shorter than the [deadline] of each request: one that is given up before gets no grant.
    ///
    /// [deadline]: crate::PaywallLayer::deadline
    pub const fn soft_deadline(mut self, deadline: Duration) -> Self {
        self.soft_deadline = deadline;
        self
    }

    /// How long one question to the check behind may take. Default: 10 seconds.
    ///
    /// A question lives as long as somebody waits for it. On a busy subject that is for ever, so it
    /// needs an end of its own, beside the [deadline] of each request, which is 2 seconds: an answer that
    /// is too late for one request may be in time for the next.
    ///
    /// [deadline]: crate::PaywallLayer::deadline
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What tells how long it is until a grant ends. Default: the clock of the machine.
    ///
    /// It is asked when a grant is remembered, and not when that is given: from then on the clock of tokio
    /// runs. Where this one is set meanwhile, and where the machine sleeps and tokio's stands still, what is
    /// remembered ends as much too late or too early. A test moves both, as `testing::TestClock` does, or
    /// [forgets](super::Cached::invalidate_where).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }
}
