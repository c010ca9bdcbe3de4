//! The layer.

use std::fmt;

use http::request::Parts;
use tower_layer::Layer;

use super::{paywall::MemberPaywall, rules::MemberRules, service::MemberPaywallService};
use crate::subscription::SubscriptionCheck;

/// Withholds what was not paid for from every multistatus that a service answers.
///
/// See [`MemberPaywall::layer`] for what that means and for an example.
#[must_use]
pub struct MemberPaywallLayer<C, F> {
    paywall: MemberPaywall<C>,
    rules: F,
}

// === impl MemberPaywallLayer ===

impl<C, F> MemberPaywallLayer<C, F>
where
    C: SubscriptionCheck,
    F: Fn(&Parts) -> MemberRules<C::Subject> + Clone,
{
    /// Makes a layer that applies this paywall to the answers of a service. `rules` makes the rules for
    /// a request from its head.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::Router;
    /// use statuary::{
    ///     MemberPaywall, MemberRules, MultiStatusLayer, SubscriptionCheck, members::MemberPaywallLayer,
    /// };
    /// use tower::ServiceBuilder;
    ///
    /// fn app<C: SubscriptionCheck<Subject = &'static str>>(dav: Router, check: C) -> Router {
    ///     let paywall = MemberPaywallLayer::new(MemberPaywall::new(check), |_head| {
    ///         MemberRules::new().path("/premium", "premium")
    ///     });
    ///     dav.layer(ServiceBuilder::new().layer(MultiStatusLayer::new()).layer(paywall))
    /// }
    /// ```
    pub fn new(paywall: MemberPaywall<C>, rules: F) -> Self {
        Self { paywall, rules }
    }
}

impl<C, F: Clone> Clone for MemberPaywallLayer<C, F> {
    fn clone(&self) -> Self {
        Self {
            paywall: self.paywall.clone(),
            rules: self.rules.clone(),
        }
    }
}

impl<C, F> fmt::Debug for MemberPaywallLayer<C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberPaywallLayer")
            .field("paywall", &self.paywall)
            .finish_non_exhaustive()
    }
}

impl<S, C, F> Layer<S> for MemberPaywallLayer<C, F>
where
    C: SubscriptionCheck,
    F: Fn(&Parts) -> MemberRules<C::Subject> + Clone,
{
    type Service = MemberPaywallService<S, C, F>;

    fn layer(&self, inner: S) -> Self::Service {
        MemberPaywallService::new(inner, self.paywall.clone(), self.rules.clone())
    }
}
