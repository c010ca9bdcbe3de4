//! What passes although the check did not admit it, or the charge took nothing.

use std::iter;

use http::Extensions;

use crate::challenge::Refusal;

/// What becomes of a request when the check gives no answer.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
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
/// [open](FailurePolicy::Open), or the paywall is only a [shadow](crate::PaywallLayer::shadow). Or it
/// passed uncharged, since [the charge](crate::SettleLayer::on_failure) gave no answer; or members of its
/// [multistatus](crate::MemberPaywall::on_failure) did, of which the check gave none.
///
/// The layer leaves it in the extensions of the request, for the handler, and of the response, for
/// the layers outside of it to count and to log. One holds what all layers have waived. Beside that of a
/// paywall there is a grant in the request, for handlers that take one: that of a paywall outside, or else
/// one that names no plan and whose standing is [`Waived`](crate::subscription::Standing::Waived).
///
/// # Examples
///
/// ```
/// use statuary::paywall::Waiver;
///
/// fn count<B>(response: &http::Response<B>) {
///     if let Some(waiver) = response.extensions().get::<Waiver>() {
///         for refusal in waiver.refusals() {
///             eprintln!("let through: {}", refusal.code());
///         }
///     }
/// }
/// # count(&http::Response::new(()));
/// ```
#[derive(Clone, Debug)]
pub struct Waiver {
    refusal: Refusal,
    /// Of the layers inside, from the outermost on.
    inner: Vec<Refusal>,
}

// === impl Waiver ===

impl Waiver {
    /// What the caller would have been told: by the outermost layer that has waived it.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// What each layer would have told the caller, from the outermost on.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        iter::once(&self.refusal).chain(&self.inner)
    }

    pub(crate) const fn new(refusal: Refusal) -> Self {
        Self {
            refusal,
            inner: Vec::new(),
        }
    }

    /// Leaves it in a request, which layers outside have seen before.
    pub(crate) fn leave_in_request(self, extensions: &mut Extensions) {
        let whole = match extensions.remove::<Self>() {
            Some(outer) => outer.around(self),
            None => self,
        };
        extensions.insert(whole);
    }

    /// Leaves it in a response, which layers inside have seen before.
    pub(crate) fn leave_in_response(self, extensions: &mut Extensions) {
        let whole = match extensions.remove::<Self>() {
            Some(inner) => self.around(inner),
            None => self,
        };
        extensions.insert(whole);
    }

    fn around(mut self, within: Self) -> Self {
        self.inner.push(within.refusal);
        self.inner.extend(within.inner);
        self
    }
}
