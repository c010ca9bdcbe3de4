//! What is written is read back: the hrefs, the text of the properties, the statuses.

#![no_main]

use libfuzzer_sys::fuzz_target;
use statuary::{Href, MultiStatus, Resource, prop, read::Reader, xml::Name};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    // XML has no way to write these; they are replaced.
    let is_legal = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    let names: Vec<String> = text
        .split('\n')
        .map(|name| name.chars().filter(|&c| is_legal(c)).collect())
        .collect();
    let resource = |(at, name): (usize, &String)| {
        Resource::new(Href::path(&path(at, name))).prop(prop::DisplayName(name.as_str()))
    };
    let resources: Vec<Resource> = names.iter().enumerate().map(resource).collect();
    let body: MultiStatus = resources.into_iter().collect();
    let body = body.to_string();

    let mut reader = Reader::new(body.as_bytes());
    for (at, name) in names.iter().enumerate() {
        let response = reader.next().expect("a response").expect("it is legal");
        let href = Href::parse(response.href().expect("an href")).expect("an href");
        assert!(href.same_path(&Href::path(&path(at, name))));
        let read = response.value(&Name::dav("displayname")).expect("a name");
        assert_eq!(read.text(), *name);
    }
    assert!(reader.next().is_none());
});

/// A path of its own for each name, even for `..`.
fn path(at: usize, name: &str) -> String {
    format!("/{at}/-{}", name.replace('/', "-"))
}
