//! The conditions of a request: whatever they say, they are evaluated, and with nothing to hold them to they
//! hold nothing but what they negate.

#![no_main]

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use statuary::{
    Href,
    dav::{Current, EntityTag, If, IfMatch, IfNoneMatch, IfState, LockToken, Unmet},
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
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let names = ["if", "if-match", "if-none-match"];
    let headers = names.map(|name| (name.parse().expect("a name"), value.clone()));
    let headers = HeaderMap::from_iter(headers);
    if let Ok(conditions) = If::from_headers(&headers) {
        evaluate(&conditions, data);
    }
    match (
        IfMatch::from_headers(&headers),
        IfNoneMatch::from_headers(&headers),
    ) {
        (Ok(one), Ok(other)) => compare(&one, &other),
        (one, other) => assert!(one.is_err() && other.is_err(), "they have one grammar"),
    }
});

fn evaluate(conditions: &If, data: &[u8]) {
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
}

fn compare(one: &IfMatch, other: &IfNoneMatch) {
    assert!(!one.holds(Current::Absent) && other.holds(Current::Absent));
    let untagged = Current::Present(None);
    assert_eq!(one.holds(untagged), one.is_any());
    assert_eq!(other.holds(untagged), !other.is_any());
    for tag in one.tags().flat_map(EntityTag::parse) {
        let current = Current::Present(Some(&tag));
        assert_ne!(one.holds(current), tag.is_weak(), "{tag}");
        assert!(!other.holds(current), "{tag}");
    }
    assert_eq!(one.to_string().parse().as_ref(), Ok(one));
    assert_eq!(other.to_string().parse().as_ref(), Ok(other));
}
