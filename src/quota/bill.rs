//! Who pays, and how much.

use std::fmt;

use crate::{
    quota::statement::Statement,
    subscription::{Grant, Unanswered},
};

/// What a request asks of a [`Quota`](super::Quota): for which key, and of which limits.
pub struct Bill<K>(pub(super) Result<Due<K>, Unanswered>);

/// What is to be reserved.
pub(super) struct Due<K> {
    pub(super) key: K,
    pub(super) grant: Grant,
    pub(super) statement: Statement,
}

// === impl Bill ===

/// It tells of the limits, and not of the caller.
impl<K> fmt::Debug for Bill<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statement = self.0.as_ref().map(|due| &due.statement);
        f.debug_tuple("Bill").field(&statement).finish()
    }
}
