//! Checks made of other checks: deadlines, circuit breakers, alternatives and requirements.
//!
//! [`SubscriptionCheckExt`] wraps one check in another, as tower does with services. The innermost is a
//! [`SubscriptionCheck`](crate::SubscriptionCheck) of your own, or made of two closures by
//! [`check_fn`](crate::subscription::check_fn). The wrapper nearest to the store comes first:
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
//! The error of a check made of checks is [`Unanswered`](crate::subscription::Unanswered), with the error of
//! the check inside as its source.
//!
//! # How subjects combine
//!
//! | check | its subject |
//! |---|---|
//! | `boxed`, `cached`, `circuit_breaker`, `deadline`, `requiring` | that of the check inside |
//! | `a.and(b)` | both; a caller unknown to either is unidentified |
//! | `a.or(b)` | one or both, from the checks that know the caller; a caller unknown to both is unidentified |
//!
//! Subjects stay separate fields. They are never joined into one string, so that no choice of names makes two
//! callers one.
//!
//! # A check chosen at run time
//!
//! Each check has a type of its own, and [`boxed`](SubscriptionCheckExt::boxed) forgets it:
//!
//! ```
//! use std::{convert::Infallible, io};
//!
//! use http::request::Parts;
//! use statuary::{
//!     Decision, Grant, Reason, SubscriptionCheckExt, Unidentified, checks::BoxCheck,
//!     subscription::check_fn,
//! };
//!
//! /// What the configuration says.
//! enum Plans {
//!     Everybody,
//!     Listed(Vec<String>),
//! }
//!
//! fn account(head: &Parts) -> Result<String, Unidentified> {
//!     head.extensions.get().cloned().ok_or(Unidentified)
//! }
//!
//! fn check(plans: Plans) -> BoxCheck<String> {
//!     match plans {
//!         Plans::Everybody => check_fn(account, async |_| {
//!             Ok::<Decision, Infallible>(Grant::free().into())
//!         })
//!         .boxed(),
//!         Plans::Listed(accounts) => check_fn(account, move |account| {
//!             let is_listed = accounts.contains(&account);
//!             async move {
//!                 Ok::<Decision, io::Error>(match is_listed {
//!                     true => Grant::paid().into(),
//!                     false => Reason::NeverSubscribed.into(),
//!                 })
//!             }
//!         })
//!         .boxed(),
//!     }
//! }
//! # let _ = (check(Plans::Everybody), check(Plans::Listed(Vec::new())));
//! ```
//!
//! # A circuit breaker inside of a cache
//!
//! A circuit breaker inside of a cache sees few answers, since nobody remembered is asked about. A single
//! account for which the check always fails can then make up a row of failures by retrying, and shut out
//! everybody who is not remembered. Two things prevent this. An error about one subscription, not about the
//! store, should be an [`Undecided`](crate::policy::Undecided), or have one among its sources: it does not
//! count. And a [share of failures](TripPolicy::failure_share), of more questions than one account asks, says
//! more about a store than failures in a row:
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
//! With the feature `tracing`, a circuit breaker logs that it has opened, as a WARN event, and that it has
//! closed, as an INFO event: once for each change, not for each question that finds it open or fails to close
//! it. A [cache](crate::remembering#watching) counts with the feature `metrics`.

mod alternatives;
mod and;
mod box_check;
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
    alternatives::Alternatives, and::And, box_check::BoxCheck, circuit_breaker::CircuitBreaker,
    deadline::Deadline, ext::SubscriptionCheckExt, or::Or, requiring::Requiring,
    trip_policy::TripPolicy,
};
