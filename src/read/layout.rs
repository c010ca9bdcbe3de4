//! Where the parts of a response are in its text.
//!
//! A response is its text and a layout. The layout of one response fits the next if the two differ only in
//! the text inside of some elements, the *slots*: a place is given by the number of slots before it, and by
//! the bytes before it outside of slots. The content of the slots is given by where they end.

use std::{ops::Range, sync::Arc};

use http::StatusCode;
use smallvec::SmallVec;

use crate::xml::Outside;

/// A place in a response.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Mark {
    /// The slots before it.
    pub(super) slots: u32,
    /// The bytes before it outside of slots.
    pub(super) bytes: u32,
}

/// From one place to another.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) start: Mark,
    pub(super) end: Mark,
}

/// How many bytes the slots of a response hold: the first, the first two, and so on.
pub(super) type Slots = SmallVec<[u32; 16]>;

/// Where everything is in a response, and all that does not depend on its slots. The elements of all
/// propstats are in one list, to save allocations.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The content of the `href` elements.
    pub(super) hrefs: SmallVec<[Span; 1]>,
    pub(super) status: Option<StatusCode>,
    pub(super) propstats: SmallVec<[PropStatLayout; 2]>,
    pub(super) properties: Vec<ElementLayout>,
    /// The conditions of the propstats.
    pub(super) conditions: Vec<ElementLayout>,
    /// The conditions of the response.
    pub(super) error: Vec<ElementLayout>,
    pub(super) description: Option<Span>,
    pub(super) location: Option<Span>,
    /// The scopes outside of the elements: that of the root first, then those of enclosing elements that
    /// change it.
    pub(super) scopes: SmallVec<[Arc<Outside>; 1]>,
}

/// Where everything is in a `propstat`.
#[derive(Debug, Default)]
pub(super) struct PropStatLayout {
    pub(super) status: Option<StatusCode>,
    /// The range of its properties in [`Layout::properties`].
    pub(super) properties: Range<usize>,
    /// The range of its conditions in [`Layout::conditions`].
    pub(super) conditions: Range<usize>,
    pub(super) description: Option<Span>,
}

/// Where an element is, such as a property.
#[derive(Debug)]
pub(super) struct ElementLayout {
    /// The index of its outer scope in [`Layout::scopes`].
    pub(super) scope: u32,
    pub(super) namespace: Namespace,
    /// The local part of its name.
    pub(super) local: Span,
    /// The whole element.
    pub(super) whole: Span,
    /// What is inside; `None` for `<empty/>`.
    pub(super) inside: Option<Span>,
}

/// The namespace of an element.
#[derive(Debug)]
pub(super) enum Namespace {
    None,
    /// It is declared outside of the element, by the binding with this index.
    Outside(u32),
    /// It is declared by the element itself.
    Own(Arc<str>),
}

// === impl Layout ===

impl Layout {
    /// The namespace of one of its elements, empty if it is in none.
    pub(super) fn namespace<'l>(&'l self, element: &'l ElementLayout) -> &'l str {
        match &element.namespace {
            Namespace::None => "",
            Namespace::Outside(at) => self.scopes[element.scope as usize].namespace(*at as usize),
            Namespace::Own(namespace) => namespace,
        }
    }

    /// The scope outside of one of its elements.
    pub(super) fn outside(&self, element: &ElementLayout) -> &Outside {
        &self.scopes[element.scope as usize]
    }
}

// === impl Mark ===

impl Mark {
    /// Its offset in a response with these slots.
    pub(super) fn at(self, slots: &Slots) -> usize {
        let held = match self.slots {
            0 => 0,
            count => slots.get(count as usize - 1).copied().unwrap_or_default(),
        };
        self.bytes as usize + held as usize
    }
}

// === impl Span ===

impl Span {
    /// Its part of a response.
    pub(super) fn of<'t>(self, text: &'t str, slots: &Slots) -> &'t str {
        text.get(self.start.at(slots)..self.end.at(slots))
            .unwrap_or_default()
    }
}
