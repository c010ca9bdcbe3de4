//! The bodies of requests: what is read is well-formed.

#![no_main]

#[path = "../decoded.rs"]
mod decoded;

use libfuzzer_sys::fuzz_target;
use statuary::{
    request::{
        LockInfo, Mkcalendar, Mkcol, PropertyUpdate, Propfind, report::Report, search::Search,
    },
    xml::{Element, Limits},
};

use self::decoded::decoded;

fuzz_target!(|data: &[u8]| {
    let limits = Limits::request();
    let is_read = [
        Propfind::parse(data, &limits).is_ok() && !data.is_empty(),
        PropertyUpdate::parse(data, &limits).is_ok(),
        LockInfo::parse(data, &limits).is_ok(),
        Mkcalendar::parse(data, &limits).is_ok() && !data.is_empty(),
        Mkcol::parse(data, &limits).is_ok() && !data.is_empty(),
        Report::parse(data, &limits).is_ok(),
        Search::parse(data, &limits).is_ok(),
    ];
    if is_read.contains(&true) {
        roxmltree::Document::parse(&decoded(data)).expect("what is read is well-formed");
    }
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    if let Ok(element) = Element::parse(text) {
        assert_eq!(Element::parse(element.as_str()).as_ref(), Ok(&element));
    }
});
