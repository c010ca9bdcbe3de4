//! How recent questions went, in constant memory.

use std::{num::NonZeroU32, time::Duration};

use tokio::time::Instant;

/// The share of recent questions that must fail for the circuit to open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailureShare {
    pub(crate) percent: u8,
    pub(crate) window: Duration,
    pub(crate) questions: NonZeroU32,
}

/// The questions within a window, counted by tenths of it: those older than the window are gone,
/// those older than nine tenths may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recent {
    terms: FailureShare,
    start: Instant,
    /// The number of the current tenth since the start.
    tenth: u128,
    counts: [Count; 10],
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    asked: u32,
    failed: u32,
}

// === impl Recent ===

impl Recent {
    pub(crate) fn new(terms: FailureShare) -> Self {
        Self {
            terms,
            start: Instant::now(),
            tenth: 0,
            counts: [Count::default(); 10],
        }
    }

    /// Counts a question that ended now.
    pub(crate) fn note(&mut self, answered: bool) {
        let length = (self.terms.window.as_nanos() / 10).max(1);
        let tenth = self.start.elapsed().as_nanos() / length;
        // Clears the tenths that have passed since.
        for over in (self.tenth + 1..=tenth).take(10) {
            *self.count(over) = Count::default();
        }
        self.tenth = tenth;
        let count = self.count(tenth);
        count.asked = count.asked.saturating_add(1);
        count.failed = count.failed.saturating_add(u32::from(!answered));
    }

    /// Whether too many have failed.
    pub(crate) fn is_too_much(&self) -> bool {
        let sum =
            |of: fn(&Count) -> u32| self.counts.iter().map(|count| u64::from(of(count))).sum();
        let (asked, failed): (u64, u64) = (sum(|count| count.asked), sum(|count| count.failed));
        asked >= u64::from(self.terms.questions.get())
            && failed * 100 >= asked * u64::from(self.terms.percent)
    }

    fn count(&mut self, tenth: u128) -> &mut Count {
        &mut self.counts[(tenth % 10) as usize]
    }
}
