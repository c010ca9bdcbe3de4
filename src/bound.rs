//! Responses that stay as they are.

use http::Extensions;

/// What of a response has to stay, said on it to the layers outside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bound {
    /// Its body: another one in the place of it would leave uncharged.
    Charged,
    /// All of it: it was read, and is given again as it was then.
    Kept,
}

// === impl Bound ===

impl Bound {
    /// What a response says.
    pub(crate) fn of(response: &Extensions) -> Option<Self> {
        response.get().copied()
    }

    /// Says it.
    #[inline]
    pub(crate) fn mark(self, response: &mut Extensions) {
        // Who changes a response does so by what it finds here. What is kept stays so if it is charged for.
        if !response.is_empty() && Self::of(response) != Some(Self::Kept) {
            response.insert(self);
        }
    }
}
