//! A check that remembers the decisions of another.

use std::{fmt, sync::Arc};

use http::request::Parts;

use crate::{
    remembering::{Cache, shared::Shared},
    subscription::{Decision, SubscriptionCheck, Unanswered, Unidentified},
};

/// A check that remembers the decisions of another.
///
/// Clones share what is remembered: one goes into the paywall, another into the handler of the billing
/// system's webhooks. See the [module docs](crate::remembering) for an example.
pub struct Cached<C: SubscriptionCheck> {
    shared: Arc<Shared<C>>,
}

// === impl Cached ===

impl<C: SubscriptionCheck> Cached<C> {
    /// Remembers the decisions of this check.
    pub fn new(check: C, cache: Cache) -> Self {
        Self {
            shared: Arc::new(Shared::new(check, cache)),
        }
    }

    /// The inner check.
    #[must_use]
    pub fn get_ref(&self) -> &C {
        &self.shared.check
    }

    /// The inner check, without what was remembered; `None` if a clone or a pending question still needs
    /// it.
    #[must_use]
    pub fn into_inner(self) -> Option<C> {
        Arc::into_inner(self.shared).map(|shared| shared.check)
    }

    /// Forgets what is known about a subject, and what pending questions will answer: whoever asks from
    /// now on gets the answer to a new question.
    pub fn invalidate(&self, subject: &C::Subject) {
        let Shared {
            memory, flights, ..
        } = &*self.shared;
        flights.forget(subject, || memory.forget(subject));
    }

    /// Forgets all subjects that satisfy a predicate, as [`invalidate`](Self::invalidate) does for one.
    ///
    /// It visits every remembered subject: call it when something about a tenant changes, not for every
    /// request.
    pub fn invalidate_where(&self, holds: impl Fn(&C::Subject) -> bool) {
        let Shared {
            memory, flights, ..
        } = &*self.shared;
        flights.quietly(|| memory.note_invalidation());
        // Pending questions first: one that lands meanwhile is found among the remembered.
        for subject in flights.keys() {
            if holds(&subject) {
                flights.forget(&subject, || memory.forget(&subject));
            }
        }
        for subject in memory.subjects(holds) {
            // Under the lock, so that a question that fails meanwhile does not put its old entry back.
            flights.quietly(|| memory.forget(&subject));
        }
    }

    /// How many subjects are remembered, fresh or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.memory.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many questions to the inner check are pending.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.shared.flights.len()
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for Cached<C> {
    type Subject = C::Subject;
    type Error = Unanswered;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<C::Subject, Unidentified> {
        self.shared.check.subject(head)
    }

    #[inline]
    fn remembered(&self, subject: &C::Subject) -> Option<Decision> {
        self.shared.remembered(subject)
    }

    async fn check(&self, subject: &C::Subject) -> Result<Decision, Unanswered> {
        match self.remembered(subject) {
            Some(decision) => Ok(decision),
            None => self.shared.decide(subject).await,
        }
    }

    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        self.shared.decide_all(subjects).await
    }
}

impl<C: SubscriptionCheck> Clone for Cached<C> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<C: SubscriptionCheck> fmt::Debug for Cached<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("memory", &self.shared.memory)
            .finish_non_exhaustive()
    }
}
