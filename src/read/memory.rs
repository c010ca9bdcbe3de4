//! The shapes of the responses just read, by which the next ones are read faster.
//!
//! The responses of a listing mostly differ in nothing but the text of some elements, the slots of
//! their [`Layout`]. Where a response is, byte for byte, the markup of one read before, with other text
//! in the slots, its layout is the same, and only the text has to be looked at.
//!
//! # Why that is right
//!
//! What the parser makes of a response depends on four things. All four are the same, or are checked:
//!
//! 1. *The scope.* A response is a child of the root, and what an element declares ends with it. So
//!    all responses of a document are in the scope of the root, and a memory is of one document.
//! 2. *The markup.* A shape holds all bytes of a response that are in no slot, from the `<` of its start
//!    tag to the `>` of its end tag, and all of them are compared. A slot is the whole inside of an
//!    element that held nothing but text. The parser, having read its start tag, takes what comes up to
//!    the next `<` for text, and so do we; what comes there is compared again. So the parser would
//!    see the same tags, comments and attributes, and the same texts between them, but for the slots.
//! 3. *The text in the slots.* It is checked as the parser checks text: for forbidden characters,
//!    references, `]]>` and its length. It decides nothing about the layout, since the text of a
//!    `status`, the only one that does, is in no slot.
//! 4. *The counts.* The elements so far are counted on and compared with their limit, and so is the
//!    length of the response. All other limits are about one response, and about its markup.
//!
//! Where anything differs, or ends too early, or passes a limit, nothing is taken for known: the parser
//! reads the response, and finds the words for what is wrong with it.

use std::sync::Arc;

use super::{
    builder::Built,
    layout::{Layout, Slots},
};
use crate::xml::{check_text, text_run};

/// The shapes that were seen last.
#[derive(Debug)]
pub(super) struct Memory {
    /// The one that was of use last comes first.
    shapes: Vec<Shape>,
    /// How much hope there is that the next response is of a known shape.
    hope: u32,
    /// How many responses were read without hope.
    hopeless: u32,
    is_off: bool,
}

/// A response that was read from memory.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) layout: Arc<Layout>,
    pub(super) slots: Slots,
    /// How long it is.
    pub(super) length: usize,
    pub(super) elements: usize,
}

/// What the remaining limits allow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowed {
    pub(super) elements: usize,
    pub(super) bytes: usize,
    pub(super) text: usize,
}

#[derive(Debug)]
struct Shape {
    layout: Arc<Layout>,
    /// The bytes between the slots, one piece after the other.
    markup: Box<[u8]>,
    /// Where the pieces end, all but the last.
    ends: Box<[u32]>,
    elements: usize,
}

/// How many shapes are kept.
const SHAPES: usize = 8;

/// How long a shape may be.
const LONGEST: usize = 1 << 14;

/// The hope at first, and the most there is. A response of no known shape takes 1 away: after 16 in a
/// row, a document is taken for one without shapes.
const MOST: u32 = 16;

/// What a response of a known shape gives: where that is less than one of four, looking for the others
/// takes longer than it saves.
const GAIN: u32 = 3;

/// Without hope, one response in so many is tried all the same.
const SELDOM: u32 = 32;

// === impl Memory ===

impl Memory {
    pub(super) fn new(is_off: bool) -> Self {
        Self {
            shapes: Vec::new(),
            hope: MOST,
            hopeless: 0,
            is_off,
        }
    }

    /// Reads the response at the start of a text, if it is like one before.
    #[inline]
    pub(super) fn recall(&mut self, text: &str, allowed: Allowed) -> Option<Known> {
        if !self.is_awake() {
            return None;
        }
        for at in 0..self.shapes.len() {
            if let Some(known) = self.shapes[at].read(text, allowed) {
                self.gain();
                self.shapes[..=at].rotate_right(1);
                return Some(known);
            }
        }
        None
    }

    /// Keeps the shape of a response that was not known.
    pub(super) fn learn(&mut self, text: &str, layout: &Arc<Layout>, built: &Built) {
        let is_awake = self.is_awake();
        match self.hope {
            0 => self.hopeless = self.hopeless.wrapping_add(1),
            _ => self.hope -= 1,
        }
        let Some(shape) = is_awake.then(|| Shape::of(text, layout, built)).flatten() else {
            return;
        };
        // It may be known, but have ended too early when it was looked at.
        match self.shapes.iter().position(|known| known.is_like(&shape)) {
            Some(at) => {
                self.gain();
                self.shapes[..=at].rotate_right(1);
            }
            None => {
                self.shapes.truncate(SHAPES - 1);
                self.shapes.insert(0, shape);
            }
        }
    }

    /// Whether it is worth a try.
    fn is_awake(&self) -> bool {
        !self.is_off && (self.hope > 0 || self.hopeless % SELDOM == 0)
    }

    fn gain(&mut self) {
        self.hope = (self.hope + GAIN).min(MOST);
    }
}

// === impl Shape ===

impl Shape {
    fn of(text: &str, layout: &Arc<Layout>, built: &Built) -> Option<Self> {
        let held = built.slots.last().copied().unwrap_or_default() as usize;
        let length = text.len().checked_sub(held).filter(|&it| it <= LONGEST)?;
        let mut markup = Vec::with_capacity(length);
        let mut at = 0;
        for (&slot, &held) in built.pieces.iter().zip(&built.slots) {
            let end = slot as usize - markup.len() + at;
            markup.extend_from_slice(text.as_bytes().get(at..end)?);
            at = (slot + held) as usize;
        }
        markup.extend_from_slice(text.as_bytes().get(at..)?);
        Some(Self {
            layout: Arc::clone(layout),
            markup: markup.into(),
            ends: built.pieces.as_slice().into(),
            elements: built.elements,
        })
    }

    fn is_like(&self, other: &Self) -> bool {
        self.markup == other.markup && self.ends == other.ends
    }

    /// Reads a response of this shape.
    #[inline]
    fn read(&self, text: &str, allowed: Allowed) -> Option<Known> {
        if self.elements > allowed.elements {
            return None;
        }
        let bytes = text.as_bytes();
        let (mut at, mut known, mut held) = (0, 0, 0_u32);
        let mut slots = Slots::new();
        for &end in &self.ends {
            let piece = &self.markup[known..end as usize];
            known = end as usize;
            if !bytes[at..].starts_with(piece) {
                return None;
            }
            at += piece.len();
            let run = text_run(bytes, at);
            if run.end - at > allowed.text {
                return None;
            }
            if !run.is_plain {
                check_text(&text[at..run.end]).ok()?;
            }
            held = held.checked_add(u32::try_from(run.end - at).ok()?)?;
            slots.push(held);
            at = run.end;
        }
        let piece = &self.markup[known..];
        let length = at + piece.len();
        if !bytes[at..].starts_with(piece) || length > allowed.bytes {
            return None;
        }
        Some(Known {
            layout: Arc::clone(&self.layout),
            slots,
            length,
            elements: self.elements,
        })
    }
}
