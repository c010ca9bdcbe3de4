//! What is remembered of documents that were read before.
//!
//! A client mostly reads many documents of one server, and most of them are short. They have the same
//! root, the same start tags and responses of the same shapes, and what was found out about these in
//! one document is true in the next. So a reader that ends leaves its [`Experience`] to the next one on
//! its thread.
//!
//! # Why that is right
//!
//! [`Memory`] and [`Vocabulary`] each say what the parser's result for some bytes depends on. Two of these
//! things are not about the bytes, and are the same for all of a document: the scope of its root, and the
//! limits that it is read under. An experience belongs to one scope and to one set of limits, which are
//! compared as a whole, and is used for no other document.
//!
//! # What is kept
//!
//! Tags, and what stands between them, except the text of elements that hold nothing else: no value and no
//! `href` that is written plainly, but attributes, comments, CDATA and status lines. It is bounded, and
//! nothing exposes it.

use std::{cell::Cell, fmt, sync::Arc};

use super::{memory::Memory, vocabulary::Vocabulary};
use crate::xml::{Limits, Outside, Scope};

/// What was learned from documents with one root, read under the same limits.
pub(super) struct Experience {
    /// The scope inside the root.
    pub(super) scope: Arc<Outside>,
    limits: Limits,
    pub(super) memory: Memory,
    pub(super) vocabulary: Vocabulary,
}

/// How many experiences a thread keeps: a client may talk to a few servers in turn.
const KEPT: usize = 4;

/// How many bytes the scope inside of a root may take.
const LONGEST_SCOPE: usize = 1 << 14;

thread_local! {
    /// The most recent one comes last.
    static LEFT: Cell<Vec<Experience>> = const { Cell::new(Vec::new()) };
}

// === impl Experience ===

impl Experience {
    /// The experience from earlier documents with this scope inside the root.
    pub(super) fn of(scope: &Scope, limits: &Limits) -> Self {
        let left = with_left(|left| {
            let is_same = |it: &Self| it.limits == *limits && scope.is(&it.scope);
            let at = left.iter().rposition(is_same)?;
            Some(left.remove(at))
        });
        left.flatten().unwrap_or_else(|| Self {
            scope: Arc::new(scope.outside()),
            limits: *limits,
            memory: Memory::default(),
            vocabulary: Vocabulary::default(),
        })
    }

    /// Leaves it to the next document, except for parts that are too large or full, and unless its scope is
    /// too long.
    pub(super) fn leave(mut self) {
        if self.scope.size() > LONGEST_SCOPE {
            return;
        }
        match self.memory.is_small() {
            true => self.memory.begin(),
            false => self.memory = Memory::default(),
        }
        if !self.vocabulary.has_room() {
            self.vocabulary = Vocabulary::default();
        }
        with_left(|left| {
            // Readers that are open at the same time learn the same.
            left.retain(|it| (&it.limits, &it.scope) != (&self.limits, &self.scope));
            if left.len() >= KEPT {
                left.remove(0);
            }
            left.push(self);
        });
    }
}

/// Does not show what was learned, which comes from other documents than the one that is read.
impl fmt::Debug for Experience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Experience").finish_non_exhaustive()
    }
}

// === helpers ===

/// `None` if the thread is about to end.
fn with_left<T>(f: impl FnOnce(&mut Vec<Experience>) -> T) -> Option<T> {
    let result = LEFT.try_with(|cell| {
        let mut left = cell.take();
        let result = f(&mut left);
        cell.set(left);
        result
    });
    result.ok()
}
