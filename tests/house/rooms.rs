//! Rooms import only rooms above them in their own wing; the bridge stands on its two ends, and the
//! front door on all.

use std::{collections::BTreeSet, fs, path::Path};

/// Each room, and the rooms that it imports.
const ROOMS: [(&str, &[&str]); 23] = [
    // Under both wings.
    ("bound", &[]),
    ("date", &[]),
    ("vary", &[]),
    // The west wing, 207.
    ("xml", &[]),
    ("dav", &["xml"]),
    ("multistatus", &["date", "dav", "xml"]),
    ("read", &["date", "dav", "xml"]),
    ("request", &["date", "dav", "multistatus", "read", "xml"]),
    (
        "reply",
        &["bound", "dav", "multistatus", "request", "vary", "xml"],
    ),
    (
        "outcome",
        &["dav", "multistatus", "reply", "request", "vary", "xml"],
    ),
    // The east wing, 402.
    ("turn", &[]),
    ("subscription", &[]),
    ("policy", &["subscription"]),
    ("remembering", &["subscription"]),
    ("checks", &["policy", "remembering", "subscription"]),
    ("challenge", &["date", "subscription", "vary"]),
    ("paywall", &["challenge", "subscription", "turn", "vary"]),
    (
        "settlement",
        &["bound", "challenge", "paywall", "subscription", "turn"],
    ),
    (
        "idempotency",
        &[
            "bound",
            "challenge",
            "paywall",
            "settlement",
            "subscription",
            "turn",
        ],
    ),
    ("quota", &["settlement", "subscription"]),
    (
        "testing",
        &["idempotency", "quota", "settlement", "subscription"],
    ),
    // The bridge.
    (
        "members",
        &[
            "challenge",
            "dav",
            "multistatus",
            "paywall",
            "reply",
            "subscription",
            "xml",
        ],
    ),
    // The front door.
    (
        "axum",
        &[
            "dav",
            "idempotency",
            "multistatus",
            "outcome",
            "paywall",
            "reply",
            "request",
            "settlement",
            "subscription",
        ],
    ),
];

#[test]
fn rooms_import_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if room == "lib" {
            continue;
        }
        let (_, allowed) = ROOMS
            .iter()
            .find(|(known, _)| *known == room)
            .unwrap_or_else(|| panic!("the room `{room}` has no place in the plan"));
        let imported = imports(&path);
        for import in &imported {
            assert!(
                *import == room || allowed.contains(&&**import),
                "`{room}` imports `{import}`"
            );
        }
        for import in *allowed {
            assert!(
                imported.contains(*import),
                "`{room}` may import `{import}`, and does not"
            );
        }
        seen.insert(room);
    }
    assert_eq!(
        seen.len(),
        ROOMS.len(),
        "the plan has a room that the tree lacks"
    );
}

#[test]
fn the_plan_itself_goes_one_way() {
    for (place, (room, allowed)) in ROOMS.iter().enumerate() {
        for import in *allowed {
            let above = ROOMS[..place].iter().any(|(known, _)| known == import);
            assert!(above, "`{import}` is not above `{room}`");
        }
    }
}

#[test]
fn imports_are_found_in_every_shape() {
    let text = "//! crate::doc\nuse crate::one::A;\nuse crate::{\n    two::{B, c},\n    three,\n};\n\
                fn f() { crate::four::g() } // crate::comment";
    assert_eq!(
        names(text),
        BTreeSet::from(["one", "two", "three", "four"].map(String::from))
    );
}

/// The rooms that a room names in its code.
fn imports(path: &Path) -> BTreeSet<String> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        return entries
            .flat_map(|entry| imports(&entry.unwrap().path()))
            .collect();
    }
    names(&fs::read_to_string(path).unwrap())
}

fn names(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => names.extend(heads(group)),
            None => names.extend(word(rest)),
        }
    }
    names
}

/// The first word of each member of a group of imports.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(String::new());
                continue;
            }
            _ => {}
        }
        members.last_mut().unwrap().push(c);
    }
    members
        .iter()
        .filter_map(|member| word(member.trim()))
        .collect()
}

fn word(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    Some(text[..end].to_owned()).filter(|word| !word.is_empty())
}
