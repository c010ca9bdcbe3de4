//! Who is counted, and where.

use std::fmt::{self, Display};

use http::request;

use crate::{
    quota::{Limit, LimitName, Quota, QuotaStore},
    subscription::{Grant, Unidentified},
};

/// Counts requests by key, in a store. A [limit](Self::limit) turns it into a [`Quota`].
#[must_use]
pub struct Counter<S: QuotaStore>(Quota<S>);

// === impl Counter ===

impl<S: QuotaStore> Counter<S> {
    /// Counts in this store, separately for each key.
    ///
    /// The key is made from the head of the request, which includes extensions from layers outside.
    /// Trust no header field that a client could have forged. A caller who is not known gets 401.
    pub fn new<F>(store: S, key: F) -> Self
    where
        F: Fn(&request::Parts) -> Result<S::Key, Unidentified> + Send + Sync + 'static,
    {
        Self(Quota::without_limits(store, Box::new(key)))
    }

    /// Sets a limit for everybody, under this name: a [`LimitName`], or a string that is one.
    ///
    /// # Panics
    ///
    /// If the name holds a character that is not printable ASCII.
    #[track_caller]
    pub fn limit(self, name: impl TryInto<LimitName, Error: Display>, limit: Limit) -> Quota<S> {
        self.0.limit(name, limit)
    }

    /// Sets a limit by the grant of the caller, under this name. See [`Quota::limit_by`].
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
