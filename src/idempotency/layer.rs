//! The layer, and all that its owner may settle.

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

/// Layer that carries a request out once, however often it is sent.
///
/// See the [module docs](crate::idempotency) for an example.
#[must_use]
pub struct IdempotencyLayer<D> {
    store: Arc<D>,
    settings: Settings,
    /// Made of the settings once, and not for each service: axum makes those by the request.
    desk: Arc<OnceLock<Arc<Desk<D>>>>,
}

// === impl IdempotencyLayer ===

impl<D: IdempotencyStore> IdempotencyLayer<D> {
    /// A layer that keeps answers in a store, by the sender whom the closure names.
    ///
    /// The sender is whoever pays: one function may name them to the check of a paywall, to the counter of
    /// a quota, and here. Name them by text that is nobody else's, as `to_string` makes it of a number or a
    /// UUID: two senders may choose the same key, and must not get each other's answers. Believe no field
    /// that a client may have made up. A request with a key whose sender is not known is answered with 400.
    ///
    /// Of one sender, a request with the same key is another one, and answered with 422, if it has another
    /// method, target, media type, or length, where that is known before the body is read, or another digest,
    /// where one is sent. What the body holds is [not read](super#what-is-the-same-request).
    ///
    /// In a router that is nested a request has lost the path of that router: clones of one layer in several
    /// give one another's answers, unless they are told the whole [target](Self::target).
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
    /// Stands behind this paywall as it is now, and speaks as it does: with its page, renderer and problem
    /// types, and what it says to caches. [Terms](Self::terms) of its own take the place of all those.
    /// Default: behind none.
    ///
    /// A request with a key that has not come through the paywall, since the layers are in the wrong
    /// order, is answered with 503: answers kept outside would go to those who have stopped paying. What
    /// passes the paywall [unasked](PaywallLayer::exempt), OPTIONS among it, is carried out once as all
    /// else is.
    pub fn behind<P>(mut self, paywall: &PaywallLayer<P>) -> Self {
        self.settings_mut().threshold = Some(paywall.threshold());
        self
    }

    /// Tells refusals in these terms alone. Default: those of the paywall that it is [behind](Self::behind),
    /// as that was when it was named, or else [`Terms::new`].
    pub fn terms(mut self, terms: Terms) -> Self {
        self.settings_mut().terms = Some(terms);
        self
    }

    /// How long the store may take to say what it knows, and to keep an answer. Default: 2 seconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings_mut().deadline = deadline;
        self
    }

    /// How large an answer may be, in bytes, to be kept. Default: 1 MiB.
    ///
    /// Of a larger one it is kept that it was given: sent again, its request is answered with 409,
    /// [whatever has become of it](super#what-is-kept). A store may have less room than that: a
    /// [`MemoryStore`](super::MemoryStore) has
    /// [so much for each sender](super::MemoryStore::bytes_per_sender).
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.settings_mut().largest = bytes;
        self
    }

    /// Which answers are kept, by their head. Default: those of success, and redirections.
    ///
    /// After any other answer, and after an error of gRPC, the request may be sent again with the
    /// same key: as soon as that answer has left, unless a charge for it is made or in doubt.
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

    /// What the target of a request was, where a router outside has cut it. Default, and where the closure
    /// knows of none: what its `uri` is.
    ///
    /// A layer that stands in a nested router does not see under which path, and would take
    /// `/books/orders` and `/tea/orders` for one. axum keeps the whole in an extension:
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
