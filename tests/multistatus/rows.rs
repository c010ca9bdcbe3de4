//! The checklist of what the RFCs ask of an answer, held to the tests that it names.
//!
//! In `rows.txt`, the `M` rows are RFC 4918 and the `E` rows what extends it. Below each are the tests
//! that show it, as the path of a file below `tests`, or of one in `src`, and a name. `waits:` says what
//! is not shown since it is not there yet, and `no answer:` why a row asks nothing of an answer.

use std::{collections::BTreeSet, fs, path::Path};

const ROWS: &str = include_str!("rows.txt");

/// A row: its name, and the lines below it.
type Row<'a> = (&'a str, Vec<&'a str>);

fn rows() -> Vec<Row<'static>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in ROWS.lines() {
        match (line.strip_prefix("    "), rows.last_mut()) {
            (Some(below), Some((_, lines))) => lines.push(below),
            _ => rows.push((line.split(' ').next().unwrap_or_default(), Vec::new())),
        }
    }
    rows
}

#[test]
fn every_row_is_there_once_and_in_order() {
    let m = (1..=56).map(|row| format!("M{row}"));
    let e = (1..=34).map(|row| format!("E{row}"));
    let ids: Vec<_> = rows().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, m.chain(e).collect::<Vec<_>>());
}

#[test]
fn every_row_is_shown_by_tests_that_exist_or_says_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    gather(&root.join("tests"), "", &mut tests);
    gather(&root.join("src"), "src/", &mut tests);
    for (id, lines) in rows() {
        assert!(!lines.is_empty(), "{id} is shown by nothing");
        for line in lines {
            let is_reason = line.starts_with("waits: ") || line.starts_with("no answer: ");
            assert!(
                is_reason || tests.contains(line),
                "{id}: there is no test `{line}`"
            );
        }
    }
}

#[test]
fn a_test_is_found_by_its_attribute() {
    let text = "fn not_a_test() {}\n#[test]\nfn one() {}\n\n    #[tokio::test(flavor = \"x\")]\n\
                    /// A word.\n    async fn two() {}\n#[test]\n#[ignore]\nfn three() {}\n\
                    // #[test]\n// fn four() {}\n#[test]\nfn five(x in y()) {}\n";
    assert_eq!(names(text), ["one", "two", "five"]);
}

/// The tests in the files of a folder.
fn gather(folder: &Path, prefix: &str, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().expect("a name").to_string_lossy();
        let place = format!("{prefix}{stem}");
        if path.is_dir() {
            gather(&path, &format!("{place}/"), tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("UTF-8");
            tests.extend(
                names(&text)
                    .into_iter()
                    .map(|name| format!("{place}::{name}")),
            );
        }
    }
}

/// The names of the tests in a file, those that are ignored left out.
fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        let function = line.strip_prefix("async ").unwrap_or(line);
        if let Some(function) = function.strip_prefix("fn ") {
            let end = function.find('(').unwrap_or(function.len());
            names.extend(is_test.then_some(&function[..end]));
            is_test = false;
        } else if line.starts_with("#[ignore") {
            is_test = false;
        } else if line.starts_with("#[test") || line.starts_with("#[tokio::test") {
            is_test = true;
        }
    }
    names
}
