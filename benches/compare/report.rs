//! The tables.

use std::{collections::HashMap, process::Command};

use compare::{
    facts::Facts,
    group::{Filter, Group},
    harness::{Effort, Samples, Task, time},
    layers::{self, Placement},
    pool::Pool,
    readers::{self, Shape},
    requests::{self, Request},
    serving,
    writers::{self, Buffer, Writer},
};

use crate::table::{Table, figure};

/// The contenders of a group, measured.
struct Measured {
    names: Vec<String>,
    samples: Vec<Samples>,
    /// Allocator calls, by name.
    calls: HashMap<String, u64>,
}

/// Prints what each writer costs.
pub fn writers(pool: Pool, counts: &[usize], effort: Effort, filter: &Filter) {
    println!("\n## Writers: a listing becomes a document\n");
    let notes = check_writers(pool, filter);
    for &count in counts {
        let measured = Measured::of(Group::Writers(count), pool, effort, filter);
        let [resources, ours] = [count, document(0, pool, count)].map(|number| number as f64);
        let bytes = figure(ours / resources);
        println!("N = {}, {bytes} bytes per resource\n", whole(count));
        let mut table = Table::new(&[
            "writer",
            "ns per resource",
            "±",
            "MB/s",
            "× quick-xml",
            "× tuned",
            "× write!",
            "× dav-server",
            "÷ memcpy, kept",
            "÷ memcpy, fresh",
            "allocator calls",
        ]);
        for (index, writer) in writers::all().iter().enumerate() {
            let Some(samples) = measured.get(writer.name) else {
                continue;
            };
            let bytes = document(index, pool, count) as f64;
            let memcpy = |buffer: Buffer| samples.over(measured.base(buffer.memcpy()));
            let times = |peer| {
                let peer = measured.get(peer);
                peer.map_or_else(|| "?".to_owned(), |peer| figure(peer.over(samples)))
            };
            table.row([
                writer.name.to_owned(),
                figure(samples.median() / resources),
                percent(samples.spread()),
                figure(bytes / samples.median() * 1e3),
                figure(measured.base(writer.buffer.quick_xml()).over(samples)),
                times(writers::TUNED),
                times(writers::FORMATTED),
                times(writers::DAV_SERVER),
                figure(memcpy(Buffer::Kept)),
                figure(memcpy(Buffer::Fresh)),
                measured.calls(writer.name),
            ]);
        }
        table.print();
        println!();
    }
    print_notes(notes);
}

/// Prints what a resource costs in listings of several lengths, all measured in turns.
pub fn flat(pool: Pool, counts: &[usize], effort: Effort, filter: &Filter) {
    println!("\n## Flat: what a resource costs, however many there are\n");
    let mut table = Table::new(&["writer", "N", "ns per resource", "÷ N = 100", "÷ N = 1,000"]);
    let ours = writers::all().into_iter().map(|writer| writer.name);
    for name in ours.filter(|name| writers::is_ours(name) && filter.admits(name)) {
        let mut tasks: Vec<_> = counts
            .iter()
            .map(|&count| Group::Writers(count).task(pool, name))
            .collect();
        let samples = time(&mut tasks, effort);
        let each = |at: usize| samples[at].scaled(1.0 / counts[at] as f64);
        let base = |count| counts.iter().position(|&other| other == count).map(each);
        for (at, &count) in counts.iter().enumerate() {
            let over = |base: Option<Samples>| {
                base.map_or_else(|| "?".to_owned(), |base| figure(each(at).over(&base)))
            };
            table.row([
                name.to_owned(),
                whole(count),
                figure(each(at).median()),
                over(base(100)),
                over(base(1_000)),
            ]);
        }
    }
    table.print();
}

