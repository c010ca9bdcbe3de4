//! Checks made of checks.
//!
//! [`SubscriptionCheckExt`] puts one check around another, as tower does with services. The innermost is a
//! [`SubscriptionCheck`](crate::SubscriptionCheck) of your own, or is made of two closures by
//! [`check_fn`](crate::subscription::check_fn). What is nearest to the store comes first:
//!
//! ```
//! use std::time::Duration;
//!
//! use statuary::{
//!     Cache, PaywallLayer, SubscriptionCheckExt, checks::TripPolicy, policy::Requirement,
//! };
//!
//! # use std::convert::Infallible;
//! # use statuary::{Decision, Grant, subscription::check_fn};
//! # let plans = check_fn(
//! #     |_| Ok(()),
//! #     |()| async { Ok::<_, Infallible>(Decision::Admit(Grant::paid())) },
//! # );
//! let plans = plans
//!     .deadline(Duration::from_millis(500)) // a query that hangs is given up,
//!     .circuit_breaker(TripPolicy::new()) // a store that is down is left alone,
//!     .cached(Cache::new(100_000)); // and what is known is not asked for.
//!
//! let reports = PaywallLayer::new(plans.clone());
//! let exports = PaywallLayer::new(plans.requiring(Requirement::feature("exports")));
//! ```
//!
//! The error of a check made of checks is [`Unanswered`](crate::subscription::Unanswered), whose
//! source is that of the check inside.
//!
//! # How subjects combine
//!
//! | check | its subject |
//! |---|---|
//! | `cached`, `circuit_breaker`, `deadline`, `requiring` | that of the check inside |
//! | `a.and(b)` | both; a caller unknown to either is unidentified |
//! | `a.or(b)` | those of the two that know the caller; unknown to both, it is unidentified |
//!
//! Subjects are kept apart as the fields of a value. Nothing is joined to one text, so that no choice
//! of names makes two callers one.
//!
//! # A circuit breaker inside of a cache
//!
//! It sees few answers there: whoever is remembered is not asked about. One account on which the check fails,
//! and which asks again and again, then makes up a row of failures by itself, and shuts out everybody who is
//! new. Two things keep it from that. An error that tells of one subscription, and nothing of the store, is an
//! [`Undecided`](crate::policy::Undecided), or has one among its sources, and counts for nothing. And a
//! [share](TripPolicy::failure_share) says more of a store than a row does, out of so many questions that one
//! account does not ask them all:
//!
//! ```
//! use std::{num::NonZeroU32, time::Duration};
//!
//! use statuary::checks::TripPolicy;
//!
//! let policy = TripPolicy::new()
//!     .failures(NonZeroU32::MAX) // none in a row are too many,
//!     .failure_share(50, Duration::from_secs(60), NonZeroU32::new(100).unwrap());
//! ```
//!
//! # Watching
//!
//! With the feature `tracing` a circuit breaker tells in the log that it has opened, as an event of level
//! WARN, and that it has closed, as one of level INFO: once for each change, and not for each question that
//! meets it open or tries it in vain. A [cache](crate::remembering#watching) is watched by the feature
//! `metrics`.

mod alternatives;
mod and;
mod circuit;
mod circuit_breaker;
mod deadline;
mod ext;
mod or;
mod recent;
mod requiring;
mod trip_policy;
mod watch;

pub use self::{
    alternatives::Alternatives, and::And, circuit_breaker::CircuitBreaker, deadline::Deadline,
    ext::SubscriptionCheckExt, or::Or, requiring::Requiring, trip_policy::TripPolicy,
};
