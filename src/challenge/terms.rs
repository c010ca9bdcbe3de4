//! What the owner configures once for all refusals.

use std::{borrow::Cow, fmt, mem, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, header};

use crate::{
    challenge::{Page, RenderProblem},
    subscription::{Remedies, Remedy, Unanswered, validate_uri},
    vary::Vary,
};

/// How refusals are answered: the remedies they link to, how they look, and the header fields for clients
/// and caches.
///
/// A [`PaywallLayer`](crate::PaywallLayer) has a setter for each of them, or takes them [as a
/// whole](crate::PaywallLayer::with_terms). The layers [behind](crate::SettleLayer::behind) it and the
/// paywall over its [members](crate::PaywallLayer::members) use its terms. Terms of their own are for layers
/// that stand alone or [differ](crate::SettleLayer::terms), and for [handlers](super::Challenges).
///
/// # Examples
///
/// A quota by API key, and no paywall:
///
/// ```
/// use http::HeaderName;
/// use statuary::{
///     SettleLayer, Unidentified,
///     challenge::Terms,
///     quota::{Counter, Limit, MemoryStore, Window},
/// };
///
/// const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
///
/// // A layer outside has looked the key up.
/// let quota = Counter::new(MemoryStore::with_counts(10_000), |head| {
///     head.headers.get(API_KEY).cloned().ok_or(Unidentified)
/// })
/// .limit("day", Limit::new(1000, Window::DAY));
///
/// let charge = SettleLayer::new(quota).terms(
///     Terms::new()
///         .authenticate(r#"ApiKey realm="reports""#)
///         .upgrade("https://example.com/plans")
///         .vary([API_KEY]),
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Terms {
    pub(crate) authenticate: HeaderValue,
    pub(crate) page: Arc<Page>,
    pub(crate) problem_base: Cow<'static, str>,
    pub(crate) remedies: Remedies,
    pub(crate) renderer: Option<Renderer>,
    pub(crate) retry_after: Duration,
    pub(crate) vary: Vary,
}

/// The owner's renderer.
#[derive(Clone)]
pub(crate) struct Renderer(pub(crate) Arc<dyn RenderProblem>);

// === impl Terms ===

impl Terms {
    /// The default terms: they offer no remedies, and their page names nobody.
    pub fn new() -> Self {
        Self {
            authenticate: HeaderValue::from_static(r#"Bearer realm="subscription""#),
            page: Arc::default(),
            problem_base: Cow::Borrowed("urn:statuary:problem:"),
            remedies: Remedies::new(),
            renderer: None,
            retry_after: Duration::from_secs(5),
            vary: Vary::new([header::AUTHORIZATION]),
        }
    }

    /// Links to the page where a caller sees how its subscription stands. Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials. For URLs not known to be valid,
    /// use [`remedies`](Self::remedies).
    #[track_caller]
    pub fn billing_status(self, url: &str) -> Self {
        self.remedy(Remedy::BillingStatus, url)
    }

    /// Links to the page where a caller tops up its prepaid balance. Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials. For URLs not known to be valid,
    /// use [`remedies`](Self::remedies).
    #[track_caller]
    pub fn top_up(self, url: &str) -> Self {
        self.remedy(Remedy::TopUp, url)
    }

    /// Links to the page where a caller updates its payment method. Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials. For URLs not known to be valid,
    /// use [`remedies`](Self::remedies).
    #[track_caller]
    pub fn update_payment_method(self, url: &str) -> Self {
        self.remedy(Remedy::UpdatePaymentMethod, url)
    }

    /// Links to the page where a caller chooses a plan. Default: none.
    ///
    /// # Panics
    ///
    /// If it is not an absolute `http` or `https` URL, or has credentials. For URLs not known to be valid,
    /// use [`remedies`](Self::remedies).
    #[track_caller]
    pub fn upgrade(self, url: &str) -> Self {
        self.remedy(Remedy::Upgrade, url)
    }

    /// Offers these remedies, and no others. Default: none.
    pub fn remedies(mut self, remedies: Remedies) -> Self {
        self.remedies = remedies;
        self
    }

    /// The `Retry-After` of a 503. Default: 5 seconds. A 503 for a misplaced layer has none, since waiting
    /// does not help.
    ///
    /// The time is longer where a [circuit breaker](crate::checks::CircuitBreaker) leaves the check alone
    /// for longer.
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = delay;
        self
    }

    /// The `WWW-Authenticate` field of a 401. Default: `Bearer realm="subscription"`.
    ///
    /// # Panics
    ///
    /// If it is not a header value that begins with the name of a scheme.
    #[track_caller]
    pub fn authenticate(mut self, challenge: &str) -> Self {
        let scheme = challenge.bytes().next();
        self.authenticate = match HeaderValue::from_str(challenge) {
            Ok(value) if scheme.is_some_and(|first| first.is_ascii_alphanumeric()) => value,
            _ => panic!("not a challenge for `WWW-Authenticate`: {challenge:?}"),
        };
        self
    }

    /// The request fields that say who is asking, for the `Vary` of responses. Default: `Authorization`.
    ///
    /// They are those that the `subject` of a paywall's check reads, or the `bill` of a charge.
    pub fn vary(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.vary = Vary::new(names);
        self
    }

    /// The base to which the code of a problem is appended for its `type`. Default: `urn:statuary:problem:`.
    ///
    /// If it leads to documentation, a 400 for a missing `Idempotency-Key` points there, as the draft of
    /// that field asks for.
    ///
    /// # Panics
    ///
    /// If it holds a character that no URI may hold.
    #[track_caller]
    pub fn problem_base(mut self, base: impl Into<Cow<'static, str>>) -> Self {
        let base = base.into();
        if let Err(error) = validate_uri(&base) {
            panic!("not a base for problem types: {error}");
        }
        self.problem_base = base;
        self
    }

    /// The page that a browser is shown. Default: [`Page::default`], which names nobody.
    pub fn page(mut self, page: Page) -> Self {
        self.page = Arc::new(page);
        self
    }

    /// Renders refusals in a form of the owner's own. Default: none, so that `Accept` alone decides.
    pub fn renderer(mut self, renderer: impl RenderProblem) -> Self {
        self.renderer = Some(Renderer(Arc::new(renderer)));
        self
    }

    /// When to retry after no answer: not before there can be one.
    pub(crate) fn delay(&self, unanswered: &Unanswered) -> Duration {
        let rest = unanswered.retry_after().unwrap_or_default();
        rest.max(self.retry_after)
    }

    #[track_caller]
    fn remedy(mut self, remedy: Remedy, url: &str) -> Self {
        self.remedies = match mem::take(&mut self.remedies).with(remedy, url) {
            Ok(remedies) => remedies,
            Err(error) => panic!("not a link for `{}`: {error}", remedy.code()),
        };
        self
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::new()
    }
}

// === impl Renderer ===

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<dyn RenderProblem>")
    }
}
