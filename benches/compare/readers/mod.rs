//! The readers: the bytes of a document become responses, which are counted.
//!
//! All of them begin with bytes, as they come from the network, so that the check for UTF-8 is part of
//! the work.

mod ours;
mod quick_xml;
mod roxmltree;
mod serde;
mod xmltree;

use std::{fmt, rc::Rc};

use statuary::{
    Href, MultiStatus, Resource,
    prop::{
        CreationDate, DisplayName, GetContentLength, GetContentType, GetEtag, GetLastModified,
        ResourceType,
    },
};

use crate::{
    pool::Pool,
    workload::{self, Entry},
};

/// A reader, and what is to be known of it.
pub struct Reader {
    pub name: &'static str,
    pub note: &'static str,
    /// Reads a document, and tells how many responses there are.
    pub read: fn(&[u8]) -> usize,
}

/// Whether the resources of a listing have the same properties.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
    /// All have the same, as in nearly every listing.
    Alike,
    /// Each of them has some, by chance.
    Random,
}

/// All readers, ours first.
pub const ALL: &[Reader] = &[
    ours::READER,
    ours::ALONE,
    quick_xml::RAW,
    quick_xml::NAMESPACES,
    serde::READER,
    roxmltree::READER,
    xmltree::READER,
];

/// The one that the others are measured by.
pub const BASE: &str = "quick-xml raw events";

/// Listings to be read in turn; there are enough of them not to be learned by heart.
pub fn documents(pool: Pool, shape: Shape, count: usize) -> Vec<Rc<[u8]>> {
    const RESOURCES: usize = 10_000;
    let mut windows = pool.windows(count);
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let listings = 0..RESOURCES.div_ceil(count);
    let document = |_| {
        let entries = windows.advance().iter();
        let answer: MultiStatus = match shape {
            Shape::Alike => entries.map(workload::resource).collect(),
            Shape::Random => entries.map(|entry| some(entry, &mut chance)).collect(),
        };
        Rc::from(answer.to_string().into_bytes())
    };
    listings.map(document).collect()
}

/// The facts that our reader reads, to be compared with those of a parser that is no contender.
pub use ours::facts;

// === impl Shape ===

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alike => "alike",
            Self::Random => "random",
        })
    }
}

// === helpers ===

struct Chance(u64);

impl Chance {
    /// Heads or tails.
    fn flip(&mut self) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 63 == 1
    }
}

/// A resource that lacks about half of six properties; what is missing is not mentioned.
fn some(entry: &Entry, chance: &mut Chance) -> Resource {
    let href = match entry.folder {
        true => Href::collection(&entry.path),
        false => Href::path(&entry.path),
    };
    let mut resource = Resource::new(href).prop(ResourceType::FILE);
    if chance.flip() {
        resource = resource.prop(CreationDate(entry.created));
    }
    if chance.flip() {
        resource = resource.prop(DisplayName(&entry.name));
    }
    if chance.flip() {
        resource = resource.prop(GetContentLength(entry.length));
    }
    if chance.flip() {
        resource = resource.prop(GetContentType(entry.media_type));
    }
    if chance.flip() {
        resource = resource.prop(GetEtag::strong(&*entry.etag).expect("hexadecimal digits"));
    }
    if chance.flip() {
        resource = resource.prop(GetLastModified(entry.modified));
    }
    resource
}
