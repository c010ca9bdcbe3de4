//! instant-xml, which derives the whole document.

use instant_xml::ToXml;

use super::Writer;
use crate::{
    values::{self, FOUND, MISSING, OWNCLOUD, PAINT},
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    vec![Writer::fresh("instant-xml", |entries, sink| {
        let responses = entries.iter().map(Response::of).collect();
        let document = instant_xml::to_string(&MultiStatus { responses });
        sink(document.expect("a document").as_bytes());
    })]
}

#[derive(ToXml)]
#[xml(rename = "multistatus", ns("DAV:", oc = OWNCLOUD, n0 = PAINT))]
struct MultiStatus<'a> {
    responses: Vec<Response<'a>>,
}

#[derive(ToXml)]
#[xml(rename = "response", ns("DAV:"))]
struct Response<'a> {
    href: String,
    found: Found<'a>,
    missing: Missing,
}

#[derive(ToXml)]
#[xml(rename = "propstat", ns("DAV:"))]
struct Found<'a> {
    prop: FoundProp<'a>,
    status: &'static str,
}

#[derive(ToXml)]
#[xml(rename = "propstat", ns("DAV:"))]
struct Missing {
    prop: MissingProp,
    status: &'static str,
}

#[derive(ToXml)]
#[xml(rename = "prop", ns("DAV:", n0 = PAINT))]
struct FoundProp<'a> {
    creationdate: String,
    displayname: &'a str,
    getcontentlength: u64,
    getcontenttype: &'static str,
    getetag: String,
    getlastmodified: String,
    kind: ResourceType,
    locks: SupportedLock,
    #[xml(ns(PAINT))]
    color: &'static str,
}

#[derive(ToXml)]
#[xml(rename = "prop", ns("DAV:", oc = OWNCLOUD))]
struct MissingProp {
    quota: QuotaUsedBytes,
    checksums: Checksums,
}

#[derive(ToXml)]
#[xml(rename = "quota-used-bytes", ns("DAV:"))]
struct QuotaUsedBytes;

#[derive(ToXml)]
#[xml(rename = "checksums", ns(OWNCLOUD))]
struct Checksums;

#[derive(ToXml)]
#[xml(rename = "resourcetype", ns("DAV:"))]
struct ResourceType {
    collection: Option<Collection>,
}

#[derive(ToXml)]
#[xml(rename = "collection", ns("DAV:"))]
struct Collection;

#[derive(ToXml)]
#[xml(rename = "supportedlock", ns("DAV:"))]
struct SupportedLock {
    entries: Vec<LockEntry>,
}

#[derive(ToXml)]
#[xml(rename = "lockentry", ns("DAV:"))]
struct LockEntry {
    scope: LockScope,
    kind: LockType,
}

#[derive(ToXml)]
#[xml(rename = "lockscope", ns("DAV:"))]
struct LockScope {
    exclusive: Option<Exclusive>,
    shared: Option<Shared>,
}

#[derive(ToXml)]
#[xml(rename = "exclusive", ns("DAV:"))]
struct Exclusive;

#[derive(ToXml)]
#[xml(rename = "shared", ns("DAV:"))]
struct Shared;

#[derive(ToXml)]
#[xml(rename = "locktype", ns("DAV:"))]
struct LockType {
    write: Write,
}

#[derive(ToXml)]
#[xml(rename = "write", ns("DAV:"))]
struct Write;

// === impl Response ===

impl<'a> Response<'a> {
    fn of(entry: &'a Entry) -> Self {
        let prop = FoundProp {
            creationdate: values::created(entry),
            displayname: &entry.name,
            getcontentlength: entry.length,
            getcontenttype: entry.media_type,
            getetag: values::etag(entry),
            getlastmodified: values::modified(entry),
            kind: ResourceType {
                collection: entry.folder.then_some(Collection),
            },
            locks: SupportedLock::both(),
            color: entry.color,
        };
        Self {
            href: values::href(entry),
            found: Found {
                prop,
                status: FOUND,
            },
            missing: Missing {
                prop: MissingProp {
                    quota: QuotaUsedBytes,
                    checksums: Checksums,
                },
                status: MISSING,
            },
        }
    }
}

// === impl SupportedLock ===

impl SupportedLock {
    fn both() -> Self {
        let scopes = [(Some(Exclusive), None), (None, Some(Shared))];
        let entry = |(exclusive, shared)| LockEntry {
            scope: LockScope { exclusive, shared },
            kind: LockType { write: Write },
        };
        Self {
            entries: scopes.map(entry).into(),
        }
    }
}
