//! `cargo bench --manifest-path benches/compare/Cargo.toml`: statuary beside its peers, on the same
//! work, in one run.
//!
//! # How to read the tables
//!
//! All contenders of a table take turns, round by round, forth and back, so that a bad moment of the
//! machine hits all of them, and each round stands elsewhere on the stack, since where a task happens to
//! stand can be worth a tenth of its time. A ratio is the median of the rounds' ratios. `±` tells how far
//! apart the rounds lay: half the distance between the quartiles. Where it passes some 10 %, the moods
//! changed within the rounds, and the ratios are no better than the times: run it again, or count
//! instructions.
//! `× quick-xml` says how many times as fast as quick-xml's events a contender is, so more is better;
//! `÷` says how many times as long as something it takes, so less is better. A writer is compared
//! with quick-xml's events into a buffer of its own kind: one that is kept from document to document
//! (`kept`), or a fresh one.
//!
//! The work is that of `benches/workload`: nine properties found, two missing in two namespaces,
//! nearly a third of the names odd. Listings are windows that walk over a large pool; only memcpy
//! copies one finished document over and over, from the cache if it fits. Where listings are served, what
//! is ready walks, too. `MB/s` are those of what a contender itself writes. Allocator calls are those of
//! one run, counted in another process, since counting takes time.
//!
//! Before anything is timed, what is written is compared with what ours writes, and what ours reads
//! with what roxmltree reads. Notes below a table say where a contender does less, or more.
//!
//! # Options
//!
//! Behind `--`:
//!
//! * `writers`, `readers`, `requests`, `layers`, `serving`: only these tables. A number: only listings of that
//!   length. Any other word: only contenders with that in their name, beside those that all are
//!   measured by.
//! * `--quick`: smaller listings and fewer rounds, for a first look.
//! * `--callgrind`: instead of times, instructions per resource, which do not move with the
//!   machine's mood. Needs valgrind.
//! * `--flat`: ours alone, in listings of 10 to 1,000,000 resources that take turns.
//! * `--memory`: instead of times, how much memory 1,000,000 resources take to write, and to read.

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
    requests::Request,
};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [callgrind::CHILD, group, name, runs] => return callgrind::run(group, name, runs),
        [memory::CHILD, name] => return memory::run(name),
        _ => {}
    }

    // Cargo adds a `--bench` of its own.
    let (options, words): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| word.starts_with("--"));
    let (lengths, words): (Vec<_>, Vec<_>) = words
        .into_iter()
        .partition(|word| word.parse::<usize>().is_ok());
    let lengths: Vec<usize> = lengths.iter().flat_map(|length| length.parse()).collect();
    let (tables, filter): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| TABLES.contains(word));
    let filter = Filter(filter.into_iter().map(str::to_owned).collect());
    let wants = |table| tables.is_empty() || tables.contains(&table);
    let has = |option| options.contains(&option);

    if has("--memory") {
        memory::print(&filter);
    } else if has("--flat") {
        report::flat(Pool::new(1_000_000), &FLAT, FLAT_EFFORT, &filter);
    } else if has("--callgrind") {
        for (table, group) in INSTRUCTIONS {
            if wants(table) {
                callgrind::print(group, &filter);
            }
        }
    } else {
        let plan = if has("--quick") { QUICK } else { FULL };
        plan.run(wants, &lengths, &filter);
    }
}

const TABLES: [&str; 5] = ["writers", "readers", "requests", "layers", "serving"];

/// The lengths of the listings of which the costs are set side by side.
const FLAT: [usize; 4] = [10, 100, 1_000, 1_000_000];
const FLAT_EFFORT: Effort = Effort {
    turn: Duration::from_millis(10),
    total: Duration::from_secs(4),
};

/// What instructions are counted of.
const INSTRUCTIONS: [(&str, Group); 10] = [
    ("writers", Group::Writers(1_000)),
    ("readers", Group::Readers(Shape::Alike, 10)),
    ("readers", Group::Readers(Shape::Alike, 1_000)),
    ("readers", Group::Readers(Shape::Random, 10)),
    ("readers", Group::Readers(Shape::Random, 1_000)),
    ("requests", Group::Requests(Request::Propfind)),
    ("requests", Group::Requests(Request::PropertyUpdate)),
    ("requests", Group::Requests(Request::LockInfo)),
    ("layers", Group::Layers(Placement::Outside)),
    ("layers", Group::Layers(Placement::Inside)),
];

/// How much is measured.
struct Plan {
    /// How many resources there are to list.
    pool: usize,
    /// How long the listings are.
    writers: &'static [usize],
    readers: &'static [usize],
    served: &'static [usize],
    effort: Effort,
}

const FULL: Plan = Plan {
    pool: 300_000,
    writers: &[1, 10, 100, 1_000, 10_000, 100_000],
    readers: &[10, 1_000, 100_000],
    served: &[10, 1_000, 10_000],
    effort: Effort {
        turn: Duration::from_millis(10),
        total: Duration::from_secs(12),
    },
};

const QUICK: Plan = Plan {
    pool: 30_000,
    writers: &[10, 1_000],
    readers: &[10, 1_000],
    served: &[10, 1_000],
    effort: Effort {
        turn: Duration::from_millis(4),
        total: Duration::from_secs(1),
    },
};

// === impl Plan ===

impl Plan {
    fn run(&self, wants: impl Fn(&'static str) -> bool, lengths: &[usize], filter: &Filter) {
        let pool = Pool::new(self.pool);
        let wanted = |all: &[usize]| {
            let mut counts = all.to_vec();
            counts.retain(|count| lengths.is_empty() || lengths.contains(count));
            counts
        };
        if wants("writers") {
            report::writers(pool, &wanted(self.writers), self.effort, filter);
        }
        if wants("readers") {
            report::readers(pool, &wanted(self.readers), self.effort, filter);
        }
        if wants("requests") {
            report::requests(pool, self.effort, filter);
        }
        if wants("layers") {
            report::layers(pool, self.effort, filter);
        }
        if wants("serving") {
            report::serving(pool, &wanted(self.served), self.effort, filter);
        }
    }
}
