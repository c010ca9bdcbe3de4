//! When a response is charged for, and how much it costs.

use std::sync::Arc;

use http::response;

use crate::{quota::QuotaUnit, settlement::is_error, subscription::SharedClock};

/// When a response is charged for.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ChargeAt {
    /// When it begins. A client that disconnects before its end pays for all of it.
    Beginning,
    /// When it has been delivered. A client that disconnects before its end pays nothing.
    #[default]
    Delivery,
}

/// The configuration that is needed until the response is known.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) charge: Arc<ChargeFn>,
    pub(super) charge_at: ChargeAt,
    pub(super) clock: SharedClock,
    pub(super) unit: QuotaUnit,
}

type ChargeFn = dyn Fn(&response::Parts, u64) -> u64 + Send + Sync;

// === impl Rules ===

impl Default for Rules {
    fn default() -> Self {
        Self {
            charge: Arc::new(unless_an_error),
            charge_at: ChargeAt::default(),
            clock: SharedClock::default(),
            unit: QuotaUnit::default(),
        }
    }
}

// === helpers ===

/// What a response costs by default.
fn unless_an_error(response: &response::Parts, held: u64) -> u64 {
    match is_error(response) {
        true => 0,
        false => held,
    }
}
