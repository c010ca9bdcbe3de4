//! What passes although the check did not admit it, or the charge took nothing.

use std::iter;

use http::Extensions;

use crate::challenge::Refusal;

/// What becomes of a request when the check gives no answer.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FailurePolicy {
    /// The request is answered with 503 and `Retry-After`. Nobody gets in unpaid, and nobody is told to
    /// pay.
    #[default]
    Closed,
    /// The request passes, with a [`Waiver`]. While the check is down, nobody who has paid is kept out, or
    /// counted by a limit [that depends on a grant](crate::quota::Quota::limit_by), and somebody who has
    /// not paid may get in. A check that panics before it has named a subject still closes the gate: a
    /// request could be crafted to cause that.
    Open,
}

/// Marks a request that passed although the check did not admit it: the check gave no answer and the gate
/// is [open](FailurePolicy::Open), or the paywall is only a [shadow](crate::PaywallLayer::shadow). It also
/// marks a request that passed uncharged since [the charge](crate::SettleLayer::on_failure) gave no
/// answer, and a [multistatus](crate::MemberPaywall::on_failure) some of whose members are shown for the
/// same reasons.
///
/// The layer puts it into the extensions of the request, for the handler, and of the response, for layers
/// outside to count and log. A single waiver holds what all layers have waived. A paywall that waives also
/// leaves a grant in the request, for handlers that take one: that of an outer paywall, or else one that
/// names no plan and whose standing is [`Waived`](crate::subscription::Standing::Waived).
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
    /// The refusals of the layers inside, the outermost first.
    inner: Vec<Refusal>,
}

// === impl Waiver ===

impl Waiver {
    /// The refusal that the caller would have got, from the outermost layer that waived.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// The refusals of all layers that waived, the outermost first.
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
