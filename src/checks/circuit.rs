//! Whether a check may be asked.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::checks::Breaker;

/// The state of a breaker.
#[derive(Debug)]
pub(crate) struct Circuit {
    breaker: Breaker,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// It may be asked, and has failed so many times in a row.
    Closed { failures: u32 },
    /// It may not be asked before this time; then one question tries it.
    Open { until: Instant },
    /// One question tries it.
    Trying,
}

/// Leave to ask once. Given back without an outcome, it counts for nothing.
#[derive(Debug)]
pub(crate) struct Leave<'a> {
    circuit: &'a Circuit,
    tries: bool,
    told: bool,
}

// === impl Circuit ===

impl Circuit {
    pub(crate) const fn new(breaker: Breaker) -> Self {
        Self {
            breaker,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Leave to ask, if there is any.
    pub(crate) fn leave(&self) -> Option<Leave<'_>> {
        let mut state = self.state();
        let tries = match *state {
            State::Closed { .. } => false,
            State::Open { until } if Instant::now() >= until => {
                *state = State::Trying;
                true
            }
            State::Open { .. } | State::Trying => return None,
        };
        Some(Leave {
            circuit: self,
            tries,
            told: false,
        })
    }

    fn open(&self) -> State {
        // As good as for ever, and still an instant that can be told.
        const LONGEST: Duration = Duration::from_secs(30 * 365 * 86_400);

        State::Open {
            until: Instant::now() + self.breaker.rest.min(LONGEST),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Leave ===

impl Leave<'_> {
    /// Tells how the question went.
    pub(crate) fn tell(mut self, answered: bool) {
        self.told = true;
        let mut state = self.circuit.state();
        *state = match (*state, answered) {
            // One that was asked before the circuit opened has no say in when it closes.
            (State::Open { until }, _) => State::Open { until },
            (State::Trying, _) if !self.tries => State::Trying,
            (_, true) => State::Closed { failures: 0 },
            (State::Trying, false) => self.circuit.open(),
            (State::Closed { failures }, false) => match failures + 1 {
                failures if failures < self.circuit.breaker.failures.get() => {
                    State::Closed { failures }
                }
                _ => self.circuit.open(),
            },
        };
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.tries && !self.told {
            // Nothing was learnt: the next question tries.
            *self.circuit.state() = State::Open {
                until: Instant::now(),
            };
        }
    }
}
