//! The shapes of recent responses, by which the next ones are read faster.
//!
//! The responses of a listing mostly differ in nothing but the text of some elements, the slots of
//! their [`Layout`]. Where a response is, byte for byte, the markup of one read before, with other text
//! in the slots, its layout is the same, and only the text has to be looked at.
//!
//! The shapes are kept in a tree. What begins the same, as nearly all do, is kept and compared once, and each
//! slot narrows down which shapes it can still be.
//!
//! # Why that is right
//!
//! What the parser makes of a response depends on four things. All four are the same, or are checked:
//!
//! 1. *The scope.* A response is a child of the root, and what an element declares ends with it. So
//!    all responses of a document are in the scope of the root, and a memory is of one such scope.
//! 2. *The markup.* A shape is a path through the tree, from the root to an end. It holds all bytes of a
//!    response that are in no slot, from the `<` of its start tag to the `>` of its end tag, and all of them
//!    are compared. A slot is the whole inside of an element that held nothing but text. The parser, having
//!    read its start tag, takes what comes up to the next `<` for text, and so do we; what comes there is
//!    compared again. So the parser would see the same tags, comments and attributes, and the same texts
//!    between them, but for the slots.
//! 3. *The text in the slots.* It is checked as the parser checks text: for forbidden characters,
//!    references, `]]>` and its length. It decides nothing about the layout, since the text of a
//!    `status`, the only one that does, is in no slot.
//! 4. *The counts.* The count of elements so far goes on, and is compared with its limit, and so is the
//!    length of the response. All other limits are about the markup of one response, and a memory belongs to
//!    the same limits.
//!
//! If anything differs, ends too early or exceeds a limit, nothing is assumed: the parser reads the response,
//! and says what is wrong with it.

use std::{ops::Range, str::from_utf8, sync::Arc};

use smallvec::SmallVec;

use super::{
    builder::Built,
    layout::{Layout, Slots},
};
use crate::xml::{check_text, text_run};

/// The shapes that were seen.
#[derive(Debug)]
pub(super) struct Memory {
    /// The root first, which stands before the first piece. Empty as long as nothing is known.
    nodes: Vec<Node>,
    /// The bytes of the pieces.
    markup: Vec<u8>,
    shapes: usize,
    /// The total length of all shapes.
    length: usize,
    /// The total number of their elements.
    elements: usize,
    /// How much hope there is that the next response is of a known shape.
    hope: u32,
    /// How many responses were read without hope.
    hopeless: u32,
}

/// A response that was read from memory.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) layout: Arc<Layout>,
    pub(super) slots: Slots,
    /// Its length.
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

/// A piece of markup: what comes before the first slot, between two, or after the last.
#[derive(Debug, Default)]
struct Node {
    /// Where its bytes are.
    piece: Range<usize>,
    /// The nodes that may come after the next slot. The longest is first, since it may begin with all of a
    /// shorter one.
    next: SmallVec<[usize; 2]>,
    /// The shape that ends with it.
    shape: Option<Shape>,
}

#[derive(Clone, Debug)]
struct Shape {
    layout: Arc<Layout>,
    elements: usize,
}

/// How many shapes are kept, and how many are compared at one place of a response.
const SHAPES: usize = 128;
const CHOICES: usize = 16;

/// How many pieces most responses have at most.
const FEW: usize = 24;

/// How long the shapes may be, each and together.
const LONGEST: usize = 1 << 14;
const LONGEST_ALL: usize = 1 << 17;

/// How long all shapes may be, and how many elements they may have, to be kept when the document has ended.
/// An element takes a hundred bytes of a layout, and as many again if a slot begins there; its declarations
/// take a few times their written length.
const LONGEST_KEPT: usize = 1 << 16;
const ELEMENTS_KEPT: usize = 1 << 11;

/// The initial and highest hope. A response of an unknown shape takes 1 away: after 32 in a row, a document
/// counts as one without shapes.
const MOST: u32 = 32;

/// What a response of a known shape adds: if fewer than one in four are known, looking for them takes longer
/// than it saves.
const GAIN: u32 = 3;

/// Without hope, one in this many responses is tried all the same.
const SELDOM: u32 = 32;

// === impl Memory ===

impl Memory {
    /// Reads the response at the start of some bytes, if it is like one before. The caller has to check that
    /// they are UTF-8.
    #[inline]
    pub(super) fn recall(&mut self, bytes: &[u8], allowed: Allowed) -> Option<Known> {
        if !self.is_awake() {
            return None;
        }
        let known = self.read(bytes, allowed)?;
        self.gain();
        Some(known)
    }

