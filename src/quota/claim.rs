//! What a request asks of the store, and what the store answers.

use std::sync::Arc;

use crate::quota::Period;

/// What one limit asks of the store: that no more than a number of units is used in a period.
///
/// A store keeps a count for each key, name and end of a period. The number of units is not part of
/// that: it may change with each request, such as when the plan does.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Claim {
    name: Arc<str>,
    units: u64,
    period: Period,
}

/// What is used of a limit: the units spent, and those held by requests whose outcome is not known
/// yet.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[must_use]
pub struct Usage {
    spent: u64,
    held: u64,
}

// === impl Claim ===

impl Claim {
    /// At most this many units in this period, under this name.
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

    /// The units that may be used.
    #[must_use]
    pub const fn units(&self) -> u64 {
        self.units
    }

    /// The period in which they may be used.
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The name, to be shared.
    pub(crate) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }
}

// === impl Usage ===

impl Usage {
    /// This many units spent, and this many held.
    pub const fn new(spent: u64, held: u64) -> Self {
        Self { spent, held }
    }

    /// The units spent.
    #[must_use]
    pub const fn spent(self) -> u64 {
        self.spent
    }

    /// The units held.
    #[must_use]
    pub const fn held(self) -> u64 {
        self.held
    }

    /// What is left of this many units; 0 if more are used.
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
