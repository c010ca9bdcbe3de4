//! Every condition: its name, its namespace, its status, and what it tells beside its name.

mod extensions;
mod versioning;
mod webdav;

use roxmltree::Document;
use statuary::{Condition, DavError};

use crate::documents::body;

const DAV: &str = "DAV:";

/// A condition in a document of its own, as an independent parser reads it: the name, and the text
/// of the elements inside.
#[track_caller]
fn assert_written(condition: Condition, namespace: &str, local: &str, status: u16) {
    let named = condition.name().into_owned();
    assert_eq!((named.namespace(), named.local()), (namespace, local));
    assert_eq!(
        condition.status().map(|it| it.as_u16()),
        Some(status),
        "{local}"
    );

    let error = DavError::from(condition);
    assert_eq!(error.status().as_u16(), status, "{local}");
    let document = body(error.into_http());
    let document = Document::parse(&document).expect(local);
    let root = document.root_element();
    assert!(root.has_tag_name((DAV, "error")));
    let children: Vec<_> = root.children().collect();
    assert_eq!(children.len(), 1, "{local}");
    assert!(children[0].has_tag_name((namespace, local)), "{local}");
}

/// What a condition has inside, as it is written.
#[track_caller]
fn assert_inside(condition: Condition, inside: &str) {
    let local = condition.name().local().to_owned();
    let document = body(DavError::from(condition).into_http());
    let (_, rest) = document.split_once(&format!(":{local}>")).expect(&local);
    let (content, _) = rest.rsplit_once("</D:error>").expect("the root");
    let (content, _) = content.rsplit_once("</").expect(&local);
    assert_eq!(content, inside);
}
