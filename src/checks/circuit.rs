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
    /// The number of the last turn: the circuit opens, it closes, or a question begins to try it.
    turn: u64,
    /// The turn at which it last opened or closed. A question from before that has no say.
    since: u64,
    /// How recent questions went, if their share counts.
    recent: Option<Recent>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The check may be asked, and has failed this many times in a row.
    Closed { failures: u32 },
    /// The check may not be asked before this time; then one question tries it.
    Open { until: Instant },
    /// One question tries it. From this time on another one does, for nobody may be polling the first.
    Trying { until: Instant },
}

/// Leave to ask once. Dropped without an outcome, it does not count.
#[derive(Debug)]
pub(crate) struct Leave<'a> {
    circuit: &'a Circuit,
    turn: u64,
    told: bool,
}

// === impl Circuit ===

impl Circuit {
    pub(crate) fn new(policy: TripPolicy) -> Self {
        Self {
            health: Mutex::new(Health {
                state: State::Closed { failures: 0 },
                turn: 0,
                since: 0,
                recent: policy.share.map(Recent::new),
            }),
            policy,
        }
    }

    /// Leave to ask, or for how long there is none, if that is known.
    pub(crate) fn leave(&self) -> Result<Leave<'_>, Option<Duration>> {
        let mut health = self.health();
        let now = Instant::now();
        match health.state {
            State::Closed { .. } => {}
            State::Open { until } if now < until => return Err(Some(until - now)),
            // The answer may come at any moment.
            State::Trying { until } if now < until => return Err(None),
            State::Open { .. } | State::Trying { .. } => {
                let until = later(now, self.policy.rest);
                health.state = State::Trying { until };
                health.turn += 1;
            }
        }
        Ok(Leave {
            circuit: self,
            turn: health.turn,
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

// === impl State ===

impl State {
    const fn is_closed(self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

// === impl Leave ===

impl Leave<'_> {
    /// Records how the question went.
    pub(crate) fn tell(mut self, answered: bool) {
        self.told = true;
        // Subscribers of the log run without the lock.
        let (before, now) = self.note(answered);
        match (before.is_closed(), now.is_closed()) {
            (true, false) => watch::opened(),
            (false, true) => watch::closed(),
            _ => {}
        }
    }

    /// The states of the circuit before and after.
    fn note(&self, answered: bool) -> (State, State) {
        let circuit = self.circuit;
        let health = &mut *circuit.health();
        let before = health.state;
        health.state = match before {
            // The question is from before the circuit last opened or closed.
            state if self.turn < health.since => state,
            State::Closed { failures } => {
                if let Some(recent) = &mut health.recent {
                    recent.note(answered);
                }
                let failures = if answered {
                    0
                } else {
                    failures.saturating_add(1)
                };
                circuit.after(failures, health.recent.as_ref())
            }
            State::Open { .. } | State::Trying { .. } if answered => {
                health.recent = circuit.policy.share.map(Recent::new);
                State::Closed { failures: 0 }
            }
            State::Trying { .. } if self.turn == health.turn => circuit.open(),
            // Another one has come to try since.
            state => state,
        };
        if before.is_closed() != health.state.is_closed() {
            health.turn += 1;
            health.since = health.turn;
        }
        (before, health.state)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let mut health = self.circuit.health();
        if matches!(health.state, State::Trying { .. }) && self.turn == health.turn {
            // There was no outcome: the next question tries.
            health.state = State::Open {
                until: Instant::now(),
            };
        }
    }
}
