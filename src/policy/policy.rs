//! How the owner treats each status.

use std::time::{Duration, SystemTime};

use crate::{
    policy::{Requirement, Status, Subscription, Treatment, Undecided, treatment::until},
    subscription::{Clock, Decision, Denial, Grant, Reason, SharedClock},
};

/// Decides for subscriptions by their status.
///
/// See the [module docs](crate::policy) for an example and the defaults.
#[derive(Clone, Debug)]
#[must_use]
pub struct Policy {
    clock: SharedClock,
    graces: Vec<(Status, Duration)>,
    incomplete: Treatment,
    paused: Treatment,
    trials: Treatment,
    unknown: Treatment,
    renewal: Duration,
    requirement: Option<Requirement>,
}

// === impl Policy ===

impl Policy {
    /// How many days a caller still passes whose payment is past due. Default: none.
    ///
    /// The days are counted from [`past_due_since`](Subscription::past_due_since); or else from the end of
    /// the period, if that has passed; or else from the [start of the period](Subscription::period_start).
    /// If none of them is known, there is no grace.
    ///
    /// Stripe begins the next period when it makes the invoice for it: if that payment fails, the end of the
    /// period is a month ahead, and the days count from its start. A subscription that stays past due for
    /// more than a period gets a new start with each, and only `past_due_since` ends its grace for good.
    pub fn grace_days(self, days: u32) -> Self {
        self.grace_days_for(Status::PastDue, days)
    }

    /// How many days a caller still passes whose subscription has come into this status, however the status
    /// is treated otherwise. Default: none.
    ///
    /// They are counted as [`grace_days`](Self::grace_days) are, those of a trial from the trial's end. The
    /// start of the period counts only in a status with an open payment, which is then the one for that
    /// period: [`Incomplete`](Status::Incomplete), [`OnHold`](Status::OnHold), [`PastDue`](Status::PastDue),
    /// [`Pending`](Status::Pending) or [`Unpaid`](Status::Unpaid). A subscription may come into any other
    /// status on any day of the period.
    pub fn grace_days_for(mut self, status: Status, days: u32) -> Self {
        self.graces.retain(|(other, _)| *other != status);
        self.graces
            .push((status, Duration::from_secs(u64::from(days) * DAY)));
        self
    }

    /// The treatment of [incomplete](Status::Incomplete) subscriptions, whose first payment waits for the
    /// subscriber. Default: they are refused.
    pub const fn incomplete(mut self, treatment: Treatment) -> Self {
        self.incomplete = treatment;
        self
    }

    /// The treatment of [paused](Status::Paused) subscriptions. Default: they are refused.
    pub const fn paused(mut self, treatment: Treatment) -> Self {
        self.paused = treatment;
        self
    }

    /// The treatment of [trials](Status::Trialing). Default: they are admitted to their end and for the
    /// [leeway](Self::renewal_leeway) after it, or as long as the status lasts if no end is known.
    pub const fn trials(mut self, treatment: Treatment) -> Self {
        self.trials = treatment;
        self
    }

    /// The treatment of subscriptions with an [unknown](Status::Unknown) status. Default: they are admitted
    /// to the end of the period.
    ///
    /// Callers are refused with [`Reason::Expired`].
    pub const fn unknown(mut self, treatment: Treatment) -> Self {
        self.unknown = treatment;
        self
    }

    /// How long a subscription or trial stays open beyond its end, since news of its renewal may be late.
    /// Default: an hour.
    ///
    /// After that, a trial has expired. An active subscription is [`Undecided`], however long ago its period
    /// ended: the billing system has said that all is paid, and not that it is over. The leeway is thus how
    /// long webhooks may fail before callers notice.
    ///
    /// With a leeway beyond all clocks, such as [`Duration::MAX`], it stays open without an end. A
    /// subscription that is to be cancelled at the end of its period gets no leeway.
    pub const fn renewal_leeway(mut self, leeway: Duration) -> Self {
        self.renewal = leeway;
        self
    }

    /// The plan or feature that a subscription must have. Default: none. Requirements add up.
    ///
    /// A requirement of only some routes is better put there, so that all routes share what is remembered:
    /// [`SubscriptionCheckExt::requiring`](crate::SubscriptionCheckExt::requiring).
    pub fn requiring(mut self, requirement: Requirement) -> Self {
        self.requirement = Some(match self.requirement.take() {
            Some(other) => other.and(requirement),
            None => requirement,
        });
        self
    }

