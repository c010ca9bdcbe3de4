//! The layer, and all that its owner may configure.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use http::{HeaderName, Method, request::Parts};
use tower_layer::Layer;

use crate::{
    challenge::{Challenges, Page, RenderProblem, Terms},
    paywall::{
        Exemptions, FailurePolicy, Paywall, Threshold, gatekeeper::Gatekeeper, settings::Settings,
        unasked::PaywallId,
    },
    subscription::{Remedies, SubscriptionCheck},
};

/// Layer that puts a [`Paywall`] before a service.
///
/// See the [module docs](crate::paywall) for an example.
#[must_use]
pub struct PaywallLayer<C> {
    keeper: Arc<Gatekeeper<C>>,
}

// === impl PaywallLayer ===

impl<C: SubscriptionCheck> PaywallLayer<C> {
    /// A paywall that asks this check, and has no remedies to offer yet.
    ///
    /// OPTIONS passes it unasked. A handler that takes any method, such as one in axum's `any` or a fallback,
    /// gives away to OPTIONS what it sells: see [what to do](super#what-passes-unasked).
    pub fn new(check: C) -> Self {
        Self {
            keeper: Arc::new(Gatekeeper::new(check)),
        }
    }

    /// A paywall that asks this check, and refuses in these terms. Setters change single terms.
    ///
    /// # Examples
    ///
    /// Two checks that share their terms:
    ///
    /// ```
    /// use statuary::{
    ///     PaywallLayer, SubscriptionCheck,
    ///     challenge::{Page, Terms},
    /// };
    ///
    /// fn paywalls<R, A>(readers: R, authors: A) -> (PaywallLayer<R>, PaywallLayer<A>)
    /// where
    ///     R: SubscriptionCheck,
    ///     A: SubscriptionCheck,
    /// {
    ///     let house = Terms::new()
    ///         .page(Page::new("Acme"))
    ///         .upgrade("https://example.com/plans");
    ///     (
    ///         PaywallLayer::with_terms(readers, house.clone()),
    ///         PaywallLayer::with_terms(authors, house).upgrade("https://example.com/authors"),
    ///     )
    /// }
    /// ```
    pub fn with_terms(check: C, terms: Terms) -> Self {
        Self::new(check).in_terms(terms)
    }
}

impl<C> PaywallLayer<C> {
    /// Links to the page where a caller sees how its subscription stands, as [`Terms::billing_status`] does.
    /// Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials.
    #[track_caller]
    pub fn billing_status(self, url: &str) -> Self {
        let terms = self.terms_so_far().billing_status(url);
        self.in_terms(terms)
    }

    /// Links to the page where a caller tops up its prepaid balance, as [`Terms::top_up`] does. Default:
    /// none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials.
    #[track_caller]
    pub fn top_up(self, url: &str) -> Self {
        let terms = self.terms_so_far().top_up(url);
        self.in_terms(terms)
    }

    /// Links to the page where a caller updates its payment method, as [`Terms::update_payment_method`] does.
    /// Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials.
    #[track_caller]
    pub fn update_payment_method(self, url: &str) -> Self {
        let terms = self.terms_so_far().update_payment_method(url);
        self.in_terms(terms)
    }

    /// Links to the page where a caller chooses a plan, as [`Terms::upgrade`] does. Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials.
    #[track_caller]
    pub fn upgrade(self, url: &str) -> Self {
        let terms = self.terms_so_far().upgrade(url);
        self.in_terms(terms)
    }

    /// Offers these remedies, and no others, as [`Terms::remedies`] does. Default: none.
    pub fn remedies(self, remedies: Remedies) -> Self {
        let terms = self.terms_so_far().remedies(remedies);
        self.in_terms(terms)
    }

    /// The `Retry-After` of a 503, as in [`Terms::retry_after`]. Default: 5 seconds.
    pub fn retry_after(self, delay: Duration) -> Self {
        let terms = self.terms_so_far().retry_after(delay);
        self.in_terms(terms)
    }

    /// The `WWW-Authenticate` field of a 401, as in [`Terms::authenticate`]. Default:
    /// `Bearer realm="subscription"`.
    ///
    /// # Panics
    ///
    /// If it is not a header value that begins with the name of a scheme.
    #[track_caller]
    pub fn authenticate(self, challenge: &str) -> Self {
        let terms = self.terms_so_far().authenticate(challenge);
        self.in_terms(terms)
    }

    /// The request fields that the check's `subject` reads, as in [`Terms::vary`]. Default: `Authorization`.
    pub fn vary(self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let terms = self.terms_so_far().vary(names);
        self.in_terms(terms)
    }

    /// The base of the `type` of a problem, as in [`Terms::problem_base`]. Default: `urn:statuary:problem:`.
    ///
    /// # Panics
    ///
    /// If it holds a character that no URI may hold.
    #[track_caller]
    pub fn problem_base(self, base: impl Into<Cow<'static, str>>) -> Self {
        let terms = self.terms_so_far().problem_base(base);
        self.in_terms(terms)
    }

    /// The page that a browser is shown, as in [`Terms::page`]. Default: [`Page::default`], which names
    /// nobody.
    pub fn page(self, page: Page) -> Self {
        let terms = self.terms_so_far().page(page);
        self.in_terms(terms)
    }

