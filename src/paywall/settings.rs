//! What the owner configures once for all requests.

use std::time::Duration;

use crate::{
    challenge::Terms,
    paywall::{Exemptions, FailurePolicy, unasked::PaywallId},
};

/// What the owner configures once for all requests.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) deadline: Duration,
    pub(crate) exempt: Exemptions,
    pub(crate) id: PaywallId,
    pub(crate) on_failure: FailurePolicy,
    pub(crate) shadow: bool,
    pub(crate) show_grant: bool,
    pub(crate) terms: Terms,
}

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(2),
            exempt: Exemptions::default(),
            id: PaywallId::default(),
            on_failure: FailurePolicy::default(),
            shadow: false,
            show_grant: true,
            terms: Terms::default(),
        }
    }
}
