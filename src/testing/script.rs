//! A check that follows a script.

use std::{
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{header::AUTHORIZATION, request::Parts};
use tokio::time::sleep;

use crate::subscription::{Decision, SubscriptionCheck, Unidentified};

/// A check that answers by a script, and records the subjects that it was asked about.
///
/// Its subject is the whole value of `Authorization`; without one, the caller is unidentified. The
/// last step of the script repeats. Clones share one script.
///
/// See the [module docs](crate::testing) for an example.
#[derive(Clone, Debug)]
pub struct ScriptedCheck {
    script: Arc<Mutex<Script>>,
}

#[derive(Debug)]
struct Script {
    steps: Vec<Step>,
    next: usize,
    asked: Vec<String>,
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
    /// A check that takes these steps, one for each question.
    ///
    /// # Panics
    ///
    /// If there are no steps.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps: Vec<_> = steps.into_iter().collect();
        assert!(!steps.is_empty(), "a script without steps");
        Self {
            script: Arc::new(Mutex::new(Script {
                steps,
                next: 0,
                asked: Vec::new(),
            })),
        }
    }

    /// The subjects that it was asked about, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.script().asked.clone()
    }

    fn step(&self, subject: &str) -> Step {
        let mut script = self.script();
        script.asked.push(subject.to_owned());
        let last = script.steps.len() - 1;
        let step = script.steps[script.next].clone();
        script.next = last.min(script.next + 1);
        step
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SubscriptionCheck for ScriptedCheck {
    type Subject = String;
    type Error = String;

    fn subject(&self, head: &Parts) -> Result<String, Unidentified> {
        let name = head.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
        let name = name.to_str().map_err(|_| Unidentified)?;
        Ok(name.to_owned())
    }

    async fn check(&self, subject: &String) -> Result<Decision, String> {
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
