//! What passes although the check did not admit it.

use crate::challenge::Refusal;

/// What becomes of a request when the check gives no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailurePolicy {
    /// It is answered with 503 and `Retry-After`. Nobody gets in unpaid, and nobody is told to pay.
    #[default]
    Closed,
    /// It passes, with a [`Waiver`]. Nobody who has paid is kept out, or counted by a limit
    /// [that depends on a grant](crate::quota::Quota::limit_by), and somebody who has not may
    /// get in while the check is down. Where the check panics before it has named a subject, the
    /// gate is closed all the same: a request could be written to bring that about.
    Open,
}

/// A request passed although the check did not admit it: the check gave no answer and the gate is
/// [open](FailurePolicy::Open), or the paywall is only a [shadow](crate::PaywallLayer::shadow).
///
/// The paywall leaves it in the extensions of the request, for the handler, and of the response, for
/// the layers outside of it to count and to log. Beside it in the request is a grant, for handlers that
/// take one; its standing is [`Waived`](crate::subscription::Standing::Waived), and it names no plan.
///
/// # Examples
///
/// ```
/// use statuary::paywall::Waiver;
///
/// fn count<B>(response: &http::Response<B>) {
///     if let Some(waiver) = response.extensions().get::<Waiver>() {
///         eprintln!("let through: {}", waiver.refusal().code());
///     }
/// }
/// # count(&http::Response::new(()));
/// ```
#[derive(Clone, Debug)]
pub struct Waiver {
    refusal: Refusal,
}

// === impl Waiver ===

impl Waiver {
    /// What the caller would have been told.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    pub(crate) const fn new(refusal: Refusal) -> Self {
        Self { refusal }
    }
}
