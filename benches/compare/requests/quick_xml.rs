//! quick-xml's readers: raw events, and events with their namespaces.

use std::hint::black_box;

use quick_xml::{NsReader, Reader, events::Event};

use super::{Request, Requests};

pub const RAW: Requests = Requests {
    name: "quick-xml raw events",
    note: "no namespaces, no limits, nothing decoded, nothing kept",
    read: raw,
};

pub const NAMESPACES: Requests = Requests {
    name: "quick-xml NsReader",
    note: "namespaces, nothing decoded, nothing kept",
    read: namespaces,
};

fn raw(request: Request, body: &[u8]) -> usize {
    let mut reader = Reader::from_str(str::from_utf8(body).expect("UTF-8"));
    let mut parts = Parts::default();
    loop {
        let event = reader.read_event().expect("an event");
        match black_box(&event) {
            Event::Eof => return parts.count,
            event => parts.count(request, event),
        }
    }
}

fn namespaces(request: Request, body: &[u8]) -> usize {
    let mut reader = NsReader::from_str(str::from_utf8(body).expect("UTF-8"));
    let mut parts = Parts::default();
    loop {
        let (namespace, event) = reader.read_resolved_event().expect("an event");
        black_box(&namespace);
        match black_box(&event) {
            Event::Eof => return parts.count,
            event => parts.count(request, event),
        }
    }
}

// === helpers ===

#[derive(Default)]
struct Parts {
    /// How many elements are open.
    depth: usize,
    count: usize,
}

impl Parts {
    fn count(&mut self, request: Request, event: &Event<'_>) {
        if let Event::Start(_) | Event::Empty(_) = event {
            self.count += usize::from(self.depth == request.depth());
        }
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth -= 1,
            _ => {}
        }
    }
}
