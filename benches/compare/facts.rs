//! What a multistatus says, however it says it: prefixes, quotes, the order of properties and the form of
//! empty elements do not count, nor does which characters of an href are encoded. It is read by roxmltree.

use std::{collections::BTreeSet, fmt::Write};

use percent_encoding::percent_decode_str;
use roxmltree::{Document, Node};

/// All that is said, one fact for each property of each resource.
#[derive(Debug, Eq, PartialEq)]
pub struct Facts(BTreeSet<Fact>);

/// What is said of one property of one resource.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Fact {
    pub href: String,
    pub status: u16,
    pub namespace: String,
    pub name: String,
    /// The text directly inside the property.
    pub text: String,
    /// All that is inside, elements and attributes too.
    pub value: String,
}

// === impl Facts ===

impl Facts {
    /// Reads a document, and tells whose it is should it be none.
    ///
    /// # Panics
    ///
    /// If it is no multistatus.
    pub fn of(whose: &str, document: &[u8]) -> Self {
        let text = str::from_utf8(document).expect("UTF-8");
        let document = Document::parse(text).unwrap_or_else(|error| panic!("{whose}: {error}"));
        let root = document.root_element();
        assert!(
            root.has_tag_name(("DAV:", "multistatus")),
            "{whose}: no multistatus"
        );
        let mut facts = BTreeSet::new();
        for response in dav(root, "response") {
            let href = text_of(response, "href");
            for propstat in dav(response, "propstat") {
                let status = text_of(propstat, "status");
                let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
                let properties = dav(propstat, "prop").flat_map(|prop| prop.children());
                facts.extend(properties.filter(Node::is_element).map(|property| {
                    Fact {
                        href: decoded(&href),
                        status: code.expect("a status line"),
                        namespace: property
                            .tag_name()
                            .namespace()
                            .unwrap_or_default()
                            .to_owned(),
                        name: property.tag_name().name().to_owned(),
                        text: property.text().unwrap_or_default().to_owned(),
                        value: canonical(property),
                    }
                }));
            }
        }
        Self(facts)
    }

    /// The names of the properties of which only one of both says something, or both another thing.
    pub fn differs<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let facts = self.0.symmetric_difference(&other.0);
        let names: BTreeSet<_> = facts.map(|fact| &*fact.name).collect();
        names.into_iter().collect()
    }

    /// The facts without what is in the elements inside the properties.
    pub fn shallow(&self) -> BTreeSet<Fact> {
        let shallow = |fact: &Fact| Fact {
            value: String::new(),
            ..fact.clone()
        };
        self.0.iter().map(shallow).collect()
    }
}

// === helpers ===

fn dav<'a, 'input: 'a>(
    parent: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    let children = parent.children();
    children.filter(move |child| child.has_tag_name(("DAV:", name)))
}

fn text_of(parent: Node<'_, '_>, name: &'static str) -> String {
    let child = dav(parent, name).next().expect("a required element");
    child.text().unwrap_or_default().to_owned()
}

/// An href as what it names.
pub fn decoded(href: &str) -> String {
    percent_decode_str(href).decode_utf8_lossy().into_owned()
}

/// An element with all that is in it.
fn canonical(element: Node<'_, '_>) -> String {
    let mut out = String::new();
    for node in element.descendants() {
        let depth = node.ancestors().count();
        let attributes: Vec<_> = node.attributes().collect();
        let _ = match node.is_element() {
            true => write!(out, "{depth}<{:?} {attributes:?}>", node.tag_name()),
            false => write!(out, "{depth}{:?}", node.text()),
        };
    }
    out
}
