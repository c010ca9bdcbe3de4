//! What is counted, and for whom.

use std::fmt::{self, Display};

use http::request;

use crate::{
    quota::{Limit, LimitName, Quota, QuotaStore},
    subscription::{Grant, Unidentified},
};

/// Counts the requests of each key. A [limit](Self::limit) makes a [`Quota`] of it.
#[must_use]
pub struct Counter<S: QuotaStore>(Quota<S>);

// === impl Counter ===

impl<S: QuotaStore> Counter<S> {
    /// Counts in this store, for each key by itself.
    ///
    /// All that the key depends on is in the head of the request, among its extensions what a layer
    /// outside knows of the caller. Believe no field that a client may have made up; who is not known
    /// gets 401.
    pub fn new<F>(store: S, key: F) -> Self
    where
        F: Fn(&request::Parts) -> Result<S::Key, Unidentified> + Send + Sync + 'static,
    {
        Self(Quota::without_limits(store, Box::new(key)))
    }

    /// How much there is of it, for everybody, under this name: a [`LimitName`], or text that is one.
    ///
    /// # Panics
    ///
    /// If the name holds a character that is not printable ASCII.
    #[track_caller]
    pub fn limit(self, name: impl TryInto<LimitName, Error: Display>, limit: Limit) -> Quota<S> {
        self.0.limit(name, limit)
    }

    /// How much there is of it by the grant of the caller, under this name. See
    /// [`Quota::limit_by`].
    ///
    /// # Panics
    ///
    /// If the name holds a character that is not printable ASCII.
    #[track_caller]
    pub fn limit_by<F>(self, name: impl TryInto<LimitName, Error: Display>, limit: F) -> Quota<S>
    where
        F: Fn(&Grant) -> Limit + Send + Sync + 'static,
    {
        self.0.limit_by(name, limit)
    }
}

impl<S: QuotaStore> fmt::Debug for Counter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counter")
    }
}
