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
//! # Actions
//!
//! [`apply`](MemberPaywall::apply), [`enforce`](MemberPaywall::enforce), [`stream`](MemberPaywall::stream)
//! and the [layer](MemberPaywall::layer) filter an answer that exists: whatever the handler did to make it
//! has been done, and a job that is listed with 402 has run. Use them for requests that only read. A batch
//! that does something [asks](MemberPaywall::ask) first, and runs only what is admitted:
//!
//! ```
//! use http::StatusCode;
//! use statuary::{Href, Member, MemberPaywall, MultiStatus, Resource, SubscriptionCheck};
//!
//! struct Job {
//!     id: u32,
//!     format: &'static str,
//! }
//!
//! impl Job {
//!     /// What it costs, of which account's subscription.
//!     fn cost(&self, account: u64) -> Member<(u64, &'static str)> {
//!         match self.format {
//!             "text" => Member::Free,
//!             format => Member::Costs((account, format)),
//!         }
//!     }
//!
//!     async fn run(&self) -> StatusCode {
//!         // …
//!         StatusCode::CREATED
//!     }
//! }
//!
//! /// Runs the jobs of an account, each with its own status.
//! async fn batch<C: SubscriptionCheck<Subject = (u64, &'static str)>>(
//!     paywall: &MemberPaywall<C>,
//!     account: u64,
//!     jobs: &[Job],
//! ) -> MultiStatus {
//!     let answers = paywall.ask(jobs.iter().map(|job| job.cost(account))).await;
//!     let mut done = MultiStatus::new();
//!     for (job, answer) in jobs.iter().zip(answers) {
//!         let href = Href::path(&format!("/jobs/{}", job.id)).into_owned();
//!         done.push(match answer {
//!             Ok(_grant) => Resource::status(href, job.run().await),
//!             Err(withheld) => withheld.resource(href),
//!         });
//!     }
//!     done
//! }
//! # use std::convert::Infallible;
//! # use statuary::{Decision, Reason, Unidentified, subscription::check_fn};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let check = check_fn(
//! #     |_| Err(Unidentified),
//! #     async |_| Ok::<Decision, Infallible>(Reason::NotInPlan.into()),
//! # );
//! # let jobs = [Job { id: 1, format: "text" }, Job { id: 2, format: "video" }];
//! # let done = batch(&MemberPaywall::new(check), 7, &jobs).await.to_string();
//! # assert!(done.contains("<D:href>/jobs/1</D:href><D:status>HTTP/1.1 201"));
//! # assert!(done.contains("<D:href>/jobs/2</D:href><D:status>HTTP/1.1 402"));
//! # }
//! ```
//!
//! The grants are what was known when the check was asked; a [charge](crate::settlement) for the batch as a
//! whole is another matter.
//!
//! # Watching
//!
//! With the feature `metrics`, members that cost something are counted in `statuary_members_total`, by
//! `outcome` and `reason`:
//!
//! | outcome | reason | the member |
//! |---|---|---|
//! | `admitted` | `free`, `grace`, `paid`, `trial`, `waived` | is listed as it is, or admitted |
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
    withheld::Withheld,
};

/// The namespace of the conditions that name the reason of a refusal: in the response of a withheld member,
/// and in the `DAV:error` of a [refused](crate::challenge#forms) request.
pub const NAMESPACE: &str = xml::PAYMENT;
