//! Instructions, as valgrind counts them. A contender runs a few times in one process and a few times
//! more in another; the difference is what the runs cost, without all that comes before.

use std::{env, process::Command};

use compare::{
    group::{Filter, Group},
    pool::Pool,
};

use crate::table::{Table, figure};

/// How the counted process is told what to do.
pub const CHILD: &str = "--instructions";

/// Prints the instructions that each contender takes per resource, or per request.
pub fn print(group: Group, filter: &Filter) {
    println!("\n## Instructions: {group}\n");
    let tasks = group.tasks(pool(group), filter);
    // It copies by one instruction that counts as many as there are bytes.
    let names = tasks
        .iter()
        .map(|task| &*task.name)
        .filter(|name| !name.starts_with("memcpy"));
    let mut table = Table::new(&["contender", "instructions each"]);
    for name in names {
        let [few, many] = [FEW, MANY].map(|runs| count(group, name, runs));
        let cell = match (few, many) {
            (Some(few), Some(many)) => {
                figure((many - few) as f64 / f64::from(MANY - FEW) / group.resources() as f64)
            }
            _ => "valgrind?".to_owned(),
        };
        table.row([name.to_owned(), cell]);
    }
    table.print();
}

/// What the counted process does.
pub fn run(group: &str, name: &str, runs: &str) {
    let group: Group = group.parse().expect("a group");
    let mut task = group.task(pool(group), name);
    for _ in 0..runs.parse().expect("a number") {
        (task.run)();
    }
}

// === helpers ===

const FEW: u32 = 2;
const MANY: u32 = 6;

fn pool(group: Group) -> Pool {
    Pool::new((group.resources() * MANY as usize).max(10_000))
}

fn count(group: Group, name: &str, runs: u32) -> Option<i64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().ok()?)
        .args([CHILD, &group.to_string(), name, &runs.to_string()])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let (_, collected) = report.split_once("Collected : ")?;
    collected.split_whitespace().next()?.parse().ok()
}
