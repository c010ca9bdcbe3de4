//! What the clones of a cached check share.

use std::{future::Future, sync::Arc};

use tokio::runtime::Handle;

use crate::{
    remembering::{Cache, entry::UnderWay, flight::Flights, memory::Memory, watch},
    subscription::{Decision, SubscriptionCheck, Unanswered},
};

/// The inner check, its remembered answers, and the questions to it.
pub(super) struct Shared<C: SubscriptionCheck> {
    pub(super) check: C,
    pub(super) memory: Arc<Memory<C::Subject>>,
    pub(super) flights: Flights<C::Subject, Answer>,
}

pub(super) type Answer = Result<Decision, Unanswered>;

// === impl Shared ===

impl<C: SubscriptionCheck> Shared<C> {
    pub(super) fn new(check: C, terms: Cache) -> Self {
        let memory = Arc::new(Memory::new(terms));
        let landed = Arc::clone(&memory);
        let land = move |subject: &C::Subject, answer: &Answer, question| match answer {
            Ok(decision) => landed.remember(subject.clone(), decision.clone(), question),
            Err(_) => landed.spare(subject),
        };
        Self {
            check,
            memory,
            flights: Flights::new(Box::new(land)),
        }
    }

    /// A decision that needs no question, counted.
    pub(super) fn current(&self, subject: &C::Subject) -> Option<Decision> {
        let age = self.memory.age(subject);
        watch::met(&age);
        age.current()
    }

    /// Spares these subjects further questions for a moment.
    pub(super) fn spare<'a>(&self, subjects: impl IntoIterator<Item = &'a C::Subject>) {
        let spare = |subject| self.memory.spare(subject);
        self.flights
            .quietly(|| subjects.into_iter().for_each(spare));
    }

    /// Spares these subjects further questions while one is under way, and returns those that were not
    /// spared already.
    pub(super) fn spare_while<'a>(
        &self,
        under_way: &Arc<UnderWay>,
        subjects: impl IntoIterator<Item = &'a C::Subject>,
    ) -> Vec<&'a C::Subject> {
        let spare = |subject: &&C::Subject| self.memory.spare_while(under_way, subject);
        self.flights
            .quietly(|| subjects.into_iter().filter(spare).collect())
    }
}

// === helpers ===

/// Lets a question go on for which nobody waits. Without a runtime, it is dropped.
pub(super) fn go_on(question: impl Future<Output: Send> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(question);
    }
}
