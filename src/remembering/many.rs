//! Asking about many subjects at once.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    pin::pin,
    sync::Arc,
};

use tokio::runtime::Handle;

use crate::{
    remembering::{
        entry::{Age, UnderWay},
        flight::Asker,
        shared::{Answer, Shared, go_on},
        waiting::{answer_or, both},
        watch,
    },
    subscription::{Decision, SubscriptionCheck, Unanswered, UnansweredKind, answer, ask_all},
};

/// What is known of the subjects asked about, each of them once.
struct Met<'a, S: Eq + Hash> {
    known: HashMap<&'a S, Decision>,
    /// Stale but known, and to be renewed while they are used.
    old: Vec<&'a S>,
    joined: Vec<(&'a S, Asker<S, Answer>)>,
    missing: Vec<&'a S>,
}

// === impl Shared ===

impl<C: SubscriptionCheck> Shared<C> {
    /// Asks one question about the subjects that are neither remembered nor being asked about. Another
    /// one, for which nobody waits, renews the stale ones.
    pub(super) async fn decide_all(
        self: &Arc<Self>,
        subjects: &[C::Subject],
    ) -> Result<Vec<Decision>, Unanswered> {
        let Met {
            mut known,
            old,
            joined,
            missing,
        } = self.meet(subjects);
        if !old.is_empty() {
            self.renew(old);
        }
        let joined = joined.into_iter().map(|(subject, asker)| {
            Box::pin(async move { (subject, self.wait(subject, asker).await) })
        });
        let asked = pin!(self.wait_for_many(&missing));
        let (landed, decisions) = both(joined.collect(), asked).await;
        for (subject, answer) in landed {
            known.insert(subject, answer?);
        }
        known.extend(missing.iter().copied().zip(decisions?));
        let decisions = subjects.iter().map(|subject| known.get(subject).cloned());
        decisions
            .collect::<Option<_>>()
            .ok_or_else(|| Unanswered::new(UnansweredKind::Failed))
    }

    /// Takes what is known, and joins the pending questions.
    fn meet<'a>(&self, subjects: &'a [C::Subject]) -> Met<'a, C::Subject> {
        let has_runtime = Handle::try_current().is_ok();
        let distinct: HashSet<_> = subjects.iter().collect();
        let mut known = HashMap::with_capacity(distinct.len());
        let (mut old, mut joined, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for subject in distinct {
            let decision = match self.memory.age(subject) {
                Age::Serving(decision) if has_runtime => {
                    watch::stale();
                    if !self.flights.is_under_way(subject) {
                        old.push(subject);
                    }
                    Some(decision)
                }
                age => {
                    watch::met(&age);
                    age.current()
                }
            };
            if let Some(decision) = decision {
                known.insert(subject, decision);
                continue;
            }
            match self.flights.join(subject, || self.current(subject)) {
                Some(Ok(asker)) => {
                    watch::joined();
                    joined.push((subject, asker));
                }
                Some(Err(landed)) => {
                    known.insert(subject, landed);
                }
                None => {
                    watch::missed();
                    missing.push(subject);
                }
            }
        }
        Met {
            known,
            old,
            joined,
            missing,
        }
    }

    /// Renews stale subjects, unless somebody else has begun to.
    fn renew(self: &Arc<Self>, old: Vec<&C::Subject>) {
        let under_way = Arc::new(UnderWay);
        let old = self.spare_while(&under_way, old);
        if !old.is_empty() {
            let old = old.into_iter().cloned().collect();
            go_on(Arc::clone(self).ask_about(old, under_way));
        }
    }

    /// Asks one question about many, and waits for its answer.
    async fn wait_for_many(
        self: &Arc<Self>,
        subjects: &[&C::Subject],
    ) -> Result<Vec<Decision>, Unanswered> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let reserves = || {
            let reserves = subjects.iter().map(|subject| self.memory.reserve(subject));
            reserves.collect::<Option<Vec<_>>>()
        };
        let has_reserves = reserves().is_some();
        let soft_deadline = has_reserves.then_some(self.memory.terms().soft_deadline);
        let reserves = || reserves().inspect(|reserves| watch::reserves(reserves.len()));
        let owned = subjects.iter().copied().cloned().collect();
        let under_way = Arc::new(UnderWay);
        let question = Arc::clone(self).ask_about(owned, Arc::clone(&under_way));
        let leave = |late| {
            // If others have left before, their question goes on.
            let left = self.spare_while(&under_way, subjects.iter().copied());
            if !left.is_empty() {
                go_on(late);
            }
        };
        answer_or(Box::pin(question), soft_deadline, reserves, leave).await
    }

    /// Asks about many, and remembers the answers unless something was invalidated meanwhile.
    async fn ask_about(
        self: Arc<Self>,
        subjects: Vec<C::Subject>,
        _under_way: Arc<UnderWay>,
    ) -> Result<Vec<Decision>, Unanswered> {
        let Self {
            check,
            memory,
            flights,
        } = &*self;
        let before = memory.invalidations();
        let number = flights.number();
        let question = ask_all(check, &subjects);
        let answered = answer(memory.terms().deadline, question).await;
        watch::looked_up(&answered);
        let Ok(decisions) = &answered else {
            self.spare(&subjects);
            return answered;
        };
        flights.quietly(|| {
            if memory.invalidations() == before {
                for (subject, decision) in subjects.iter().zip(decisions) {
                    memory.remember(subject.clone(), decision.clone(), number);
                }
            }
        });
        answered
    }
}
