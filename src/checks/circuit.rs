//! Whether a check may be asked.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    checks::{TripPolicy, recent::Recent, watch},
    subscription::later,
};

/// The state of a circuit breaker.
#[derive(Debug)]
pub(crate) struct Circuit {
    policy: TripPolicy,
    health: Mutex<Health>,
}

/// How the questions to a check have gone.
#[derive(Debug)]
struct Health {
    state: State,
    /// How recent questions went, if their share counts.
    recent: Option<Recent>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The check may be asked, and has failed this many times in a row.
    Closed { failures: u32 },
    /// The check may not be asked before this time; then one question tries it.
    Open { until: Instant },
    /// One question tries it.
    Trying,
}

/// Leave to ask once. Dropped without an outcome, it does not count.
#[derive(Debug)]
pub(crate) struct Leave<'a> {
    circuit: &'a Circuit,
    tries: bool,
    told: bool,
}

// === impl Circuit ===

impl Circuit {
    pub(crate) fn new(policy: TripPolicy) -> Self {
        Self {
            health: Mutex::new(Health {
                state: State::Closed { failures: 0 },
                recent: policy.share.map(Recent::new),
            }),
            policy,
        }
    }

    /// Leave to ask, or for how long there is none, if that is known.
    pub(crate) fn leave(&self) -> Result<Leave<'_>, Option<Duration>> {
        let mut health = self.health();
        let tries = match health.state {
            State::Closed { .. } => false,
            State::Open { until } => {
                let rest = until.saturating_duration_since(Instant::now());
                if !rest.is_zero() {
                    return Err(Some(rest));
                }
                health.state = State::Trying;
                true
            }
            // The answer may come at any moment.
            State::Trying => return Err(None),
        };
        Ok(Leave {
            circuit: self,
            tries,
            told: false,
        })
    }

    fn open(&self) -> State {
        State::Open {
            until: later(Instant::now(), self.policy.rest),
        }
    }

    /// The state of a closed circuit after this many failures in a row.
    fn after(&self, failures: u32, recent: Option<&Recent>) -> State {
        let too_many = failures >= self.policy.failures.get()
            || (failures > 0 && recent.is_some_and(Recent::is_too_much));
        match too_many {
            true => self.open(),
            false => State::Closed { failures },
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Leave ===

impl Leave<'_> {
    /// Records how the question went.
    pub(crate) fn tell(mut self, answered: bool) {
        self.told = true;
        // Subscribers of the log run without the lock.
        match self.note(answered) {
            (State::Closed { .. }, State::Open { .. }) => watch::opened(),
            (State::Trying, State::Closed { .. }) => watch::closed(),
            _ => {}
        }
    }

    /// The states of the circuit before and after.
    fn note(&self, answered: bool) -> (State, State) {
        let circuit = self.circuit;
        let Health { state, recent } = &mut *circuit.health();
        let before = *state;
        *state = match before {
            // A question from before the circuit opened has no say in when it closes.
            State::Open { until } => State::Open { until },
            State::Trying if !self.tries => State::Trying,
            State::Trying if answered => {
                *recent = circuit.policy.share.map(Recent::new);
                State::Closed { failures: 0 }
            }
            State::Trying => circuit.open(),
            State::Closed { failures } => {
                if let Some(recent) = recent {
                    recent.note(answered);
                }
                let failures = if answered {
                    0
                } else {
                    failures.saturating_add(1)
                };
                circuit.after(failures, recent.as_ref())
            }
        };
        (before, *state)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.tries && !self.told {
            // There was no outcome: the next question tries.
            self.circuit.health().state = State::Open {
                until: Instant::now(),
            };
        }
    }
}
