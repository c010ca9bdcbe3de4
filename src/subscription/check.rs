//! The question: who is asking, and whether they may pass.

use std::{collections::HashMap, error::Error, fmt, future::Future, hash::Hash, sync::Arc};

use http::request::Parts;

use crate::subscription::Decision;

/// Decides whether the caller of a request has paid.
///
/// See the [module docs](crate::subscription) for an example.
///
/// # Contract
///
/// - `subject` names all that the answer may depend on; it is also the key under which answers are
///   remembered. Hash a secret before it becomes part of a subject. Trust no header field that a
///   client could have forged, or that occurs twice.
/// - `check` answers for a subject. An error means "I do not know" and becomes a 503, never a
///   refusal.
/// - `subject` and `remembered` run inside of `Service::call`, and must not block.
///
/// Futures are `Send`. A check that holds an `Rc` while it waits does not compile:
///
/// ```compile_fail
/// # use std::{convert::Infallible, rc::Rc};
/// # use http::request::Parts;
/// # use statuary::{Decision, Grant, SubscriptionCheck, Unidentified};
/// struct Local;
///
/// impl SubscriptionCheck for Local {
///     type Subject = ();
///     type Error = Infallible;
///
///     fn subject(&self, _: &Parts) -> Result<(), Unidentified> {
///         Ok(())
///     }
///
///     async fn check(&self, _: &()) -> Result<Decision, Infallible> {
///         let plan = Rc::new("pro");
///         std::future::ready(()).await;
///         Ok(Decision::Admit(Grant::paid().with_plan(*plan)))
///     }
/// }
/// ```
///
/// # Dyn compatibility
///
/// The trait has async methods, so there is no `dyn SubscriptionCheck` (error E0038).
/// [`SubscriptionCheckExt::boxed`](crate::SubscriptionCheckExt::boxed) makes a
/// [`BoxCheck`](crate::checks::BoxCheck) of any check over a subject.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell whether a caller has paid",
    label = "is not a `SubscriptionCheck`",
    note = "implement `SubscriptionCheck`, or make a check of two closures with \
            `statuary::subscription::check_fn`"
)]
pub trait SubscriptionCheck: Send + Sync + 'static {
    /// All that the answer may depend on: an account, or an account and a feature.
    type Subject: Clone + Eq + Hash + Send + Sync + 'static;

    /// Why the check could not answer.
    ///
    /// An [`Unanswered`](crate::subscription::Unanswered) keeps its kind only as itself or in a `Box`. An
    /// error that hides it, such as `anyhow::Error`, tells that the check failed, whatever it was.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Names the subject of a request, from its head alone.
    ///
    /// # Errors
    ///
    /// [`Unidentified`] if the head does not say who is calling, or not credibly. The paywall then
    /// answers 401.
    fn subject(&self, head: &Parts) -> Result<Self::Subject, Unidentified>;

    /// Decides for one subject.
    ///
    /// # Errors
    ///
    /// Whatever kept the check from deciding. The paywall then answers 503.
    fn check(
        &self,
        subject: &Self::Subject,
    ) -> impl Future<Output = Result<Decision, Self::Error>> + Send;

    /// A decision that is known at once, without waiting. Default: none.
    ///
    /// It is called before [`check`](Self::check). A decision from here boxes no future and waits
    /// for nothing: the inner service is called at once.
    fn remembered(&self, subject: &Self::Subject) -> Option<Decision> {
        let _ = subject;
        None
    }

    /// Decides for many subjects with one question, such as those of the members of a 207.
    ///
    /// Returns one decision per subject, in the order of the subjects. The default takes what is
    /// [`remembered`](Self::remembered), and calls [`check`](Self::check) once for each distinct
    /// subject left, one after the other; a check that asks a database does better with one query.
    ///
    /// # Errors
    ///
    /// The first error of a single check: there are no partial answers.
    fn check_all(
        &self,
        subjects: &[Self::Subject],
    ) -> impl Future<Output = Result<Vec<Decision>, Self::Error>> + Send {
        async move {
            let mut known = HashMap::<&Self::Subject, Decision>::new();
            let mut decisions = Vec::with_capacity(subjects.len());
            for subject in subjects {
                let decision = match known.get(subject) {
                    Some(decision) => decision.clone(),
                    None => {
                        let decision = match self.remembered(subject) {
                            Some(decision) => decision,
                            None => self.check(subject).await?,
                        };
                        known.insert(subject, decision.clone());
                        decision
                    }
                };
                decisions.push(decision);
            }
            Ok(decisions)
        }
    }
}

/// The caller of a request is not known.
///
/// A paywall answers it with 401 and leaves it in the response's extensions.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a check makes one by its name alone"
)]
pub struct Unidentified;

// === impl SubscriptionCheck ===

impl<C: SubscriptionCheck> SubscriptionCheck for Arc<C> {
    type Subject = C::Subject;
    type Error = C::Error;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<Self::Subject, Unidentified> {
        C::subject(self, head)
    }

    #[inline]
    fn check(
        &self,
        subject: &Self::Subject,
    ) -> impl Future<Output = Result<Decision, Self::Error>> + Send {
        C::check(self, subject)
    }

    #[inline]
    fn remembered(&self, subject: &Self::Subject) -> Option<Decision> {
        C::remembered(self, subject)
    }

    #[inline]
    fn check_all(
        &self,
        subjects: &[Self::Subject],
    ) -> impl Future<Output = Result<Vec<Decision>, Self::Error>> + Send {
        C::check_all(self, subjects)
    }
}

// === impl Unidentified ===

impl fmt::Display for Unidentified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the caller is not known")
    }
}

impl Error for Unidentified {}
