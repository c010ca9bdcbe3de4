//! What a billing system knows of a subscription.

use std::{collections::BTreeSet, sync::Arc, time::SystemTime};

use crate::{
    policy::Status,
    subscription::{Denial, Grant, OptionalText},
};

/// A subscription, as a billing system or its mirror in a database knows it. Setters of what a row may lack
/// also take an `Option`.
///
/// See the [module docs](crate::policy) for an example.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Subscription {
    status: Status,
    plan: Option<Arc<str>>,
    features: Option<Arc<BTreeSet<String>>>,
    period_start: Option<SystemTime>,
    period_end: Option<SystemTime>,
    billing_anchor: Option<SystemTime>,
    trial_end: Option<SystemTime>,
    past_due_since: Option<SystemTime>,
    cancel_at_period_end: bool,
}

// === impl Subscription ===

impl Subscription {
    /// A subscription of which nothing but the status is known.
    pub const fn new(status: Status) -> Self {
        Self {
            status,
            plan: None,
            features: None,
            period_start: None,
            period_end: None,
            billing_anchor: None,
            trial_end: None,
            past_due_since: None,
            cancel_at_period_end: false,
        }
    }

    /// Names the plan. Default: none.
    pub fn with_plan(mut self, plan: impl OptionalText) -> Self {
        self.plan = plan.into_text();
        self
    }

    /// Names the features of the plan. Default: none.
    pub fn with_features<F: Into<String>>(mut self, features: impl IntoIterator<Item = F>) -> Self {
        let features: BTreeSet<_> = features.into_iter().map(Into::into).collect();
        self.features = (!features.is_empty()).then(|| Arc::new(features));
        self
    }

    /// Says when the current period began. Default: not known.
    ///
    /// An overdue payment is taken for the one for this period, so that [grace](crate::Policy::grace_days)
    /// begins here, unless [the date](Self::with_past_due_since) is known.
    pub fn with_period_start(mut self, start: impl Into<Option<SystemTime>>) -> Self {
        self.period_start = start.into();
        self
    }

    /// Says when the paid period ends. Default: no end is known.
    pub fn with_period_end(mut self, end: impl Into<Option<SystemTime>>) -> Self {
        self.period_end = end.into();
        self
    }

    /// Says from when its periods are counted: when the first one began. Default: the end of the period.
    ///
    /// It matters to [quotas](crate::quota) that are renewed with each period, if the subscription began on
    /// a day that some months lack.
    pub fn with_billing_anchor(mut self, start: impl Into<Option<SystemTime>>) -> Self {
        self.billing_anchor = start.into();
        self
    }

    /// Says when the trial ends. Default: the end of the period.
    pub fn with_trial_end(mut self, end: impl Into<Option<SystemTime>>) -> Self {
        self.trial_end = end.into();
        self
    }

    /// Says since when a payment has been overdue, or since when the subscription has had its status, which
    /// is when [grace](crate::Policy::grace_days_for) begins. Default: the end of the period if that has
    /// passed, or else, while a payment is open, its [start](Self::with_period_start).
    ///
    /// Stripe has no such date, but sends webhooks when a subscription becomes past due: keep the time of
    /// the first.
    pub fn with_past_due_since(mut self, since: impl Into<Option<SystemTime>>) -> Self {
        self.past_due_since = since.into();
        self
    }

    /// Says whether the subscription ends with the period instead of being renewed. Default: it is renewed.
    pub const fn with_cancel_at_period_end(mut self, cancel: bool) -> Self {
        self.cancel_at_period_end = cancel;
        self
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// The plan, if it is known.
    #[must_use]
    pub fn plan(&self) -> Option<&str> {
        self.plan.as_deref()
    }

    /// The features, in alphabetical order.
    pub fn features(&self) -> impl Iterator<Item = &str> {
        self.features
            .iter()
            .flat_map(|all| all.iter())
            .map(String::as_str)
    }

    /// When the current period began, if that is known.
    #[must_use]
    pub const fn period_start(&self) -> Option<SystemTime> {
        self.period_start
    }

    /// When the paid period ends, if that is known.
    #[must_use]
    pub const fn period_end(&self) -> Option<SystemTime> {
        self.period_end
    }

    /// From when its periods are counted, if that is known.
    #[must_use]
    pub const fn billing_anchor(&self) -> Option<SystemTime> {
        self.billing_anchor
    }

    /// When the trial ends, if that is known.
    #[must_use]
    pub const fn trial_end(&self) -> Option<SystemTime> {
        self.trial_end
    }

    /// Since when a payment has been overdue, if that is known.
    #[must_use]
    pub const fn past_due_since(&self) -> Option<SystemTime> {
        self.past_due_since
    }

    /// Whether it ends with the period.
    #[must_use]
    pub const fn cancel_at_period_end(&self) -> bool {
        self.cancel_at_period_end
    }

    /// The end that its status counts to: that of the trial, or of the period.
    pub(crate) fn end(&self) -> Option<SystemTime> {
        match self.status {
            Status::Trialing => self.trial_end.or(self.period_end),
            _ => self.period_end,
        }
    }

    /// A denial that names the plan, and the end if that has passed. An end still to come is that of an
    /// unpaid period.
    pub(crate) fn explain(&self, denial: Denial, now: SystemTime) -> Denial {
        denial
            .with_plan(self.plan.clone())
            .with_valid_until(self.end().filter(|end| *end <= now))
    }

    /// A grant that names the plan, the features, the end of the period, and the billing anchor.
    pub(crate) fn describe(&self, grant: Grant) -> Grant {
        grant
            .with_plan(self.plan.clone())
            .with_shared_features(self.features.clone())
            .with_period_end(self.period_end)
            .with_billing_anchor(self.billing_anchor)
    }
}
