//! A check, and the gate that it decides at.

use std::sync::{Arc, OnceLock};

use crate::paywall::{gate::Gate, settings::Settings};

/// A check, its settings, and the gate that is made of them.
pub(crate) struct Gatekeeper<C> {
    check: Arc<C>,
    settings: Settings,
    /// Made once, not for each service: axum makes services per request.
    gate: OnceLock<Arc<Gate>>,
}

// === impl Gatekeeper ===

impl<C> Gatekeeper<C> {
    pub(crate) fn new(check: C) -> Self {
        Self {
            check: Arc::new(check),
            settings: Settings::default(),
            gate: OnceLock::new(),
        }
    }

    /// The settings, to change them. Drops the gate made of the old ones.
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

impl<C> Clone for Gatekeeper<C> {
    fn clone(&self) -> Self {
        Self {
            check: Arc::clone(&self.check),
            settings: self.settings.clone(),
            gate: self.gate.clone(),
        }
    }
}
