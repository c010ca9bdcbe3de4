//! What the layers behind a paywall know of it.

use http::request::Parts;

use crate::{paywall::Exemptions, subscription::Grant};

/// What a layer behind a paywall knows of it. The default stands for none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threshold {
    pub(super) exempt: Exemptions,
    pub(super) shows_grant: bool,
}

// === impl Threshold ===

impl Threshold {
    /// Whether the paywall lets a request through unasked. It runs the owner's code.
    pub(crate) fn exempts(&self, head: &Parts) -> bool {
        self.exempt.holds(head)
    }

    /// Whether a request that it asks about can have come through it.
    pub(crate) fn is_behind(&self, head: &Parts) -> bool {
        !self.shows_grant || head.extensions.get::<Grant>().is_some()
    }
}
