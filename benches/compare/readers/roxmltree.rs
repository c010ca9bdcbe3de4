//! roxmltree: a tree that borrows.

use roxmltree::Document;

use super::Reader;

pub const READER: Reader = Reader {
    name: "roxmltree",
    note: "a tree of the whole document",
    read: |document| {
        let text = str::from_utf8(document).expect("UTF-8");
        let tree = Document::parse(text).expect("a document");
        tree.root_element().children().count()
    },
};
