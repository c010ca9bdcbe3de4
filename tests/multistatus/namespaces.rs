//! Names and their namespaces, as roxmltree resolves them.

use http::StatusCode;
use roxmltree::Document;
use statuary::{
    Href, MultiStatus, PropStat, Resource,
    prop::{self, Named, Value},
    xml::{InvalidName, InvalidNameKind, Name},
};

use crate::{
    documents::{one, resource},
    infoset::text,
};

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");
const SIZE: Name<'static> = Name::from_static("urn:example:size", "size");

#[test]
fn namespaces_are_declared_once_and_never_collide() -> Result<(), InvalidName> {
    let first = |path| {
        Resource::new(Href::path(path))
            .prop(prop::text(COLOR, "1"))
            .prop(prop::text(SIZE, "2"))
    };
    let second = Resource::new(Href::path("/b"))
        .prop(prop::text(SIZE, "3"))
        .prop(prop::text(COLOR, "4"));
    let foreign = PropStat::new(StatusCode::FORBIDDEN).name(&Name::new("urn:third", "t")?);
    let third = Resource::new(Href::path("/c"))
        .prop(prop::text(COLOR, "5"))
        .propstat(foreign)
        .missing(&SIZE);
    let answer = MultiStatus::from_iter([first("/a1"), first("/a2"), second, third]).to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let read: Vec<_> = document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "color" | "size" | "t"))
        .map(|node| (node.tag_name().namespace().unwrap_or_default(), text(node)))
        .collect();
    let (paint, size) = ("urn:example:paint", "urn:example:size");
    let expected = [
        (paint, "1"),
        (size, "2"),
        (paint, "1"),
        (size, "2"),
        (size, "3"),
        (paint, "4"),
        (paint, "5"),
        ("urn:third", ""),
        (size, ""),
    ];
    assert!(
        read.iter().map(|(ns, text)| (*ns, &**text)).eq(expected),
        "{answer}"
    );
    assert_eq!(
        answer.matches("xmlns:n0=").count(),
        3,
        "root, second, third's propstat: {answer}"
    );
    Ok(())
}

#[test]
fn names_without_a_namespace_and_odd_namespaces_come_back_declared() {
    let names = [
        ("", "bare"),
        ("http://a/?x=1&y=\"2\"<3>", "odd"),
        ("urn:ietf:params:xml:ns:caldav", "c"),
    ];
    let asked = names.map(|(namespace, local)| Name::new(namespace, local).expect("legal"));
    let answer = one(asked
        .iter()
        .fold(resource(), |resource, name| resource.missing(name)));
    let document = Document::parse(&answer).expect("well-formed");
    for (namespace, local) in names {
        let found = document.descendants().any(|node| {
            node.tag_name().name() == local
                && node.tag_name().namespace().unwrap_or_default() == namespace
        });
        assert!(found, "{namespace} {local}: {answer}");
    }
    assert!(
        answer.contains(r#"xmlns:C="urn:ietf:params:xml:ns:caldav""#),
        "{answer}"
    );
    let local_part = "the local part is no NCName of Namespaces in XML, \
        write a letter, then letters, digits, `-`, `_` and `.`";
    let reserved = "the namespace is reserved for XML itself, choose another";
    for (namespace, local, sentence) in [
        ("DAV:", "", "the local part is empty, write a letter"),
        ("DAV:", "a b", local_part),
        ("DAV:", "1a", local_part),
        ("DAV:", "a:b", local_part),
        (
            "a\u{1}",
            "a",
            "the namespace holds a character that XML forbids, leave it out",
        ),
        ("http://www.w3.org/2000/xmlns/", "a", reserved),
        ("http://www.w3.org/XML/1998/namespace", "lang", reserved),
    ] {
        let error = Name::new(namespace, local).unwrap_err();
        assert_eq!(error.to_string(), sentence, "{namespace} {local}");
    }
    let kind = |namespace, local| Name::new(namespace, local).unwrap_err().kind();
    assert_eq!(kind("DAV:", ""), InvalidNameKind::Empty);
    assert_eq!(kind("DAV:", "a b"), InvalidNameKind::Local);
    assert_eq!(kind("\u{1}", "a"), InvalidNameKind::Namespace);
    assert_eq!(
        kind("http://www.w3.org/2000/xmlns/", "a"),
        InvalidNameKind::Reserved
    );
}

#[test]
fn a_constant_may_be_in_no_namespace() {
    struct Plain;

    impl Named for Plain {
        const NAME: Name<'static> = Name::from_static("", "plain");

        fn value(&self) -> Value<'_> {
            Value::text("1")
        }
    }

    assert_eq!(Plain::NAME, Name::new("", "plain").expect("legal"));
    let mut answer = MultiStatus::new();
    let row = (prop::DisplayName("a"), Plain);
    answer.resource(Href::path("/a")).row(&row).end();
    let answer = answer.to_string();
    assert!(answer.contains("<plain>1</plain>"), "{answer}");
    assert!(!answer.contains("xmlns:n"), "{answer}");
}

#[test]
fn many_namespaces_are_found_again() {
    let name = |index: usize, local| Name::new(format!("urn:{index}"), local).expect("legal");
    let there = (0..60).map(|index| (index, "x"));
    let back = (0..60).rev().map(|index| (index, "y"));
    let all = there.chain(back);
    let made = all.clone().fold(resource(), |resource, (index, local)| {
        resource.prop(prop::text(name(index, local), index.to_string()))
    });
    let mut answer = MultiStatus::from_iter([made]);
    {
        let mut writer = answer.resource(Href::path("/b"));
        for (index, local) in all {
            let _ = writer.prop(prop::text(name(index, local), index.to_string()));
        }
        writer.end();
    }
    let answer = answer.to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let read: Vec<_> = document
        .descendants()
        .filter(|node| ["x", "y"].contains(&node.tag_name().name()))
        .map(|node| {
            (
                node.tag_name().namespace().unwrap_or_default().to_owned(),
                text(node),
            )
        })
        .collect();
    assert_eq!(read.len(), 240);
    assert!(
        read.iter()
            .all(|(namespace, text)| *namespace == format!("urn:{text}"))
    );
    assert_eq!(answer.matches("xmlns:n").count(), 60);
}

#[test]
fn what_is_reserved_for_xml_is_no_name() {
    for namespace in [
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/2000/xmlns/",
    ] {
        assert!(std::panic::catch_unwind(|| Name::from_static(namespace, "base")).is_err());
    }
    let declares = prop::with_content(COLOR, |content| {
        let xmlns = Name::new("", "xmlns").expect("a name");
        content
            .element(&SIZE)
            .attribute(&xmlns, "urn:evil")
            .content(|content| {
                content
                    .element(&Name::new("", "plain").expect("a name"))
                    .empty();
            });
    });
    let answer = one(resource().prop(declares));
    let document = Document::parse(&answer).expect("well-formed");
    let plain = document
        .descendants()
        .find(|node| node.has_tag_name("plain"));
    assert_eq!(
        plain.expect("the element").tag_name().namespace(),
        None,
        "{answer}"
    );
}
