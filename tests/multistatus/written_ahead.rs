//! Rows of properties, and properties and resources that were encoded before: they say the same as
//! properties that are written one by one, byte for byte.

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use http::StatusCode;
use http_body_util::BodyExt;
use proptest::prelude::*;
use roxmltree::Document;
use statuary::{
    Condition, Href, MultiStatus, MultiStatusStream, Property, Propfind, Resource,
    multistatus::Either,
    prop::{
        self, CreationDate, DisplayName, Encoded, GetContentLength, GetContentType, GetEtag,
        GetLastModified, Named, ResourceType, SupportedLock, SupportedReportSet, Value,
    },
    reply::Begin,
    xml::{Limits, Name, Tag, Written},
};

use crate::any_text::any_text;

const COLOR: Name<'static> = Name::from_static("http://example.com/paint", "color");
const GLOSS: Name<'static> = Name::from_static("http://example.com/paint", "gloss");
const TASTE: Name<'static> = Name::from_static("http://example.com/food", "taste");
const SUMS: Name<'static> = Name::from_static("http://owncloud.org/ns", "checksums");

struct Color<'a>(&'a str);
struct Gloss(u64);
struct Taste<'a>(&'a str);
struct Sums;
struct Owner<'a>(Href<'a>);
struct Members<'a>(&'a [Href<'a>]);

impl Named for Color<'_> {
    const NAME: Name<'static> = COLOR;

    fn value(&self) -> Value<'_> {
        Value::text(self.0)
    }
}

impl Named for Gloss {
    const NAME: Name<'static> = GLOSS;

    fn value(&self) -> Value<'_> {
        Value::number(self.0)
    }
}

impl Named for Taste<'_> {
    const NAME: Name<'static> = TASTE;

    fn value(&self) -> Value<'_> {
        Value::text(self.0)
    }
}

impl Named for Sums {
    const NAME: Name<'static> = SUMS;

    fn value(&self) -> Value<'_> {
        Value::EMPTY
    }
}

impl Named for Owner<'_> {
    const NAME: Name<'static> = Name::dav("owner");

    fn value(&self) -> Value<'_> {
        Value::href(&self.0)
    }
}

impl Named for Members<'_> {
    const NAME: Name<'static> = Name::dav("group-member-set");

    fn value(&self) -> Value<'_> {
        Value::hrefs(self.0)
    }
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    length: Option<u64>,
    seconds: u64,
    color: Option<String>,
    taste: String,
    folder: bool,
    locks: bool,
}

impl File {
    fn modified(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.seconds)
    }

    fn kind(&self) -> ResourceType<'static> {
        match self.folder {
            true => ResourceType::COLLECTION,
            false => ResourceType::FILE,
        }
    }

    fn lock(&self) -> SupportedLock {
        match self.locks {
            true => SupportedLock::ExclusiveAndShared,
            false => SupportedLock::None,
        }
    }

    fn row(&self) -> impl prop::Row {
        (
            DisplayName(&self.name),
            self.length.map(GetContentLength),
            self.kind(),
            Gloss(self.seconds),
            self.color.as_deref().map(Color),
            Taste(&self.taste),
            GetLastModified(self.modified()),
            self.lock(),
            None::<Sums>,
        )
    }

    fn one_by_one(&self, resource: Resource) -> Resource {
        let mut resource = resource.prop(DisplayName(&self.name));
        if let Some(length) = self.length {
            resource = resource.prop(GetContentLength(length));
        }
        resource = resource
            .prop(self.kind())
            .prop(prop::text(GLOSS, self.seconds.to_string()));
        if let Some(color) = &self.color {
            resource = resource.prop(prop::text(COLOR, color));
        }
        resource = resource
            .prop(prop::text(TASTE, &self.taste))
            .prop(GetLastModified(self.modified()))
            .prop(self.lock());
        if self.length.is_none() {
            resource = resource.missing(&Name::dav("getcontentlength"));
        }
        if self.color.is_none() {
            resource = resource.missing(&COLOR);
        }
        resource.missing(&SUMS)
    }
}

