//! A resource, a property and an element are whole, whatever those do who write them.

use roxmltree::Document;
use statuary::{
    Href, MultiStatus, Property, Resource,
    prop::{self, DisplayName},
    xml::{Element, Name, Tag, Written},
};

use crate::documents::{one, resource};

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");

/// A property that hands its element on to another one.
struct Delegates<P>(Name<'static>, P);

impl<P: Property> Property for Delegates<P> {
    fn name(&self) -> Name<'_> {
        self.0.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        self.1.value(tag.lang("en"))
    }
}

#[test]
fn a_property_may_hand_on_to_another() -> Result<(), statuary::xml::Error> {
    let answer = one(resource().prop(Delegates(Name::dav("displayname"), DisplayName("x"))));
    assert!(
        answer.contains("<D:displayname xml:lang=\"en\">x</D:displayname>"),
        "{answer}"
    );
    let answer = one(resource().prop(Delegates(COLOR, DisplayName("x"))));
    assert!(
        answer.contains("<n0:color xml:lang=\"en\">x</n0:color>"),
        "{answer}"
    );
    let answer = one(resource().prop(Delegates(COLOR, prop::ResourceType::COLLECTION)));
    assert!(
        answer.contains("<n0:color xml:lang=\"en\"><D:collection/></n0:color>"),
        "{answer}"
    );
    let element = Element::parse("<x:a xmlns:x=\"urn:x\" x:b=\"c\">d</x:a>")?;
    let answer = one(resource().prop(Delegates(Name::dav("a"), &element)));
    assert!(
        answer.contains("<D:prop><x:a xmlns:x=\"urn:x\" x:b=\"c\">d</x:a></D:prop>"),
        "{answer}"
    );
    Ok(())
}

#[test]
fn a_resource_that_is_given_up_was_never_there() {
    let mut answer = MultiStatus::new();
    answer
        .resource(Href::path("/a"))
        .prop(DisplayName("a"))
        .end();
    let whole = answer.to_string();
    let _ = answer.resource(Href::path("/b")).prop(DisplayName("b"));
    std::mem::forget(answer.resource(Href::path("/c")));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let panics = prop::with_content(COLOR, |content| {
            content
                .element(&Name::dav("d"))
                .content(|_| panic!("midway"));
        });
        answer.resource(Href::path("/d")).prop(panics).end();
    }));
    assert!(panicked.is_err());
    assert_eq!(answer.len(), 1);
    assert_eq!(
        answer
            .to_string()
            .replace(" xmlns:n0=\"urn:example:paint\"", ""),
        whole
    );
    // What was given up may be begun again.
    answer.resource(Href::path("/b")).end();
    assert_eq!(answer.len(), 2);
    Document::parse(&answer.to_string()).expect("well-formed");
}

#[test]
fn what_was_given_up_does_not_count_when_others_are_added() {
    let mut answer = MultiStatus::new();
    let long = "x".repeat(5_000);
    let _ = answer.resource(Href::path("/a")).prop(DisplayName(&long));
    answer.extend([resource(), Resource::new(Href::path("/b"))]);
    assert_eq!(answer.len(), 2);
    assert!(!answer.to_string().contains(&long));
}

#[test]
fn a_panic_inside_an_element_leaves_it_ended() {
    let caught = prop::with_content(COLOR, |content| {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            content
                .element(&Name::dav("d"))
                .content(|_| panic!("midway"));
        }));
        assert!(panicked.is_err());
    });
    let answer = one(resource().prop(caught));
    assert!(
        answer.contains("<n0:color><D:d></D:d></n0:color>"),
        "{answer}"
    );
}

#[test]
fn an_element_is_whole_whatever_its_writer_does() {
    let careless = prop::with_content(COLOR, |content| {
        let shade = Name::dav("shade");
        let by = Name::new("", "by").expect("a name");
        let dropped = content
            .element(&shade)
            .attribute(&by, "a\" b=\"c")
            .attribute(&by, "again");
        drop(dropped);
        drop(content.element(&shade));
        content.element(&shade).lang("de").lang("fr").text("<");
    });
    let answer = one(resource().prop(careless));
    assert!(
        answer.contains(
            "<n0:color><D:shade by=\"a&quot; b=&quot;c\"/>\
             <D:shade xml:lang=\"de\">&lt;</D:shade></n0:color>"
        ),
        "{answer}"
    );
}

#[test]
fn a_score_is_written_in_place() {
    let mut answer = MultiStatus::new();
    for (path, score) in [("/a", 9_000), ("/b", u16::MAX)] {
        let mut resource = answer.resource(Href::path(path));
        resource.prop(DisplayName("x")).score(score).end();
    }
    let pushed: MultiStatus = [("/a", 9_000), ("/b", 10_000)]
        .map(|(path, score)| {
            Resource::new(Href::path(path))
                .prop(DisplayName("x"))
                .score(score)
        })
        .into_iter()
        .collect();
    assert_eq!(answer, pushed);
    assert!(answer.to_string().contains("<D:score>10000</D:score>"));
}
