//! Who pays, and how much.

use std::fmt;

use crate::{quota::statement::Statement, subscription::Grant};

/// What a request asks of a [`Quota`](super::Quota): for which key, and of which limits.
pub struct Bill<K> {
    pub(super) key: K,
    pub(super) grant: Grant,
    pub(super) statement: Statement,
}

// === impl Bill ===

/// It tells of the limits, and not of the caller.
impl<K> fmt::Debug for Bill<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bill").field(&self.statement).finish()
    }
}
