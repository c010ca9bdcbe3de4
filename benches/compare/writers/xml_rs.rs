//! The `EventWriter` of xml-rs, which is now called `xml`.

use std::io::Write;

use xml::{
    EmitterConfig,
    writer::{EventWriter, XmlEvent},
};

use super::Writer;
use crate::{
    values::{self, FOUND, MISSING, OWNCLOUD, PAINT},
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    vec![Writer::fresh("xml-rs", |entries, sink| {
        sink(&document(entries))
    })]
}

fn document(entries: &[Entry]) -> Vec<u8> {
    let mut writer = EventWriter::new_with_config(Vec::new(), EmitterConfig::new());
    let root = XmlEvent::start_element("D:multistatus")
        .ns("D", "DAV:")
        .ns("oc", OWNCLOUD)
        .ns("n0", PAINT);
    write(&mut writer, root);
    for entry in entries {
        let w = &mut writer;
        start(w, "D:response");
        text(w, "D:href", &values::href(entry));
        start(w, "D:propstat");
        start(w, "D:prop");
        text(w, "D:creationdate", &values::created(entry));
        text(w, "D:displayname", &entry.name);
        text(w, "D:getcontentlength", &entry.length.to_string());
        text(w, "D:getcontenttype", entry.media_type);
        text(w, "D:getetag", &values::etag(entry));
        text(w, "D:getlastmodified", &values::modified(entry));
        start(w, "D:resourcetype");
        if entry.folder {
            empty(w, "D:collection");
        }
        end(w);
        start(w, "D:supportedlock");
        for scope in ["D:exclusive", "D:shared"] {
            start(w, "D:lockentry");
            start(w, "D:lockscope");
            empty(w, scope);
            end(w);
            start(w, "D:locktype");
            empty(w, "D:write");
            end(w);
            end(w);
        }
        end(w);
        text(w, "n0:color", entry.color);
        end(w);
        text(w, "D:status", FOUND);
        end(w);
        start(w, "D:propstat");
        start(w, "D:prop");
        empty(w, "D:quota-used-bytes");
        empty(w, "oc:checksums");
        end(w);
        text(w, "D:status", MISSING);
        end(w);
        end(w);
    }
    end(&mut writer);
    writer.into_inner()
}

fn text<W: Write>(writer: &mut EventWriter<W>, name: &str, text: &str) {
    start(writer, name);
    write(writer, XmlEvent::characters(text));
    end(writer);
}

fn empty<W: Write>(writer: &mut EventWriter<W>, name: &str) {
    start(writer, name);
    end(writer);
}

fn start<W: Write>(writer: &mut EventWriter<W>, name: &str) {
    write(writer, XmlEvent::start_element(name));
}

fn end<W: Write>(writer: &mut EventWriter<W>) {
    write(writer, XmlEvent::end_element());
}

fn write<'a, W: Write>(writer: &mut EventWriter<W>, event: impl Into<XmlEvent<'a>>) {
    writer.write(event).expect("a Vec takes all");
}
