//! What the owner settles, and the gate that is made of it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::{
    challenge::Terms,
    paywall::{
        FailurePolicy,
        gate::{Exemptions, Gate},
    },
};

/// A check, what the owner settles about it, and the gate that is made of that.
pub(crate) struct Plan<C> {
    check: Arc<C>,
    settings: Settings,
    /// Made once, and not for each service: axum makes those by the request.
    gate: OnceLock<Arc<Gate>>,
}

/// What the owner settles once for all requests.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) deadline: Duration,
    pub(crate) exempt: Exemptions,
    pub(crate) on_failure: FailurePolicy,
    pub(crate) shadow: bool,
    pub(crate) show_grant: bool,
    pub(crate) terms: Terms,
}

// === impl Plan ===

impl<C> Plan<C> {
    pub(crate) fn new(check: C) -> Self {
        Self {
            check: Arc::new(check),
            settings: Settings::default(),
            gate: OnceLock::new(),
        }
    }

    /// The settings, to change them: a gate that was made of others is left.
    pub(crate) fn settings_mut(&mut self) -> &mut Settings {
        self.gate = OnceLock::new();
        &mut self.settings
    }

    pub(crate) const fn check(&self) -> &Arc<C> {
        &self.check
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    #[inline]
    pub(crate) fn gate(&self) -> &Arc<Gate> {
        self.gate
            .get_or_init(|| Arc::new(Gate::new(self.settings.clone())))
    }
}

impl<C> Clone for Plan<C> {
    fn clone(&self) -> Self {
        Self {
            check: Arc::clone(&self.check),
            settings: self.settings.clone(),
            gate: self.gate.clone(),
        }
    }
}

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(2),
            exempt: Exemptions::default(),
            on_failure: FailurePolicy::default(),
            shadow: false,
            show_grant: true,
            terms: Terms::default(),
        }
    }
}
