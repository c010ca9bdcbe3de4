//! README and examples say the same, and what the README names is there.

use std::{collections::BTreeMap, fs, path::Path};

const README: &str = include_str!("../../README.md");

#[test]
fn the_readme_quotes_the_examples() {
    let examples = [
        include_str!("../../examples/multistatus.rs"),
        include_str!("../../examples/paywall.rs"),
        include_str!("../../examples/quota.rs"),
        include_str!("../../examples/members.rs"),
    ];
    let quotes: Vec<_> = README
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    assert_eq!(quotes.len(), examples.len());
    for (quote, example) in quotes.into_iter().zip(examples) {
        assert!(
            example.contains(quote),
            "the README no longer quotes this:\n{quote}"
        );
    }
}

#[test]
fn the_readme_asks_for_the_versions_of_the_manifest() {
    let manifest = include_str!("../../Cargo.toml");
    let (_, block) = README.split_once("[dependencies]\n").unwrap_or_default();
    let (block, _) = block.split_once("```").unwrap_or_default();
    assert_eq!(block.lines().count(), 4);
    for line in block.lines() {
        let (name, version) = line.split_once(" = ").unwrap_or_default();
        let version = version.split('"').nth(1).unwrap_or_default();
        let key = match name {
            "statuary" => "version = ",
            name => &format!("{name} = "),
        };
        let mut here = manifest.lines().filter(|line| line.starts_with(key));
        assert!(
            here.any(|line| line.contains(&format!("\"{version}."))),
            "{line}"
        );
    }
}

/// Where the files of the crate are to be seen by those who have no copy of it. There is what is packed.
const SOURCE: &str = "https://docs.rs/crate/statuary/latest/source/";

#[test]
fn the_readme_links_to_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = include_str!("../../Cargo.toml");
    for (label, url) in README.lines().filter_map(|line| line.split_once("]: ")) {
        let uses = README.matches(&format!("{label}]")).count();
        assert!(uses > 1, "nothing in the README is called {label}]");
        if let Some(path) = url.strip_prefix(SOURCE) {
            assert!(root.join(path).exists(), "{url}");
            let first = path.split('/').next().unwrap_or_default();
            assert!(manifest.contains(&format!("\"/{first}\"")), "{url}");
            continue;
        }
        let page = url.strip_prefix("https://docs.rs/statuary/latest/statuary/");
        let page = page.unwrap_or_else(|| panic!("what is {url}?"));
        let (page, _) = page.split_once('#').unwrap_or((page, ""));
        let (room, file) = page.split_once('/').unwrap_or((page, "index.html"));
        let said = match *file.split('.').collect::<Vec<_>>() {
            ["index", _] => String::new(),
            [kind, name, _] => format!("pub {kind} {name}"),
            _ => panic!("what is {url}?"),
        };
        let sources = fs::read_dir(root.join("src").join(room)).into_iter();
        let mut sources = sources.flatten().flatten();
        let has = |source: &Path| fs::read_to_string(source).is_ok_and(|it| it.contains(&said));
        assert!(sources.any(|source| has(&source.path())), "{url}");
    }
}

/// Its items are those of this version, and checked by the compiler.
#[test]
fn the_documentation_has_links_of_its_own() {
    let links = include_str!("../../src/lib.rs").lines();
    let links = links.filter_map(|line| line.strip_prefix("//! ")?.split_once("]: "));
    let links: BTreeMap<_, _> = links.collect();
    let in_readme = README.lines().filter_map(|line| line.split_once("]: "));
    for (label, _) in in_readme.filter(|(_, url)| !url.starts_with(SOURCE)) {
        let link = links.get(label);
        let link = link.unwrap_or_else(|| panic!("lib.rs does not say where {label}] leads"));
        assert!(!link.contains("://"), "{link} is checked by nobody");
    }
}

#[test]
fn an_example_is_one_idea() {
    for example in [
        include_str!("../../examples/client.rs"),
        include_str!("../../examples/hyper.rs"),
        include_str!("../../examples/members.rs"),
        include_str!("../../examples/multistatus.rs"),
        include_str!("../../examples/page.rs"),
        include_str!("../../examples/paywall.rs"),
        include_str!("../../examples/quota.rs"),
        include_str!("../../examples/read.rs"),
        include_str!("../../examples/report.rs"),
        include_str!("../../examples/subscriptions.rs"),
    ] {
        assert!(
            example.lines().count() < 80,
            "{}",
            example.lines().next().unwrap_or_default()
        );
        // A second line would be a panic where a program has read the first and gone.
        assert!(
            example.matches(" println!").count() <= 1,
            "{}",
            example.lines().next().unwrap_or_default()
        );
    }
}
