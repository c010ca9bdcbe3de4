//! Where the parts of a response are in its text.
//!
//! A response is its text and a layout. The layout of one response fits the next if the two differ in
//! nothing but the text inside of some elements, the *slots*: a place is told by the slots before it and
//! by the bytes before it that are in none. What the slots of a response hold is told by where they end.

use std::sync::Arc;

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

/// Where everything is in a response, and what does not depend on its slots.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Layout {
    /// What is inside of the `href` elements.
    pub(super) hrefs: SmallVec<[Span; 1]>,
    pub(super) status: Option<StatusCode>,
    pub(super) propstats: Vec<PropStatLayout>,
    pub(super) error: Vec<ElementLayout>,
    pub(super) description: Option<Span>,
    pub(super) location: Option<Span>,
}

/// Where everything is in a `propstat`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct PropStatLayout {
    pub(super) status: Option<StatusCode>,
    pub(super) properties: Vec<ElementLayout>,
    pub(super) error: Vec<ElementLayout>,
    pub(super) description: Option<Span>,
}

/// Where an element is, such as a property.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ElementLayout {
    pub(super) namespace: Arc<str>,
    /// The local part of its name.
    pub(super) local: Span,
    /// The whole element.
    pub(super) whole: Span,
    /// What is inside; `None` for `<empty/>`.
    pub(super) inside: Option<Span>,
    /// What is in scope outside of it.
    pub(super) outside: Arc<Outside>,
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
