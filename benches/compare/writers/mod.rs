//! The writers: a listing becomes the bytes of a document.

mod dav_server;
mod formatted;
mod instant_xml;
mod memcpy;
mod ours;
mod quick_xml;
mod serde;
mod xml_rs;
mod xmlwriter;

use crate::{pool::Pool, workload::Entry};

/// A writer, and what is to be known of it.
pub struct Writer {
    pub name: &'static str,
    pub buffer: Buffer,
    /// What it does not write, or does that the others do not do.
    pub note: &'static str,
    /// Writes a listing, and lends the document out, in pieces if it likes.
    pub(crate) write: Box<dyn FnMut(&'static [Entry], Sink<'_>)>,
}

/// Where a document goes.
pub type Sink<'a> = &'a mut dyn FnMut(&[u8]);

/// The memory that a document is written to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Buffer {
    /// Allocated for each document.
    Fresh,
    /// Kept from the document before, and large enough from the second one on.
    Kept,
}

/// Those that the others are measured by, for each kind of buffer.
pub const QUICK_XML: [(&str, Buffer); 2] = [
    ("quick-xml events", Buffer::Fresh),
    ("quick-xml events, kept", Buffer::Kept),
];
pub const MEMCPY: [(&str, Buffer); 2] = [
    ("memcpy, fresh", Buffer::Fresh),
    ("memcpy, kept", Buffer::Kept),
];

/// All writers, ours first.
pub fn all() -> Vec<Writer> {
    let writers = [
        ours::all(),
        quick_xml::all(),
        serde::all(),
        xml_rs::all(),
        instant_xml::all(),
        xmlwriter::all(),
        formatted::all(),
        dav_server::all(),
        memcpy::all(),
    ];
    writers.into_iter().flatten().collect()
}

/// A whole document by one of them, of the first resources of a pool.
pub fn document(writer: &mut Writer, pool: Pool, count: usize) -> Vec<u8> {
    let mut document = Vec::new();
    (writer.write)(pool.windows(count).advance(), &mut |piece| {
        document.extend_from_slice(piece)
    });
    document
}

// === impl Writer ===

impl Writer {
    /// One that allocates what it writes to.
    fn fresh(
        name: &'static str,
        mut write: impl FnMut(&'static [Entry], Sink<'_>) + 'static,
    ) -> Self {
        Self {
            name,
            buffer: Buffer::Fresh,
            note: "",
            write: Box::new(move |entries, sink| write(entries, sink)),
        }
    }

    /// One that writes to an empty buffer with the capacity of the document before.
    fn kept<B>(
        name: &'static str,
        mut write: impl FnMut(&'static [Entry], &mut B) + 'static,
    ) -> Self
    where
        B: AsRef<[u8]> + Clear + Default + 'static,
    {
        let mut buffer = B::default();
        Self {
            name,
            buffer: Buffer::Kept,
            note: "",
            write: Box::new(move |entries, sink| {
                buffer.clear();
                write(entries, &mut buffer);
                sink(buffer.as_ref());
            }),
        }
    }

    fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// What can be emptied and keeps its capacity.
trait Clear {
    fn clear(&mut self);
}

impl Clear for Vec<u8> {
    fn clear(&mut self) {
        self.clear();
    }
}

impl Clear for String {
    fn clear(&mut self) {
        self.clear();
    }
}
