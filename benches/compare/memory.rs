//! How much memory a writer takes for a listing that is too long for it, in a process of its own.
#![expect(
    clippy::disallowed_types,
    reason = "time is what is measured, not what is tested"
)]

use std::{env, fs, process::Command, time::Instant};

use compare::{
    group::{Filter, Group},
    pool::Pool,
};

use crate::table::{Table, figure};

/// How the measured process is told what to do.
pub const CHILD: &str = "--grow";

const GROUP: Group = Group::Writers(1_000_000);

/// Prints the growth of each writer.
pub fn print(filter: &Filter) {
    println!("\n## Memory: a listing of 1,000,000 resources\n");
    let mut table = Table::new(&["writer", "growth in KiB", "ns per resource"]);
    let mut tasks = Group::Writers(1).tasks(Pool::new(1), filter);
    // Its document would have to be written first.
    tasks.retain(|task| !task.name.starts_with("memcpy"));
    for task in tasks {
        // The first time, the host may have to find the memory.
        let _ = told(&task.name);
        let told = told(&task.name);
        let mut cells = told.split_whitespace().map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_else(|| "died".to_owned());
        table.row([task.name, cell(), cell()]);
    }
    table.print();
}

/// What the measured process does.
pub fn run(name: &str) {
    // A small one first, for whatever is set up once.
    (Group::Writers(1).task(Pool::new(1), name).run)();
    let mut task = GROUP.task(Pool::new(GROUP.resources()), name);
    // From now on the peak is counted anew.
    fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let before = kibibytes("VmRSS:");
    let begun = Instant::now();
    (task.run)();
    let elapsed = begun.elapsed().as_nanos() as f64;
    let growth = kibibytes("VmHWM:").saturating_sub(before);
    println!(
        "{} {}",
        figure(growth as f64),
        figure(elapsed / GROUP.resources() as f64)
    );
}

// === helpers ===

/// What a measured process says: growth and time.
fn told(name: &str) -> String {
    let exe = env::current_exe().expect("this program");
    let child = Command::new(exe).args([CHILD, name]).output();
    let output = child.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).into_owned()
}

fn kibibytes(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("a field of the status")
}
