//! How a subscription stands, and what the owner makes of that.
//!
//! A [`Subscription`] is what a billing system knows, in words that are the same for all of them:
//! [`Status`] reads the vocabularies of Stripe, Paddle, Apple and Google Play. A [`Policy`] says
//! what each status is worth, and turns a subscription into a [`Decision`](crate::Decision).
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use statuary::{
//!     Decision,
//!     policy::{Policy, Status, Subscription},
//! };
//!
//! // A row of the table that the webhooks of Stripe keep.
//! struct Row {
//!     status: String,
//!     price: Option<String>,
//!     current_period_start: Option<u64>,
//!     current_period_end: Option<u64>,
//!     cancel_at_period_end: bool,
//! }
//!
//! impl From<Row> for Subscription {
//!     fn from(row: Row) -> Self {
//!         let at = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
//!         Subscription::new(Status::from_stripe(&row.status))
//!             .with_plan(row.price.as_deref())
//!             .with_period_start(row.current_period_start.map(at))
//!             .with_period_end(row.current_period_end.map(at))
//!             .with_cancel_at_period_end(row.cancel_at_period_end)
//!     }
//! }
//!
//! // The payment for a new period has failed.
//! const DAY: u64 = 86_400;
//! let row = Row {
//!     status: "past_due".to_owned(),
//!     price: Some("pro".to_owned()),
//!     current_period_start: Some(30 * DAY),
//!     current_period_end: Some(60 * DAY),
//!     cancel_at_period_end: false,
//! };
//!
//! let four_days_later = || SystemTime::UNIX_EPOCH + Duration::from_secs(34 * DAY);
//! let policy = Policy::default().grace_days(7).clock(four_days_later);
//! let Decision::Admit(grant) = policy.decide(&Subscription::from(row))? else {
//!     panic!("still within the grace");
//! };
//! assert_eq!(grant.plan(), Some("pro"));
//! # Ok::<(), statuary::policy::Undecided>(())
//! ```
//!
//! # What a status is worth
//!
//! | status | a policy's default |
//! |---|---|
//! | `Active` | admitted to the end of the period, and an hour more for the renewal to arrive; then nobody can tell |
//! | `Trialing` | admitted to the end of the trial, and an hour more; a [`Treatment`] may say otherwise |
//! | `InGrace` | admitted: the billing system gives grace of its own |
//! | `Cancelled`, or to be cancelled at the end of the period | admitted to the end of the period |
//! | `PastDue` | refused; [`grace_days`](Policy::grace_days) admits for a while |
//! | `Incomplete`, `Paused` | refused; a [`Treatment`] may say otherwise |
//! | `Unknown` | admitted to the end of the period |
//! | all others | refused |
//!
//! Where `Unknown` and `Cancelled` count to an end that is not known, or there is no news of an `Active` one
//! that should have been renewed, nobody can tell whether they are paid: the decision is [`Undecided`], an
//! error, and no refusal. So is one about a plan that has no name, where a [`Requirement`] asks for one.
//!
//! The ends are part of the grant ([`Grant::valid_until`](crate::Grant::valid_until)), so that
//! whoever remembers it asks again in time. An end is the first moment that is not paid for.

mod policy;
mod requirement;
mod status;
mod subscription;
mod treatment;
mod undecided;

pub use self::{
    policy::Policy, requirement::Requirement, status::Status, subscription::Subscription,
    treatment::Treatment, undecided::Undecided,
};
