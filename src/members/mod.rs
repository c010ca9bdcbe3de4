//! Where the two statuses meet: a 402 for one member inside a 207 for many.
//!
//! A paywall round a collection does not hide the collection. The members that the subscriber has not
//! paid for are listed with `402 Payment Required`, with a `DAV:error` that names the reason and the
//! link that helps in `responsedescription`; their properties are withheld. All members of an answer
//! are asked about in one question.
//!
//! ```
//! use statuary::{
//!     Decision, Href, Member, MemberPaywall, MultiStatus, Reason, Resource, Unidentified,
//!     challenge::Terms, prop, subscription::check_fn,
//! };
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let plans = check_fn(
//!     |_head| Err(Unidentified),
//!     async |feature: &'static str| {
//!         let never: Decision = Reason::NeverSubscribed.into();
//!         Ok::<_, std::convert::Infallible>(never)
//!     },
//! );
//! let paywall = MemberPaywall::new(plans)
//!     .terms(Terms::new().upgrade("https://example.com/plans"));
//!
//! let listing: MultiStatus = ["/free.txt", "/paid.txt"]
//!     .iter()
//!     .map(|path| Resource::new(Href::path(path)).prop(prop::GetContentLength(7)))
//!     .collect();
//! let listing = paywall
//!     .apply(listing, |href| match href.segments().first().map(Vec::as_slice) {
//!         Some(b"paid.txt") => Member::Costs("paid"),
//!         _ => Member::Free,
//!     })
//!     .await;
//!
//! assert!(listing.to_string().contains(
//!     "<D:response><D:href>/paid.txt</D:href>\
//!      <D:status>HTTP/1.1 402 Payment Required</D:status>\
//!      <D:error><P:never-subscribed/></D:error>"
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules
//!
//! [`MemberRules`] say by path, by property or by a predicate what a member costs, where a function of
//! the href does not do. They serve three forms:
//!
//! * [`MemberPaywall::enforce`], for an answer that is there as a whole;
//! * [`MemberPaywall::stream`], for one that is sent while it is made: it asks one question for each
//!   batch of members, if told so of some batches at once, and keeps their order;
//! * [`MemberPaywall::layer`], for answers of handlers that know nothing of it. A 207 that it cannot
//!   see into does not get through, and shared caches keep none that does.
//!
//! Responses inside of properties, as `expand-property` writes them, are members too.
//!
//! # Watching
//!
//! With the feature `metrics` members that cost something are counted in `statuary_members_total`, by
//! `outcome` and `reason`:
//!
//! | outcome | reason | the member |
//! |---|---|---|
//! | `admitted` | `free`, `grace`, `paid`, `trial`, `waived` | is listed as it is |
//! | `refused` | that of the [denial](crate::Reason::code), `unidentified`, `check-unavailable` | is withheld |
//! | `waived` | as above | would be, but for an [open gate](MemberPaywall::on_failure) or a [shadow](MemberPaywall::shadow) |
//!
//! With the feature `tracing` the counts of a listing are events of level DEBUG. That a check gave no answer,
//! or that rules gave none, is one of level WARN. So is that a listing failed where the response that tells so
//! is withheld, and a 207 that the layer cannot see into: as a rule, the layers are in the wrong order.

mod layer;
mod listing;
mod paywall;
mod rules;
mod service;
mod source;
mod watch;
mod withheld;

use crate::xml;

pub use self::{
    layer::MemberPaywallLayer,
    paywall::MemberPaywall,
    rules::{Member, MemberRules},
    service::{MemberPaywallService, ResponseFuture},
};

/// The namespace of the conditions that name why something has to be paid for: of a member that is withheld,
/// in its response, and of a request that is [refused](crate::challenge#forms), in its `DAV:error`.
pub const NAMESPACE: &str = xml::PAYMENT;
