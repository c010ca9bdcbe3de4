//! The roots of locks that are in the way.

use std::{iter, slice};

use super::code::Explanation;
use crate::{dav::Href, xml::Content};

/// The roots of locks whose tokens were not submitted, at least one: the content of
/// `DAV:lock-token-submitted`
/// ([RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)).
///
/// # Grammar
///
/// ```text
/// <!ELEMENT lock-token-submitted (href+) >
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{Condition, Href, dav::condition::LockRoots};
///
/// let one = Condition::LockTokenSubmitted(Href::collection("/docs").into());
/// let two = LockRoots::new(Href::collection("/docs")).and(Href::path("/a"));
/// assert_ne!(one, Condition::LockTokenSubmitted(two));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct LockRoots {
    first: Href<'static>,
    others: Vec<Href<'static>>,
}

// === impl LockRoots ===

impl LockRoots {
    /// The root of a lock.
    pub fn new(root: Href<'_>) -> Self {
        Self {
            first: root.into_owned(),
            others: Vec::new(),
        }
    }

    /// Adds another root.
    pub fn and(mut self, root: Href<'_>) -> Self {
        self.others.push(root.into_owned());
        self
    }

    /// All roots, in the order in which they were added.
    #[must_use]
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }
}

impl Explanation for LockRoots {
    fn is_empty(&self) -> bool {
        false
    }

    fn write(&self, condition: &mut Content<'_>) {
        self.iter().for_each(|href| href.write(condition));
    }
}

impl<'h> Extend<Href<'h>> for LockRoots {
    fn extend<I: IntoIterator<Item = Href<'h>>>(&mut self, roots: I) {
        self.others.extend(roots.into_iter().map(Href::into_owned));
    }
}

impl From<Href<'_>> for LockRoots {
    fn from(root: Href<'_>) -> Self {
        Self::new(root)
    }
}

impl<'a> IntoIterator for &'a LockRoots {
    type Item = &'a Href<'static>;
    type IntoIter = iter::Chain<iter::Once<Self::Item>, slice::Iter<'a, Href<'static>>>;

    fn into_iter(self) -> Self::IntoIter {
        iter::once(&self.first).chain(&self.others)
    }
}
