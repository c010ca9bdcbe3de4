//! A check whose type is forgotten.

use std::{fmt, future::Future, hash::Hash, pin::Pin, sync::Arc};

use http::request::Parts;

use crate::subscription::{Decision, SubscriptionCheck, Unanswered, Unidentified};

/// A check of any type over this subject, from
/// [`SubscriptionCheckExt::boxed`](super::SubscriptionCheckExt::boxed).
///
/// One variable, or one field of a struct, thus holds checks of different types. Clones share the check. A
/// [remembered](SubscriptionCheck::remembered) decision is still known at once, and a question about many is
/// still one; each question that is asked boxes its future.
pub struct BoxCheck<S>(Arc<dyn AnyCheck<S>>);

/// What there can be a `dyn` of: [`SubscriptionCheck`] with boxed futures.
trait AnyCheck<S>: Send + Sync {
    fn subject(&self, head: &Parts) -> Result<S, Unidentified>;

    fn remembered(&self, subject: &S) -> Option<Decision>;

    fn check<'a>(&'a self, subject: &'a S) -> Answer<'a, Decision>;

    fn check_all<'a>(&'a self, subjects: &'a [S]) -> Answer<'a, Vec<Decision>>;
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unanswered>> + Send + 'a>>;

// === impl BoxCheck ===

impl<S> BoxCheck<S> {
    pub(crate) fn new<C: SubscriptionCheck<Subject = S>>(check: C) -> Self {
        Self(Arc::new(check))
    }
}

impl<S> Clone for BoxCheck<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for BoxCheck<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxCheck").finish_non_exhaustive()
    }
}

impl<S: Clone + Eq + Hash + Send + Sync + 'static> SubscriptionCheck for BoxCheck<S> {
    type Subject = S;
    type Error = Unanswered;

    fn subject(&self, head: &Parts) -> Result<S, Unidentified> {
        self.0.subject(head)
    }

    async fn check(&self, subject: &S) -> Result<Decision, Unanswered> {
        self.0.check(subject).await
    }

    fn remembered(&self, subject: &S) -> Option<Decision> {
        self.0.remembered(subject)
    }

    async fn check_all(&self, subjects: &[S]) -> Result<Vec<Decision>, Unanswered> {
        self.0.check_all(subjects).await
    }
}

// === impl AnyCheck ===

impl<C: SubscriptionCheck> AnyCheck<C::Subject> for C {
    fn subject(&self, head: &Parts) -> Result<C::Subject, Unidentified> {
        SubscriptionCheck::subject(self, head)
    }

    fn remembered(&self, subject: &C::Subject) -> Option<Decision> {
        SubscriptionCheck::remembered(self, subject)
    }

    fn check<'a>(&'a self, subject: &'a C::Subject) -> Answer<'a, Decision> {
        Box::pin(async move {
            let answer = SubscriptionCheck::check(self, subject).await;
            answer.map_err(|error| Unanswered::failed(error.into()))
        })
    }

    fn check_all<'a>(&'a self, subjects: &'a [C::Subject]) -> Answer<'a, Vec<Decision>> {
        Box::pin(async move {
            let answers = SubscriptionCheck::check_all(self, subjects).await;
            answers.map_err(|error| Unanswered::failed(error.into()))
        })
    }
}
