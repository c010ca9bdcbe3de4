//! What is let through unasked.

use std::{fmt, sync::Arc};

use http::{Method, request::Parts};

/// The owner's exemptions; any one of them is enough.
#[derive(Clone, Default)]
pub(crate) struct Exemptions(Vec<Arc<Predicate>>);

type Predicate = dyn Fn(&Parts) -> bool + Send + Sync;

// === impl Exemptions ===

impl Exemptions {
    pub(crate) fn add(&mut self, predicate: impl Fn(&Parts) -> bool + Send + Sync + 'static) {
        self.0.push(Arc::new(predicate));
    }

    /// Whether a request passes unasked. OPTIONS does in any case: browsers ask by it beforehand, and
    /// say nothing of who is asking.
    pub(crate) fn holds(&self, head: &Parts) -> bool {
        head.method == Method::OPTIONS || self.0.iter().any(|exempts| exempts(head))
    }
}

impl fmt::Debug for Exemptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exemptions").field(&self.0.len()).finish()
    }
}
