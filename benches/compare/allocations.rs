//! Counts allocator calls, in a process of its own: `allocations GROUP [NAME…]` prints, for each
//! contender, the calls of one run and its name.

use std::env;

use compare::{
    group::{Filter, Group},
    pool::Pool,
};

fn main() {
    let mut arguments = env::args().skip(1);
    let group: Group = arguments
        .next()
        .expect("the name of a group")
        .parse()
        .expect("a group");
    let filter = Filter(arguments.collect());
    let pool = Pool::new(group.resources() * RUNS);
    for mut task in group.tasks(pool, &filter) {
        // The first run fills the buffers that are kept.
        let calls = (0..RUNS).map(|_| allocation_counter::measure(|| (task.run)()).count_total);
        let fewest = calls.min().unwrap_or_default();
        println!("{fewest} {}", task.name);
    }
}

const RUNS: usize = 3;
