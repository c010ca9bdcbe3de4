//! Responses that stay as they are.

use http::Extensions;

/// What of a response has to stay as it is, as a mark on it for the layers outside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bound {
    /// Its body settles a charge as it is sent: another one would leave uncharged.
    Charged,
    /// All of it: it was kept, and is replayed as it was then.
    Kept,
}

// === impl Bound ===

impl Bound {
    /// The mark of a response.
    pub(crate) fn of(response: &Extensions) -> Option<Self> {
        response.get().copied()
    }

    /// Marks a response.
    #[inline]
    pub(crate) fn mark(self, response: &mut Extensions) {
        // A layer changes a response only for an extension that it finds: without any, no mark is needed.
        // What is kept stays marked so when it is charged for.
        if !response.is_empty() && Self::of(response) != Some(Self::Kept) {
            response.insert(self);
        }
    }
}