/// Prints what each reader costs.
pub fn readers(pool: Pool, counts: &[usize], effort: Effort, filter: &Filter) {
    println!("\n## Readers: a document becomes responses\n");
    check_readers(pool);
    for shape in [Shape::Alike, Shape::Random] {
        for &count in counts {
            let documents = readers::documents(pool, shape, count);
            let bytes = documents
                .iter()
                .map(|document| document.len())
                .sum::<usize>() as f64;
            let bytes = bytes / documents.len() as f64;
            let measured = Measured::of(Group::Readers(shape, count), pool, effort, filter);
            let shape = match shape {
                Shape::Alike => "one shape",
                Shape::Random => "random shapes",
            };
            println!(
                "N = {}, {shape}, {} bytes per resource\n",
                whole(count),
                figure(bytes / count as f64)
            );
            let mut table = Table::new(&[
                "reader",
                "ns per resource",
                "±",
                "MB/s",
                "× quick-xml",
                "allocator calls",
            ]);
            for (name, samples) in measured.iter() {
                table.row([
                    name.to_owned(),
                    figure(samples.median() / count as f64),
                    percent(samples.spread()),
                    figure(bytes / samples.median() * 1e3),
                    figure(measured.base(readers::BASE).over(samples)),
                    measured.calls(name),
                ]);
            }
            table.print();
            println!();
        }
    }
    print_notes(
        readers::ALL
            .iter()
            .map(|reader| (reader.name, reader.note.to_owned())),
    );
}

/// Prints what it costs to read the bodies of requests.
pub fn requests(pool: Pool, effort: Effort, filter: &Filter) {
    println!("\n## Requests: a body becomes what is asked for\n");
    for request in Request::ALL {
        let bytes = request.body().len();
        let measured = Measured::of(Group::Requests(request), pool, effort, filter);
        println!("`{request}`, {bytes} bytes\n");
        let mut table = Table::new(&[
            "reader",
            "ns",
            "±",
            "MB/s",
            "× quick-xml",
            "allocator calls",
        ]);
        for (name, samples) in measured.iter() {
            table.row([
                name.to_owned(),
                figure(samples.median()),
                percent(samples.spread()),
                figure(bytes as f64 / samples.median() * 1e3),
                figure(measured.base(requests::BASE).over(samples)),
                measured.calls(name),
            ]);
        }
        table.print();
        println!();
    }
    print_notes(
        requests::ALL
            .iter()
            .map(|reader| (reader.name, reader.note.to_owned())),
    );
}

/// Prints what each layer adds.
pub fn layers(pool: Pool, effort: Effort, filter: &Filter) {
    println!("\n## Layers: what each adds to a request\n");
    for placement in [Placement::Outside, Placement::Inside] {
        let measured = Measured::of(Group::Layers(placement), pool, effort, filter);
        println!(
            "{}\n",
            match placement {
                Placement::Outside => "wrapped round the router",
                Placement::Inside => "inside `Router::layer`",
            }
        );
        let [bare, pass_through] = layers::BASES;
        let mut table = Table::new(&[
            "layer",
            "ns",
            "±",
            "ns over bare",
            "ns over pass-through",
            "÷ bare",
            "allocator calls",
            "calls over bare",
        ]);
        for (name, samples) in measured.iter() {
            let calls = |name| measured.calls.get(name).map(|&calls| calls.cast_signed());
            table.row([
                name.to_owned(),
                figure(samples.median()),
                percent(samples.spread()),
                figure(samples.minus(measured.base(bare))),
                figure(samples.minus(measured.base(pass_through))),
                figure(samples.over(measured.base(bare))),
                measured.calls(name),
                match (calls(name), calls(bare)) {
                    (Some(calls), Some(bare)) => format!("{:+}", calls - bare),
                    _ => "?".to_owned(),
                },
            ]);
        }
        table.print();
        println!();
    }
}

/// How many resources there are in a document that is checked.
const CHECKED: usize = 500;

/// Prints what serving a listing costs over loopback, and what a paywall costs there.
pub fn serving(pool: Pool, counts: &[usize], effort: Effort, filter: &Filter) {
    println!("\n## Serving: a listing through axum over loopback\n");
    for &count in counts {
        let bytes = serving::listing::length(pool, count);
        println!("N = {}, {} bytes\n", whole(count), whole(bytes));
        let mut table = Table::new(&["answer", "requests/s", "±", "MB/s", "× ready-made"]);
        let base = serving::listing::BASE;
        served(
            serving::listing::all(pool, count),
            base,
            effort,
            filter,
            |name, each, spread, over| {
                let rate = figure(bytes as f64 / each * 1e3);
                table.row([name, figure(1e9 / each), spread, rate, over]);
            },
        );
        table.print();
        println!();
    }
    println!("\n## Serving: a small answer through axum over loopback, inside `Router::layer`\n");
    let mut table = Table::new(&["layer", "requests/s", "±", "× no paywall"]);
    let base = serving::paywall::BASE;
    served(
        serving::paywall::all(),
        base,
        effort,
        filter,
        |name, each, spread, over| {
            table.row([name, figure(1e9 / each), spread, over]);
        },
    );
    table.print();
    println!();
}

