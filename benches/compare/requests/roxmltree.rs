//! roxmltree: a tree that borrows.

use roxmltree::Document;

use super::{Request, Requests};

pub const REQUESTS: Requests = Requests {
    name: "roxmltree",
    note: "a tree of the whole document",
    read,
};

fn read(request: Request, body: &[u8]) -> usize {
    let text = str::from_utf8(body).expect("UTF-8");
    let tree = Document::parse(text).expect("a document");
    let mut parent = tree.root_element();
    for _ in 1..request.depth() {
        parent = parent.first_element_child().expect("an element");
    }
    parent.children().filter(|child| child.is_element()).count()
}
