//! A cache for the decisions of a check.
//!
//! A paywall asks about every request, and the answers rarely change. [`Cache`] configures how many are
//! remembered and for how long; [`Cached`] is a check that remembers:
//!
//! ```
//! use std::time::Duration;
//!
//! use statuary::{
//!     Cache, Cached, Decision, Grant, PaywallLayer, SubscriptionCheck, SubscriptionCheckExt,
//!     Unidentified,
//! };
//!
//! # use http::request::Parts;
//! #[derive(Clone, Copy, PartialEq, Eq, Hash)]
//! struct AccountId(u64);
//!
//! struct Plans; // and a pool of connections
//! # impl SubscriptionCheck for Plans {
//! #     type Subject = AccountId;
//! #     type Error = std::io::Error;
//! #     fn subject(&self, head: &Parts) -> Result<AccountId, Unidentified> {
//! #         head.extensions.get().copied().ok_or(Unidentified)
//! #     }
//! #     async fn check(&self, _: &AccountId) -> Result<Decision, std::io::Error> {
//! #         Ok(Grant::paid().into())
//! #     }
//! # }
//!
//! let plans = Plans.cached(
//!     Cache::new(100_000)
//!         .ttl(Duration::from_secs(300))
//!         .stale_if_error(Duration::from_secs(3_600)),
//! );
//! let paywall = PaywallLayer::new(plans.clone());
//!
//! // The billing system says that something has changed: the next request asks again.
//! fn webhook(plans: &Cached<Plans>, account: AccountId) {
//!     plans.invalidate(&account);
//! }
//! # webhook(&plans, AccountId(1));
//! ```
//!
//! # How long
//!
//! - A grant is fresh for the cache's [`ttl`](Cache::ttl), but never beyond its own end
//!   ([`Grant::valid_until`](crate::Grant::valid_until)).
//! - A denial is fresh for [`denial_ttl`](Cache::denial_ttl), which is short: a caller who has just paid
//!   must not wait. It ends earlier if by then [waiting helps](crate::Denial::retry_after) or a quota is
//!   [renewed](crate::Denial::reset). The times in it are not reduced by its age.
//! - A stale grant may still be used while it is renewed
//!   ([`stale_while_revalidate`](Cache::stale_while_revalidate)), and when asking fails or takes [too
//!   long](Cache::soft_deadline) ([`stale_if_error`](Cache::stale_if_error)), but not beyond its own end
//!   either. Stale denials are never used: a failure is not a refusal.
//!
//! # How often
//!
//! However many requests ask about a subject at once, the inner check is asked once. The question is driven
//! by the requests that wait for it: one that gives up leaves it to the others, and the last one cancels it.
//! Only after a stale grant was given in place of the answer does the question run in a task of its own, on
//! the request's tokio runtime, where the cache's [deadline](Cache::deadline) ends it. Outside of a runtime,
//! a stale grant is renewed before it is used.
//!
//! A subject that is [invalidated](Cached::invalidate) is forgotten, and so is an answer that is still on
//! its way: it reaches only those who had asked before. Of two answers, that to the later question is
//! remembered, whichever comes first.
//!
//! # Watching
//!
//! With the feature `metrics`, a cache counts through the facade of that name:
//!
//! | metric | `outcome` | |
//! |---|---|---|
//! | `statuary_cache_requests_total` | `hit` | a fresh decision was remembered |
//! | | `stale` | a stale grant was used at once |
//! | | `miss` | the request began a question |
//! | | `coalesced` | the request joined a question |
//! | `statuary_cache_reserves_total` | | the misses and coalesced requests that got a stale grant, since asking failed or took too long |
//! | `statuary_cache_lookups_total` | `answered` | questions to the inner check; one about many subjects counts once |
//! | | `failed` | questions that failed, panicked, were late, or met an open circuit |
//!
//! Each request to a cache is counted under one outcome; of a request about many subjects, each subject is.
//! A question that is cancelled is not counted among the lookups.

mod cache;
mod cached;
mod entry;
mod flight;
mod many;
mod memory;
mod one;
mod shared;
mod sync;
mod waiting;
mod watch;

pub use self::{cache::Cache, cached::Cached};
