//! The subject of a check made of two alternatives.

/// The subject of [`Or`](super::Or): that of its first check, of its second, or both.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Alternatives<A, B> {
    first: Option<A>,
    second: Option<B>,
}

// === impl Alternatives ===

impl<A, B> Alternatives<A, B> {
    /// The subject made of those that are known; `None` if neither is.
    pub(crate) fn new(first: Option<A>, second: Option<B>) -> Option<Self> {
        (first.is_some() || second.is_some()).then_some(Self { first, second })
    }

    /// The first check's subject, if it knows the caller.
    #[must_use]
    pub const fn first(&self) -> Option<&A> {
        self.first.as_ref()
    }

    /// The second check's subject, if it knows the caller.
    #[must_use]
    pub const fn second(&self) -> Option<&B> {
        self.second.as_ref()
    }
}
