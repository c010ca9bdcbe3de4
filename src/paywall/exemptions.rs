//! What is let through unasked.

use std::{fmt, sync::Arc};

use http::{Method, request::Parts};

/// The owner's exemptions; any one of them is enough.
#[derive(Clone, Default)]
pub(crate) struct Exemptions {
    /// `None` for the default, OPTIONS.
    methods: Option<Arc<[Method]>>,
    predicates: Vec<Arc<Predicate>>,
}

type Predicate = dyn Fn(&Parts) -> bool + Send + Sync;

// === impl Exemptions ===

impl Exemptions {
    /// These methods, and no others.
    pub(crate) fn set_methods(&mut self, methods: impl IntoIterator<Item = Method>) {
        self.methods = Some(methods.into_iter().collect());
    }

    pub(crate) fn add(&mut self, predicate: impl Fn(&Parts) -> bool + Send + Sync + 'static) {
        self.predicates.push(Arc::new(predicate));
    }

    /// The same exemptions, but without OPTIONS as the default.
    pub(crate) fn of_no_method_by_default(mut self) -> Self {
        self.methods.get_or_insert_default();
        self
    }

    /// Whether a request passes unasked.
    #[inline]
    pub(crate) fn holds(&self, head: &Parts) -> bool {
        let by_method = match &self.methods {
            Some(methods) => methods.contains(&head.method),
            None => head.method == Method::OPTIONS,
        };
        by_method || self.predicates.iter().any(|exempts| exempts(head))
    }
}

impl fmt::Debug for Exemptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exemptions")
            .field("methods", &self.methods)
            .field("predicates", &self.predicates.len())
            .finish()
    }
}
