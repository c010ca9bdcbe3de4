//! quick-xml's serializer for serde.

use serde::Serialize;

use super::Writer;
use crate::{
    values::{self, FOUND, MISSING, OWNCLOUD, PAINT},
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    vec![Writer::fresh("quick-xml serde", |entries, sink| {
        let responses = entries.iter().map(Response::of).collect();
        let document = quick_xml::se::to_string(&MultiStatus {
            dav: "DAV:",
            owncloud: OWNCLOUD,
            paint: PAINT,
            responses,
        });
        sink(document.expect("a document").as_bytes());
    })]
}

#[derive(Serialize)]
#[serde(rename = "D:multistatus")]
struct MultiStatus<'a> {
    #[serde(rename = "@xmlns:D")]
    dav: &'static str,
    #[serde(rename = "@xmlns:oc")]
    owncloud: &'static str,
    #[serde(rename = "@xmlns:n0")]
    paint: &'static str,
    #[serde(rename = "D:response")]
    responses: Vec<Response<'a>>,
}

#[derive(Serialize)]
struct Response<'a> {
    #[serde(rename = "D:href")]
    href: String,
    #[serde(rename = "D:propstat")]
    propstats: [PropStat<'a>; 2],
}

#[derive(Serialize)]
struct PropStat<'a> {
    #[serde(rename = "D:prop")]
    prop: Prop<'a>,
    #[serde(rename = "D:status")]
    status: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Prop<'a> {
    Found(Found<'a>),
    Missing(Missing),
}

#[derive(Serialize)]
struct Found<'a> {
    #[serde(rename = "D:creationdate")]
    created: String,
    #[serde(rename = "D:displayname")]
    name: &'a str,
    #[serde(rename = "D:getcontentlength")]
    length: u64,
    #[serde(rename = "D:getcontenttype")]
    media_type: &'static str,
    #[serde(rename = "D:getetag")]
    etag: String,
    #[serde(rename = "D:getlastmodified")]
    modified: String,
    #[serde(rename = "D:resourcetype")]
    kind: ResourceType,
    #[serde(rename = "D:supportedlock")]
    locks: SupportedLock,
    #[serde(rename = "n0:color")]
    color: &'static str,
}

#[derive(Default, Serialize)]
struct Missing {
    #[serde(rename = "D:quota-used-bytes")]
    quota: (),
    #[serde(rename = "oc:checksums")]
    checksums: (),
}

#[derive(Serialize)]
struct ResourceType {
    #[serde(rename = "D:collection", skip_serializing_if = "Option::is_none")]
    collection: Option<Empty>,
}

#[derive(Serialize)]
struct SupportedLock {
    #[serde(rename = "D:lockentry")]
    entries: [LockEntry; 2],
}

#[derive(Serialize)]
struct LockEntry {
    #[serde(rename = "D:lockscope")]
    scope: LockScope,
    #[serde(rename = "D:locktype")]
    kind: LockType,
}

#[derive(Default, Serialize)]
struct LockScope {
    #[serde(rename = "D:exclusive", skip_serializing_if = "Option::is_none")]
    exclusive: Option<Empty>,
    #[serde(rename = "D:shared", skip_serializing_if = "Option::is_none")]
    shared: Option<Empty>,
}

#[derive(Serialize)]
struct LockType {
    #[serde(rename = "D:write")]
    write: Empty,
}

#[derive(Serialize)]
struct Empty;

// === impl Response ===

impl<'a> Response<'a> {
    fn of(entry: &'a Entry) -> Self {
        let found = Prop::Found(Found {
            created: values::created(entry),
            name: &entry.name,
            length: entry.length,
            media_type: entry.media_type,
            etag: values::etag(entry),
            modified: values::modified(entry),
            kind: ResourceType {
                collection: entry.folder.then_some(Empty),
            },
            locks: SupportedLock::both(),
            color: entry.color,
        });
        let missing = Prop::Missing(Missing::default());
        Self {
            href: values::href(entry),
            propstats: [(found, FOUND), (missing, MISSING)]
                .map(|(prop, status)| PropStat { prop, status }),
        }
    }
}

// === impl SupportedLock ===

impl SupportedLock {
    fn both() -> Self {
        let exclusive = LockScope {
            exclusive: Some(Empty),
            ..LockScope::default()
        };
        let shared = LockScope {
            shared: Some(Empty),
            ..LockScope::default()
        };
        let kind = || LockType { write: Empty };
        Self {
            entries: [exclusive, shared].map(|scope| LockEntry {
                scope,
                kind: kind(),
            }),
        }
    }
}
