//! A listing as servers have it: a tenth of it folders, most names plain, some with spaces, beyond
//! ASCII, or with characters that XML escapes; eight or nine properties found and two missing, one of
//! them in a second namespace.

use std::time::{Duration, SystemTime};

use statuary::{
    Href, Resource,
    prop::{
        CreationDate, DisplayName, GetContentLength, GetContentType, GetEtag, GetLastModified,
        ResourceType, SupportedLock, text,
    },
    xml::Name,
};

/// One entry of the listing.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) folder: bool,
    pub(crate) length: u64,
    pub(crate) created: SystemTime,
    pub(crate) modified: SystemTime,
    pub(crate) etag: String,
    pub(crate) media_type: &'static str,
    pub(crate) color: &'static str,
}

pub(crate) const COLOR: Name<'static> = Name::from_static("http://example.com/ns/paint", "color");
pub(crate) const QUOTA: Name<'static> = Name::dav("quota-used-bytes");
pub(crate) const CHECKSUM: Name<'static> = Name::from_static("http://owncloud.org/ns", "checksums");

/// The entries of a folder; the same for the same number.
#[must_use]
pub(crate) fn entries(count: usize) -> Vec<Entry> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..count)
        .map(|index| {
            let number = random();
            let name = match number % 100 {
                0..15 => format!("Report of week {index} final.pdf"),
                15..25 => format!("Übersicht-{index}-日本.odt"),
                25..30 => format!("profit & loss <{index}>.xls"),
                _ => format!("document-{index:07}.txt"),
            };
            let folder = number % 10 == 7;
            let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000);
            Entry {
                path: format!("/remote.php/dav/files/alice/Documents/{name}"),
                name,
                folder,
                length: random() >> (20 + random() % 40),
                created: start + Duration::from_secs(random() % 200_000_000),
                modified: start + Duration::from_secs(random() % 200_000_000),
                etag: format!("{:016x}", random()),
                media_type: ["text/plain", "application/pdf", "image/jpeg"][index % 3],
                color: ["red", "green", "blue"][index % 3],
            }
        })
        .collect()
}

/// An entry through the public interface.
pub(crate) fn resource(entry: &Entry) -> Resource {
    let href = match entry.folder {
        true => Href::collection(&entry.path),
        false => Href::path(&entry.path),
    };
    let kind = match entry.folder {
        true => ResourceType::COLLECTION,
        false => ResourceType::FILE,
    };
    Resource::new(href)
        .prop(CreationDate(entry.created))
        .prop(DisplayName(&entry.name))
        .prop(GetContentLength(entry.length))
        .prop(GetContentType(entry.media_type))
        .prop(GetEtag::strong(&*entry.etag).expect("hexadecimal digits"))
        .prop(GetLastModified(entry.modified))
        .prop(kind)
        .prop(SupportedLock::ExclusiveAndShared)
        .prop(text(COLOR, entry.color))
        .missing(&QUOTA)
        .missing(&CHECKSUM)
}
