//! The start tags of documents, each with its known meaning.
//!
//! A document writes a name in the same way again and again. What was found out about it once, by taking the
//! tag apart and looking up its prefix, is kept under its bytes, so that a response of any shape, even the
//! second of all, is read by comparing tags with known ones.
//!
//! # Why that is right
//!
//! What the parser makes of a start tag depends on four things. All four are the same, or are checked:
//!
//! 1. *The bytes.* A word is a whole tag, from `<` to `>` or `/>`, and all of it is compared. It is only a
//!    name and white space, so it has no attributes to check, and declares nothing.
//! 2. *The scope.* Words are learned and used only where no open element but the root declares anything. That
//!    is the scope of the root, and a vocabulary belongs to one such scope. So a prefix means what it meant.
//! 3. *The kind of the parent*, which with the name decides the kind of the element. A word belongs to one
//!    kind of parent.
//! 4. *The counts* of elements, of open elements, and of what a response holds. They go on, and are compared
//!    with their limits.
//!
//! A tag is learned before it is read, so that even the first of its kind is read as a word. If it cannot be
//! a word, or a limit is exceeded, the parser reads it.

use super::place::Place;
use crate::xml::PlainTag;

/// The start tags that are known.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: Vec<Known>,
    /// The word learned last for each kind of parent.
    lists: [Option<usize>; Place::KINDS],
    /// The bytes of all words.
    bytes: Vec<u8>,
    /// The word that was found last.
    last: usize,
}

/// A start tag, and the kind of its element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) tag: PlainTag,
    pub(super) place: Place,
}

/// A word in a parent of some kind, and how it is found.
#[derive(Debug)]
struct Known {
    word: Word,
    parent: Place,
    /// Its first bytes, and a mask of those that belong to it.
    head: u128,
    mask: u128,
    /// Where its bytes start.
    start: usize,
    /// The word learned before it for the same kind of parent.
    before: Option<usize>,
    /// The word that followed the last time it was found.
    next: usize,
}

/// How many words are kept.
const WORDS: usize = 64;

/// How long a word may be.
const LONGEST: usize = 128;

/// How many bytes are compared first.
const HEAD: usize = size_of::<u128>();

// === impl Vocabulary ===

impl Vocabulary {
    /// The word that a text starts with, in a parent of this kind.
    #[inline]
    pub(super) fn find(&mut self, text: &[u8], parent: Place) -> Option<Word> {
        let head = u128::from_le_bytes(*text.first_chunk::<HEAD>()?);
        let expected = self.words.get(self.last)?.next;
        let known = &self.words[expected];
        let found = match known.parent == parent && self.is_it(known, head, text) {
            true => expected,
            false => {
                let found = self.search(head, text, parent)?;
                self.words[self.last].next = found;
                found
            }
        };
        self.last = found;
        Some(self.words[found].word)
    }

    /// Whether more words can be kept.
    pub(super) fn has_room(&self) -> bool {
        self.words.len() < WORDS
    }

    /// Keeps the tag with which a text starts, and which was not found.
    pub(super) fn learn(
        &mut self,
        text: &[u8],
        tag: PlainTag,
        parent: Place,
        place: Place,
    ) -> Option<Word> {
        let head = u128::from_le_bytes(*text.first_chunk::<HEAD>()?);
        if !self.has_room() || tag.length > LONGEST {
            return None;
        }
        if self.words.is_empty() {
            self.words.reserve(WORDS / 2);
            self.bytes.reserve(WORDS / 2 * HEAD);
        }
        let at = self.words.len();
        let mask = match tag.length {
            length @ ..HEAD => (1 << (length * 8)) - 1,
            _ => u128::MAX,
        };
        let word = Word { tag, place };
        self.words.push(Known {
            word,
            parent,
            head: head & mask,
            mask,
            start: self.bytes.len(),
            before: self.lists[parent as usize].replace(at),
            next: 0,
        });
        self.bytes.extend_from_slice(&text[..tag.length]);
        self.words[self.last].next = at;
        self.last = at;
        Some(word)
    }

    /// Searches the words for a kind of parent.
    fn search(&self, head: u128, text: &[u8], parent: Place) -> Option<usize> {
        let mut at = self.lists[parent as usize];
        while let Some(known) = at.and_then(|at| self.words.get(at)) {
            if self.is_it(known, head, text) {
                return at;
            }
            at = known.before;
        }
        None
    }

    /// Whether a text that starts with this head starts with a word.
    #[inline]
    fn is_it(&self, known: &Known, head: u128, text: &[u8]) -> bool {
        let length = known.word.tag.length;
        (head ^ known.head) & known.mask == 0
            && (length <= HEAD
                || text.get(HEAD..length) == Some(&self.bytes[known.start..][HEAD..length]))
    }
}
