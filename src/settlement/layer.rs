//! The layer, and all that its owner may settle.

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
    /// Made of the settings once, and not for each service: axum makes those by the request.
    till: Arc<OnceLock<Arc<Till>>>,
}

// === impl SettleLayer ===

impl<C: Charge> SettleLayer<C> {
    /// A layer that charges in this way, behind no paywall.
    pub fn new(charge: C) -> Self {
        Self {
            charge: Arc::new(charge),
            settings: Settings::default(),
            till: Arc::default(),
        }
    }
}

impl<C> SettleLayer<C> {
    /// Stands behind this paywall as it is now, and speaks as it does: with its remedies, page, renderer
    /// and problem types, and what it says to caches. [Terms](Self::terms) of its own take the place of all
    /// those. Default: behind none.
    ///
    /// It does not share whether the paywall lets failures pass, or is a
    /// [shadow](PaywallLayer::shadow): what is charged for is this layer's own to refuse.
    ///
    /// Requests that pass the paywall [unasked](PaywallLayer::exempt) are not charged for. One that has
    /// not come through it, since the layers are in the wrong order, has no [`Grant`](crate::Grant) by
    /// which to reckon: it is answered with 503, whatever [`on_failure`](Self::on_failure) says. A charge
    /// that is meant to stand outside, such as a limit by address, is behind no paywall.
    pub fn behind<P>(mut self, paywall: &PaywallLayer<P>) -> Self {
        self.settings_mut().threshold = Some(paywall.threshold());
        self
    }

    /// Tells refusals in these terms alone, and caches what they say. Default: those of the paywall that it
    /// is [behind](Self::behind), as that was when it was named, or else [`Terms::new`].
    pub fn terms(mut self, terms: Terms) -> Self {
        self.settings_mut().terms = Some(terms);
        self
    }

    /// How long each step may take: to reserve, to learn the response, to commit. Default: 2 seconds. To
    /// roll back never takes more than a quarter of a second.
    ///
    /// A waiting step needs a tokio timer; without one the answer is 503, too.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings_mut().deadline = deadline;
        self
    }

    /// Lets requests through, uncharged, that the predicate holds for, and leaves their answers as they are.
    /// Default: none but those of the [methods](Self::exempt_methods). Several predicates add up.
    ///
    /// Where no paywall stands outside, exempt what is asked for, and not who asks for it: an answer that is
    /// left as it is may be kept by a shared cache, and is given to everybody then. So may one that the charge
    /// calls [free](crate::settlement::Price::Free): a caller who need not pay gets a bill of nothing. Behind
    /// a paywall, which marks every answer as its caller's own, the charge may call it free, or a limit by
    /// grant [unlimited](crate::quota::Limit::unlimited).
    pub fn exempt<F>(mut self, predicate: F) -> Self
    where
        F: Fn(&Parts) -> bool + Send + Sync + 'static,
    {
        self.settings_mut().exempt.add(predicate);
        self
    }

    /// Lets requests of these methods through, uncharged, and leaves their answers as they are, beside those
    /// that a paywall which it is [behind](Self::behind) lets through unasked: about these the paywall's own
    /// [`exempt_methods`](crate::PaywallLayer::exempt_methods) decides. Default: none behind a paywall, and
    /// OPTIONS where there is none.
    ///
    /// The method is whatever the caller says: before a handler that does not look at it, exempt
    /// [none](crate::paywall#what-passes-unasked).
    pub fn exempt_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.settings_mut().exempt.set_methods(methods);
        self
    }

    /// What becomes of a request for which nothing can be reserved, since the charge fails, panics
    /// or is late. Default: [`FailurePolicy::Closed`].
    ///
    /// With [`FailurePolicy::Open`] it passes uncharged, with a [`Waiver`](crate::paywall::Waiver) in
    /// the extensions of request and response. Where the charge panics on the head of a request, in its
    /// [bill](Charge::bill) or in what it [announces](crate::Settlement::announce), the answer is 503 all the
    /// same: a request could be written to bring that about.
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
