//! What a request costs, and what it is counted against.

use std::{
    error::Error,
    fmt::{self, Display},
    sync::Arc,
    time::Duration,
};

use http::{request, response};

use crate::{
    quota::{
        Bill, ChargeAt, Held, Limit, LimitName, QuotaStore, QuotaUnit, Reservation, rules::Rules,
        statement::Statement,
    },
    settlement::{Charge, Price, Reserved},
    subscription::{Clock, Grant, SharedClock, Standing, Unidentified},
};

/// Holds the units of a request until its response is known, and then spends them or gives them back.
///
/// A [`Counter`](super::Counter) makes it, and a [`SettleLayer`](crate::SettleLayer) uses it. See the
/// [module docs](crate::quota) for an example.
#[must_use]
pub struct Quota<S: QuotaStore> {
    store: Arc<S>,
    key: Box<KeyFn<S::Key>>,
    limits: Vec<(LimitName, Terms)>,
    cost: Box<CostFn>,
    lease: Duration,
    rules: Rules,
}

/// What a limit depends on.
enum Terms {
    ByGrant(Box<LimitFn>),
    ForAll(Limit),
}

pub(super) type KeyFn<K> = dyn Fn(&request::Parts) -> Result<K, Unidentified> + Send + Sync;
type LimitFn = dyn Fn(&Grant) -> Limit + Send + Sync;
type CostFn = dyn Fn(&request::Parts) -> u64 + Send + Sync;

// === impl Quota ===

impl<S: QuotaStore> Quota<S> {
    /// Adds a limit for everybody, under a name of its own. A request passes if all limits have enough
    /// left.
    ///
    /// # Panics
    ///
    /// If the name holds a character that is not printable ASCII, or is another limit's.
    #[track_caller]
    pub fn limit(self, name: impl TryInto<LimitName, Error: Display>, limit: Limit) -> Self {
        self.with_limit(name, Terms::ForAll(limit))
    }

    /// Adds a limit by the grant of the caller, under a name of its own. A request passes if all limits
    /// have enough left.
    ///
    /// The closure is called for each request. If no paywall outside has left a grant, none is assumed: the
    /// answer is 503, [`Misplaced`](crate::subscription::UnansweredKind::Misplaced), whatever the [policy
    /// for failures](crate::SettleLayer::on_failure).
    ///
    /// A caller let through by an open gate or a shadow has a grant that is [waived](Standing::Waived).
    /// Nobody knows what such a caller has paid for, so the closure is not called, and this limit does not
    /// count the request. A [limit for everybody](Self::limit) beside it does.
    ///
    /// # Panics
    ///
    /// If the name holds a character that is not printable ASCII, or is another limit's.
    #[track_caller]
    pub fn limit_by<F>(self, name: impl TryInto<LimitName, Error: Display>, limit: F) -> Self
    where
        F: Fn(&Grant) -> Limit + Send + Sync + 'static,
    {
        self.with_limit(name, Terms::ByGrant(Box::new(limit)))
    }

    /// How many units a request costs, in every limit of the quota. Default: 1. A limit that counts requests
    /// beside one that counts units is [a quota of its own](crate::quota#limits).
    ///
    /// A request that costs none is free: it is not counted, and its caller need not be known.
    pub fn cost<F>(mut self, cost: F) -> Self
    where
        F: Fn(&request::Parts) -> u64 + Send + Sync + 'static,
    {
        self.cost = Box::new(cost);
        self
    }

    /// How many units a response costs, given its head and the units held for it. Default: those held, and
    /// none for an error: 4xx, 5xx, or one of gRPC.
    ///
    /// This may be more than were held, and more than were left: they have been used.
    pub fn charge<F>(mut self, charge: F) -> Self
    where
        F: Fn(&response::Parts, u64) -> u64 + Send + Sync + 'static,
    {
        self.rules.charge = Arc::new(charge);
        self
    }

    /// When a response is charged for. Default: [`ChargeAt::Delivery`].
    pub fn charge_at(mut self, moment: ChargeAt) -> Self {
        self.rules.charge_at = moment;
        self
    }

