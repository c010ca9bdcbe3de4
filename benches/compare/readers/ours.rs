//! This crate, through its public interface.

use std::{
    collections::BTreeSet,
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use statuary::{read, xml::Limits};

use super::Reader;
use crate::facts::{Fact, decoded};

pub const READER: Reader = Reader {
    name: "statuary",
    note: "",
    read: |document| count(read::Reader::new(document)),
};

pub const ALONE: Reader = Reader {
    name: "statuary, alone",
    note: "under limits that no document was read under before, so that none has taught it anything",
    read: |document| {
        static READ: AtomicU64 = AtomicU64::new(0);
        let wait = Duration::from_secs(READ.fetch_add(1, Ordering::Relaxed));
        let limits = Limits::response().wait(wait);
        count(read::Reader::with_limits(document, &limits))
    },
};

/// What it reads, as far as that is said by text.
pub fn facts(document: &[u8]) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for response in read::Reader::new(document) {
        let response = response.expect("a response");
        let href = response.href().expect("an href");
        for propstat in response.propstats() {
            let status = propstat.status().expect("a status");
            facts.extend(propstat.properties().map(|property| Fact {
                href: decoded(&href),
                status: status.as_u16(),
                namespace: property.name().namespace().to_owned(),
                name: property.name().local().to_owned(),
                text: property.text().into_owned(),
                value: String::new(),
            }));
        }
    }
    facts
}

// === helpers ===

fn count(reader: read::Reader<'_>) -> usize {
    let responses = reader.inspect(|response| assert!(black_box(response).is_ok()));
    responses.count()
}
