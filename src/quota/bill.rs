//! Who pays, and how much.

use std::fmt;

use crate::{quota::statement::Statement, subscription::Grant};

/// What a request asks of a [`Quota`](super::Quota): its key, and the limits that it counts
/// against.
pub struct Bill<K> {
    pub(super) key: K,
    pub(super) grant: Grant,
    pub(super) statement: Statement,
}

// === impl Bill ===

/// Shows the limits, but not the caller.
impl<K> fmt::Debug for Bill<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bill").field(&self.statement).finish()
    }
}
