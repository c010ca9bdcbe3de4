//! A refusal with all that its caller gets to know.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::{
    challenge::{Refusal, Terms},
    date,
    subscription::{Remedy, UnansweredKind},
};

/// A refusal as its caller sees it: what is wrong, and what helps.
///
/// The owner's [renderer](crate::challenge::RenderProblem) turns it into a response.
#[derive(Clone, Debug)]
pub struct Problem<'a> {
    refusal: &'a Refusal,
    base: &'a str,
    links: Vec<(Remedy, &'a str)>,
    retry_after: Option<Duration>,
}

// === impl Problem ===

impl<'a> Problem<'a> {
    pub(super) fn new(refusal: &'a Refusal, terms: &'a Terms) -> Self {
        let (links, retry_after) = match refusal {
            Refusal::Denied(denial) => (
                denial.links(&terms.remedies).collect(),
                denial.retry_after(),
            ),
            Refusal::Unanswered(unanswered) => match unanswered.kind() {
                // Only the owner helps.
                UnansweredKind::Misplaced => (Vec::new(), None),
                _ => (Vec::new(), Some(terms.delay(unanswered))),
            },
            Refusal::Unclaimed(unclaimed) => (Vec::new(), unclaimed.retry_after()),
            Refusal::Unidentified(_) => (Vec::new(), None),
        };
        Self {
            refusal,
            base: &terms.problem_base,
            links,
            retry_after,
        }
    }

    /// Why the request does not get through.
    #[must_use]
    pub const fn refusal(&self) -> &'a Refusal {
        self.refusal
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.refusal.status()
    }

    /// The stable code for programs, as of [`Refusal::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.refusal.code()
    }

    /// A few words for people, always the same for one code.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.refusal.title()
    }

    /// A sentence for people: what is wrong.
    #[must_use]
    pub fn detail(&self) -> &'a str {
        self.refusal.detail()
    }

    /// The links that help, the most fitting one first.
    #[must_use]
    pub fn links(&self) -> &[(Remedy, &'a str)] {
        &self.links
    }

    /// How long to wait, if the same request may then get through.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What the type of a problem begins with.
    pub(super) const fn base(&self) -> &'a str {
        self.base
    }
}

/// Rounded up: a caller that comes back a moment early is refused again.
pub(crate) const fn whole_seconds(delay: Duration) -> u64 {
    let started = if delay.subsec_nanos() > 0 { 1 } else { 0 };
    delay.as_secs().saturating_add(started)
}

/// `1994-11-06T08:49:37Z`: a date-time of RFC 3339.
pub(super) fn date_time(instant: SystemTime) -> String {
    let mut text = [0; date::RFC_3339];
    date::put_rfc3339(instant, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
