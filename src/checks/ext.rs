//! The ways to wrap one check in another.

use std::time::Duration;

use crate::{
    checks::{And, BoxCheck, CircuitBreaker, Deadline, Or, Requiring, TripPolicy},
    policy::Requirement,
    remembering::{Cache, Cached},
    subscription::SubscriptionCheck,
};

/// Wraps a check: in a cache, a deadline, a circuit breaker, a requirement, a box, or with another check.
///
/// See the [module docs](crate::checks) for an example.
pub trait SubscriptionCheckExt: SubscriptionCheck + Sized {
    /// Remembers what the check decides.
    fn cached(self, cache: Cache) -> Cached<Self> {
        Cached::new(self, cache)
    }

    /// Gives up on the check after this time.
    ///
    /// A paywall has its own [deadline](crate::PaywallLayer::deadline) for the whole check. This
    /// one is for a part of it.
    fn deadline(self, deadline: Duration) -> Deadline<Self> {
        Deadline::new(self, deadline)
    }

    /// Stops asking the check for a while when it has failed too often.
    fn circuit_breaker(self, policy: TripPolicy) -> CircuitBreaker<Self> {
        CircuitBreaker::new(self, policy)
    }

    /// Refuses with [`Reason::NotInPlan`](crate::Reason::NotInPlan) callers whom the check admits,
    /// but whose plan is too small.
    ///
    /// If the grant names no plan, this cannot be decided, and the answer is 503; see
    /// [`Requirement`]. Around a cache, routes with different requirements share what is
    /// remembered.
    fn requiring(self, requirement: Requirement) -> Requiring<Self> {
        Requiring::new(self, requirement)
    }

    /// Admits callers whom both checks admit.
    fn and<C: SubscriptionCheck>(self, other: C) -> And<Self, C> {
        And::new(self, other)
    }

    /// Admits callers whom either check admits. The other is asked only if this one does not admit.
    fn or<C: SubscriptionCheck>(self, other: C) -> Or<Self, C> {
        Or::new(self, other)
    }

    /// Forgets the type of the check, for one that is [chosen at run
    /// time](crate::checks#a-check-chosen-at-run-time).
    fn boxed(self) -> BoxCheck<Self::Subject> {
        BoxCheck::new(self)
    }
}

// === impl SubscriptionCheckExt ===

impl<C: SubscriptionCheck> SubscriptionCheckExt for C {}
