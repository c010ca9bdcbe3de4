//! This crate, through its public interface.

use std::{collections::BTreeSet, hint::black_box};

use statuary::read;

use super::Reader;
use crate::facts::{Fact, decoded};

pub const READER: Reader = Reader {
    name: "statuary",
    note: "",
    read: |document| {
        let responses = read::Reader::new(document);
        let responses = responses.inspect(|response| assert!(black_box(response).is_ok()));
        responses.count()
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
