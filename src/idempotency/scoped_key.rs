//! What identifies a request.

use std::{fmt, sync::Arc};

use crate::idempotency::IdempotencyKey;

/// A key within the scope of its sender, which identifies a request.
///
/// Compare both: two senders may well choose the same key.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ScopedKey {
    sender: Arc<str>,
    key: IdempotencyKey,
}

// === impl ScopedKey ===

impl ScopedKey {
    /// The key of this sender.
    pub fn new(sender: impl Into<Arc<str>>, key: IdempotencyKey) -> Self {
        Self {
            sender: sender.into(),
            key,
        }
    }

    /// The sender, as the layer's closure names it.
    #[must_use]
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The key that the sender gave the request.
    #[must_use]
    pub const fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    pub(super) fn shared_sender(&self) -> Arc<str> {
        Arc::clone(&self.sender)
    }
}

// The sender may be named by a secret.
impl fmt::Debug for ScopedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedKey").finish_non_exhaustive()
    }
}
