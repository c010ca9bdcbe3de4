//! What the layers behind a paywall know of it.

use http::request::Parts;

use crate::{challenge::Terms, paywall::unasked::PaywallId, subscription::Grant};

/// What a layer behind a paywall knows of it. The default stands for none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threshold {
    pub(super) paywall: Option<PaywallId>,
    pub(super) shows_grant: bool,
    pub(super) terms: Terms,
}

// === impl Threshold ===

impl Threshold {
    /// Whether the paywall has let a request through unasked. Its exemptions are not looked at again: a
    /// router between may have changed the path.
    pub(crate) fn exempts(&self, head: &Parts) -> bool {
        let paywall = self.paywall.as_ref();
        paywall.is_some_and(|paywall| paywall.has_passed_unasked(&head.extensions))
    }

    /// The terms that a layer has for itself, or else those of the paywall.
    pub(crate) fn terms(&self, own: Option<Terms>) -> Terms {
        own.unwrap_or_else(|| self.terms.clone())
    }

    /// Whether a request that it asks about can have come through it. The grant of another paywall is taken
    /// for its own: a name beside it would cost each admitted request a second place.
    pub(crate) fn is_behind(&self, head: &Parts) -> bool {
        !self.shows_grant || head.extensions.get::<Grant>().is_some()
    }
}