    /// The clock by which ends are judged. Default: the clock of the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// Decides for a subscription; `None` is [`Reason::NeverSubscribed`].
    ///
    /// # Errors
    ///
    /// [`Undecided`] if the subscription counts to the end of its period, and that is not known; if it is
    /// active, and should have been renewed by now; or if a requirement asks for a plan, and it names none.
    pub fn decide<'a>(
        &self,
        subscription: impl Into<Option<&'a Subscription>>,
    ) -> Result<Decision, Undecided> {
        let Some(subscription) = subscription.into() else {
            return Ok(Reason::NeverSubscribed.into());
        };
        let now = self.clock.now();
        let judged = self.judge(subscription, now);
        let grant = match self.in_grace(subscription, now) {
            // A grace is for callers who would not pass otherwise.
            Some(grace) => judged.ok().and_then(Result::ok).unwrap_or(grace),
            None => match judged? {
                Ok(grant) => grant,
                Err(denial) => return Ok(subscription.explain(denial, now).into()),
            },
        };
        let grant = subscription.describe(grant);
        match &self.requirement {
            Some(requirement) => requirement.decide(grant),
            None => Ok(grant.into()),
        }
    }

    /// The decision by status alone.
    fn judge(
        &self,
        subscription: &Subscription,
        now: SystemTime,
    ) -> Result<Result<Grant, Denial>, Undecided> {
        let end = subscription.end();
        let counts_to_end = match subscription.status() {
            Status::Cancelled => true,
            Status::Unknown(_) => self.unknown == Treatment::UntilEnd,
            _ => false,
        };
        if counts_to_end && end.is_none() {
            return Err(Undecided::end(subscription.status().clone()));
        }
        Ok(match subscription.status() {
            Status::Active => self
                .running(subscription, Grant::paid(), end, now)
                .ok_or_else(Undecided::renewal)?,
            Status::Trialing => match self.trials {
                Treatment::Admit => Ok(Grant::trial()),
                Treatment::UntilEnd => self
                    .running(subscription, Grant::trial(), end, now)
                    .unwrap_or_else(|| Err(Reason::Expired.into())),
                Treatment::Refuse => Err(Reason::NeverSubscribed.into()),
            },
            Status::InGrace => Ok(Grant::grace().with_valid_until(end.filter(|end| now < *end))),
            Status::Cancelled => until(end, now, Grant::paid(), Reason::Cancelled),
            Status::Incomplete => self.incomplete.judge(end, now, Reason::Incomplete),
            Status::Paused => self.paused.judge(end, now, Reason::Paused),
            Status::Unknown(_) => self.unknown.judge(end, now, Reason::Expired),
            Status::Abandoned | Status::Pending => Err(Reason::Incomplete.into()),
            Status::Ended | Status::Revoked => Err(Reason::Cancelled.into()),
            Status::Expired => Err(Reason::Expired.into()),
            Status::OnHold | Status::PastDue => Err(Reason::PastDue.into()),
            Status::Unpaid => Err(Reason::Unpaid.into()),
        })
    }

    /// A subscription that is renewed at its end, unless it was cancelled; `None` if news of the renewal
    /// should have come by now.
    fn running(
        &self,
        subscription: &Subscription,
        grant: Grant,
        end: Option<SystemTime>,
        now: SystemTime,
    ) -> Option<Result<Grant, Denial>> {
        let end = match end {
            Some(end) if now >= end => end,
            end => return Some(Ok(grant.with_valid_until(end))),
        };
        if subscription.cancel_at_period_end() {
            return Some(Err(Reason::Cancelled.into()));
        }
        match end.checked_add(self.renewal) {
            Some(late) if now >= late => None,
            late => Some(Ok(Grant::grace().with_valid_until(late))),
        }
    }

    fn in_grace(&self, subscription: &Subscription, now: SystemTime) -> Option<Grant> {
        let (_, grace) = self
            .graces
            .iter()
            .find(|(status, _)| status == subscription.status())?;
        let since = subscription
            .past_due_since()
            .or_else(|| subscription.end().filter(|end| *end <= now))
            .or_else(|| {
                let start = subscription.period_start();
                start.filter(|_| is_payment_open(subscription.status()))
            })?;
        match since.checked_add(*grace) {
            None => Some(Grant::grace()),
            Some(end) => (now < end).then(|| Grant::grace().with_valid_until(end)),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            clock: SharedClock::default(),
            graces: Vec::new(),
            incomplete: Treatment::Refuse,
            paused: Treatment::Refuse,
            trials: Treatment::UntilEnd,
            unknown: Treatment::UntilEnd,
            renewal: Duration::from_secs(60 * 60),
            requirement: None,
        }
    }
}

// === helpers ===

const DAY: u64 = 24 * 60 * 60;

/// Whether a payment is open, which is then the one for the current period.
fn is_payment_open(status: &Status) -> bool {
    matches!(
        status,
        Status::Incomplete | Status::OnHold | Status::PastDue | Status::Pending | Status::Unpaid
    )
}
