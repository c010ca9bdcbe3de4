//! Who is asking, as two checks name it.

/// Who is asking, as either or both of two checks name it: the subject of
/// [`Or`](super::Or).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Alternatives<A, B> {
    first: Option<A>,
    second: Option<B>,
}

// === impl Alternatives ===

impl<A, B> Alternatives<A, B> {
    /// The subject of those checks that know one; none, if neither does.
    pub(crate) fn new(first: Option<A>, second: Option<B>) -> Option<Self> {
        (first.is_some() || second.is_some()).then_some(Self { first, second })
    }

    /// The first check's name for who is asking, if it has one.
    #[must_use]
    pub const fn first(&self) -> Option<&A> {
        self.first.as_ref()
    }

    /// The second check's name for who is asking, if it has one.
    #[must_use]
    pub const fn second(&self) -> Option<&B> {
        self.second.as_ref()
    }
}