    /// Renders refusals in a form of the owner's own, as [`Terms::renderer`] does. Default: none.
    pub fn renderer(self, renderer: impl RenderProblem) -> Self {
        let terms = self.terms_so_far().renderer(renderer);
        self.in_terms(terms)
    }

    /// How long the check may take before the answer is 503. Default: 2 seconds.
    ///
    /// A waiting check needs a tokio timer; without one the answer is 503, too.
    ///
    /// In front of a [cache](crate::Cache), it limits how long one request waits; the cache's question has a
    /// [deadline of its own](crate::Cache::deadline). Where an old grant is to [stand
    /// in](crate::Cache::stale_if_error) for a late answer, this has to be longer than the cache's [soft
    /// deadline](crate::Cache::soft_deadline).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings_mut().deadline = deadline;
        self
    }

    /// Lets requests that satisfy the predicate pass unasked, and leaves their responses unchanged. Default:
    /// only those with [exempt methods](Self::exempt_methods). Predicates add up.
    ///
    /// Exempt resources, not callers: a shared cache may store an unchanged response, and then gives it to
    /// everybody. Let the check admit a caller who need not pay, with [`Grant::free`](crate::Grant::free).
    ///
    /// The predicate sees the request as it is at this gate, and is called once: the layers
    /// [behind](crate::SettleLayer::behind) rely on its result, even if a router in between changes the path.
    /// Pass them the paywall with all its exemptions: a clone that is given further ones counts as another
    /// paywall.
    pub fn exempt<F>(mut self, predicate: F) -> Self
    where
        F: Fn(&Parts) -> bool + Send + Sync + 'static,
    {
        self.exemptions_mut().add(predicate);
        self
    }

    /// The methods whose requests pass unasked, with their responses unchanged. Default: OPTIONS, which
    /// browsers send as preflight and WebDAV clients send first, and which usually does not say who is
    /// asking.
    ///
    /// The caller chooses the method: in front of a handler that ignores it, exempt
    /// [none](super#what-passes-unasked).
    pub fn exempt_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.exemptions_mut().set_methods(methods);
        self
    }

    /// What becomes of a request when the check fails, panics or is late. Default:
    /// [`FailurePolicy::Closed`].
    ///
    /// It applies to [members](Self::members), too, but not to the layers behind, which have their own
    /// policies.
    pub fn on_failure(mut self, policy: FailurePolicy) -> Self {
        self.settings_mut().on_failure = policy;
        self
    }

    /// Lets every request through, to see in advance what a paywall would do. Default: it refuses.
    ///
    /// The check decides as usual; a request that would have been refused passes with a
    /// [`Waiver`](super::Waiver), as does its response, and with a grant that is
    /// [waived](crate::subscription::Standing::Waived). Responses keep their `Cache-Control` and `Vary`.
    ///
    /// The paywall over its [members](Self::members) is a shadow, too. A layer behind it is not: a
    /// [`SettleLayer`](crate::SettleLayer) charges for what has passed, and refuses what cannot be charged
    /// for, as behind any other paywall.
    pub fn shadow(mut self) -> Self {
        self.settings_mut().shadow = true;
        self
    }

    /// Whether the grant is put into the request's extensions, where handlers find it. Default: it is.
    ///
    /// If the check's answer is remembered, this costs an admitted request its only allocation. Handlers that
    /// take a [`Grant`](crate::Grant) as an argument need it, and so do quotas whose limits depend on it. The
    /// layers [behind](crate::SettleLayer::behind) this paywall know by it that they are, and cannot tell it
    /// from the grant of another paywall.
    pub fn show_grant(mut self, show: bool) -> Self {
        self.settings_mut().show_grant = show;
        self
    }

    /// The [`Challenges`] of this paywall as configured so far, for handlers that refuse as it does.
    #[must_use]
    pub fn challenges(&self) -> Challenges {
        self.keeper.gate().challenges().clone()
    }

    /// What the paywall over the members of a 207 shares with this one.
    pub(crate) fn settled(&self) -> (&Arc<C>, &Settings) {
        (self.keeper.check(), self.keeper.settings())
    }

    /// What the layers behind this paywall share with it.
    pub(crate) fn threshold(&self) -> Threshold {
        let settings = self.keeper.settings();
        Threshold {
            paywall: settings.id.clone(),
            shows_grant: settings.show_grant,
            terms: settings.terms.clone(),
        }
    }

    fn terms_so_far(&self) -> Terms {
        self.keeper.settings().terms.clone()
    }

    fn in_terms(mut self, terms: Terms) -> Self {
        self.settings_mut().terms = terms;
        self
    }

    /// The exemptions, to change them. Earlier clones have other exemptions, and so count as another paywall.
    fn exemptions_mut(&mut self) -> &mut Exemptions {
        let settings = self.settings_mut();
        settings.id = PaywallId::default();
        &mut settings.exempt
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.keeper).settings_mut()
    }
}

impl<C> Clone for PaywallLayer<C> {
    fn clone(&self) -> Self {
        Self {
            keeper: Arc::clone(&self.keeper),
        }
    }
}

impl<C> fmt::Debug for PaywallLayer<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaywallLayer")
            .field("settings", self.keeper.settings())
            .finish_non_exhaustive()
    }
}

impl<S, C> Layer<S> for PaywallLayer<C> {
    type Service = Paywall<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        Paywall::with_keeper(inner, Arc::clone(&self.keeper))
    }
}
