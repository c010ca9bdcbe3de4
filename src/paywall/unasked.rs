//! How a paywall tells the layers behind it what it has let through unasked.

use std::sync::Arc;

use http::Extensions;
use smallvec::SmallVec;

/// Which paywall it is, to the layers behind it. Clones of a layer are one paywall.
#[derive(Clone, Debug, Default)]
pub(crate) struct PaywallId(Arc<()>);

/// The paywalls that have let a request through unasked. There is seldom more than one.
#[derive(Clone, Debug, Default)]
struct Unasked(SmallVec<[PaywallId; 1]>);

// === impl PaywallId ===

impl PaywallId {
    /// Notes in a request that this paywall has let it through unasked.
    pub(super) fn pass_unasked(&self, extensions: &mut Extensions) {
        let Unasked(paywalls) = extensions.get_or_insert_default();
        paywalls.push(self.clone());
    }

    /// Whether this paywall has let a request through unasked.
    pub(super) fn has_passed_unasked(&self, extensions: &Extensions) -> bool {
        let paywalls = extensions.get::<Unasked>();
        paywalls.is_some_and(|Unasked(all)| all.iter().any(|one| Arc::ptr_eq(&one.0, &self.0)))
    }
}
