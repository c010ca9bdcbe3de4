//! The check that a paywall asks who may pass, and its answers.
//!
//! [`SubscriptionCheck`] is the one trait to implement. It has two phases, on purpose: `subject` is
//! synchronous and sees the whole request head; `check` is asynchronous and sees only the subject.
//! An answer thus depends on nothing but the key under which it is remembered: two accounts cannot
//! share an answer by accident.
//!
//! ```
//! use http::request::Parts;
//! use statuary::{Decision, Denial, Grant, Reason, SubscriptionCheck, Unidentified};
//!
//! #[derive(Clone, Copy, PartialEq, Eq, Hash)]
//! struct AccountId(u64);
//!
//! struct Plans;
//!
//! impl SubscriptionCheck for Plans {
//!     type Subject = AccountId;
//!     type Error = std::io::Error; // or sqlx::Error, or whatever the store fails with
//!
//!     fn subject(&self, head: &Parts) -> Result<AccountId, Unidentified> {
//!         head.extensions.get().copied().ok_or(Unidentified)
//!     }
//!
//!     async fn check(&self, account: &AccountId) -> Result<Decision, std::io::Error> {
//!         Ok(match account.0 {
//!             0 => Decision::Admit(Grant::free()),
//!             1 => Decision::Admit(Grant::paid().with_plan("pro")),
//!             _ => Decision::Refuse(Denial::new(Reason::NeverSubscribed)),
//!         })
//!     }
//! }
//! ```
//!
//! A check can also be made of two closures ([`check_fn`]), shared in an [`Arc`], or
//! [chosen at run time](crate::checks#a-check-chosen-at-run-time).
//!
//! A check answers in time or not at all: one that fails, panics, or outlives its deadline is
//! [`Unanswered`], which is never taken for a refusal.
//!
//! [`Arc`]: std::sync::Arc

mod ask;
mod check;
mod check_fn;
mod clock;
mod decision;
mod denial;
mod grant;
mod later;
mod optional_text;
mod reason;
mod remedies;
mod unanswered;
mod url;
mod watch;

pub use self::{
    check::{SubscriptionCheck, Unidentified},
    check_fn::{CheckFn, check_fn},
    clock::{Clock, SystemClock},
    decision::Decision,
    denial::{Denial, DenialStatus},
    grant::{Grant, Standing},
    optional_text::OptionalText,
    reason::Reason,
    remedies::{Remedies, Remedy},
    unanswered::{Unanswered, UnansweredKind},
    url::InvalidUrl,
};

pub(crate) use self::{
    ask::{answer, ask, ask_all, guard},
    clock::SharedClock,
    later::later,
    unanswered::Asked,
    url::{origin, validate_contact, validate_link, validate_uri},
    watch::warn_of,
};
