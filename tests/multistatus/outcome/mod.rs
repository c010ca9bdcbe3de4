//! Requests about many things: their answers follow from what became of each.

mod bindings;
mod expand_property;
mod laws;
mod lock;
mod property_changes;
mod queries;
mod readback;
mod roots;
mod streamed;
mod sync_collection;
mod tree;
mod written;

use roxmltree::Document;
use statuary::Href;

fn href(encoded: &'static str) -> Href<'static> {
    Href::parse(encoded).expect("an href")
}

/// A response: its href, its status line, and its propstats.
pub(crate) type Told = (String, Option<String>, Vec<PropStat>);

/// A propstat: its status line, and the local names of its properties.
pub(crate) type PropStat = (String, Vec<String>);

/// The responses of a multistatus.
pub(crate) fn responses(multistatus: &str) -> Vec<Told> {
    let document = Document::parse(multistatus).expect("well-formed");
    let root = document.root_element();
    assert!(root.has_tag_name(("DAV:", "multistatus")));
    let responses = root
        .children()
        .filter(|child| child.has_tag_name(("DAV:", "response")));
    let child = |node: roxmltree::Node<'_, '_>, local| {
        let found = node.children().find(|it| it.has_tag_name(("DAV:", local)));
        found.map(|it| it.text().unwrap_or_default().to_owned())
    };
    responses
        .map(|response| {
            let propstats = response
                .children()
                .filter(|child| child.has_tag_name(("DAV:", "propstat")))
                .map(|propstat| {
                    let prop = propstat.first_element_child().expect("prop");
                    let names = prop.children().map(|it| it.tag_name().name().to_owned());
                    (child(propstat, "status").expect("status"), names.collect())
                });
            (
                child(response, "href").expect("href"),
                child(response, "status"),
                propstats.collect(),
            )
        })
        .collect()
}
