//! A check that remembers what another has decided.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::Hash,
    sync::Arc,
};

use http::request::Parts;
use tokio::runtime::Handle;

use crate::{
    remembering::{
        Cache,
        entry::Age,
        flight::{Asker, Flights, Land, Question},
        memory::Memory,
    },
    subscription::{
        Decision, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified, answer, ask,
    },
};

/// A check that remembers the decisions of another.
///
/// Clones share what is remembered: one stands before the routes, another one belongs to the handler
/// of the billing system's webhooks. See the [module docs](crate::remembering) for an example.
pub struct Cached<C: SubscriptionCheck> {
    shared: Arc<Shared<C>>,
}

struct Shared<C: SubscriptionCheck> {
    check: C,
    memory: Arc<Memory<C::Subject>>,
    flights: Flights<C::Subject, Answer>,
}

type Answer = Result<Decision, Unanswered>;

// === impl Cached ===

impl<C: SubscriptionCheck> Cached<C> {
    /// Remembers what this check decides.
    pub fn new(check: C, cache: Cache) -> Self {
        let memory = Arc::new(Memory::new(cache));
        Self {
            shared: Arc::new(Shared {
                check,
                flights: Flights::new(landing(&memory)),
                memory,
            }),
        }
    }

    /// The check behind.
    #[must_use]
    pub fn get_ref(&self) -> &C {
        &self.shared.check
    }

    /// Forgets what is known about a subject, and what is being asked about it: who asks from now
    /// on gets an answer that was asked for from now on.
    pub fn invalidate(&self, subject: &C::Subject) {
        let Shared {
            memory, flights, ..
        } = &*self.shared;
        flights.forget(subject, || memory.forget(subject));
    }

    /// Forgets all subjects that a predicate holds for, as [`invalidate`](Self::invalidate) does
    /// for one.
    ///
    /// It looks at each subject that is remembered, which is for the news of a tenant, and not for
    /// every request.
    pub fn invalidate_where(&self, holds: impl Fn(&C::Subject) -> bool) {
        let Shared {
            memory, flights, ..
        } = &*self.shared;
        flights.quietly(|| memory.note_invalidation());
        // First what is on its way: once it has landed, it is met among what is remembered.
        for subject in flights.keys() {
            if holds(&subject) {
                flights.forget(&subject, || memory.forget(&subject));
            }
        }
        for subject in memory.subjects(holds) {
            // No question that fails meanwhile may put back what it has seen.
            flights.quietly(|| memory.forget(&subject));
        }
    }

    /// How many subjects are remembered, whether they still count or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.memory.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many questions to the check behind are under way.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.shared.flights.len()
    }

    /// Joins the question about a subject, or begins it.
    fn join(&self, subject: &C::Subject) -> Result<Asker<C::Subject, Answer>, Answer> {
        self.shared.flights.ask(
            subject.clone(),
            || self.shared.memory.current(subject).map(Ok),
            || Shared::question(&self.shared, subject.clone()),
        )
    }

    /// Asks about a subject in a task of its own, and tells whether somebody asks.
    fn refresh(&self, subject: &C::Subject) -> bool {
        if self.shared.flights.is_under_way(subject) {
            return true;
        }
        let Ok(runtime) = Handle::try_current() else {
            return false;
        };
        if let Ok(asker) = self.join(subject) {
            runtime.spawn(asker);
        }
        true
    }
}

impl<C: SubscriptionCheck> SubscriptionCheck for Cached<C> {
    type Subject = C::Subject;
    type Error = Unanswered;

    #[inline]
    fn subject(&self, head: &Parts) -> Result<C::Subject, Unidentified> {
        self.shared.check.subject(head)
    }

    #[inline]
    fn remembered(&self, subject: &C::Subject) -> Option<Decision> {
        match self.shared.memory.age(subject) {
            Age::Fresh(decision) | Age::Spared(decision) => Some(decision),
            Age::Serving(decision) => self.refresh(subject).then_some(decision),
            Age::Over => None,
        }
    }

    async fn check(&self, subject: &C::Subject) -> Answer {
        if let Some(decision) = self.remembered(subject) {
            return Ok(decision);
        }
        let answer = match self.join(subject) {
            Ok(asker) => asker.await,
            Err(known) => known,
        };
        answer.or_else(|unanswered| self.shared.memory.reserve(subject).ok_or(unanswered))
    }

    /// Asks about those only that are not remembered, in one question.
    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        let memory = &self.shared.memory;
        let distinct: HashSet<_> = subjects.iter().collect();
        let mut known = HashMap::with_capacity(distinct.len());
        let mut missing = Vec::new();
        for subject in distinct {
            match memory.current(subject) {
                Some(decision) => {
                    known.insert(subject.clone(), decision);
                }
                None => missing.push(subject.clone()),
            }
        }
        if !missing.is_empty() {
            let decisions = self.shared.ask_about(&missing).await?;
            known.extend(missing.into_iter().zip(decisions));
        }
        let decisions = subjects.iter().map(|subject| known.get(subject).cloned());
        decisions
            .collect::<Option<_>>()
            .ok_or_else(|| Unanswered::new(UnansweredKind::Failed))
    }
}

impl<C: SubscriptionCheck> Clone for Cached<C> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<C: SubscriptionCheck> fmt::Debug for Cached<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("memory", &self.shared.memory)
            .finish_non_exhaustive()
    }
}

// === impl Shared ===

impl<C: SubscriptionCheck> Shared<C> {
    /// The question about one subject. It neither hangs nor panics.
    fn question(shared: &Arc<Self>, subject: C::Subject) -> Question<Answer> {
        let shared = Arc::clone(shared);
        let deadline = shared.memory.terms().deadline;
        Box::pin(
            async move { answer(deadline, async { ask(&shared.check, &subject).await }).await },
        )
    }

    /// Asks about many, and remembers the answers unless something was forgotten meanwhile.
    async fn ask_about(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        let Self {
            check,
            memory,
            flights,
        } = self;
        let before = memory.invalidations();
        let question = async { check.check_all(subjects).await };
        let answered = answer(memory.terms().deadline, question).await;
        // Who answers fewer or more than was asked did not answer this question.
        let answered = answered.and_then(|decisions| match decisions.len() == subjects.len() {
            true => Ok(decisions),
            false => Err(Unanswered::new(UnansweredKind::Failed)),
        });
        let decisions = match answered {
            Ok(decisions) => decisions,
            Err(unanswered) => {
                flights.quietly(|| subjects.iter().for_each(|subject| memory.spare(subject)));
                let reserves = subjects.iter().map(|subject| memory.reserve(subject));
                return reserves.collect::<Option<_>>().ok_or(unanswered);
            }
        };
        flights.quietly(|| {
            if memory.invalidations() == before {
                for (subject, decision) in subjects.iter().zip(&decisions) {
                    memory.remember(subject.clone(), decision.clone());
                }
            }
        });
        Ok(decisions)
    }
}

// === helpers ===

/// What the memory makes of an answer.
fn landing<S: Clone + Eq + Hash + Send + Sync + 'static>(
    memory: &Arc<Memory<S>>,
) -> Land<S, Answer> {
    let memory = Arc::clone(memory);
    Box::new(move |subject, answer| match answer {
        Ok(decision) => memory.remember(subject.clone(), decision.clone()),
        Err(_) => memory.spare(subject),
    })
}
