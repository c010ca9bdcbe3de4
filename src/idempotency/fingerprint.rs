//! What a request was, in a hash.

use hmac_sha256::Hash;
use http::{
    HeaderName,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
    request::Parts,
};

use crate::idempotency::Fingerprint;

/// The fields by which two requests are told apart. The digests, RFC 9530, stand for the body.
const FIELDS: [HeaderName; 4] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
];

/// The hash of the method, the target and the fields that describe the body.
pub(super) fn of(head: &Parts) -> Fingerprint {
    let mut hash = Hash::new();
    // Each part says how long it is, so that no two requests are written alike.
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(head.method.as_str().as_bytes());
    part(head.uri.path().as_bytes());
    part(head.uri.query().unwrap_or_default().as_bytes());
    for name in FIELDS {
        let values = head.headers.get_all(&name);
        part(&values.iter().count().to_be_bytes());
        for value in values {
            part(value.as_bytes());
        }
    }
    Fingerprint::from_bytes(hash.finalize())
}
