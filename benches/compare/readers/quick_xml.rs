//! quick-xml's readers: raw events, and events with their namespaces.

use std::hint::black_box;

use quick_xml::{
    NsReader, Reader as XmlReader,
    events::Event,
    name::{Namespace, ResolveResult},
};

use super::Reader;

pub const RAW: Reader = Reader {
    name: "quick-xml raw events",
    note: "no namespaces, no limits, nothing decoded, nothing kept",
    read: raw,
};

pub const NAMESPACES: Reader = Reader {
    name: "quick-xml NsReader",
    note: "namespaces, nothing decoded, nothing kept",
    read: namespaces,
};

fn raw(document: &[u8]) -> usize {
    let mut reader = XmlReader::from_str(str::from_utf8(document).expect("UTF-8"));
    let mut responses = 0;
    loop {
        let event = reader.read_event().expect("an event");
        match black_box(&event) {
            Event::Start(tag) if tag.local_name().as_ref() == "response" => responses += 1,
            Event::Eof => return responses,
            _ => {}
        }
    }
}

fn namespaces(document: &[u8]) -> usize {
    let mut reader = NsReader::from_str(str::from_utf8(document).expect("UTF-8"));
    let mut responses = 0;
    loop {
        let (namespace, event) = reader.read_resolved_event().expect("an event");
        match black_box(&event) {
            Event::Start(tag) if tag.local_name().as_ref() == "response" => {
                responses +=
                    usize::from(*black_box(&namespace) == ResolveResult::Bound(Namespace("DAV:")));
            }
            Event::Eof => return responses,
            _ => {}
        }
    }
}
