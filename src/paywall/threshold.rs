//! What the layers behind a paywall know of it.

use http::request::Parts;

use crate::{challenge::Terms, paywall::unasked::PaywallId, subscription::Grant};

/// What a layer behind a paywall knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Threshold {
    pub(super) paywall: PaywallId,
    pub(super) shows_grant: bool,
    pub(super) terms: Terms,
}

// === impl Threshold ===

impl Threshold {
    /// How a layer speaks: in terms of its own, or in those of the paywall that it is behind, or else in the
    /// default ones.
    pub(crate) fn terms_of(own: Option<&Terms>, behind: Option<&Self>) -> Terms {
        let shared = || behind.map(|paywall| &paywall.terms);
        own.or_else(shared).cloned().unwrap_or_default()
    }

    /// Whether the paywall has let a request through unasked. Its exemptions are not looked at again: a
    /// router between may have changed the path.
    pub(crate) fn exempts(&self, head: &Parts) -> bool {
        self.paywall.has_passed_unasked(&head.extensions)
    }

    /// Whether a request may have come through the paywall. The grant of another paywall is taken for its
    /// own: an id beside the grant would cost each admitted request a second allocation.
    pub(crate) fn is_behind(&self, head: &Parts) -> bool {
        !self.shows_grant || head.extensions.get::<Grant>().is_some()
    }
}
