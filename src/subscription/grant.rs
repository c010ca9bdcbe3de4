//! The terms on which a caller passes.

use std::{collections::BTreeSet, sync::Arc, time::SystemTime};

use smallvec::SmallVec;

use crate::subscription::OptionalText;

/// The terms on which a caller passes.
///
/// The paywall puts it into the request's extensions; with the `axum` feature a handler takes it as an
/// argument. Cloning never allocates. Setters of what may be unknown also take an `Option`.
///
/// # Examples
///
/// ```
/// use statuary::{Grant, subscription::Standing};
///
/// let grant = Grant::paid().with_plan("pro").with_quota_left(40);
///
/// assert_eq!(grant.standing(), Standing::Paid);
/// assert_eq!(grant.plan(), Some("pro"));
/// assert_eq!(grant.quota_left(), Some(40));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Grant {
    standing: Standing,
    /// Behind a pointer, so that a decision stays small.
    facts: Option<Arc<Facts>>,
}

/// The payment status of a caller that passes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing has to be paid: the resource, or this caller's use of it, is free.
    Free,
    /// A payment is overdue, but the owner's grace is not over yet.
    Grace,
    /// The subscription is paid.
    Paid,
    /// The subscription is on trial, and not paid yet.
    Trial,
    /// The check has not admitted the caller: it gave no answer and the gate is open, or the paywall is
    /// only a shadow. The [`Waiver`](crate::paywall::Waiver) beside the grant says why. No check makes
    /// such a grant.
    Waived,
}

/// What is known of the subscription and its quota; at least one field is set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Facts {
    plan: Option<Arc<str>>,
    features: Option<Arc<BTreeSet<String>>>,
    valid_until: Option<SystemTime>,
    period_end: Option<SystemTime>,
    billing_anchor: Option<SystemTime>,
    quota_left: Option<u64>,
    limits_left: SmallVec<[(Arc<str>, u64); 2]>,
}

// === impl Grant ===

impl Grant {
    /// A grant that asks for no payment.
    pub const fn free() -> Self {
        Self::new(Standing::Free)
    }

    /// A grant for a subscription whose payment is overdue, within its grace.
    pub const fn grace() -> Self {
        Self::new(Standing::Grace)
    }

    /// A grant for a paid subscription.
    pub const fn paid() -> Self {
        Self::new(Standing::Paid)
    }

    /// A grant for a trial.
    pub const fn trial() -> Self {
        Self::new(Standing::Trial)
    }

    /// Names the plan. Default: none.
    pub fn with_plan(self, plan: impl OptionalText) -> Self {
        self.with(plan.into_text(), |facts| &mut facts.plan)
    }

    /// Names the features of the plan. Default: none.
    pub fn with_features<F: Into<String>>(self, features: impl IntoIterator<Item = F>) -> Self {
        let features: BTreeSet<_> = features.into_iter().map(Into::into).collect();
        self.with_shared_features((!features.is_empty()).then(|| Arc::new(features)))
    }

    /// Says how much of the quota is left. Default: no quota is known.
    pub fn with_quota_left(self, units: impl Into<Option<u64>>) -> Self {
        self.with(units.into(), |facts| &mut facts.quota_left)
    }

    /// Says how much is left of a limit of this name. Default: no limit is known.
    ///
    /// A [`Quota`](crate::Quota) says this of its own limits, for the handler.
    pub fn with_quota_left_of(
        mut self,
        limit: impl Into<Arc<str>>,
        units: impl Into<Option<u64>>,
    ) -> Self {
        let (limit, limits) = (limit.into(), &mut self.facts_mut().limits_left);
        match (place(limits, &limit), units.into()) {
            (Ok(place), Some(units)) => limits[place].1 = units,
            (Ok(place), None) => _ = limits.remove(place),
            (Err(place), Some(units)) => limits.insert(place, (limit, units)),
            (Err(_), None) => {}
        }
        self.facts.take_if(|facts| **facts == Facts::default());
        self
    }

    /// Says when the terms end: the paid period, the trial or the grace. Default: no end is known.
    ///
    /// A grant must not be remembered beyond this instant.
    pub fn with_valid_until(self, instant: impl Into<Option<SystemTime>>) -> Self {
        self.with(instant.into(), |facts| &mut facts.valid_until)
    }

    /// Says when the paid period ends or has ended. Default: no end is known.
    ///
    /// Unlike the end of the terms, it does not move when a grace lets the caller pass for longer.
    pub fn with_period_end(self, instant: impl Into<Option<SystemTime>>) -> Self {
        self.with(instant.into(), |facts| &mut facts.period_end)
    }

    /// Says from when periods are counted: when the first one began. Default: the end of the period.
    ///
    /// A subscription that began on the 29th, 30th or 31st needs it, since its period may end in a month
    /// that lacks that day.
    pub fn with_billing_anchor(self, instant: impl Into<Option<SystemTime>>) -> Self {
        self.with(instant.into(), |facts| &mut facts.billing_anchor)
    }

    /// The payment status of the caller.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// The plan, if it is known.
    #[must_use]
    pub fn plan(&self) -> Option<&str> {
        self.facts()?.plan.as_deref()
    }

