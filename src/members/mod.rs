//! Where the two statuses meet: a 402 for one member inside a 207 for many.
//!
//! A paywall around a collection need not hide it. Members that the subscriber has not paid for are listed
//! with `402 Payment Required`, a `DAV:error` that names the reason, and the link that helps in
//! `responsedescription`; their properties are withheld. One question covers all members of an answer.
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
//! [`MemberRules`] say what a member costs by its path, by a property, or by a predicate, where a function
//! of the href is not enough. There are three ways to apply them:
//!
//! * [`MemberPaywall::enforce`], to a complete answer;
//! * [`MemberPaywall::stream`], to one that is sent while it is made: it asks one question for each batch
//!   of members, about [several batches](MemberPaywall::concurrency) at once if configured so, and keeps
//!   their order;
//! * [`MemberPaywall::layer`], to the answers of handlers that know nothing of it. A 207 that the layer
//!   cannot see into does not get through, and shared caches may not store one that does.
//!
//! Responses inside of properties, as in the answer to `expand-property`, are members, too.
//!
//! # Watching
//!
//! With the feature `metrics`, members that cost something are counted in `statuary_members_total`, by
//! `outcome` and `reason`:
//!
//! | outcome | reason | the member |
//! |---|---|---|
//! | `admitted` | `free`, `grace`, `paid`, `trial`, `waived` | is listed as it is |
//! | `refused` | that of the [denial](crate::Reason::code), `unidentified`, `check-unavailable` | is withheld |
//! | `waived` | as above | would be withheld, but for an [open gate](MemberPaywall::on_failure) or a [shadow](MemberPaywall::shadow) |
//!
//! With the feature `tracing`, the counts of a listing are DEBUG events. WARN events report a check that gave
//! no answer, rules that gave none, a failed listing whose response about the failure is withheld, and a 207
//! that the layer cannot see into, usually since the layers are in the wrong order.

mod layer;
mod listing;
mod paywall;
mod rules;
mod service;
mod source;
mod values;
mod watch;
mod withheld;

use crate::xml;

pub use self::{
    layer::MemberPaywallLayer,
    paywall::MemberPaywall,
    rules::{Member, MemberRules},
    service::{MemberPaywallService, ResponseFuture},
};

/// The namespace of the conditions that name the reason of a refusal: in the response of a withheld member,
/// and in the `DAV:error` of a [refused](crate::challenge#forms) request.
pub const NAMESPACE: &str = xml::PAYMENT;
