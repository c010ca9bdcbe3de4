//! What is written is read back: the hrefs, the text of the properties, the statuses.

#![no_main]

use libfuzzer_sys::fuzz_target;
use statuary::{Href, MultiStatus, Resource, prop, read::Reader, xml::Name};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let names: Vec<&str> = text.split('/').collect();
    let resource = |(at, &name): (usize, &&str)| {
        Resource::new(Href::path(&path(at, name))).prop(prop::DisplayName(name))
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
        assert_eq!(read.text(), legal(name));
    }
    assert!(reader.next().is_none());
});

/// A path of its own for each name, even for `..`.
fn path(at: usize, name: &str) -> String {
    format!("/{at}/-{name}")
}

/// XML has no way to write some characters; they are replaced.
fn legal(name: &str) -> String {
    let is_legal = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    name.replace(|c| !is_legal(c), "\u{FFFD}")
}
