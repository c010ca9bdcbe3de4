//! The layer, and all that its owner may settle.

use std::{borrow::Cow, fmt, mem, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, Method, request::Parts};
use tower_layer::Layer;

use crate::{
    challenge::{Page, RenderProblem, Renderer, Terms},
    paywall::{
        FailurePolicy, Paywall, Threshold,
        plan::{Plan, Settings},
    },
    subscription::{Remedies, Remedy, SubscriptionCheck, validate_uri},
    vary::Vary,
};

/// Layer that puts a [`Paywall`] before a service.
///
/// See the [module docs](crate::paywall) for an example.
#[must_use]
pub struct PaywallLayer<C> {
    plan: Arc<Plan<C>>,
}

// === impl PaywallLayer ===

impl<C: SubscriptionCheck> PaywallLayer<C> {
    /// A paywall that asks this check, and has no remedies to offer yet.
    pub fn new(check: C) -> Self {
        Self {
            plan: Arc::new(Plan::new(check)),
        }
    }
}

impl<C> PaywallLayer<C> {
    /// Links to the page where a caller sees how its subscription stands. Default: none.
    ///
    /// # Panics
    ///
    /// If it is no absolute `http` or `https` URL. [`remedies`](Self::remedies) takes URLs that
    /// are not known to be good.
    #[track_caller]
    pub fn billing_status(self, url: &str) -> Self {
        self.remedy(Remedy::BillingStatus, url)
    }

    /// Links to the page where a caller mends its way of paying. Default: none.
    ///
    /// # Panics
    ///
    /// If it is no absolute `http` or `https` URL. [`remedies`](Self::remedies) takes URLs that
    /// are not known to be good.
    #[track_caller]
    pub fn update_payment_method(self, url: &str) -> Self {
        self.remedy(Remedy::UpdatePaymentMethod, url)
    }

    /// Links to the page where a caller chooses a plan. Default: none.
    ///
    /// # Panics
    ///
    /// If it is no absolute `http` or `https` URL. [`remedies`](Self::remedies) takes URLs that
    /// are not known to be good.
    #[track_caller]
    pub fn upgrade(self, url: &str) -> Self {
        self.remedy(Remedy::Upgrade, url)
    }

    /// Offers these remedies, and no others. Default: none.
    pub fn remedies(mut self, remedies: Remedies) -> Self {
        self.settings_mut().terms.remedies = remedies;
        self
    }

