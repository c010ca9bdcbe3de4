//! What a request was, in a hash.

use hmac_sha256::Hash;
use http::{
    HeaderName,
    header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE},
    request::Parts,
};

use crate::idempotency::Fingerprint;

/// The fields by which two requests are told apart. The digests, RFC 9530, stand for the body; with
/// those of WebDAV, two moves of one resource have nothing else that differs.
const FIELDS: [HeaderName; 10] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    CONTENT_RANGE,
    RANGE,
    HeaderName::from_static("depth"),
    HeaderName::from_static("destination"),
    HeaderName::from_static("lock-token"),
    HeaderName::from_static("overwrite"),
];

/// The hash of the method, the target and the fields that say what is asked.
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