    /// Keeps the shape of a response that was not known.
    pub(super) fn learn(&mut self, text: &str, layout: &Arc<Layout>, built: &Built) {
        let is_awake = self.is_awake();
        match self.hope {
            0 => self.hopeless = self.hopeless.wrapping_add(1),
            _ => self.hope -= 1,
        }
        let held = built.slots.last().copied().unwrap_or_default() as usize;
        let length = text.len() - held.min(text.len());
        if !is_awake || length > LONGEST {
            return;
        }
        if self.shapes >= SHAPES || self.length + length > LONGEST_ALL {
            self.forget();
        }
        let shape = Shape {
            layout: Arc::clone(layout),
            elements: built.elements,
        };
        self.keep(text.as_bytes(), built, shape, length);
    }

    /// Prepares for another document.
    pub(super) fn begin(&mut self) {
        (self.hope, self.hopeless) = (MOST, 0);
    }

    /// Whether the shapes are few enough to be kept when the document has ended.
    pub(super) fn is_small(&self) -> bool {
        self.length <= LONGEST_KEPT && self.elements <= ELEMENTS_KEPT
    }

    /// Follows the bytes through the tree.
    #[inline]
    fn read(&self, bytes: &[u8], allowed: Allowed) -> Option<Known> {
        let (mut at, mut held) = (0, 0_u32);
        let mut slots = Slots::new();
        let mut node = self.nodes.first()?;
        loop {
            let rest = &bytes[at..];
            let mut next = node.next.iter().map(|&next| &self.nodes[next]);
            node = next.find(|next| rest.starts_with(&self.markup[next.piece.clone()]))?;
            at += node.piece.len();
            if let Some(Shape { layout, elements }) = &node.shape {
                let is_allowed = at <= allowed.bytes && *elements <= allowed.elements;
                return is_allowed.then(|| Known {
                    layout: Arc::clone(layout),
                    slots,
                    length: at,
                    elements: *elements,
                });
            }
            let run = text_run(bytes, at);
            if run.end - at > allowed.text {
                return None;
            }
            if !run.is_plain {
                check_text(from_utf8(&bytes[at..run.end]).ok()?).ok()?;
            }
            held = held.checked_add(u32::try_from(run.end - at).ok()?)?;
            slots.push(held);
            at = run.end;
        }
    }

    /// Adds a shape to the tree.
    fn keep(&mut self, bytes: &[u8], built: &Built, shape: Shape, length: usize) {
        if self.nodes.is_empty() {
            self.nodes.reserve(FEW);
            self.markup.reserve(length + length / 2);
            self.nodes.push(Node::default());
        }
        let (mut node, mut at, mut known) = (0, 0, 0);
        for (&slot, &held) in built.pieces.iter().zip(&built.slots) {
            let end = at + slot as usize - known;
            let Some(next) = bytes.get(at..end).and_then(|piece| self.step(node, piece)) else {
                return;
            };
            (node, known) = (next, slot as usize);
            at = (slot + held) as usize;
        }
        let Some(node) = bytes.get(at..).and_then(|piece| self.step(node, piece)) else {
            return;
        };
        match self.nodes[node].shape {
            // The bytes had ended too early when they were looked at.
            Some(_) => self.gain(),
            None => {
                self.shapes += 1;
                self.length += length;
                self.elements += shape.elements;
                self.nodes[node].shape = Some(shape);
            }
        }
    }

    /// Goes from a node to that of the next piece, which is added if it is new; `None` if there are too many.
    fn step(&mut self, node: usize, piece: &[u8]) -> Option<usize> {
        let next = &self.nodes[node].next;
        let held = |at: &usize| &self.markup[self.nodes[*at].piece.clone()];
        if let Some(&known) = next.iter().find(|&at| held(at) == piece) {
            return Some(known);
        }
        if next.len() >= CHOICES {
            self.forget();
            return None;
        }
        let place = next.iter().position(|at| held(at).len() < piece.len());
        let place = place.unwrap_or(next.len());
        let (start, new) = (self.markup.len(), self.nodes.len());
        self.markup.extend_from_slice(piece);
        self.nodes.push(Node {
            piece: start..self.markup.len(),
            ..Node::default()
        });
        self.nodes[node].next.insert(place, new);
        Some(new)
    }

    /// Forgets all shapes, to make room.
    fn forget(&mut self) {
        self.nodes = Vec::new();
        self.markup = Vec::new();
        (self.shapes, self.length, self.elements) = (0, 0, 0);
    }

    /// Whether it is worth a try.
    fn is_awake(&self) -> bool {
        self.hope > 0 || self.hopeless % SELDOM == 0
    }

    fn gain(&mut self) {
        self.hope = (self.hope + GAIN).min(MOST);
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            markup: Vec::new(),
            shapes: 0,
            length: 0,
            elements: 0,
            hope: MOST,
            hopeless: 0,
        }
    }
}
