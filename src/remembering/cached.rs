//! A check that remembers what another has decided.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    future::Future,
    hash::Hash,
    pin::pin,
    slice,
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
        waiting::{answer_or, both},
        watch,
    },
    subscription::{
        Decision, SubscriptionCheck, Unanswered, UnansweredKind, Unidentified, answer, ask, ask_all,
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

    /// Joins the question about a subject, or begins it, unless it is known already.
    fn join(
        &self,
        subject: &C::Subject,
        known: impl FnOnce() -> Option<Decision>,
    ) -> Result<Asker<C::Subject, Answer>, Answer> {
        self.shared.flights.ask(
            subject.clone(),
            || known().map(Ok),
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
        // Nobody is given what is known, so that it is not counted.
        let known = || self.shared.memory.age(subject).current();
        if let Ok(asker) = self.join(subject, known) {
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
        let age = self.shared.memory.age(subject);
        watch::met(&age);
        match age {
            Age::Serving(decision) => self.refresh(subject).then(|| {
                watch::stale();
                decision
            }),
            age => age.current(),
        }
    }

    async fn check(&self, subject: &C::Subject) -> Answer {
        if let Some(decision) = self.remembered(subject) {
            return Ok(decision);
        }
        match self.join(subject, || self.shared.current(subject)) {
            Ok(asker) => {
                match asker.is_first() {
                    true => watch::missed(),
                    false => watch::joined(),
                }
                self.shared.wait(subject, asker).await
            }
            Err(known) => known,
        }
    }

    /// Asks about those only that are neither remembered nor being asked about, in one question. Those
    /// that serve while they are asked about are in another one, for which nobody waits.
    async fn check_all(&self, subjects: &[C::Subject]) -> Result<Vec<Decision>, Unanswered> {
        let shared = &self.shared;
        let runtime = Handle::try_current();
        let distinct: HashSet<_> = subjects.iter().collect();
        let mut known = HashMap::with_capacity(distinct.len());
        let (mut old, mut joined, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for subject in distinct {
            let decision = match shared.memory.age(subject) {
                Age::Serving(decision) if runtime.is_ok() => {
                    watch::stale();
                    if !shared.flights.is_under_way(subject) {
                        old.push(subject.clone());
                    }
                    Some(decision)
                }
                age => {
                    watch::met(&age);
                    age.current()
                }
            };
            if let Some(decision) = decision {
                known.insert(subject.clone(), decision);
                continue;
            }
            match shared
                .flights
                .join(subject, || shared.current(subject).map(Ok))
            {
                Some(Ok(asker)) => {
                    watch::joined();
                    joined.push(Box::pin(async move {
                        (subject.clone(), shared.wait(subject, asker).await)
                    }));
                }
                Some(Err(landed)) => {
                    known.insert(subject.clone(), landed?);
                }
                None => {
                    watch::missed();
                    missing.push(subject.clone());
                }
            }
        }
        if !old.is_empty() {
            shared.spare(&old);
            go_on(Shared::ask_about(Arc::clone(shared), old));
        }
        let asked = pin!(Shared::wait_for_many(shared, &missing));
        let (landed, decisions) = both(joined, asked).await;
        for (subject, answer) in landed {
            known.insert(subject, answer?);
        }
        known.extend(missing.iter().cloned().zip(decisions?));
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
        Box::pin(async move {
            let answered = answer(deadline, async { ask(&shared.check, &subject).await }).await;
            watch::looked_up(&answered);
            answered
        })
    }

    /// A decision that needs no question, counted.
    fn current(&self, subject: &C::Subject) -> Option<Decision> {
        let age = self.memory.age(subject);
        watch::met(&age);
        age.current()
    }

    /// Waits for the answer to a question that was joined.
    async fn wait(&self, subject: &C::Subject, asker: Asker<C::Subject, Answer>) -> Answer {
        let has_reserve = self.memory.reserve(subject).is_some();
        let reserve = || {
            let reserve = self.memory.reserve(subject);
            watch::reserves(usize::from(reserve.is_some()));
            reserve
        };
        let leave = |late: Asker<_, _>| {
            self.spare(slice::from_ref(subject));
            // Who still waits for it drives it.
            if late.is_last() {
                go_on(late);
            }
        };
        answer_or(asker, has_reserve, reserve, leave).await
    }

    /// Asks one question about many, and waits for its answer.
    async fn wait_for_many(
        shared: &Arc<Self>,
        subjects: &[C::Subject],
    ) -> Result<Vec<Decision>, Unanswered> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let reserves = || {
            let reserves = subjects
                .iter()
                .map(|subject| shared.memory.reserve(subject));
            reserves.collect::<Option<Vec<_>>>()
        };
        let has_reserves = reserves().is_some();
        let reserves = || reserves().inspect(|reserves| watch::reserves(reserves.len()));
        let question = Box::pin(Self::ask_about(Arc::clone(shared), subjects.to_vec()));
        let leave = |late| {
            shared.spare(subjects);
            go_on(late);
        };
        answer_or(question, has_reserves, reserves, leave).await
    }

    /// Asks about many, and remembers the answers unless something was forgotten meanwhile.
    async fn ask_about(
        shared: Arc<Self>,
        subjects: Vec<C::Subject>,
    ) -> Result<Vec<Decision>, Unanswered> {
        let Self {
            check,
            memory,
            flights,
        } = &*shared;
        let before = memory.invalidations();
        let question = ask_all(check, &subjects);
        let answered = answer(memory.terms().deadline, question).await;
        watch::looked_up(&answered);
        let Ok(decisions) = &answered else {
            shared.spare(&subjects);
            return answered;
        };
        flights.quietly(|| {
            if memory.invalidations() == before {
                for (subject, decision) in subjects.iter().zip(decisions) {
                    memory.remember(subject.clone(), decision.clone());
                }
            }
        });
        answered
    }

    /// Lets what is known of these do for a moment.
    fn spare(&self, subjects: &[C::Subject]) {
        let Self {
            memory, flights, ..
        } = self;
        flights.quietly(|| subjects.iter().for_each(|subject| memory.spare(subject)));
    }
}

// === helpers ===

/// Lets a question go on for which nobody waits. Without a runtime, it ends here.
fn go_on(question: impl Future<Output: Send> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(question);
    }
}

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