/// Measures what is served; tells of each contender its name, the nanoseconds for a request, how far
/// apart the rounds lay, and how many times as fast as the first one it is.
fn served(
    mut tasks: Vec<Task>,
    base: &str,
    effort: Effort,
    filter: &Filter,
    mut tell: impl FnMut(String, f64, String, String),
) {
    tasks.retain(|task| task.name == base || filter.admits(&task.name));
    let samples = time(&mut tasks, effort);
    for (task, samples_of) in tasks.into_iter().zip(&samples) {
        let each = samples_of.median() / serving::REQUESTS as f64;
        let over = figure(samples[0].over(samples_of));
        tell(task.name, each, percent(samples_of.spread()), over);
    }
}

// === impl Measured ===

impl Measured {
    /// First the time, then, in another process, the allocator calls.
    fn of(group: Group, pool: Pool, effort: Effort, filter: &Filter) -> Self {
        let mut tasks = group.tasks(pool, filter);
        let samples = time(&mut tasks, effort);
        Self {
            names: tasks.into_iter().map(|task| task.name).collect(),
            samples,
            calls: count(group, filter),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Samples)> {
        self.names.iter().map(String::as_str).zip(&self.samples)
    }

    fn get(&self, name: &str) -> Option<&Samples> {
        let mut all = self.iter();
        all.find_map(|(other, samples)| (other == name).then_some(samples))
    }

    fn base(&self, name: &str) -> &Samples {
        self.get(name).expect("the filter lets all of them through")
    }

    fn calls(&self, name: &str) -> String {
        let calls = self.calls.get(name);
        calls.map_or_else(|| "?".to_owned(), |&calls| whole(calls as usize))
    }
}

// === helpers ===

fn count(group: Group, filter: &Filter) -> HashMap<String, u64> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations"))
        .arg(group.to_string())
        .args(&filter.0)
        .output()
        .expect("the counting process");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8_lossy(&output.stdout);
    let lines = lines.lines().filter_map(|line| line.split_once(' '));
    lines
        .filter_map(|(calls, name)| Some((name.to_owned(), calls.parse().ok()?)))
        .collect()
}

/// How long a document is.
fn document(writer: usize, pool: Pool, count: usize) -> usize {
    writers::document(&mut writers::all()[writer], pool, count).len()
}

/// Compares what all writers say with what ours says; returns what is to be noted of them.
fn check_writers(pool: Pool, filter: &Filter) -> Vec<(&'static str, String)> {
    let mut writers = writers::all();
    let facts = |writer: &mut Writer| {
        let document = writers::document(writer, pool, CHECKED);
        Facts::of(writer.name, &document)
    };
    let ours = facts(&mut writers[0]);
    let check = |writer: &mut Writer| {
        let theirs = facts(writer);
        let differs = theirs.differs(&ours);
        let lacks = writer.lacks.join(", ");
        assert_eq!(differs.join(", "), lacks, "{} differs", writer.name);
        let note = match lacks.is_empty() {
            true => writer.note.to_owned(),
            false => format!("{}; lacks, or has otherwise, {lacks}", writer.note),
        };
        (writer.name, note)
    };
    let admitted = writers
        .iter_mut()
        .filter(|writer| filter.admits(writer.name));
    admitted.map(check).collect()
}

/// Compares what our reader reads with what roxmltree reads.
fn check_readers(pool: Pool) {
    for shape in [Shape::Alike, Shape::Random] {
        for document in readers::documents(pool, shape, CHECKED) {
            assert_eq!(
                readers::facts(&document),
                Facts::of("a listing", &document).shallow()
            );
        }
    }
}

fn print_notes<'a>(notes: impl IntoIterator<Item = (&'a str, String)>) {
    for (name, note) in notes {
        if !note.is_empty() {
            println!("- {name}: {note}.");
        }
    }
}

fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

/// A number that is exact.
fn whole(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => figure(number as f64),
    }
}
