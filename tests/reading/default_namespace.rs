//! Elements of a client that wrote `DAV:` as a default namespace.

use proptest::{collection::vec, prelude::*, sample::select};
use roxmltree::{Document, Node};
use statuary::{
    PropertyUpdate,
    request::Instruction,
    xml::{Element, Limits},
};

use crate::oracle::{bound, infoset_inside, infoset_of};

#[test]
fn names_of_dav_come_back_with_a_prefix() {
    for (given, expected) in [
        ("<a xmlns='DAV:'/>", "<D:a/>"),
        ("<a xmlns='DAV:'>x</a>", "<D:a>x</D:a>"),
        (
            "<a xmlns='DAV:' b='c'><d/><e>f</e></a>",
            "<D:a b=\"c\"><D:d/><D:e>f</D:e></D:a>",
        ),
        (
            "<a xmlns='DAV:' xmlns:D='DAV:'><D:b/><c/></a>",
            "<D:a><D:b/><D:c/></D:a>",
        ),
        (
            "<a xmlns='DAV:'><x:b xmlns:x='DAV:'><c/></x:b></a>",
            "<D:a><x:b xmlns:x=\"DAV:\"><D:c/></x:b></D:a>",
        ),
        (
            "<a xmlns='urn:a'><b xmlns='DAV:'><c xmlns='urn:a'/><d xmlns=''/></b><e/></a>",
            "<a xmlns=\"urn:a\"><D:b><c xmlns=\"urn:a\"/><d xmlns=\"\"/></D:b><e/></a>",
        ),
        (
            "<x:a xmlns:x='urn:x' xmlns='DAV:'><b/></x:a>",
            "<x:a xmlns:x=\"urn:x\"><D:b/></x:a>",
        ),
    ] {
        assert_eq!(Element::parse(given).unwrap().as_str(), expected, "{given}");
    }
}

#[test]
fn the_prefix_is_another_where_the_client_has_given_it_away() {
    for (given, expected) in [
        (
            "<a xmlns='DAV:' xmlns:D='urn:d' D:b='c'><D:e/><f/></a>",
            "<D0:a xmlns:D0=\"DAV:\" xmlns:D=\"urn:d\" D:b=\"c\"><D:e/><D0:f/></D0:a>",
        ),
        (
            "<a xmlns='DAV:'><D:b xmlns:D='urn:d'><c/><c/></D:b><d/></a>",
            "<D:a><D:b xmlns:D=\"urn:d\"><D0:c xmlns:D0=\"DAV:\"/><D0:c xmlns:D0=\"DAV:\"/></D:b>\
             <D:d/></D:a>",
        ),
        (
            "<a xmlns='DAV:' xmlns:D='urn:d'><b xmlns:D0='urn:e'><c D0:d=''/></b><e/></a>",
            "<D0:a xmlns:D0=\"DAV:\" xmlns:D=\"urn:d\"><D1:b xmlns:D1=\"DAV:\" xmlns:D0=\"urn:e\">\
             <D1:c D0:d=\"\"/></D1:b><D0:e/></D0:a>",
        ),
        (
            "<a xmlns='DAV:' xmlns:D='urn:d'><b xmlns:D='DAV:'><c/></b></a>",
            "<D0:a xmlns:D0=\"DAV:\" xmlns:D=\"urn:d\"><D:b xmlns:D=\"DAV:\"><D:c/></D:b></D0:a>",
        ),
    ] {
        assert_eq!(Element::parse(given).unwrap().as_str(), expected, "{given}");
    }
}

#[test]
fn a_body_without_any_prefix_is_kept_with_one() {
    let body = "<propertyupdate xmlns='DAV:'><set><prop>\
                <displayname>x</displayname><owner><href>/a</href></owner>\
                </prop></set></propertyupdate>";
    assert_eq!(
        kept(body),
        [
            "<D:displayname>x</D:displayname>",
            "<D:owner><D:href>/a</D:href></D:owner>",
        ]
    );
}

/// The values that a PROPPATCH sets.
fn kept(body: &str) -> Vec<String> {
    let update = PropertyUpdate::parse(body.as_bytes(), &Limits::request()).unwrap();
    let instructions = update.into_instructions().into_iter();
    instructions
        .filter_map(|instruction| match instruction {
            Instruction::Set(value) => Some(value.to_string()),
            _ => None,
        })
        .collect()
}

const PREFIXES: [&str; 6] = ["", "", "D", "x", "D0", "D1"];
const NAMESPACES: [&str; 4] = ["DAV:", "DAV:", "urn:d", "urn:x"];

/// A binding; the default namespace may also be taken back.
fn binding() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop_oneof![
        6 => (select(&PREFIXES[..]), select(&NAMESPACES[..])),
        1 => Just(("", "")),
    ]
}

