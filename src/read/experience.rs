//! What is left of the documents read before.
//!
//! A client mostly reads many documents of one server, and most of them are short. They have the same
//! root, the same start tags and responses of the same shapes, and what was found out about these in
//! one document is true in the next. So a reader that ends leaves its [`Experience`] to the next one on
//! its thread.
//!
//! # Why that is right
//!
//! [`Memory`] and [`Vocabulary`] each say on what it depends what the parser makes of some bytes. Two of
//! these things are not about the bytes, and are the same for all of a document: the scope of its root,
//! and the limits that it is read under. An experience is of one scope and of the same limits, which are
//! compared as a whole, and is used for no other document.
//!
//! # What is kept
//!
//! Tags, and what stands between them but for the text of elements that hold nothing else: so no value
//! and no `href` that is written plainly, but an attribute, a comment, CDATA, a status line. It is
//! bounded, and nothing shows it.

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

/// How many a thread keeps: a client may talk to a few servers in turn.
const KEPT: usize = 4;

thread_local! {
    /// The one that was left last comes last.
    static LEFT: Cell<Vec<Experience>> = const { Cell::new(Vec::new()) };
}

// === impl Experience ===

impl Experience {
    /// That of the documents before with this scope inside the root.
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

    /// Leaves it to the next document: what of it is not too large to be kept, or full.
    pub(super) fn leave(mut self) {
        match self.memory.is_small() {
            true => self.memory.begin(),
            false => self.memory = Memory::default(),
        }
        if !self.vocabulary.has_room() {
            self.vocabulary = Vocabulary::default();
        }
        with_left(|left| {
            // Readers that were open at once learn the same.
            left.retain(|it| (&it.limits, &it.scope) != (&self.limits, &self.scope));
            if left.len() >= KEPT {
                left.remove(0);
            }
            left.push(self);
        });
    }
}

/// Not what was learned: it is of other documents than the one that is read.
impl fmt::Debug for Experience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Experience").finish_non_exhaustive()
    }
}

// === helpers ===

/// `None` where the thread is about to end.
fn with_left<T>(f: impl FnOnce(&mut Vec<Experience>) -> T) -> Option<T> {
    let result = LEFT.try_with(|cell| {
        let mut left = cell.take();
        let result = f(&mut left);
        cell.set(left);
        result
    });
    result.ok()
}
