//! Where the parts of a response are in its text.
//!
//! A response is its text and a layout. The layout of one response fits the next if the two differ in
//! nothing but the text inside of some elements, the *slots*: a place is told by the slots before it and
//! by the bytes before it that are in none. What the slots of a response hold is told by where they end.

use std::{ops::Range, sync::Arc};

use http::StatusCode;
use smallvec::SmallVec;

use crate::xml::Outside;

/// A place in a response.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Mark {
    /// The slots before it.
    pub(super) slots: u32,
    /// The bytes before it that are in no slot.
    pub(super) bytes: u32,
}

/// From one place to another.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) start: Mark,
    pub(super) end: Mark,
}

/// The bytes that the slots of a response hold: those of the first, of the first two, and so on.
pub(super) type Slots = SmallVec<[u32; 16]>;

/// Where everything is in a response, and what does not depend on its slots. The elements of all
/// propstats are in one list, so that it takes few allocations.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// What is inside of the `href` elements.
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
    /// What is in scope outside of the elements: that of the root first, then those of the elements
    /// around them that change it.
    pub(super) scopes: SmallVec<[Arc<Outside>; 1]>,
}

/// Where everything is in a `propstat`.
#[derive(Debug, Default)]
pub(super) struct PropStatLayout {
    pub(super) status: Option<StatusCode>,
    /// Which of [`Layout::properties`] are its.
    pub(super) properties: Range<usize>,
    /// Which of [`Layout::conditions`] are its.
    pub(super) conditions: Range<usize>,
    pub(super) description: Option<Span>,
}

/// Where an element is, such as a property.
#[derive(Debug)]
pub(super) struct ElementLayout {
    /// Which of [`Layout::scopes`] is outside of it.
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
    /// It is declared outside of the element, by this of the bindings.
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

    /// What is in scope outside of one of its elements.
    pub(super) fn outside(&self, element: &ElementLayout) -> &Outside {
        &self.scopes[element.scope as usize]
    }
}

// === impl Mark ===

impl Mark {
    /// Where it is in a response with these slots.
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
    /// The part of a response that it is.
    pub(super) fn of<'t>(self, text: &'t str, slots: &Slots) -> &'t str {
        text.get(self.start.at(slots)..self.end.at(slots))
            .unwrap_or_default()
    }
}
