//! The layer, and all that its owner may configure.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{Method, request::Parts};
use tower_layer::Layer;

use crate::{
    challenge::Terms,
    paywall::{FailurePolicy, PaywallLayer},
    settlement::{
        Charge, Settle,
        till::{Settings, Till},
    },
};

/// Layer that charges for requests to a service.
///
/// See the [module docs](crate::settlement) for an example.
#[must_use]
pub struct SettleLayer<C> {
    charge: Arc<C>,
    settings: Settings,
    /// Made once, not for each service: axum makes services per request.
    till: Arc<OnceLock<Arc<Till>>>,
}

// === impl SettleLayer ===

impl<C: Charge> SettleLayer<C> {
    /// A layer that makes this charge, behind no paywall.
    pub fn new(charge: C) -> Self {
        Self {
            charge: Arc::new(charge),
            settings: Settings::default(),
            till: Arc::default(),
        }
    }
}

impl<C> SettleLayer<C> {
    /// Declares that the layer is behind this paywall, and adopts its terms as configured so far: its
    /// remedies, page, renderer, problem types and `Vary`. [Terms](Self::terms) of the layer's own replace
    /// all of them. Default: behind none.
    ///
    /// The layer does not adopt whether the paywall lets failures pass, or is a
    /// [shadow](PaywallLayer::shadow): it decides by itself what to refuse.
    ///
    /// Requests that pass the paywall [unasked](PaywallLayer::exempt) are not charged for. A request that has
    /// not come through it, since the layers are in the wrong order, has no [`Grant`](crate::Grant): it is
    /// answered with 503, whatever [`on_failure`](Self::on_failure) says. Do not call this for a charge that
    /// belongs outside of the paywall, such as a limit by address.
    pub fn behind<P>(mut self, paywall: &PaywallLayer<P>) -> Self {
        self.settings_mut().threshold = Some(paywall.threshold());
        self
    }

    /// Refuses in these terms alone, and answers with their `Vary`. Default: the terms of the paywall that
    /// was given to [`behind`](Self::behind), or else [`Terms::new`].
    pub fn terms(mut self, terms: Terms) -> Self {
        self.settings_mut().terms = Some(terms);
        self
    }

    /// How long each step may take: to reserve, to respond, and to commit. Default: 2 seconds. A roll-back
    /// may never take more than a quarter of a second.
    ///
    /// A waiting step needs a tokio timer; without one the answer is 503, too.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings_mut().deadline = deadline;
        self
    }

    /// Lets requests that satisfy the predicate pass uncharged, and leaves their responses unchanged.
    /// Default: only those with [exempt methods](Self::exempt_methods). Predicates add up.
    ///
    /// If no paywall is outside, exempt resources, not callers: a shared cache may store an unchanged
    /// response, and then gives it to everybody. The same goes for a response that the charge calls
    /// [free](crate::settlement::Price::Free), so bill zero to a caller who need not pay. Behind a paywall,
    /// which marks every response as its caller's own, the charge may call it free, or a limit by grant
    /// [unlimited](crate::quota::Limit::unlimited).
    pub fn exempt<F>(mut self, predicate: F) -> Self
    where
        F: Fn(&Parts) -> bool + Send + Sync + 'static,
    {
        self.settings_mut().exempt.add(predicate);
        self
    }

    /// The methods whose requests pass uncharged, with their responses unchanged. Default: OPTIONS; none
    /// [behind](Self::behind) a paywall, whose own [`exempt_methods`](crate::PaywallLayer::exempt_methods)
    /// are not charged for in any case.
    ///
    /// The caller chooses the method: in front of a handler that ignores it, exempt
    /// [none](crate::paywall#what-passes-unasked).
    pub fn exempt_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.settings_mut().exempt.set_methods(methods);
        self
    }

    /// What becomes of a request for which nothing can be reserved, since the charge fails, panics
    /// or is late. Default: [`FailurePolicy::Closed`].
    ///
    /// With [`FailurePolicy::Open`] it passes uncharged, with a [`Waiver`](crate::paywall::Waiver) in the
    /// extensions of request and response. If the charge panics on the head of a request, in
    /// [`bill`](Charge::bill) or [`announce`](crate::Settlement::announce), the answer is still 503: a
    /// request could be crafted to cause that.
    pub fn on_failure(mut self, policy: FailurePolicy) -> Self {
        self.settings_mut().on_failure = policy;
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        self.till = Arc::default();
        &mut self.settings
    }
}

impl<C> Clone for SettleLayer<C> {
    fn clone(&self) -> Self {
        Self {
            charge: Arc::clone(&self.charge),
            settings: self.settings.clone(),
            till: Arc::clone(&self.till),
        }
    }
}

impl<C> fmt::Debug for SettleLayer<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettleLayer")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl<S, C> Layer<S> for SettleLayer<C> {
    type Service = Settle<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        let till = self
            .till
            .get_or_init(|| Arc::new(Till::new(self.settings.clone())));
        Settle::with_till(inner, Arc::clone(&self.charge), Arc::clone(till))
    }
}