    /// How long the check may take before the answer is 503. Default: 2 seconds.
    ///
    /// A waiting check needs a tokio timer; without one the answer is 503, too.
    ///
    /// Before a [cache](crate::Cache), it ends the waiting of one request; the question has a
    /// [deadline of its own](crate::Cache::deadline). Where an old grant is to
    /// [stand in](crate::Cache::stale_if_error) for a late answer, leave it the half second for that.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings_mut().deadline = deadline;
        self
    }

    /// After what time a caller that got a 503 should come back. Default: 5 seconds.
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.settings_mut().terms.retry_after = delay;
        self
    }

    /// The `WWW-Authenticate` field of a 401. Default: `Bearer realm="subscription"`.
    ///
    /// # Panics
    ///
    /// If it is no header value that begins with the name of a scheme.
    #[track_caller]
    pub fn authenticate(mut self, challenge: &str) -> Self {
        let scheme = challenge.bytes().next();
        self.settings_mut().terms.authenticate = match HeaderValue::from_str(challenge) {
            Ok(value) if scheme.is_some_and(|first| first.is_ascii_alphanumeric()) => value,
            _ => panic!("no challenge for WWW-Authenticate: {challenge:?}"),
        };
        self
    }

    /// The request fields that the check's `subject` reads, and that caches must tell answers
    /// apart by. Default: `Authorization`.
    pub fn vary(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.settings_mut().terms.vary = Vary::new(names);
        self
    }

    /// Lets requests through that the predicate holds for, unasked and unmarked. Default: none
    /// but those of the method OPTIONS. Several predicates add up.
    pub fn exempt<F>(mut self, predicate: F) -> Self
    where
        F: Fn(&Parts) -> bool + Send + Sync + 'static,
    {
        self.settings_mut().exempt.add(predicate);
        self
    }

    /// Lets requests of these methods through, unasked and unmarked. Default: OPTIONS alone, which
    /// is let through in any case.
    pub fn exempt_methods(self, methods: impl IntoIterator<Item = Method>) -> Self {
        let methods: Vec<_> = methods.into_iter().collect();
        self.exempt(move |head| methods.contains(&head.method))
    }

    /// What becomes of a request when the check fails, panics or is late. Default:
    /// [`FailurePolicy::Closed`].
    ///
    /// It is for [members](Self::members), too, and not for the layers behind, which have a policy each.
    pub fn on_failure(mut self, policy: FailurePolicy) -> Self {
        self.settings_mut().on_failure = policy;
        self
    }

    /// Lets every request through, to see beforehand what a paywall would do. Default: it refuses.
    ///
    /// Everything is decided as ever; a request that would have been refused passes with a
    /// [`Waiver`](super::Waiver), which its response carries, too, and with a grant
    /// that is [waived](crate::subscription::Standing::Waived). Responses keep their `Cache-Control` and
    /// `Vary`.
    ///
    /// The paywall over its [members](Self::members) is a shadow, too. A layer behind it is none: a
    /// [`SettleLayer`](crate::SettleLayer) charges for what has passed, and refuses what cannot be charged
    /// for, as behind any other paywall.
    pub fn shadow(mut self) -> Self {
        self.settings_mut().shadow = true;
        self
    }

    /// Whether the grant is put into the request's extensions, where handlers find it. Default: it is.
    ///
    /// Its place there is the one allocation that an admitted request costs. Handlers that take a
    /// [`Grant`](crate::Grant) as an argument need it, and quotas whose limits depend on it. The layers
    /// [behind](crate::SettleLayer::behind) this paywall know by it that they are.
    pub fn show_grant(mut self, show: bool) -> Self {
        self.settings_mut().show_grant = show;
        self
    }

    /// What the code of a problem is appended to, to make up its `type`. Default:
    /// `urn:statuary:problem:`.
    ///
    /// # Panics
    ///
    /// If it holds a character that no URI may hold.
    #[track_caller]
    pub fn problem_base(mut self, base: impl Into<Cow<'static, str>>) -> Self {
        let base = base.into();
        if let Err(error) = validate_uri(&base) {
            panic!("no base for problem types: {error}");
        }
        self.settings_mut().terms.problem_base = base;
        self
    }

    /// The page that a browser is shown. Default: [`Page::default`], which names nobody.
    pub fn page(mut self, page: Page) -> Self {
        self.settings_mut().terms.page = Arc::new(page);
        self
    }

    /// Answers refusals in a form of the owner's own. Default: none, so that `Accept` alone decides.
    pub fn renderer(mut self, renderer: impl RenderProblem) -> Self {
        self.settings_mut().terms.renderer = Some(Renderer(Arc::new(renderer)));
        self
    }

    /// What the paywall over the members of a 207 shares with this one.
    pub(crate) fn settled(&self) -> (&Arc<C>, &Settings) {
        (self.plan.check(), self.plan.settings())
    }

    /// What the layers behind this paywall share with it.
    pub(crate) fn shared(&self) -> (Threshold, &Terms) {
        let Settings {
            exempt,
            show_grant,
            terms,
            ..
        } = self.plan.settings();
        let threshold = Threshold {
            exempt: exempt.clone(),
            shows_grant: *show_grant,
        };
        (threshold, terms)
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.plan).settings_mut()
    }

    #[track_caller]
    fn remedy(mut self, remedy: Remedy, url: &str) -> Self {
        let offered = &mut self.settings_mut().terms.remedies;
        *offered = match mem::take(offered).with(remedy, url) {
            Ok(remedies) => remedies,
            Err(error) => panic!("no link for `{}`: {error}", remedy.code()),
        };
        self
    }
}

impl<C> Clone for PaywallLayer<C> {
    fn clone(&self) -> Self {
        Self {
            plan: Arc::clone(&self.plan),
        }
    }
}

impl<C> fmt::Debug for PaywallLayer<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaywallLayer")
            .field("settings", self.plan.settings())
            .finish_non_exhaustive()
    }
}

impl<S, C> Layer<S> for PaywallLayer<C> {
    type Service = Paywall<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        Paywall::planned(inner, Arc::clone(&self.plan))
    }
}
