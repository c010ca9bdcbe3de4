//! The grammar of a multistatus, to the letter: the declarations of RFC 4918, section 14, in their order,
//! with the `sync-token` of RFC 6578, section 6.4.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

/// Asserts that a document keeps the grammar, and that no href occurs twice.
#[track_caller]
pub(crate) fn assert_strict(xml: &str) {
    let document = Document::parse(xml).expect("well-formed");
    let root = document.root_element();
    assert_eq!(name(root), "multistatus", "{xml}");
    let mut hrefs = BTreeSet::new();
    let rest = children(root)
        .into_iter()
        .filter(|child| match name(*child) {
            "response" => {
                response(*child, xml);
                let own = children(*child).into_iter();
                for href in own.filter(|child| name(*child) == "href") {
                    let href = href.text().unwrap_or_default();
                    assert!(hrefs.insert(href.to_owned()), "{href} is twice: {xml}");
                }
                false
            }
            _ => true,
        })
        .map(name)
        .collect::<Vec<_>>();
    assert!(
        is_tail(&rest, &["responsedescription", "sync-token"]),
        "{rest:?}: {xml}"
    );
    let last = children(root)
        .iter()
        .rposition(|child| name(*child) == "response");
    assert_eq!(
        last.map_or(0, |last| last + 1) + rest.len(),
        children(root).len(),
        "{xml}"
    );
}

/// Asserts that a document is a root of this name that holds `propstat+`, as the `mkcol-response` of
/// RFC 5689, section 5.2, does.
#[track_caller]
pub(crate) fn assert_propstats(xml: &str, root: (&str, &str)) {
    let document = Document::parse(xml).expect("well-formed");
    assert!(document.root_element().has_tag_name(root), "{xml}");
    let propstats = children(document.root_element());
    assert!(!propstats.is_empty(), "{xml}");
    for it in propstats {
        assert_eq!(name(it), "propstat", "{xml}");
        propstat(it, xml);
    }
}

/// `href, ((href*, status) | propstat+), error?, responsedescription?, location?`, where SEARCH may put
/// a `score` at the end.
#[track_caller]
fn response(response: Node<'_, '_>, xml: &str) {
    let children = children(response);
    let names: Vec<_> = children.iter().map(|child| name(*child)).collect();
    let hrefs = names.iter().take_while(|name| **name == "href").count();
    let propstats = names[hrefs..]
        .iter()
        .take_while(|name| **name == "propstat")
        .count();
    let rest = match names[hrefs..].first() {
        Some(&"status") => &names[hrefs + 1..],
        _ => {
            assert!(hrefs == 1 && propstats > 0, "{names:?}: {xml}");
            &names[hrefs + propstats..]
        }
    };
    assert!(hrefs > 0, "{names:?}: {xml}");
    let tail = ["error", "responsedescription", "location", "score"];
    assert!(is_tail(rest, &tail), "{names:?}: {xml}");
    for child in children {
        match name(child) {
            "propstat" => propstat(child, xml),
            "error" => error(child, xml),
            _ => {}
        }
    }
}

/// `prop, status, error?, responsedescription?`.
#[track_caller]
fn propstat(propstat: Node<'_, '_>, xml: &str) {
    let children = children(propstat);
    let names: Vec<_> = children.iter().map(|child| name(*child)).collect();
    assert_eq!(names[..2], ["prop", "status"], "{xml}");
    let tail = ["error", "responsedescription"];
    assert!(is_tail(&names[2..], &tail), "{xml}");
    let errors = children.into_iter().filter(|child| name(*child) == "error");
    errors.for_each(|it| error(it, xml));
}

/// At least one element, and no text.
#[track_caller]
fn error(error: Node<'_, '_>, xml: &str) {
    assert!(error.children().all(|child| child.is_element()), "{xml}");
    assert!(error.has_children(), "{xml}");
}

/// Whether the names are some of these, in their order.
fn is_tail(names: &[&str], tail: &[&str]) -> bool {
    let mut tail = tail.iter();
    names.iter().all(|name| tail.any(|other| other == name))
}

/// The children, all of which are elements of `DAV:`.
#[track_caller]
fn children<'a>(node: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    let children: Vec<_> = node.children().collect();
    for child in &children {
        assert_eq!(child.tag_name().namespace(), Some("DAV:"));
    }
    children
}

fn name<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name()
}

#[test]
fn what_breaks_the_grammar_is_noticed() {
    let broken = [
        "<status>HTTP/1.1 200 OK</status>",
        "<href>/</href>",
        "<href>/</href><status/><propstat><prop/><status/></propstat>",
        "<href>/</href><propstat><status/><prop/></propstat>",
        "<href>/</href><status/><responsedescription/><error><a/></error>",
        "<href>/</href><status/><error/>",
        "<href>/</href><propstat><prop/><status/><error/></propstat>",
        "<href>/</href><href>/</href><status/>",
        "<href>/</href><href>/b</href><propstat><prop/><status/></propstat>",
    ];
    for broken in broken {
        let xml =
            format!(r#"<multistatus xmlns="DAV:"><response>{broken}</response></multistatus>"#);
        let checked = std::panic::catch_unwind(|| assert_strict(&xml));
        assert!(checked.is_err(), "{broken}");
    }
    for tail in [
        "<sync-token/><responsedescription/>",
        "<sync-token/><response/>",
    ] {
        let xml = format!(r#"<multistatus xmlns="DAV:">{tail}</multistatus>"#);
        assert!(
            std::panic::catch_unwind(|| assert_strict(&xml)).is_err(),
            "{tail}"
        );
    }
}