    /// How long units are held if the outcome of a request is never reported, such as when a server dies.
    /// Default: a minute.
    ///
    /// A response that takes longer is still charged for, but others may have used its units by then.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// What a unit is, for the field `RateLimit-Policy`. Default: a request.
    pub fn unit(mut self, unit: QuotaUnit) -> Self {
        self.rules.unit = unit;
        self
    }

    /// The clock that says which period it is. Default: the clock of the machine.
    ///
    /// A [`MemoryStore`](super::MemoryStore) has a [clock](super::MemoryStore::clock) of its own, by which
    /// it forgets. Give both the same one: a store whose clock is ahead takes every period for over, and
    /// soon forgets its counts; if this clock stands still, no period ever ends.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.rules.clock = SharedClock::new(clock);
        self
    }

    /// A quota that has no limits yet.
    pub(super) fn without_limits(store: S, key: Box<KeyFn<S::Key>>) -> Self {
        Self {
            store: Arc::new(store),
            key,
            limits: Vec::new(),
            cost: Box::new(|_| 1),
            lease: Duration::from_secs(60),
            rules: Rules::default(),
        }
    }

    #[track_caller]
    fn with_limit(mut self, name: impl TryInto<LimitName, Error: Display>, terms: Terms) -> Self {
        let name = match name.try_into() {
            Ok(name) => name,
            Err(error) => panic!("not a name for a limit: {error}"),
        };
        let is_taken = self.limits.iter().any(|(other, _)| *other == name);
        assert!(!is_taken, "two limits have the name {:?}", name.as_str());
        self.limits.push((name, terms));
        self
    }

    fn needs_grant(&self) -> bool {
        let mut limits = self.limits.iter();
        limits.any(|(_, terms)| matches!(terms, Terms::ByGrant(_)))
    }
}

impl<S: QuotaStore> fmt::Debug for Quota<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.limits.iter().map(|(name, _)| name.as_str());
        f.debug_struct("Quota")
            .field("limits", &names.collect::<Vec<_>>())
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

impl<S: QuotaStore> Charge for Quota<S> {
    type Bill = Bill<S::Key>;
    type Settlement = Held<S>;
    type Error = Box<dyn Error + Send + Sync>;

    fn bill(&self, head: &request::Parts) -> Result<Price<Self::Bill>, Unidentified> {
        let cost = (self.cost)(head);
        if cost == 0 {
            return Ok(Price::Free);
        }
        let nobody = Grant::free();
        let grant = match head.extensions.get() {
            Some(grant) => grant,
            None if self.needs_grant() => return Ok(Price::Misplaced),
            None => &nobody,
        };
        let now = self.rules.clock.now();
        let limits = self.limits.iter().map(|(name, terms)| {
            let limit = match terms {
                Terms::ByGrant(_) if grant.standing() == Standing::Waived => Limit::unlimited(),
                Terms::ByGrant(limit) => limit(grant),
                Terms::ForAll(limit) => *limit,
            };
            (name, limit)
        });
        let statement = Statement::new(cost, limits, now);
        if statement.claims().is_empty() {
            return Ok(Price::Free);
        }
        let key = (self.key)(head)?;
        Ok(Price::Due(Bill {
            key,
            grant: grant.clone(),
            statement,
        }))
    }

    async fn reserve(&self, bill: Self::Bill) -> Result<Reserved<Self::Settlement>, Self::Error> {
        let Bill {
            key,
            grant,
            statement,
        } = bill;
        let (cost, claims) = (statement.cost(), statement.claims());
        let reserved = self.store.reserve(&key, cost, claims, self.lease).await;
        Ok(match reserved.map_err(Into::into)? {
            Reservation::Held(ticket, usages) => {
                let (store, rules) = (Arc::clone(&self.store), self.rules.clone());
                let statement = statement.with_usages(usages);
                Reserved::Held(Held::new(store, ticket, rules, statement))
            }
            Reservation::Exhausted(usages) => {
                let Rules { clock, unit, .. } = &self.rules;
                let statement = statement.with_usages(usages);
                Reserved::Declined(statement.decline(&grant, *unit, clock.now()))
            }
        })
    }
}
