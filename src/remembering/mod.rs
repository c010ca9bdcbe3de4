//! Remembering what a check has decided.
//!
//! A paywall stands before every request, and what it asks rarely changes. [`Cache`] says how long an
//! answer counts, [`Cached`] is a check that remembers:
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
//! - A grant counts for the cache's [`ttl`](Cache::ttl), and never beyond its own end
//!   ([`Grant::valid_until`](crate::Grant::valid_until)). How long it is until then, the cache's
//!   [clock](Cache::clock) tells when the grant is remembered; from then on the clock of tokio runs.
//! - A denial counts for [`denial_ttl`](Cache::denial_ttl), which is short: whoever has just paid
//!   must not wait. It ends before, if it says that waiting [helps](crate::Denial::retry_after) or that a
//!   quota is [renewed](crate::Denial::reset) by then. What it tells of waiting does not age with it.
//! - A grant that has become old may still serve while it is asked about
//!   ([`stale_while_revalidate`](Cache::stale_while_revalidate)), and when asking fails or takes
//!   [too long](Cache::soft_deadline) ([`stale_if_error`](Cache::stale_if_error)); not beyond its own end
//!   either. Denials serve for neither: a failure is no refusal.
//!
//! # How often
//!
//! However many ask about one subject at once, the check behind is asked once. Questions about many join
//! those about one, and are not joined: two at once about the same subjects are two questions to the check,
//! unless they only renew what is given meanwhile.
//!
//! A question is driven by those who wait for it and nobody else: one that gives up leaves the rest with
//! it, and when the last one has gone, so has the question. Only where an old grant was given in place of
//! the answer does the question need a task of its own, on the tokio runtime that the request runs on. Of all
//! who leave a question, one takes it there, and the cache's [deadline](Cache::deadline) ends it. Where there
//! is no runtime, a grant is asked about before it is used.
//!
//! What has been [invalidated](Cached::invalidate) is forgotten, and so is an answer that is still on
//! its way: it reaches those who asked before and no one else. Of two answers the one to the later
//! question is remembered, whichever comes first.
//!
//! # Watching
//!
//! With the feature `metrics`, a cache counts through the facade of that name:
//!
//! | metric | `outcome` | |
//! |---|---|---|
//! | `statuary_cache_requests_total` | `hit` | what is remembered counts |
//! | | `stale` | it is old, and serves at once all the same |
//! | | `miss` | it was asked for |
//! | | `coalesced` | somebody else was asking for it already |
//! | `statuary_cache_reserves_total` | | of those who missed or coalesced, whom an old grant served since asking failed or took too long |
//! | `statuary_cache_lookups_total` | `answered` | questions to the check behind, one about many included |
//! | | `failed` | those that failed, panicked, were late, or met an open circuit |
//!
//! Each time that a cache is asked is counted once by how it was met; in a question about many, each
//! subject. A question that all have left before its end is not counted among the look-ups.

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
