//! The crate xmlwriter.

use std::borrow::Cow;

use xmlwriter::{Indent, Options, XmlWriter};

use super::Writer;
use crate::{
    values::{self, FOUND, MISSING, OWNCLOUD, PAINT},
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    vec![
        Writer::fresh("xmlwriter", |entries, sink| {
            sink(document(entries).as_bytes());
        })
        .note("does not escape `&`, which is done for it"),
    ]
}

fn document(entries: &[Entry]) -> String {
    let mut writer = XmlWriter::new(Options {
        indent: Indent::None,
        ..Options::default()
    });
    let w = &mut writer;
    w.write_declaration();
    w.start_element("D:multistatus");
    w.write_attribute("xmlns:D", "DAV:");
    w.write_attribute("xmlns:oc", OWNCLOUD);
    w.write_attribute("xmlns:n0", PAINT);
    for entry in entries {
        w.start_element("D:response");
        text(w, "D:href", &ampersands(&values::href(entry)));
        w.start_element("D:propstat");
        w.start_element("D:prop");
        text(w, "D:creationdate", &values::created(entry));
        text(w, "D:displayname", &ampersands(&entry.name));
        text(w, "D:getcontentlength", &entry.length.to_string());
        text(w, "D:getcontenttype", entry.media_type);
        text(w, "D:getetag", &values::etag(entry));
        text(w, "D:getlastmodified", &values::modified(entry));
        w.start_element("D:resourcetype");
        if entry.folder {
            empty(w, "D:collection");
        }
        w.end_element();
        w.start_element("D:supportedlock");
        for scope in ["D:exclusive", "D:shared"] {
            w.start_element("D:lockentry");
            w.start_element("D:lockscope");
            empty(w, scope);
            w.end_element();
            w.start_element("D:locktype");
            empty(w, "D:write");
            w.end_element();
            w.end_element();
        }
        w.end_element();
        text(w, "n0:color", entry.color);
        w.end_element();
        text(w, "D:status", FOUND);
        w.end_element();
        w.start_element("D:propstat");
        w.start_element("D:prop");
        empty(w, "D:quota-used-bytes");
        empty(w, "oc:checksums");
        w.end_element();
        text(w, "D:status", MISSING);
        w.end_element();
        w.end_element();
    }
    w.end_element();
    writer.end_document()
}

/// The crate escapes `<` and no more.
fn ampersands(text: &str) -> Cow<'_, str> {
    match text.contains('&') {
        true => text.replace('&', "&amp;").into(),
        false => text.into(),
    }
}

fn text(writer: &mut XmlWriter, name: &str, text: &str) {
    writer.start_element(name);
    writer.write_text(text);
    writer.end_element();
}

fn empty(writer: &mut XmlWriter, name: &str) {
    writer.start_element(name);
    writer.end_element();
}
