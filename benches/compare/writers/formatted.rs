//! No library: the markup is in format strings.

use std::fmt::Write;

use super::Writer;
use crate::{
    values::{
        self, Decimal, Escaped, Etag, FOUND, Formatted, Href, HttpDate, LOCK_ENTRIES, MISSING,
        OWNCLOUD, PAINT, Rfc3339,
    },
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    vec![
        Writer::fresh("write!, formatted parts", |entries, sink| {
            let mut out = String::new();
            parts(entries, &mut out);
            sink(out.as_bytes());
        }),
        Writer::kept(super::FORMATTED, adaptors)
            .note("the markup in one format string, the values by hand"),
    ]
}

/// A `String` for each value that has to be made.
fn parts(entries: &[Entry], out: &mut String) {
    begin(out);
    for entry in entries {
        write_response(
            out,
            &[
                &escape(&values::href(entry)),
                &values::created(entry),
                &escape(&entry.name),
                &entry.length.to_string(),
                entry.media_type,
                &values::etag(entry),
                &values::modified(entry),
                kind(entry),
                entry.color,
            ],
        );
    }
    out.push_str("</D:multistatus>");
}

/// No `String` at all.
fn adaptors(entries: &'static [Entry], out: &mut String) {
    begin(out);
    for entry in entries {
        write!(
            out,
            "<D:response><D:href>{}</D:href><D:propstat><D:prop>\
             <D:creationdate>{}</D:creationdate><D:displayname>{}</D:displayname>\
             <D:getcontentlength>{}</D:getcontentlength><D:getcontenttype>{}</D:getcontenttype>\
             <D:getetag>{}</D:getetag><D:getlastmodified>{}</D:getlastmodified>\
             <D:resourcetype>{}</D:resourcetype><D:supportedlock>{LOCK_ENTRIES}</D:supportedlock>\
             <n0:color>{}</n0:color></D:prop><D:status>{FOUND}</D:status></D:propstat>\
             <D:propstat><D:prop><D:quota-used-bytes/><oc:checksums/></D:prop>\
             <D:status>{MISSING}</D:status></D:propstat></D:response>",
            Formatted(Href(entry)),
            Formatted(Rfc3339(entry.created)),
            Formatted(Escaped(&entry.name)),
            Formatted(Decimal(entry.length)),
            entry.media_type,
            Formatted(Etag(&entry.etag)),
            Formatted(HttpDate(entry.modified)),
            kind(entry),
            entry.color,
        )
        .expect("a String takes all");
    }
    out.push_str("</D:multistatus>");
}

fn begin(out: &mut String) {
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <D:multistatus xmlns:D=\"DAV:\" xmlns:oc=\"{OWNCLOUD}\" xmlns:n0=\"{PAINT}\">"
    )
    .expect("a String takes all");
}

fn write_response(out: &mut String, values: &[&str; 9]) {
    let [
        href,
        created,
        name,
        length,
        media_type,
        etag,
        modified,
        kind,
        color,
    ] = values;
    write!(
        out,
        "<D:response><D:href>{href}</D:href><D:propstat><D:prop>\
         <D:creationdate>{created}</D:creationdate><D:displayname>{name}</D:displayname>\
         <D:getcontentlength>{length}</D:getcontentlength>\
         <D:getcontenttype>{media_type}</D:getcontenttype>\
         <D:getetag>{etag}</D:getetag><D:getlastmodified>{modified}</D:getlastmodified>\
         <D:resourcetype>{kind}</D:resourcetype><D:supportedlock>{LOCK_ENTRIES}</D:supportedlock>\
         <n0:color>{color}</n0:color></D:prop><D:status>{FOUND}</D:status></D:propstat>\
         <D:propstat><D:prop><D:quota-used-bytes/><oc:checksums/></D:prop>\
         <D:status>{MISSING}</D:status></D:propstat></D:response>"
    )
    .expect("a String takes all");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn kind(entry: &Entry) -> &'static str {
    if entry.folder { "<D:collection/>" } else { "" }
}
