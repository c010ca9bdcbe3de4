//! How much memory a writer takes for a listing that is too long for it, and our reader for one that
//! comes in chunks, each in a process of its own.
#![expect(
    clippy::disallowed_types,
    reason = "time is what is measured, not what is tested"
)]

use std::{env, fs, process::Command, time::Instant};

use compare::{
    group::{Filter, Group},
    pool::Pool,
    readers::{Shape, documents},
};
use statuary::read::Decoder;

use crate::table::{Table, figure};

/// How the measured process is told what to do.
pub const CHILD: &str = "--grow";

const GROUP: Group = Group::Writers(1_000_000);

/// Our reader, beside the writers.
const READER: &str = "statuary, read from chunks";

/// Prints the growth of each writer, and of our reader.
pub fn print(filter: &Filter) {
    println!("\n## Memory: a listing of 1,000,000 resources\n");
    let mut table = Table::new(&["contender", "growth in KiB", "ns per resource"]);
    let mut tasks = Group::Writers(1).tasks(Pool::new(1), filter);
    // Its document would have to be written first.
    tasks.retain(|task| !task.name.starts_with("memcpy"));
    let names = tasks.into_iter().map(|task| task.name);
    for name in names.chain([READER.to_owned()]) {
        // The first time, the host may have to find the memory.
        let _ = told(&name);
        let told = told(&name);
        let mut cells = told.split_whitespace().map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_else(|| "died".to_owned());
        table.row([name, cell(), cell()]);
    }
    table.print();
}

/// What the measured process does.
pub fn run(name: &str) {
    if name == READER {
        let document = documents(Pool::new(10_000), Shape::Alike, CHUNKED).remove(0);
        read(&document, 2);
        return measure(|| read(&document, GROUP.resources() / CHUNKED));
    }
    // A small one first, for whatever is set up once.
    (Group::Writers(1).task(Pool::new(1), name).run)();
    let mut task = GROUP.task(Pool::new(GROUP.resources()), name);
    measure(|| (task.run)());
}

// === helpers ===

/// How many resources there are in the document that is read again and again, as one.
const CHUNKED: usize = 1_000;

/// Reads so many times the responses of a document, in chunks of 64 KiB.
fn read(document: &[u8], times: usize) {
    let text = str::from_utf8(document).expect("UTF-8");
    let start = text.find("<D:response>").expect("a response");
    let end = text.rfind("</D:multistatus>").expect("an end");
    let mut decoder = Decoder::new();
    let mut count = 0;
    let mut feed = |part: &str| {
        for chunk in part.as_bytes().chunks(1 << 16) {
            decoder.feed(chunk);
            while let Some(response) = decoder.next().expect("a multistatus") {
                assert!(response.is_ok());
                count += 1;
            }
        }
    };
    feed(&text[..start]);
    (0..times).for_each(|_| feed(&text[start..end]));
    feed(&text[end..]);
    assert_eq!(count, times * CHUNKED);
}

/// Does it, and says by how much the memory has grown at most, and how long a resource takes.
fn measure(work: impl FnOnce()) {
    // From now on the peak is counted anew.
    fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let before = kibibytes("VmRSS:");
    let begun = Instant::now();
    work();
    let elapsed = begun.elapsed().as_nanos() as f64;
    let growth = kibibytes("VmHWM:").saturating_sub(before);
    println!(
        "{} {}",
        figure(growth as f64),
        figure(elapsed / GROUP.resources() as f64)
    );
}

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
