//! The `If` header: whatever it says, it is evaluated, and with nothing to hold it to it holds nothing
//! but what it negates.

#![no_main]

use libfuzzer_sys::fuzz_target;
use statuary::{
    Href,
    dav::{If, IfState, LockToken, Unmet},
};

/// No resource has a tag, and none is locked.
struct Nothing;

impl IfState for Nothing {
    fn etag(&self, _: &Href<'_>) -> Option<String> {
        None
    }

    fn locks(&self, _: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
        Vec::new()
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(value) = http::HeaderValue::from_bytes(data) else {
        return;
    };
    let mut headers = http::HeaderMap::new();
    headers.insert("if", value);
    let Ok(conditions) = If::from_headers(&headers) else {
        return;
    };
    let target = Href::path("/a");
    let is_negative = data
        .windows(3)
        .any(|word| word.eq_ignore_ascii_case(b"not"));
    match conditions.check_write(&target, &Nothing) {
        Ok(()) => assert!(
            is_negative,
            "a list holds without anything that could hold it"
        ),
        Err(unmet) => assert_eq!(unmet, Unmet::Failed, "nothing is locked"),
    }
});
