//! xmltree: a tree that owns.

use xmltree::Element;

use super::Reader;

pub const READER: Reader = Reader {
    name: "xmltree",
    note: "a tree of the whole document",
    read: |document| Element::parse(document).expect("a document").children.len(),
};
