//! What a request asks of the store, and what is told of it.

use std::sync::Arc;

use crate::quota::Period;

/// What one limit asks of the store: that no more than so many units are used in a period.
///
/// A store keeps a count for each key, name and end of a period. The limit is no part of it: it may be
/// another one with each request, as when a plan is changed.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Claim {
    name: Arc<str>,
    units: u64,
    period: Period,
}

/// What is used of a limit: units that are spent, and units that are held by requests whose outcome is
/// not known yet.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[must_use]
pub struct Usage {
    spent: u64,
    held: u64,
}

// === impl Claim ===

impl Claim {
    /// Under this name, so many units in this period and no more.
    pub fn new(name: impl Into<Arc<str>>, units: u64, period: Period) -> Self {
        Self {
            name: name.into(),
            units,
            period,
        }
    }

    /// The name of the limit.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many units there are.
    #[must_use]
    pub const fn units(&self) -> u64 {
        self.units
    }

    /// The period in which they may be used.
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The name, to keep.
    pub(crate) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }
}

// === impl Usage ===

impl Usage {
    /// So many units spent, and so many held.
    pub const fn new(spent: u64, held: u64) -> Self {
        Self { spent, held }
    }

    /// The units that are spent.
    #[must_use]
    pub const fn spent(self) -> u64 {
        self.spent
    }

    /// The units that are held.
    #[must_use]
    pub const fn held(self) -> u64 {
        self.held
    }

    /// What is left of so many units; nothing, where more is used.
    #[must_use]
    pub const fn left_of(self, units: u64) -> u64 {
        units.saturating_sub(self.spent).saturating_sub(self.held)
    }

    pub(crate) const fn hold(&mut self, units: u64) {
        self.held = self.held.saturating_add(units);
    }

    pub(crate) const fn release(&mut self, units: u64) {
        self.held = self.held.saturating_sub(units);
    }

    pub(crate) const fn spend(&mut self, units: u64) {
        self.spent = self.spent.saturating_add(units);
    }
}
