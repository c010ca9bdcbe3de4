//! quick-xml's `Writer`, event by event.

use std::io::Write;

use quick_xml::{
    Writer as XmlWriter,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use super::{Buffer, Writer};
use crate::{
    values::{
        self, Decimal, Escaped, Etag, FOUND, Href, HttpDate, LOCK_ENTRIES, MISSING, OWNCLOUD,
        PAINT, Rfc3339, Value,
    },
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    let mut scratch = String::new();
    let tuned = move |entries, buffer: &mut Vec<u8>| tuned(entries, buffer, &mut scratch);
    vec![
        Writer::fresh(Buffer::Fresh.quick_xml(), |entries, sink| {
            let mut buffer = Vec::new();
            events(entries, &mut buffer);
            sink(&buffer);
        }),
        Writer::kept(Buffer::Kept.quick_xml(), events),
        Writer::kept(super::TUNED, tuned).note(
            "values made by hand in one kept text, clean text not escaped, locks as raw text",
        ),
    ]
}

/// As the documentation has it: an event for each tag and each text.
fn events(entries: &'static [Entry], buffer: &mut Vec<u8>) {
    let mut writer = XmlWriter::new(buffer);
    begin(&mut writer);
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
        kind(w, entry);
        start(w, "D:supportedlock");
        for scope in ["D:exclusive", "D:shared"] {
            start(w, "D:lockentry");
            start(w, "D:lockscope");
            empty(w, scope);
            end(w, "D:lockscope");
            start(w, "D:locktype");
            empty(w, "D:write");
            end(w, "D:locktype");
            end(w, "D:lockentry");
        }
        end(w, "D:supportedlock");
        text(w, "n0:color", entry.color);
        end(w, "D:prop");
        text(w, "D:status", FOUND);
        end(w, "D:propstat");
        start(w, "D:propstat");
        start(w, "D:prop");
        empty(w, "D:quota-used-bytes");
        empty(w, "oc:checksums");
        end(w, "D:prop");
        text(w, "D:status", MISSING);
        end(w, "D:propstat");
        end(w, "D:response");
    }
    end(&mut writer, "D:multistatus");
}

/// The same, with all that the interface allows to save.
fn tuned(entries: &'static [Entry], buffer: &mut Vec<u8>, scratch: &mut String) {
    let mut writer = XmlWriter::new(buffer);
    begin(&mut writer);
    for entry in entries {
        let w = &mut writer;
        start(w, "D:response");
        value(w, scratch, "D:href", &Href(entry));
        start(w, "D:propstat");
        start(w, "D:prop");
        value(w, scratch, "D:creationdate", &Rfc3339(entry.created));
        value(w, scratch, "D:displayname", &Escaped(&entry.name));
        value(w, scratch, "D:getcontentlength", &Decimal(entry.length));
        clean(w, "D:getcontenttype", entry.media_type);
        value(w, scratch, "D:getetag", &Etag(&entry.etag));
        value(w, scratch, "D:getlastmodified", &HttpDate(entry.modified));
        kind(w, entry);
        clean(w, "D:supportedlock", LOCK_ENTRIES);
        clean(w, "n0:color", entry.color);
        end(w, "D:prop");
        clean(w, "D:status", FOUND);
        end(w, "D:propstat");
        start(w, "D:propstat");
        start(w, "D:prop");
        empty(w, "D:quota-used-bytes");
        empty(w, "oc:checksums");
        end(w, "D:prop");
        clean(w, "D:status", MISSING);
        end(w, "D:propstat");
        end(w, "D:response");
    }
    end(&mut writer, "D:multistatus");
}

fn begin<W: Write>(writer: &mut XmlWriter<W>) {
    write(
        writer,
        Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)),
    );
    let root = BytesStart::new("D:multistatus").with_attributes([
        ("xmlns:D", "DAV:"),
        ("xmlns:oc", OWNCLOUD),
        ("xmlns:n0", PAINT),
    ]);
    write(writer, Event::Start(root));
}

fn kind<W: Write>(writer: &mut XmlWriter<W>, entry: &Entry) {
    if entry.folder {
        start(writer, "D:resourcetype");
        empty(writer, "D:collection");
        end(writer, "D:resourcetype");
    } else {
        empty(writer, "D:resourcetype");
    }
}

fn text<W: Write>(writer: &mut XmlWriter<W>, name: &str, text: &str) {
    start(writer, name);
    write(writer, Event::Text(BytesText::new(text)));
    end(writer, name);
}

fn clean<W: Write>(writer: &mut XmlWriter<W>, name: &str, text: &str) {
    start(writer, name);
    write(writer, Event::Text(BytesText::from_escaped(text)));
    end(writer, name);
}

fn value<W: Write>(
    writer: &mut XmlWriter<W>,
    scratch: &mut String,
    name: &str,
    value: &impl Value,
) {
    scratch.clear();
    value.write(scratch).expect("a String takes all");
    clean(writer, name, scratch);
}

fn start<W: Write>(writer: &mut XmlWriter<W>, name: &str) {
    write(writer, Event::Start(BytesStart::new(name)));
}

fn empty<W: Write>(writer: &mut XmlWriter<W>, name: &str) {
    write(writer, Event::Empty(BytesStart::new(name)));
}

fn end<W: Write>(writer: &mut XmlWriter<W>, name: &str) {
    write(writer, Event::End(BytesEnd::new(name)));
}

fn write<W: Write>(writer: &mut XmlWriter<W>, event: Event<'_>) {
    writer.write_event(event).expect("a Vec takes all");
}
