//! The layer, and all that its owner may configure.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{Method, Uri, request::Parts, response};
use tower_layer::Layer;

use crate::{
    challenge::Terms,
    idempotency::{
        Idempotency, IdempotencyStore,
        desk::{Desk, Settings},
    },
    paywall::PaywallLayer,
    subscription::Unidentified,
};

/// Layer that carries out a request once, however often it is sent.
///
/// See the [module docs](crate::idempotency) for an example.
#[must_use]
pub struct IdempotencyLayer<D> {
    store: Arc<D>,
    settings: Settings,
    /// Made once, not for each service: axum makes services per request.
    desk: Arc<OnceLock<Arc<Desk<D>>>>,
}

// === impl IdempotencyLayer ===

impl<D: IdempotencyStore> IdempotencyLayer<D> {
    /// A layer that keeps answers in a store, separately for each sender that the closure names.
    ///
    /// The sender is whoever pays: the same function can serve the check of a paywall, the counter of a
    /// quota, and this layer. The name must be unique, such as `to_string` of a number or a UUID: two senders
    /// may choose the same key, and must not get each other's answers. Trust no header field that a client
    /// could have forged. A request with a key whose sender is not known is answered with 400.
    ///
    /// A request with a key that its sender has used before is answered with 422 if it has another method,
    /// target, media type, or length, where that is known before the body is read, or another digest, where
    /// one is sent. The content of the body is [not read](super#what-is-the-same-request).
    ///
    /// In a nested router, a request has lost the path of that router: clones of one layer in several replay
    /// each other's answers, unless they know the whole [target](Self::target).
    pub fn new<F, A>(store: D, sender: F) -> Self
    where
        F: Fn(&Parts) -> Result<A, Unidentified> + Send + Sync + 'static,
        A: Into<Arc<str>>,
    {
        let sender = move |head: &Parts| sender(head).map(Into::into);
        Self {
            store: Arc::new(store),
            settings: Settings::new(Arc::new(sender)),
            desk: Arc::default(),
        }
    }
}

impl<D> IdempotencyLayer<D> {
    /// Declares that the layer is behind this paywall, and adopts its terms as configured so far: its page,
    /// renderer, problem types and `Vary`. [Terms](Self::terms) of the layer's own replace all of them.
    /// Default: behind none.
    ///
    /// A request with a key that has not come through the paywall, since the layers are in the wrong order,
    /// is answered with 503: answers kept outside would go to those who have stopped paying. Requests that
    /// pass the paywall [unasked](PaywallLayer::exempt), such as OPTIONS, are carried out once like all
    /// others.
    pub fn behind<P>(mut self, paywall: &PaywallLayer<P>) -> Self {
        self.settings_mut().threshold = Some(paywall.threshold());
        self
    }

    /// Refuses in these terms alone. Default: the terms of the paywall that was given to
    /// [`behind`](Self::behind), or else [`Terms::new`].
    pub fn terms(mut self, terms: Terms) -> Self {
        self.settings_mut().terms = Some(terms);
        self
    }

    /// How long the store may take to claim a request, and to keep an answer. Default: 2 seconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings_mut().deadline = deadline;
        self
    }

    /// How large an answer that is kept may be, in bytes. Default: 1 MiB.
    ///
    /// For a larger one, only that it was given is kept: sent again, its request is answered with 409,
    /// [whatever became of the answer](super#what-is-kept). A store may have less room: a
    /// [`MemoryStore`](super::MemoryStore) has [a limit for each
    /// sender](super::MemoryStore::bytes_per_sender).
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.settings_mut().largest = bytes;
        self
    }

    /// Which answers are kept, by their head. Default: successful ones, and redirections.
    ///
    /// After any other answer, and after a gRPC error, the request may be sent again with the same key as
    /// soon as that answer has been sent, unless a charge for it is made or in doubt.
    pub fn keep_if<P>(mut self, predicate: P) -> Self
    where
        P: Fn(&response::Parts) -> bool + Send + Sync + 'static,
    {
        self.settings_mut().keeps = Arc::new(predicate);
        self
    }

    /// The methods whose requests must have a key. Default: none.
    pub fn required_for(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.settings_mut().required = methods.into_iter().collect();
        self
    }

    /// The original target of a request, of which a router outside may have stripped a part. Default, and if
    /// the closure returns `None`: its `uri`.
    ///
    /// A layer in a nested router does not see the path of that router, and would take `/books/orders` and
    /// `/tea/orders` for the same target. axum keeps the original in an extension:
    ///
    /// ```
    /// use axum::{Router, extract::OriginalUri, routing::post};
    /// use statuary::{IdempotencyLayer, idempotency::MemoryStore};
    ///
    /// # let account = |_: &http::request::Parts| Ok("alice");
    /// let once = IdempotencyLayer::new(MemoryStore::with_bytes(64 << 20), account)
    ///     .target(|head| head.extensions.get().map(|OriginalUri(uri)| uri));
    /// let books = Router::new().route("/orders", post("a book")).layer(once.clone());
    /// let tea = Router::new().route("/orders", post("some tea")).layer(once);
    /// let app: Router = Router::new().nest("/books", books).nest("/tea", tea);
    /// ```
    pub fn target<T>(mut self, target: T) -> Self
    where
        T: Fn(&Parts) -> Option<&Uri> + Send + Sync + 'static,
    {
        self.settings_mut().target = Arc::new(target);
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        self.desk = Arc::default();
        &mut self.settings
    }
}

impl<D> Clone for IdempotencyLayer<D> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            settings: self.settings.clone(),
            desk: Arc::clone(&self.desk),
        }
    }
}

impl<D> fmt::Debug for IdempotencyLayer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyLayer")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl<S, D> Layer<S> for IdempotencyLayer<D> {
    type Service = Idempotency<S, D>;

    fn layer(&self, inner: S) -> Self::Service {
        let make = || Arc::new(Desk::new(Arc::clone(&self.store), self.settings.clone()));
        Idempotency {
            inner,
            desk: Arc::clone(self.desk.get_or_init(make)),
        }
    }
}
