//! Asking about one subject: all who ask meanwhile wait for the same answer.

use std::{hash::Hash, iter, sync::Arc};

use tokio::runtime::Handle;

use crate::{
    remembering::{
        entry::Age,
        flight::{Asker, Question},
        shared::{Answer, Shared, go_on},
        waiting::answer_or,
        watch,
    },
    subscription::{Decision, SubscriptionCheck, answer, ask},
};

// === impl Shared ===

impl<C: SubscriptionCheck> Shared<C> {
    /// What is known at once. A stale grant is used only while it is renewed.
    #[inline]
    pub(super) fn remembered(self: &Arc<Self>, subject: &C::Subject) -> Option<Decision> {
        let age = self.memory.age(subject);
        watch::met(&age);
        match age {
            Age::Serving(decision) => self.refresh(subject).then(|| {
                watch::stale();
                decision
            }),
            age => age.current(),
        }
    }

    /// Asks about a subject about which nothing was known at once.
    pub(super) async fn decide(self: &Arc<Self>, subject: &C::Subject) -> Answer {
        match self.join(subject, || self.current(subject)) {
            Ok(asker) => {
                match asker.is_first() {
                    true => watch::missed(),
                    false => watch::joined(),
                }
                self.wait(subject, asker).await
            }
            Err(known) => Ok(known),
        }
    }

    /// Waits for the answer to a question that was joined.
    pub(super) async fn wait(
        &self,
        subject: &C::Subject,
        asker: Asker<C::Subject, Answer>,
    ) -> Answer {
        let has_reserve = self.memory.reserve(subject).is_some();
        let soft_deadline = has_reserve.then_some(self.memory.terms().soft_deadline);
        let reserve = || {
            let reserve = self.memory.reserve(subject);
            watch::reserves(usize::from(reserve.is_some()));
            reserve
        };
        let leave = |late| {
            self.spare(iter::once(subject));
            see_through(late);
        };
        answer_or(asker, soft_deadline, reserve, leave).await
    }

    /// Joins the question about a subject, or begins it, unless it is known already.
    fn join(
        self: &Arc<Self>,
        subject: &C::Subject,
        known: impl FnOnce() -> Option<Decision>,
    ) -> Result<Asker<C::Subject, Answer>, Decision> {
        let question = || Arc::clone(self).question(subject.clone());
        self.flights.ask(subject.clone(), known, question)
    }

    /// Asks about a subject in a task of its own; false if nobody can ask.
    fn refresh(self: &Arc<Self>, subject: &C::Subject) -> bool {
        if self.flights.is_under_way(subject) {
            return true;
        }
        if Handle::try_current().is_err() {
            return false;
        }
        // Nobody gets what is known here, so it is not counted.
        if let Ok(asker) = self.join(subject, || self.memory.age(subject).current()) {
            see_through(asker);
        }
        true
    }

    /// The question about a subject. It neither hangs nor panics.
    fn question(self: Arc<Self>, subject: C::Subject) -> Question<Answer> {
        let deadline = self.memory.terms().deadline;
        Box::pin(async move {
            let answered = answer(deadline, async { ask(&self.check, &subject).await }).await;
            watch::looked_up(&answered);
            answered
        })
    }
}

// === helpers ===

/// Lets a question go on in a task, unless it already does.
fn see_through<S: Eq + Hash + Send + Sync + 'static>(asker: Asker<S, Answer>) {
    if asker.adopt() {
        go_on(asker);
    }
}
