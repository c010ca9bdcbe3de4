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

pub(crate) use self::ours::write;
use crate::{pool::Pool, workload::Entry};

/// A writer, and what is to be known of it.
pub struct Writer {
    pub name: &'static str,
    pub buffer: Buffer,
    /// What it does that the others do not do.
    pub note: &'static str,
    /// The properties that it leaves out, or of which it says something else.
    pub lacks: &'static [&'static str],
    /// Writes a listing, and lends the document out, in pieces if it likes.
    pub(crate) write: Box<Write>,
}

pub(crate) type Write = dyn FnMut(&'static [Entry], Sink<'_>);

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

/// Those that the others are measured by.
pub const BASES: [&str; 4] = [
    Buffer::Fresh.quick_xml(),
    Buffer::Kept.quick_xml(),
    Buffer::Fresh.memcpy(),
    Buffer::Kept.memcpy(),
];

/// Others that a ratio is printed for, where they are measured.
pub const TUNED: &str = "quick-xml tuned, kept";
pub const FORMATTED: &str = "write!, Display adaptors, kept";
pub const DAV_SERVER: &str = "dav-server, live and dead";

/// Whether a writer is this crate.
pub fn is_ours(name: &str) -> bool {
    name.starts_with("statuary")
}

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

// === impl Buffer ===

impl Buffer {
    /// The name of quick-xml's events into such a buffer.
    pub const fn quick_xml(self) -> &'static str {
        match self {
            Self::Fresh => "quick-xml events",
            Self::Kept => "quick-xml events, kept",
        }
    }

    /// The name of memcpy into such a buffer.
    pub const fn memcpy(self) -> &'static str {
        match self {
            Self::Fresh => "memcpy, fresh",
            Self::Kept => "memcpy, kept",
        }
    }
}

// === impl Writer ===

impl Writer {
    /// One that allocates what it writes to.
    fn fresh(name: &'static str, write: impl FnMut(&'static [Entry], Sink<'_>) + 'static) -> Self {
        Self {
            name,
            buffer: Buffer::Fresh,
            note: "",
            lacks: &[],
            write: Box::new(write),
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
            lacks: &[],
            write: Box::new(move |entries, sink| {
                buffer.clear();
                write(entries, &mut buffer);
                sink(buffer.as_ref());
            }),
        }
    }

    fn lacks(self, lacks: &'static [&'static str]) -> Self {
        Self { lacks, ..self }
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
