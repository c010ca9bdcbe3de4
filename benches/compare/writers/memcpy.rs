//! No writer at all: the finished document is copied. It is the same document each time, so that a
//! small one is in the cache, and a large one comes from memory.

use std::cell::OnceCell;

use super::{Buffer, Sink, Writer, ours};
use crate::workload::Entry;

pub fn all() -> Vec<Writer> {
    let finished = OnceCell::new();
    let fresh = move |entries, sink: Sink<'_>| {
        let copy = finish(&finished, entries).to_vec();
        sink(&copy);
    };
    let finished = OnceCell::new();
    let kept = move |entries, buffer: &mut Vec<u8>| {
        buffer.extend_from_slice(finish(&finished, entries));
    };
    vec![
        Writer::fresh(Buffer::Fresh.memcpy(), fresh).note("the finished document, copied"),
        Writer::kept(Buffer::Kept.memcpy(), kept).note("the finished document, copied"),
    ]
}

fn finish<'a>(finished: &'a OnceCell<Vec<u8>>, entries: &'static [Entry]) -> &'a [u8] {
    finished.get_or_init(|| {
        let mut document = Vec::new();
        ours::owned(entries, &mut |piece| document.extend_from_slice(piece));
        document
    })
}
