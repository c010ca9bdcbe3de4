//! A check made of two closures, one for each phase.

use std::{any::type_name, error::Error, fmt, future::Future, hash::Hash};

use http::request::Parts;

use crate::subscription::{Decision, SubscriptionCheck, Unidentified};

/// Makes a check of two closures: one names the subject, the other decides for it.
///
/// The subject is kept longer than the head, and cannot borrow from it: the text of a field is a `String`, by
/// `to_owned`, and not the `&str` of `to_str`. If the compiler finds the closure not general enough, write
/// `|head: &Parts|`.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
///
/// use http::header::AUTHORIZATION;
/// use statuary::{
///     Decision, Denial, Grant, PaywallLayer, Reason, Unidentified, subscription::check_fn,
/// };
///
/// let check = check_fn(
///     |head| match head.headers.get(AUTHORIZATION).map(|token| token.as_bytes()) {
///         Some(b"Bearer alice") => Ok("alice"),
///         Some(b"Bearer bob") => Ok("bob"),
///         _ => Err(Unidentified),
///     },
///     |account| async move {
///         Ok::<_, Infallible>(match account {
///             "alice" => Decision::Admit(Grant::paid()),
///             _ => Decision::Refuse(Denial::new(Reason::Expired)),
///         })
///     },
/// );
/// let paywall = PaywallLayer::new(check);
/// ```
pub fn check_fn<F, G, T, Fut, E>(subject: F, check: G) -> CheckFn<F, G>
where
    F: Fn(&Parts) -> Result<T, Unidentified> + Send + Sync + 'static,
    G: Fn(T) -> Fut + Send + Sync + 'static,
    T: Clone + Eq + Hash + Send + Sync + 'static,
    Fut: Future<Output = Result<Decision, E>> + Send,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    CheckFn { subject, check }
}

/// A [`SubscriptionCheck`] made of two closures, from [`check_fn`].
#[derive(Clone, Copy)]
pub struct CheckFn<F, G> {
    subject: F,
    check: G,
}

// === impl CheckFn ===

impl<F, G> fmt::Debug for CheckFn<F, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckFn")
            .field("subject", &format_args!("{}", type_name::<F>()))
            .field("check", &format_args!("{}", type_name::<G>()))
            .finish()
    }
}

impl<F, G, T, Fut, E> SubscriptionCheck for CheckFn<F, G>
where
    F: Fn(&Parts) -> Result<T, Unidentified> + Send + Sync + 'static,
    G: Fn(T) -> Fut + Send + Sync + 'static,
    T: Clone + Eq + Hash + Send + Sync + 'static,
    Fut: Future<Output = Result<Decision, E>> + Send,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    type Subject = T;
    type Error = E;

    fn subject(&self, head: &Parts) -> Result<T, Unidentified> {
        (self.subject)(head)
    }

    fn check(&self, subject: &T) -> impl Future<Output = Result<Decision, E>> + Send {
        (self.check)(subject.clone())
    }
}
