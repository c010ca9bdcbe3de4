//! What an independent parser reads in a document.

use roxmltree::{Document, Node};

/// The document as this crate would write it: no white space between elements, `D` for `DAV:`, and
/// all other namespaces numbered in their order.
#[track_caller]
pub(crate) fn compact(xml: &str) -> String {
    let document = Document::parse(xml).expect("well-formed");
    let mut namespaces = Vec::new();
    let mut content = String::new();
    write(document.root_element(), &mut namespaces, &mut content);
    let declarations: String = namespaces
        .iter()
        .enumerate()
        .map(|(index, namespace)| format!(r#" xmlns:n{index}="{namespace}""#))
        .collect();
    let root = r#"<D:multistatus xmlns:D="DAV:""#;
    let content = content.replacen("<D:multistatus", &format!("{root}{declarations}"), 1);
    format!(r#"<?xml version="1.0" encoding="utf-8"?>{content}"#)
}

/// The elements of one name below a node, in document order.
pub(crate) fn all<'a>(node: Node<'a, 'a>, local: &str) -> Vec<Node<'a, 'a>> {
    node.descendants()
        .filter(|node| node.has_tag_name(("DAV:", local)))
        .collect()
}

/// All text inside an element.
pub(crate) fn text(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter_map(|node| node.text().filter(|_| node.is_text()))
        .collect()
}

fn write(element: Node<'_, '_>, namespaces: &mut Vec<String>, out: &mut String) {
    let local = element.tag_name().name();
    let tag = match element.tag_name().namespace().unwrap_or_default() {
        "DAV:" => format!("D:{local}"),
        "" => local.to_owned(),
        other => {
            let index = namespaces
                .iter()
                .position(|known| known == other)
                .unwrap_or_else(|| {
                    namespaces.push(other.to_owned());
                    namespaces.len() - 1
                });
            format!("n{index}:{local}")
        }
    };
    assert_eq!(element.attributes().len(), 0, "no example has attributes");
    let children: Vec<_> = element.children().filter(Node::is_element).collect();
    let words: Vec<_> = element
        .text()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    if children.is_empty() && words.is_empty() {
        out.push_str(&format!("<{tag}/>"));
        return;
    }
    out.push_str(&format!("<{tag}>{}", words.join(" ")));
    for child in children {
        write(child, namespaces, out);
    }
    out.push_str(&format!("</{tag}>"));
}

/// All that an element says: its name, its attributes, its text to the letter, and what is inside;
/// whatever its prefixes are.
pub(crate) fn whole(element: Node<'_, '_>) -> String {
    let name = |namespace: Option<&str>, local: &str| {
        format!("{{{}}}{local}", namespace.unwrap_or_default())
    };
    let tag = element.tag_name();
    let mut attributes: Vec<_> = element
        .attributes()
        .map(|it| format!(" {}={:?}", name(it.namespace(), it.name()), it.value()))
        .collect();
    attributes.sort();
    let inside: String = element
        .children()
        .map(|child| match child.text().filter(|_| child.is_text()) {
            Some(text) => format!("{text:?}"),
            None => whole(child),
        })
        .collect();
    format!(
        "<{}{}>{inside}</>",
        name(tag.namespace(), tag.name()),
        attributes.concat()
    )
}

/// What a document says, whatever its prefixes and the white space beside its words.
#[track_caller]
pub(crate) fn said(xml: &str) -> String {
    let document = Document::parse(xml).expect("well-formed");
    let mut out = String::new();
    say(document.root_element(), &mut out);
    out
}

fn say(element: Node<'_, '_>, out: &mut String) {
    let name = element.tag_name();
    let name = format!(
        "{{{}}}{}",
        name.namespace().unwrap_or_default(),
        name.name()
    );
    out.push_str(&format!("<{name}>"));
    for child in element.children() {
        if child.is_element() {
            say(child, out);
        } else if let Some(text) = child.text().filter(|_| child.is_text()) {
            let words: Vec<_> = text.split_whitespace().collect();
            out.push_str(&words.join(" "));
        }
    }
    out.push_str(&format!("</{name}>\n"));
}
