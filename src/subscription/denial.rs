//! A refusal, as the check states it.

use std::{
    error::Error,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::StatusCode;

use crate::subscription::{Grant, OptionalText, Reason, Remedies, Remedy};

/// Why a caller does not pass, and what helps.
///
/// The paywall answers with its [status](Self::status), and leaves the denial in the response's
/// extensions, for layers outside. Its facts about the subscription and the quota become
/// [members](crate::challenge#the-problem-document) of the problem document, which the caller reads.
/// Setters of what may be unknown also take an `Option`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use http::StatusCode;
/// use statuary::{Denial, Reason, subscription::DenialStatus};
///
/// let tomorrow = Duration::from_secs(86_400);
/// let denial = Denial::new(Reason::QuotaExhausted)
///     .with_detail("all 500 reports of today are used")
///     .with_status(DenialStatus::TooManyRequests)
///     .with_plan("pro")
///     .with_limit(500)
///     .with_remaining(0)
///     .with_reset(tomorrow)
///     .with_violated_policies(["daily"])
///     .with_retry_after(tomorrow); // since waiting helps
///
/// assert_eq!(denial.reason().code(), "quota-exhausted");
/// assert_eq!(denial.status(), StatusCode::TOO_MANY_REQUESTS);
/// assert_eq!(denial.to_string(), "all 500 reports of today are used");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Denial {
    reason: Reason,
    status: Option<DenialStatus>,
    /// Behind a pointer, so that a decision stays small.
    more: Option<Arc<More>>,
}

/// The statuses that a denial may be answered with.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DenialStatus {
    /// 403 Forbidden: for a plan without the feature, where the owner sells no other plan. The caller
    /// is offered no remedies but [those of the denial](Denial::with_remedies), and the page has the
    /// words for [`Reason::Forbidden`].
    Forbidden,
    /// 402 Payment Required: a payment helps.
    PaymentRequired,
    /// 429 Too Many Requests: for a quota that is used up, where waiting helps more than paying.
    TooManyRequests,
}

/// What a denial says beside its reason; at least one field is set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct More {
    detail: Option<Arc<str>>,
    retry_after: Option<Duration>,
    remedies: Option<Arc<Remedies>>,
    facts: Facts,
}

/// What is known of the subscription and its quota.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Facts {
    plan: Option<Arc<str>>,
    valid_until: Option<SystemTime>,
    limit: Option<u64>,
    remaining: Option<u64>,
    reset: Option<Duration>,
    violated_policies: Option<Vec<Arc<str>>>,
}

// === impl Denial ===

