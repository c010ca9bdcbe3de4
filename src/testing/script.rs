//! A check that follows a script.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    future::pending,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{header::AUTHORIZATION, request::Parts};
use tokio::time::sleep;

use crate::subscription::{Decision, SubscriptionCheck, Unidentified};

/// A check that answers by a script, and records the subjects that it was asked about.
///
/// Its subject is the whole value of `Authorization`, or that of [the app](Self::with_subject). The last
/// step of a script repeats. Clones share one script.
///
/// See the [module docs](crate::testing) for an example.
pub struct ScriptedCheck<S = String> {
    subject: Arc<SubjectFn<S>>,
    script: Arc<Mutex<Script<S>>>,
}

type SubjectFn<S> = dyn Fn(&Parts) -> Result<S, Unidentified> + Send + Sync;

#[derive(Debug)]
struct Script<S> {
    steps: Steps,
    by_subject: HashMap<S, Steps>,
    asked: Vec<S>,
}

#[derive(Debug)]
struct Steps {
    first: VecDeque<Step>,
    /// It repeats.
    last: Step,
}

/// What a [`ScriptedCheck`] does when it is asked.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use statuary::{Grant, testing::Step};
///
/// let slow = Step::decide(Grant::paid()).after(Duration::from_secs(3));
/// let down = Step::fail("the database is down");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Step {
    delay: Duration,
    act: Act,
}

#[derive(Clone, Debug)]
enum Act {
    Decide(Decision),
    Fail(Arc<str>),
    Hang,
}

// === impl ScriptedCheck ===

impl ScriptedCheck {
    /// A check that takes these steps, one for each question. Its subject is the whole value of
    /// `Authorization`, with its scheme; without one, the caller is unidentified.
    ///
    /// # Panics
    ///
    /// If there are no steps.
    #[must_use]
    #[track_caller]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::with_subject(credentials, steps)
    }
}

impl<S: Clone + Eq + Hash + Send + Sync + 'static> ScriptedCheck<S> {
    /// A check that takes these steps, one for each question. Its subject is that of the app, from the
    /// same function that its own check has.
    ///
    /// # Panics
    ///
    /// If there are no steps.
    #[must_use]
    #[track_caller]
    pub fn with_subject(
        subject: impl Fn(&Parts) -> Result<S, Unidentified> + Send + Sync + 'static,
        steps: impl IntoIterator<Item = Step>,
    ) -> Self {
        Self {
            subject: Arc::new(subject),
            script: Arc::new(Mutex::new(Script {
                steps: Steps::new(steps),
                by_subject: HashMap::new(),
                asked: Vec::new(),
            })),
        }
    }

    /// Takes these steps, one for each question about this subject, in place of those for all others.
    ///
    /// # Panics
    ///
    /// If there are no steps.
    #[must_use]
    #[track_caller]
    pub fn about(self, subject: impl Into<S>, steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = Steps::new(steps);
        self.script().by_subject.insert(subject.into(), steps);
        self
    }

    /// The subjects that it was asked about, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<S> {
        self.script().asked.clone()
    }

    fn step(&self, subject: &S) -> Step {
        let Script {
            steps,
            by_subject,
            asked,
        } = &mut *self.script();
        asked.push(subject.clone());
        by_subject.get_mut(subject).unwrap_or(steps).next()
    }
}

impl<S> ScriptedCheck<S> {
    fn script(&self) -> MutexGuard<'_, Script<S>> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Clone for ScriptedCheck<S> {
    fn clone(&self) -> Self {
        Self {
            subject: Arc::clone(&self.subject),
            script: Arc::clone(&self.script),
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for ScriptedCheck<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedCheck")
            .field("script", &*self.script())
            .finish_non_exhaustive()
    }
}

impl<S: Clone + Eq + Hash + Send + Sync + 'static> SubscriptionCheck for ScriptedCheck<S> {
    type Subject = S;
    type Error = String;

    fn subject(&self, head: &Parts) -> Result<S, Unidentified> {
        (self.subject)(head)
    }

    async fn check(&self, subject: &S) -> Result<Decision, String> {
        let Step { delay, act } = self.step(subject);
        if !delay.is_zero() {
            sleep(delay).await;
        }
        match act {
            Act::Decide(decision) => Ok(decision),
            Act::Fail(error) => Err(error.to_string()),
            Act::Hang => pending().await,
        }
    }
}

// === impl Steps ===

impl Steps {
    #[track_caller]
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut first: VecDeque<_> = steps.into_iter().collect();
        match first.pop_back() {
            Some(last) => Self { first, last },
            None => panic!("a script without steps"),
        }
    }

    fn next(&mut self) -> Step {
        self.first.pop_front().unwrap_or_else(|| self.last.clone())
    }
}

// === impl Step ===

impl Step {
    /// Answers with this decision.
    pub fn decide(decision: impl Into<Decision>) -> Self {
        Self::new(Act::Decide(decision.into()))
    }

    /// Fails with this error.
    pub fn fail(error: &str) -> Self {
        Self::new(Act::Fail(error.into()))
    }

    /// Never answers.
    pub const fn hang() -> Self {
        Self::new(Act::Hang)
    }

    /// Waits for this time first. Default: no time.
    pub const fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    const fn new(act: Act) -> Self {
        Self {
            delay: Duration::ZERO,
            act,
        }
    }
}

// === helpers ===

fn credentials(head: &Parts) -> Result<String, Unidentified> {
    let name = head.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
    let name = name.to_str().map_err(|_| Unidentified)?;
    Ok(name.to_owned())
}
