//! Interleaved measurement: all contenders take turns, round by round, so that whatever slows the
//! machine down slows all of them.
#![expect(
    clippy::disallowed_types,
    reason = "time is what is measured, not what is tested"
)]

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

/// Something that can be done over and over.
pub struct Task {
    pub name: String,
    pub run: Box<dyn FnMut()>,
}

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How long one turn of one contender is, unless one run is longer.
    pub turn: Duration,
    /// How long all rounds together are, more or less.
    pub total: Duration,
}

/// Nanoseconds per run, one figure for each round.
pub struct Samples(Vec<f64>);

/// How many bytes a frame takes, at least, and how many there are at most.
const FRAME: usize = 112;
const FRAMES: usize = 37;

/// There are never fewer: a median of two says nothing.
const FEWEST_ROUNDS: usize = 3;
const MOST_ROUNDS: usize = 41;

/// Times the tasks.
pub fn time(tasks: &mut [Task], effort: Effort) -> Vec<Samples> {
    let runs: Vec<u32> = tasks
        .iter_mut()
        .map(|task| task.runs(effort.turn))
        .collect();
    let mut samples: Vec<_> = tasks.iter().map(|_| Samples(Vec::new())).collect();
    let begun = Instant::now();
    for round in 0..MOST_ROUNDS {
        if round >= FEWEST_ROUNDS && begun.elapsed() > effort.total {
            break;
        }
        // To and fro, so that nobody always comes after the same one.
        let forth = 0..tasks.len();
        let order: Vec<_> = match round % 2 {
            0 => forth.collect(),
            _ => forth.rev().collect(),
        };
        for index in order {
            // Elsewhere on the stack in each round.
            let elapsed = tasks[index].time_below(round * 7 % FRAMES, runs[index]);
            let nanoseconds = elapsed.as_nanos() as f64 / f64::from(runs[index]);
            samples[index].0.push(nanoseconds);
        }
    }
    samples
}

/// Drives a future that has nothing to wait for.
pub fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

// === impl Task ===

impl Task {
    pub fn new(name: impl Into<String>, run: impl FnMut() + 'static) -> Self {
        Self {
            name: name.into(),
            run: Box::new(run),
        }
    }

    fn time(&mut self, runs: u32) -> Duration {
        let begun = Instant::now();
        for _ in 0..runs {
            (self.run)();
        }
        begun.elapsed()
    }

    /// The same, so many frames further down the stack.
    #[inline(never)]
    fn time_below(&mut self, frames: usize, runs: u32) -> Duration {
        let frame = black_box([0_u8; FRAME]);
        let elapsed = match frames {
            0 => self.time(runs),
            _ => self.time_below(frames - 1, runs),
        };
        black_box(&frame);
        elapsed
    }

    /// How many runs fill a turn.
    fn runs(&mut self, turn: Duration) -> u32 {
        let mut runs = 1;
        loop {
            let elapsed = self.time(runs);
            if elapsed >= turn / 4 || runs > 1 << 24 {
                let fill = turn.as_nanos() * u128::from(runs) / elapsed.as_nanos().max(1);
                return u32::try_from(fill).unwrap_or(u32::MAX).max(1);
            }
            runs *= 2;
        }
    }
}

// === impl Samples ===

impl Samples {
    /// The median.
    pub fn median(&self) -> f64 {
        median(self.0.iter().copied())
    }

    /// The same for a part of each run.
    pub fn scaled(&self, part: f64) -> Self {
        Self(self.0.iter().map(|sample| sample * part).collect())
    }

    /// How far apart the rounds lie: half the distance between the quartiles, over the median.
    pub fn spread(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let quartile = |n: usize| sorted[(sorted.len() - 1) * n / 4];
        (quartile(3) - quartile(1)) / 2.0 / self.median()
    }

    /// The median of the rounds' ratios, which is not the ratio of the medians.
    pub fn over(&self, base: &Self) -> f64 {
        median(self.0.iter().zip(&base.0).map(|(this, base)| this / base))
    }

    /// The median of the rounds' differences.
    pub fn minus(&self, base: &Self) -> f64 {
        median(self.0.iter().zip(&base.0).map(|(this, base)| this - base))
    }
}

// === helpers ===

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    let (below, above) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    (below + above) / 2.0
}
