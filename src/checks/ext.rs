//! The ways to put one check around another.

use std::time::Duration;

use crate::{
    checks::{And, CircuitBreaker, Deadline, Or, Requiring, TripPolicy},
    policy::Requirement,
    remembering::{Cache, Cached},
    subscription::SubscriptionCheck,
};

/// Puts one check around another.
///
/// See the [module docs](crate::checks) for an example.
pub trait SubscriptionCheckExt: SubscriptionCheck + Sized {
    /// Remembers what the check decides.
    fn cached(self, cache: Cache) -> Cached<Self> {
        Cached::new(self, cache)
    }

    /// Gives the check up after this time.
    ///
    /// A paywall has a [deadline](crate::PaywallLayer::deadline) of its own, for the whole of its
    /// check. This one is for a part of it.
    fn deadline(self, deadline: Duration) -> Deadline<Self> {
        Deadline::new(self, deadline)
    }

    /// Leaves the check alone for a while when it has failed too often.
    fn circuit_breaker(self, policy: TripPolicy) -> CircuitBreaker<Self> {
        CircuitBreaker::new(self, policy)
    }

    /// Refuses with [`Reason::NotInPlan`](crate::Reason::NotInPlan) what the check admits with too
    /// small a plan.
    ///
    /// Of a grant that names no plan nobody can tell, and the answer is 503; see [`Requirement`].
    /// Around a cache, many routes with requirements of their own share what is remembered.
    fn requiring(self, requirement: Requirement) -> Requiring<Self> {
        Requiring::new(self, requirement)
    }

    /// Admits what both checks admit.
    fn and<C: SubscriptionCheck>(self, other: C) -> And<Self, C> {
        And::new(self, other)
    }

    /// Admits what either check admits. The other one is asked only if the first does not admit.
    fn or<C: SubscriptionCheck>(self, other: C) -> Or<Self, C> {
        Or::new(self, other)
    }
}

// === impl SubscriptionCheckExt ===

impl<C: SubscriptionCheck> SubscriptionCheckExt for C {}
