//! `cargo bench --manifest-path benches/compare/Cargo.toml`: statuary beside its peers, on the same
//! work, in one run.
//!
//! # How to read the tables
//!
//! All contenders of a table take turns, round by round, forth and back, so that a bad moment of the
//! machine hits all of them. A ratio is the median of the rounds' ratios; it can be trusted where the
//! times cannot. `±` tells how far apart the rounds lay: half the distance between the quartiles.
//! `× quick-xml` says how many times as fast as quick-xml's events a contender is, so more is better;
//! `÷` says how many times as long as something it takes, so less is better. A writer is compared
//! with quick-xml's events into a buffer of its own kind: one that is kept from document to document
//! (`kept`), or a fresh one. The workload is `benches/workload`: nine properties found, two missing,
//! nearly a third of the names odd. Listings are windows that walk over a large pool, except for
//! memcpy, which copies the same finished document each time. Allocator calls are those of one
//! run, counted in another process, since counting takes time. Before anything is timed, all that is written and read is compared
//! with what roxmltree reads; notes below a table say where a contender says less.
//!
//! # Options
//!
//! Behind `--`:
//!
//! * `writers`, `readers`, `layers`: only these tables. Any other word: only contenders with that in
//!   their name, beside those that all are measured by.
//! * `--quick`: smaller listings and fewer rounds, for a first look.
//! * `--callgrind`: instead of times, instructions per resource, which do not move with the
//!   machine's mood. Needs valgrind.
//! * `--memory`: instead of times, how much memory writing 1,000,000 resources takes.

mod callgrind;
mod memory;
mod report;
mod table;

use std::{env, time::Duration};

use compare::{
    group::{Filter, Group},
    harness::Effort,
    layers::Placement,
    pool::Pool,
    readers::Shape,
};

fn main() {
    // Cargo adds a `--bench` of its own.
    let arguments: Vec<_> = env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [callgrind::CHILD, group, name, runs] => return callgrind::run(group, name, runs),
        [memory::CHILD, name] => return memory::run(name),
        _ => {}
    }

    let (options, words): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.starts_with("--"));
    let (mut tables, filter): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| TABLES.contains(word));
    if tables.is_empty() {
        tables = TABLES.to_vec();
    }
    let filter = Filter(filter.into_iter().map(str::to_owned).collect());
    if options.contains(&"--memory") {
        return memory::print(&filter);
    }
    if options.contains(&"--callgrind") {
        for group in INSTRUCTIONS.iter().filter(|group| {
            tables
                .iter()
                .any(|table| group.to_string().starts_with(table))
        }) {
            callgrind::print(*group, &filter);
        }
        return;
    }
    let plan = if options.contains(&"--quick") {
        &QUICK
    } else {
        &FULL
    };
    let pool = Pool::new(plan.pool);
    for table in tables {
        match table {
            "writers" => report::writers(pool, plan.writers, plan.effort, &filter),
            "readers" => report::readers(pool, plan.readers, plan.effort, &filter),
            _ => report::layers(pool, plan.effort, &filter),
        }
    }
}

const TABLES: [&str; 3] = ["writers", "readers", "layers"];

/// What instructions are counted of.
const INSTRUCTIONS: [Group; 5] = [
    Group::Writers(1_000),
    Group::Readers(Shape::Alike, 1_000),
    Group::Readers(Shape::Random, 1_000),
    Group::Layers(Placement::Outside),
    Group::Layers(Placement::Inside),
];

/// How much is measured.
struct Plan {
    /// How many resources there are to list.
    pool: usize,
    /// How long the listings are.
    writers: &'static [usize],
    readers: &'static [usize],
    effort: Effort,
}

const FULL: Plan = Plan {
    pool: 300_000,
    writers: &[1, 10, 100, 1_000, 10_000, 100_000],
    readers: &[10, 1_000, 100_000],
    effort: Effort {
        turn: Duration::from_millis(10),
        total: Duration::from_secs(12),
    },
};

const QUICK: Plan = Plan {
    pool: 30_000,
    writers: &[10, 1_000],
    readers: &[10, 1_000],
    effort: Effort {
        turn: Duration::from_millis(4),
        total: Duration::from_secs(1),
    },
};
