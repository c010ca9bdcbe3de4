//! What a layer outside can learn about the charges for a request.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// What is known about the charges for a request; clones share it.
///
/// A layer outside that might have the request carried out again puts it into the extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payment {
    /// How many steps have taken something, or may have.
    steps: Arc<AtomicUsize>,
}

// === impl Payment ===

impl Payment {
    /// Whether something was taken, or may have been.
    pub(crate) fn may_be_made(&self) -> bool {
        self.steps.load(Ordering::Relaxed) > 0
    }

    /// A step begins that may take something.
    pub(super) fn begin(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// The step has ended, and has taken nothing.
    pub(super) fn rule_out(&self) {
        self.steps.fetch_sub(1, Ordering::Relaxed);
    }
}