fn files() -> impl Strategy<Value = File> {
    let text = || prop_oneof!["[ -~]{0,80}", "\\PC{0,40}", any_text()];
    (
        text(),
        any::<Option<u64>>(),
        0_u64..10_000_000_000,
        proptest::option::of(text()),
        text(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(name, length, seconds, color, taste, folder, locks)| File {
                name,
                length,
                seconds,
                color,
                taste,
                folder,
                locks,
            },
        )
}

fn new() -> Resource {
    Resource::new(Href::path("/a"))
}

proptest! {
    #[test]
    fn a_row_says_the_same_as_its_members(file in files()) {
        prop_assert_eq!(new().row(&file.row()).to_string(), file.one_by_one(new()).to_string());
    }

    #[test]
    fn a_row_bows_to_the_prefixes_that_are_there(file in files()) {
        let other = || new().prop(prop::text(TASTE, "first"));
        let (row, members) = (other().row(&file.row()), file.one_by_one(other()));
        prop_assert_eq!(row.to_string(), members.to_string());
    }

    #[test]
    fn in_place_it_is_the_same(files in proptest::collection::vec(files(), 0..4)) {
        let (mut row, mut members) = (MultiStatus::new(), MultiStatus::new());
        for (index, file) in files.iter().enumerate() {
            let path = format!("/{index}");
            row.resource(Href::path(&path)).row(&file.row()).end();
            members.push(file.one_by_one(Resource::new(Href::path(&path))));
        }
        prop_assert_eq!(row.to_string(), members.to_string());
    }

    #[test]
    fn a_resource_that_was_encoded_is_the_same_in_every_document(
        files in proptest::collection::vec((files(), 0..4_u8, 0..3_u8), 0..6),
        first in any::<bool>(),
        streamed in any::<bool>(),
    ) {
        // Some come again, and some number their namespaces in another order.
        let resources: Vec<Resource<Either>> = files.iter().map(|(file, path, kind)| {
            let href = format!("/{path}");
            let new = Resource::new(Href::path(&href));
            match kind {
                0 => file.one_by_one(new.prop(prop::text(TASTE, "first"))).either(),
                1 => file.one_by_one(new).description(&file.taste).either(),
                _ => Resource::status(Href::path("/1"), StatusCode::LOCKED)
                    .and(Href::path(&href))
                    .error(Condition::NoConflictingLock(Vec::new()))
                    .either(),
            }
        }).collect();
        let kept: Vec<_> = resources.iter().map(|one| one.clone().into_encoded()).collect();
        let document = |push: &mut dyn FnMut(&mut MultiStatus, usize)| {
            let mut answer = MultiStatus::new();
            if first {
                answer.push(Resource::new(Href::path("/0")).prop(prop::text(SUMS, "1")));
            }
            (0..files.len()).for_each(|index| push(&mut answer, index));
            answer
        };
        let pushed = document(&mut |answer, index| answer.push(resources[index].clone()));
        let copied = document(&mut |answer, index| answer.push(&kept[index]));
        prop_assert_eq!(&copied, &pushed);
        prop_assert_eq!(copied.len(), pushed.len());
        let copied = copied.to_string();
        prop_assert!(Document::parse(&copied).is_ok(), "{}", copied);
        if streamed {
            let whole = |answer: MultiStatusStream| {
                let body = answer.into_http().into_body().collect();
                body.now_or_never().unwrap().unwrap().to_bytes()
            };
            let stream = |begun: Begin<Infallible>| {
                whole(begun.chunk_size(1).now_or_never().unwrap().unwrap())
            };
            let copied = MultiStatusStream::from_iterator(kept.into_iter().map(Ok));
            let pushed = MultiStatusStream::from_iterator(resources.into_iter().map(Ok));
            prop_assert_eq!(stream(copied), stream(pushed));
        }
    }

    #[test]
    fn what_was_encoded_says_the_same(file in files()) {
        let encode = |property: &dyn Fn(Resource) -> Resource| property(new()).to_string();
        let kept = Encoded::new(DisplayName(&file.name));
        prop_assert_eq!(encode(&|r| r.prop(&kept)), encode(&|r| r.prop(DisplayName(&file.name))));
        let taste = prop::text(TASTE, &file.taste);
        let kept = Encoded::new(&taste);
        prop_assert_eq!(encode(&|r| r.prop(&kept)), encode(&|r| r.prop(&taste)));
    }
}

#[test]
fn of_a_property_that_is_there_twice_the_first_is_encoded() {
    let twice = new().prop(GetContentLength(3)).prop(GetContentLength(4));
    let mut answer = MultiStatus::new();
    answer.push(twice.clone().into_encoded());
    assert_eq!(answer, MultiStatus::from_iter([twice]));
    assert!(
        answer
            .to_string()
            .contains("<D:prop><D:getcontentlength>3</D:getcontentlength></D:prop>")
    );
}

#[test]
fn a_row_without_anything_found_has_only_the_missing() {
    let row = (None::<GetContentLength>, None::<Color<'_>>);
    assert_eq!(
        new().row(&row).to_string(),
        new()
            .missing(&Name::dav("getcontentlength"))
            .missing(&COLOR)
            .to_string()
    );
}

#[test]
fn a_row_has_hrefs_and_reports() {
    let people = [Href::path("/people/ann"), Href::path("/a & b").of_server()];
    for (members, reports) in [
        (
            &people[..],
            &[COLOR, Name::dav("sync-collection"), TASTE][..],
        ),
        (&people[..1], &[]),
        (&[], &[SUMS]),
    ] {
        let owner = || Href::path("/people/bob");
        let row = (
            Color("red"),
            Owner(owner()),
            SupportedReportSet(reports),
            Gloss(3),
            Members(members),
        );
        let same = new()
            .prop(prop::text(COLOR, "red"))
            .prop(prop::href(Name::dav("owner"), owner()))
            .prop(SupportedReportSet(reports))
            .prop(prop::text(GLOSS, "3"))
            .prop(prop::hrefs(Name::dav("group-member-set"), members));
        assert_eq!(new().row(&row).to_string(), same.to_string());
    }
}

#[test]
fn an_answer_takes_of_a_row_what_was_asked_for() {
    let body = br#"<propfind xmlns="DAV:"><prop><getcontentlength/><getetag/></prop></propfind>"#;
    let wanted = Propfind::parse(body, &Limits::request()).unwrap();
    let row = (
        DisplayName("a"),
        GetContentLength(3),
        None::<GetEtag<'static>>,
    );
    let answer = wanted.answer(Href::path("/a")).row(&row).into_resource();
    let same = new()
        .prop(GetContentLength(3))
        .missing(&Name::dav("getetag"));
    assert_eq!(answer.to_string(), same.to_string());
}

#[test]
fn encoded_prefixes_never_collide() {
    let kept = Encoded::new(prop::text(COLOR, "red").lang("en"));
    let resource = new()
        .prop(prop::text(TASTE, "sweet"))
        .prop(&kept)
        .prop(prop::text(GLOSS, "1"));
    let answer = MultiStatus::from_iter([resource]).to_string();
    let document = Document::parse(&answer).unwrap();
    for (name, text) in [(COLOR, "red"), (TASTE, "sweet"), (GLOSS, "1")] {
        let found = document
            .descendants()
            .find(|node| node.has_tag_name((name.namespace(), name.local())));
        assert_eq!(found.unwrap().text(), Some(text), "{answer}");
    }
}

#[test]
fn an_encoded_property_is_offered_by_its_name() {
    let kept = Encoded::new(CreationDate(SystemTime::UNIX_EPOCH));
    assert_eq!(kept.name(), Name::dav("creationdate"));
    let refused = statuary::PropStat::new(StatusCode::FORBIDDEN).prop(&kept);
    assert!(
        new()
            .propstat(refused)
            .to_string()
            .contains("1970-01-01T00:00:00Z")
    );
}

#[test]
fn texts_of_every_length_with_something_odd_at_every_place() {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('\r', "&#13;")
            .replace(['\u{7}', '\u{FFFE}'], "\u{FFFD}")
    };
    for length in 0..=100 {
        for place in 0..=length {
            for odd in ["&", "<", ">", "\r", "\u{7}", "\u{FFFE}", "\t", "é", ""] {
                let text = ["a".repeat(place), odd.into(), "b".repeat(length - place)].concat();
                let property = new().prop(DisplayName(&text)).to_string();
                let within = format!("<D:displayname>{}</D:displayname>", escape(&text));
                assert!(property.contains(&within), "{text:?}");
                let property = new().prop(prop::text(GLOSS, &text)).to_string();
                let within = format!("<n0:gloss>{}</n0:gloss>", escape(&text));
                assert!(property.contains(&within), "{text:?}");
            }
        }
    }
}

#[test]
fn names_of_every_length_in_namespaces_of_every_kind() {
    for length in 1..=70 {
        let local = "abcdefghijk".repeat(7)[..length].to_owned();
        for (namespace, prefix) in [
            ("", ""),
            ("DAV:", "D:"),
            ("urn:ietf:params:xml:ns:carddav", "CR:"),
            ("urn:example:own", "n0:"),
        ] {
            let name = Name::new(namespace, &*local).unwrap();
            for text in ["", "short", &"a text of sixty-four bytes, ".repeat(3)[..64]] {
                let answer = new().prop(prop::text(name.borrowed(), text)).to_string();
                let within = format!("<{prefix}{local}>{text}</{prefix}{local}></D:prop>");
                assert!(answer.contains(&within), "{answer}");
            }
            let answer = new().missing(&name).to_string();
            assert!(
                answer.contains(&format!("<{prefix}{local}/></D:prop>")),
                "{answer}"
            );
        }
    }
}

#[test]
fn paths_of_every_length_with_something_odd_at_every_place() {
    for length in 0..=70 {
        for place in 0..=length {
            for (odd, instead) in [
                (" ", "%20"),
                ("&", "&"),
                ("%", "%25"),
                ("<", "%3C"),
                ("ü", "%C3%BC"),
                ("/.x", "/.x"),
                ("/./", "/"),
                ("/../", "/"),
                ("//", "//"),
            ] {
                let (before, behind) = ("a".repeat(place), "b".repeat(length - place));
                let raw = format!("/{before}{odd}{behind}");
                let written = match (odd, place) {
                    ("/../", _) | ("/./" | "//", 0) => format!("/{behind}"),
                    ("/.x", 0) => format!("/.x{behind}"),
                    _ => format!("/{before}{instead}{behind}"),
                };
                assert_eq!(Href::path(&raw).to_string(), written, "{raw}");
                let escaped = written.replace('&', "&amp;");
                for href in [Href::path(&raw), Href::path(&raw).into_encoded()] {
                    let resource = Resource::new(href).to_string();
                    assert!(
                        resource.contains(&format!("<D:href>{escaped}</D:href>")),
                        "{raw}"
                    );
                }
            }
        }
    }
}

#[test]
fn types_and_numbers_at_their_ends() {
    for (number, text) in [
        (0, "0"),
        (9, "9"),
        (10, "10"),
        (99, "99"),
        (100, "100"),
        (u64::MAX, "18446744073709551615"),
    ] {
        let within = format!("<D:getcontentlength>{text}</D:getcontentlength>");
        assert!(
            new()
                .prop(GetContentLength(number))
                .to_string()
                .contains(&within)
        );
    }
    let media_type = new().prop(GetContentType(" text/plain ")).to_string();
    assert!(media_type.contains("<D:getcontenttype>text/plain</D:getcontenttype>"));
}

/// A property in the place of an element that has an attribute already.
struct Marked(Encoded);

impl Property for Marked {
    fn name(&self) -> Name<'_> {
        self.0.name()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        self.0.value(tag.attribute(&TASTE, "sweet"))
    }
}

#[test]
fn what_is_written_over_leaves_no_prefix() {
    let color = Encoded::new(prop::text(COLOR, "red"));
    let marked = Encoded::new(Marked(color));
    let other = Name::from_static("urn:example:other", "other");
    let resource = Resource::new(Href::path("/a"))
        .prop(prop::text(other, "1"))
        .prop(marked);
    let answer = MultiStatus::from_iter([resource]).to_string();
    assert!(Document::parse(&answer).is_ok(), "{answer}");
    assert!(!answer.contains("food"), "{answer}");
}
