//! How a paywall tells the layers behind it what it has let through unasked.

use std::sync::Arc;

use http::Extensions;
use smallvec::SmallVec;

/// Identifies a paywall to the layers behind it. Clones of a layer share it as long as they have the same
/// exemptions.
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

    /// Removes an earlier note of this paywall from a request, since it has asked now.
    #[inline]
    pub(super) fn pass_asked(&self, extensions: &mut Extensions) {
        if let Some(Unasked(paywalls)) = extensions.get_mut() {
            paywalls.retain(|one| !one.is(self));
        }
    }

    /// Whether this paywall has let a request through unasked.
    pub(super) fn has_passed_unasked(&self, extensions: &Extensions) -> bool {
        let paywalls = extensions.get::<Unasked>();
        paywalls.is_some_and(|Unasked(all)| all.iter().any(|one| one.is(self)))
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