    /// The features, in alphabetical order.
    pub fn features(&self) -> impl Iterator<Item = &str> {
        let features = self.facts().and_then(|facts| facts.features.as_deref());
        features.into_iter().flatten().map(String::as_str)
    }

    /// Whether the plan has a feature.
    #[must_use]
    pub fn has_feature(&self, feature: &str) -> bool {
        let features = self.facts().and_then(|facts| facts.features.as_deref());
        features.is_some_and(|all| all.contains(feature))
    }

    /// What is left of the quota, if there is one. Of several limits it is the least, whatever each of them
    /// counts: a limit on bursts may have less left than that of the month.
    #[must_use]
    pub fn quota_left(&self) -> Option<u64> {
        let facts = self.facts()?;
        let least = facts.limits_left.iter().map(|(_, left)| *left).min();
        lesser(facts.quota_left, least)
    }

    /// What is left of the limit of this name; none if no quota around the handler has such a limit, or if
    /// it is [unlimited](crate::quota::Limit::unlimited) for this caller.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Grant;
    ///
    /// // Behind a quota with the limits "pages" and "burst".
    /// fn advice(grant: &Grant) -> String {
    ///     match grant.quota_left_of("pages") {
    ///         Some(left) => format!("{left} pages to come"),
    ///         None => "as many pages as you like".to_owned(),
    ///     }
    /// }
    ///
    /// let enterprise = Grant::paid().with_quota_left_of("burst", 7);
    /// assert_eq!(advice(&enterprise), "as many pages as you like");
    /// assert_eq!(enterprise.quota_left(), Some(7));
    /// ```
    #[must_use]
    pub fn quota_left_of(&self, limit: &str) -> Option<u64> {
        let mut limits = self.facts()?.limits_left.iter();
        let found = limits.find(|(name, _)| **name == *limit);
        found.map(|(_, left)| *left)
    }

    /// When the terms end, if that is known.
    #[must_use]
    pub fn valid_until(&self) -> Option<SystemTime> {
        self.facts()?.valid_until
    }

    /// When the paid period ends or has ended, if that is known.
    #[must_use]
    pub fn period_end(&self) -> Option<SystemTime> {
        self.facts()?.period_end
    }

    /// From when periods are counted, if that is known: the [anchor](crate::quota::Window::anchored_at)
    /// for a quota from one payment to the next.
    #[must_use]
    pub fn billing_anchor(&self) -> Option<SystemTime> {
        let facts = self.facts()?;
        facts.billing_anchor.or(facts.period_end)
    }

    /// The plan, to be shared.
    pub(crate) fn shared_plan(&self) -> Option<Arc<str>> {
        self.facts()?.plan.clone()
    }

    /// This grant, limited to the end and the quota of another.
    pub(crate) fn within(mut self, other: &Self) -> Self {
        let Some(others) = other.facts() else {
            return self;
        };
        let facts = self.facts_mut();
        facts.valid_until = lesser(facts.valid_until, others.valid_until);
        facts.quota_left = lesser(facts.quota_left, others.quota_left);
        for (name, left) in &others.limits_left {
            let limits = &mut facts.limits_left;
            match place(limits, name) {
                Ok(place) => limits[place].1 = limits[place].1.min(*left),
                Err(place) => limits.insert(place, (Arc::clone(name), *left)),
            }
        }
        // A grant's own periods are not counted from another's anchor.
        if facts.period_end.is_none() {
            facts.billing_anchor = facts.billing_anchor.or(others.billing_anchor);
        }
        facts.period_end = facts.period_end.or(others.period_end);
        facts.plan = facts.plan.take().or_else(|| others.plan.clone());
        facts.features = facts.features.take().or_else(|| others.features.clone());
        self
    }

    /// Carries features that are shared.
    pub(crate) fn with_shared_features(self, features: Option<Arc<BTreeSet<String>>>) -> Self {
        self.with(features, |facts| &mut facts.features)
    }

    /// A grant for a caller who passes although no check admitted it.
    pub(crate) const fn waived() -> Self {
        Self::new(Standing::Waived)
    }

    const fn new(standing: Standing) -> Self {
        Self {
            standing,
            facts: None,
        }
    }

    fn with<T>(mut self, fact: Option<T>, place: fn(&mut Facts) -> &mut Option<T>) -> Self {
        if fact.is_some() || self.facts.is_some() {
            *place(self.facts_mut()) = fact;
            self.facts.take_if(|facts| **facts == Facts::default());
        }
        self
    }

    fn facts(&self) -> Option<&Facts> {
        self.facts.as_deref()
    }

    fn facts_mut(&mut self) -> &mut Facts {
        Arc::make_mut(self.facts.get_or_insert_default())
    }
}

// === impl Standing ===

impl Standing {
    /// The stable code for programs, such as `paid`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Grace => "grace",
            Self::Paid => "paid",
            Self::Trial => "trial",
            Self::Waived => "waived",
        }
    }
}

// === helpers ===

/// The lesser of those that are known.
/// Where a limit of this name is among others, which are in the order of their names, or belongs.
fn place(limits: &[(Arc<str>, u64)], limit: &str) -> Result<usize, usize> {
    limits.binary_search_by(|(name, _)| (**name).cmp(limit))
}

fn lesser<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}