impl Denial {
    /// A denial for this reason, with the reason's own status and detail.
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            status: None,
            more: None,
        }
    }

    /// Says in a sentence of its own what is wrong. Default: the reason's [detail](Reason::detail).
    ///
    /// The caller reads this sentence: keep balances and secrets out of it.
    pub fn with_detail(self, detail: impl Into<Arc<str>>) -> Self {
        self.with(Some(detail.into()), |more| &mut more.detail)
    }

    /// Offers remedies of this caller's own, such as a link into its billing session, in place
    /// of the paywall's. Default: the paywall's.
    pub fn with_remedies(self, remedies: Remedies) -> Self {
        self.with(Some(Arc::new(remedies)), |more| &mut more.remedies)
    }

    /// Says that waiting helps, and how long to wait, such as until a quota is renewed. Default:
    /// waiting does not help.
    pub fn with_retry_after(self, delay: impl Into<Option<Duration>>) -> Self {
        self.with(delay.into(), |more| &mut more.retry_after)
    }

    /// Chooses the status of the answer. Default: the reason's [status](Reason::status).
    pub const fn with_status(mut self, status: DenialStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Names the plan. Default: none.
    pub fn with_plan(self, plan: impl OptionalText) -> Self {
        self.with(plan.into_text(), |more| &mut more.facts.plan)
    }

    /// Says when the terms of the subscription end, or have ended. Default: no end is known.
    pub fn with_valid_until(self, instant: impl Into<Option<SystemTime>>) -> Self {
        self.with(instant.into(), |more| &mut more.facts.valid_until)
    }

    /// Says how large the quota is as a whole. Default: no quota is known.
    pub fn with_limit(self, units: impl Into<Option<u64>>) -> Self {
        self.with(units.into(), |more| &mut more.facts.limit)
    }

    /// Says how much of the quota is left, which may be less than the request takes. Default: no
    /// quota is known.
    pub fn with_remaining(self, units: impl Into<Option<u64>>) -> Self {
        self.with(units.into(), |more| &mut more.facts.remaining)
    }

    /// Says how long it is until the quota is renewed. Default: it is not known.
    ///
    /// [`with_retry_after`](Self::with_retry_after) says whether the same request may then pass.
    pub fn with_reset(self, delay: impl Into<Option<Duration>>) -> Self {
        self.with(delay.into(), |more| &mut more.facts.reset)
    }

    /// Names the quota policies that the request exceeds, as in the field `RateLimit-Policy`.
    /// Default: none.
    pub fn with_violated_policies<P: Into<Arc<str>>>(
        self,
        names: impl IntoIterator<Item = P>,
    ) -> Self {
        let names: Vec<_> = names.into_iter().map(Into::into).collect();
        let names = (!names.is_empty()).then_some(names);
        self.with(names, |more| &mut more.facts.violated_policies)
    }

    /// The reason.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The sentence that the caller reads.
    #[must_use]
    pub fn detail(&self) -> &str {
        self.own_detail().unwrap_or_else(|| self.reason.detail())
    }

    /// The remedies of this caller's own, if it has some.
    #[must_use]
    pub fn remedies(&self) -> Option<&Remedies> {
        self.more.as_deref()?.remedies.as_deref()
    }

    /// The links that help this caller, the most fitting one first: its own, or else those offered to
    /// everyone, unless the status is 403.
    pub fn links<'a>(&'a self, offered: &'a Remedies) -> impl Iterator<Item = (Remedy, &'a str)> {
        let offered = (self.status() != StatusCode::FORBIDDEN).then_some(offered);
        let links = self.remedies().or(offered);
        links
            .into_iter()
            .flat_map(|links| links.fitting(self.reason))
    }

    /// How long to wait, if waiting helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.more.as_deref()?.retry_after
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self.status {
            Some(status) => status.status(),
            None => self.reason.status(),
        }
    }

    /// The plan, if it is known.
    #[must_use]
    pub fn plan(&self) -> Option<&str> {
        self.facts()?.plan.as_deref()
    }

    /// When the terms of the subscription end or have ended, if that is known.
    #[must_use]
    pub fn valid_until(&self) -> Option<SystemTime> {
        self.facts()?.valid_until
    }

    /// How large the quota is as a whole, if there is one.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.facts()?.limit
    }

    /// What is left of the quota, if there is one.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.facts()?.remaining
    }

    /// How long it is until the quota is renewed, if that is known.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.facts()?.reset
    }

    /// The quota policies that the request exceeds.
    #[must_use]
    pub fn violated_policies(&self) -> impl ExactSizeIterator<Item = &str> {
        let names = self
            .facts()
            .and_then(|facts| facts.violated_policies.as_deref());
        names.unwrap_or_default().iter().map(|name| &**name)
    }

    /// This denial, with the plan and the end of a grant.
    pub(crate) fn of(self, grant: &Grant) -> Self {
        self.with_plan(grant.shared_plan())
            .with_valid_until(grant.valid_until())
    }

    /// The detail of its own, if it has one.
    pub(crate) fn own_detail(&self) -> Option<&str> {
        self.more.as_deref()?.detail.as_deref()
    }

    /// Whether it adds nothing but facts to its reason.
    pub(crate) fn is_plain(&self) -> bool {
        let is_plain = |more: &Arc<More>| {
            let More {
                detail,
                retry_after,
                remedies,
                facts: _,
            } = &**more;
            detail.is_none() && retry_after.is_none() && remedies.is_none()
        };
        self.status.is_none() && self.more.as_ref().is_none_or(is_plain)
    }

    /// Whether it has facts about the subscription or its quota.
    pub(crate) fn has_facts(&self) -> bool {
        self.facts().is_some_and(|facts| *facts != Facts::default())
    }

    fn facts(&self) -> Option<&Facts> {
        self.more.as_deref().map(|more| &more.facts)
    }

    fn with<T>(mut self, saying: Option<T>, place: fn(&mut More) -> &mut Option<T>) -> Self {
        if saying.is_some() || self.more.is_some() {
            *place(Arc::make_mut(self.more.get_or_insert_default())) = saying;
            self.more.take_if(|more| **more == More::default());
        }
        self
    }
}

impl From<Reason> for Denial {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())
    }
}

impl Error for Denial {}

// === impl DenialStatus ===

impl DenialStatus {
    /// The status, as a [`StatusCode`].
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}
