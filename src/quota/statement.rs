//! The limits that a request is counted against, their usage, and the fields and refusals that
//! report it.

use std::time::{Duration, SystemTime};

use http::{HeaderName, HeaderValue};
use smallvec::SmallVec;

use crate::{
    quota::{
        Claim, Limit, LimitName, QuotaPolicy, QuotaUnit, RateLimit, RateLimitPolicy, ServiceLimit,
        Usage, limit::WhenExhausted, structured::List,
    },
    settlement::Declined,
    subscription::{Denial, DenialStatus, Grant, Reason, Remedies},
};

/// The limits that a request is counted against, and their usage.
#[derive(Debug)]
pub(super) struct Statement {
    cost: u64,
    bounds: SmallVec<[Bound; 2]>,
    /// One for each bound.
    claims: SmallVec<[Claim; 2]>,
    /// One for each bound, once the store has answered.
    usages: Vec<Usage>,
}

#[derive(Debug)]
struct Bound {
    name: LimitName,
    when_exhausted: WhenExhausted,
}

/// One limit of a statement.
#[derive(Clone, Copy)]
struct Line<'a> {
    bound: &'a Bound,
    claim: &'a Claim,
    usage: Usage,
}

// === impl Statement ===

impl Statement {
    /// The limits other than unlimited ones, in their current periods.
    pub(super) fn new<'a>(
        cost: u64,
        limits: impl Iterator<Item = (&'a LimitName, Limit)>,
        now: SystemTime,
    ) -> Self {
        let lines = limits.filter_map(|(name, limit)| {
            let bounds = limit.bounds()?;
            let bound = Bound {
                name: name.clone(),
                when_exhausted: bounds.when_exhausted,
            };
            let period = bounds.window.period_at(now);
            Some((bound, Claim::new(name.shared(), bounds.units, period)))
        });
        let (bounds, claims) = lines.unzip();
        Self {
            cost,
            bounds,
            claims,
            usages: Vec::new(),
        }
    }

    pub(super) const fn cost(&self) -> u64 {
        self.cost
    }

    pub(super) fn claims(&self) -> &[Claim] {
        &self.claims
    }

    pub(super) fn with_usages(mut self, usages: Vec<Usage>) -> Self {
        self.usages = usages;
        self
    }

    /// Notes that this much is spent instead of what was held.
    pub(super) fn spend(&mut self, spent: u64) {
        for usage in &mut self.usages {
            usage.release(self.cost);
            usage.spend(spent);
        }
    }

    /// The grant, with what is left of each limit.
    pub(super) fn tell(&self, grant: &Grant) -> Grant {
        // The least of these goes before whatever the check knew of the quota.
        let least = self.lines().map(Line::left).min();
        let grant = grant.clone().with_quota_left(least);
        self.lines().fold(grant, |grant, line| {
            grant.with_quota_left_of(line.bound.name.shared(), line.left())
        })
    }

    /// The header fields for the limits.
    pub(super) fn fields(
        &self,
        unit: QuotaUnit,
        now: SystemTime,
    ) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let left = self.lines().map(|line| {
            ServiceLimit::new(line.bound.name.clone(), line.left())
                .with_effective_window(line.effective_window(self.cost, now))
        });
        let policies = self.lines().map(|line| {
            QuotaPolicy::new(line.bound.name.clone(), line.claim.units())
                .with_unit(unit)
                .with_window(line.claim.period().length())
        });
        let left = List(left).to_header_value();
        let policies = List(policies).to_header_value();
        let left = left.map(|value| (RateLimit::NAME, value));
        let policies = policies.map(|value| (RateLimitPolicy::NAME, value));
        left.into_iter().chain(policies)
    }

    /// The answer to a request that exceeds a limit.
    pub(super) fn decline(&self, grant: &Grant, unit: QuotaUnit, now: SystemTime) -> Declined {
        let lacking: Vec<_> = self.lines().filter(|line| line.lacks(self.cost)).collect();
        let mut denial = Denial::new(Reason::QuotaExhausted)
            .with_plan(grant.shared_plan())
            .with_violated_policies(lacking.iter().map(|line| line.bound.name.shared()));
        // Waiting for one limit does not help if another takes payment.
        let what_helps = lacking.iter().map(|line| line.bound.when_exhausted).max();
        if what_helps == Some(WhenExhausted::Wait) {
            denial = denial
                .with_status(DenialStatus::TooManyRequests)
                .with_remedies(Remedies::new());
        }
        let wait = |line: &Line<'_>| line.wait(self.cost, now);
        // The limit that takes longest to have enough; for ever, if it never has.
        let hardest = lacking
            .iter()
            .max_by_key(|line| wait(line).unwrap_or(Duration::MAX));
        if let Some(line) = hardest {
            denial = denial
                .with_limit(line.claim.units())
                .with_remaining(line.left())
                .with_reset(line.claim.period().left_at(now))
                .with_retry_after(wait(line));
        }
        let fields = self.fields(unit, now);
        fields.fold(Declined::from(denial), |declined, (name, value)| {
            declined.with_header(name, value)
        })
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> + Clone {
        let claims = self.claims.iter().zip(&self.usages);
        let lines = self.bounds.iter().zip(claims);
        lines.map(|(bound, (claim, usage))| Line {
            bound,
            claim,
            usage: *usage,
        })
    }
}

// === impl Line ===

impl Line<'_> {
    fn left(self) -> u64 {
        self.usage.left_of(self.claim.units())
    }

    fn lacks(self, cost: u64) -> bool {
        self.left() < cost
    }

    /// How long it takes until there may be enough, if there ever is. Units held by requests in
    /// progress may come back at any moment.
    fn wait(self, cost: u64, now: SystemTime) -> Option<Duration> {
        let units = self.claim.units();
        let unspent = Usage::new(self.usage.spent(), 0).left_of(units);
        if cost > units {
            None
        } else if cost <= unspent {
            Some(MOMENT)
        } else {
            Some(self.claim.period().left_at(now))
        }
    }

    /// For how long no more is left than now.
    fn effective_window(self, cost: u64, now: SystemTime) -> Duration {
        let wait = self.wait(cost, now).filter(|_| self.lacks(cost));
        wait.unwrap_or_else(|| self.claim.period().left_at(now))
    }
}

// === helpers ===

/// How long to wait for units that other requests hold.
const MOMENT: Duration = Duration::from_secs(1);
