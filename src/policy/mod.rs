//! How a subscription stands, and a policy that turns this into a decision.
//!
//! A [`Subscription`] holds what a billing system knows, in one vocabulary: [`Status`] reads those of
//! Stripe, Paddle, Apple and Google Play. A [`Policy`] says how each status is treated, and turns a
//! subscription into a [`Decision`](crate::Decision).
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
//!             .with_plan(row.price)
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
//! # How a status is treated
//!
//! | status | default |
//! |---|---|
//! | `Active` | admitted to the end of the period, and an hour more for news of the renewal; then undecided |
//! | `Trialing` | admitted to the end of the trial, and an hour more; a [`Treatment`] may say otherwise |
//! | `InGrace` | admitted: the billing system grants the grace |
//! | `Cancelled`, or to be cancelled at the end of the period | admitted to the end of the period |
//! | `PastDue` | refused; [`grace_days`](Policy::grace_days) admits for a while |
//! | `Incomplete`, `Paused` | refused; a [`Treatment`] may say otherwise |
//! | `Unknown` | admitted to the end of the period |
//! | all others | refused |
//!
//! If an `Unknown` or `Cancelled` subscription counts to an end that is not known, or there is no news of
//! the renewal of an `Active` one, nobody can tell whether it is paid: the result is the error
//! [`Undecided`], not a refusal. So it is if a [`Requirement`] asks for a plan and none is named.
//!
//! The end is part of the grant ([`Grant::valid_until`](crate::Grant::valid_until)), so that a cache asks
//! again in time. It is the first moment that is not paid for.

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
