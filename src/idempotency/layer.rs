//! The layer, and all that its owner may settle.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use http::{Method, StatusCode, request::Parts};
use tower_layer::Layer;

use crate::{
    idempotency::{
        Idempotency, IdempotencyStore,
        desk::{Desk, Settings},
    },
    subscription::validate_uri,
};

/// Layer that carries a request out once, however often it is sent.
///
/// See the [module docs](crate::idempotency) for an example.
#[must_use]
pub struct IdempotencyLayer<D, F> {
    desk: Arc<Desk<D>>,
    sender: F,
}

// === impl IdempotencyLayer ===

impl<D, F> IdempotencyLayer<D, F>
where
    D: IdempotencyStore,
    F: Fn(&Parts) -> Option<String> + Clone,
{
    /// A layer that keeps answers in a store, by the sender whom the closure names.
    ///
    /// Name whoever pays, as the paywall knows them: two senders may choose the same key, and
    /// must not get each other's answers. Believe no field that a client may have made up. A request
    /// with a key whose sender is not known is answered with 400.
    pub fn new(store: D, sender: F) -> Self {
        Self {
            desk: Arc::new(Desk {
                store: Arc::new(store),
                settings: Settings::default(),
            }),
            sender,
        }
    }
}

impl<D, F> IdempotencyLayer<D, F> {
    /// How long the store may take to say what it knows, and to keep an answer. Default: 2 seconds.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|settings| settings.deadline = deadline)
    }

    /// How large an answer may be, in bytes, to be kept. Default: 1 MiB.
    ///
    /// Of a larger one it is kept that it was given: sent again, its request is answered with 409.
    pub fn largest_answer(self, bytes: usize) -> Self {
        self.with(|settings| settings.largest = bytes)
    }

    /// Which answers are kept, by their status. Default: those of success, and redirections.
    ///
    /// After any other answer the request may be sent again with the same key.
    pub fn keep_if<P>(self, predicate: P) -> Self
    where
        P: Fn(StatusCode) -> bool + Send + Sync + 'static,
    {
        self.with(|settings| settings.keeps = Arc::new(predicate))
    }

    /// The methods whose requests must have a key. Default: none.
    pub fn required_for(self, methods: impl IntoIterator<Item = Method>) -> Self {
        let methods = methods.into_iter().collect();
        self.with(|settings| settings.required = methods)
    }

    /// What the code of a problem is appended to, to make up its `type`. Default:
    /// `urn:statuary:problem:`.
    ///
    /// # Panics
    ///
    /// If it holds a character that no URI may hold.
    #[track_caller]
    pub fn problem_base(self, base: impl Into<Cow<'static, str>>) -> Self {
        let base = base.into();
        if let Err(error) = validate_uri(&base) {
            panic!("no base for problem types: {error}");
        }
        self.with(|settings| settings.problem_base = base)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.desk.settings.clone();
        change(&mut settings);
        self.desk = Arc::new(Desk {
            store: Arc::clone(&self.desk.store),
            settings,
        });
        self
    }
}

impl<D, F: Clone> Clone for IdempotencyLayer<D, F> {
    fn clone(&self) -> Self {
        Self {
            desk: Arc::clone(&self.desk),
            sender: self.sender.clone(),
        }
    }
}

impl<D, F> fmt::Debug for IdempotencyLayer<D, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyLayer")
            .field("settings", &self.desk.settings)
            .finish_non_exhaustive()
    }
}

impl<S, D, F: Clone> Layer<S> for IdempotencyLayer<D, F> {
    type Service = Idempotency<S, D, F>;

    fn layer(&self, inner: S) -> Self::Service {
        Idempotency {
            inner,
            desk: Arc::clone(&self.desk),
            sender: self.sender.clone(),
        }
    }
}