/// The text of an element, in a scope where `D` and `x` are bound. It binds the other prefixes that it
/// uses, so that they come and go.
fn element() -> impl Strategy<Value = String> {
    let head = || {
        let attributes = vec(select(&PREFIXES[2..]), 0..2);
        (select(&PREFIXES[..]), vec(binding(), 0..3), attributes)
    };
    let leaf = (head(), select(&["", " ", "text", "D:text", "x:y"][..]))
        .prop_map(|(head, text)| write(&head, text));
    leaf.prop_recursive(5, 40, 4, move |inner| {
        (head(), vec(inner, 0..4)).prop_map(|(head, inner)| write(&head, &inner.concat()))
    })
}

type Head = (
    &'static str,
    Vec<(&'static str, &'static str)>,
    Vec<&'static str>,
);

fn write((prefix, bindings, attributes): &Head, inside: &str) -> String {
    let name = written(prefix, "a");
    let mut text = format!("<{name}");
    for (at, (prefix, namespace)) in bindings.iter().enumerate() {
        if bindings[..at].iter().all(|(before, _)| before != prefix) {
            text += &format!(" {}='{namespace}'", declaration(prefix));
        }
    }
    for own in ["D0", "D1"] {
        let is_used = *prefix == own || attributes.contains(&own);
        if is_used && bindings.iter().all(|(bound, _)| *bound != own) {
            text += &format!(" xmlns:{own}='urn:d'");
        }
    }
    for (at, prefix) in attributes.iter().enumerate() {
        text += &format!(" {prefix}:b{at}='{prefix}:c'");
    }
    text + ">" + inside + "</" + &name + ">"
}

fn written(prefix: &str, local: &str) -> String {
    match prefix {
        "" => local.to_owned(),
        _ => format!("{prefix}:{local}"),
    }
}

fn declaration(prefix: &str) -> String {
    match prefix {
        "" => "xmlns".to_owned(),
        _ => format!("xmlns:{prefix}"),
    }
}

/// The name of an element as its document writes it.
fn name<'a>(node: &Node<'a, '_>) -> &'a str {
    let text = &node.document().input_text()[node.range()];
    let end = text.find([' ', '/', '>']).unwrap();
    &text[1..end]
}

/// That the element says what the original does, and says it with prefixes.
fn check(element: &Element, original: Node<'_, '_>) -> Result<(), TestCaseError> {
    prop_assert_eq!(infoset_inside(element), infoset_of(original));
    prop_assert_eq!(&Element::parse(element.as_str()).unwrap(), element);
    let text = bound(element.as_str());
    prop_assert!(
        !text.contains("xmlns=\"DAV:\""),
        "a default namespace in {}",
        text
    );
    let document = Document::parse(&text).unwrap();
    let kept = document.root_element().first_child().unwrap();
    let kept = kept.descendants().filter(Node::is_element);
    for (kept, given) in kept.zip(original.descendants().filter(Node::is_element)) {
        let (kept, given_name) = (name(&kept), name(&given));
        if given_name.contains(':') || given.tag_name().namespace() != Some("DAV:") {
            prop_assert_eq!(kept, given_name, "another prefix in {}", text);
        } else {
            prop_assert!(kept.contains(':'), "a default namespace in {}", text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_nested_says_the_same(
        outside in vec(select(&NAMESPACES[..]), 2),
        default in binding(),
        inside in vec(element(), 1..4),
    ) {
        let bindings: String = ["D", "x"]
            .iter()
            .zip(outside)
            .map(|(prefix, namespace)| format!(" xmlns:{prefix}='{namespace}'"))
            .collect();
        let text = format!("<a xmlns='{}'{bindings}>{}</a>", default.1, inside.concat());
        let document = Document::parse(&text).unwrap();
        let element = Element::parse(&text).unwrap();
        check(&element, document.root_element())?;
        let originals = document.root_element().children().filter(Node::is_element);
        for (child, original) in element.children().zip(originals) {
            check(&child, original)?;
        }
    }

    /// Nothing but the name that the client chose is bound outside; in ours, `D` is.
    #[test]
    fn what_a_body_sets_says_the_same(
        outer in select(&["y", "D"][..]),
        (namespace, inside) in (select(&NAMESPACES[..]), vec(element(), 1..4)),
    ) {
        let text = format!(
            "<{outer}:propertyupdate xmlns:{outer}='DAV:' xmlns='DAV:'><set><prop>\
             <z:z xmlns:z='urn:z' xmlns:D='{namespace}' xmlns:x='urn:x'>{}\
             </z:z></prop></set></{outer}:propertyupdate>",
            inside.concat(),
        );
        let document = Document::parse(&text).unwrap();
        let original = document.descendants().find(|node| node.has_tag_name(("urn:z", "z")));
        let element = Element::parse(&kept(&text)[0]).unwrap();
        check(&element, original.unwrap())?;
    }
}
