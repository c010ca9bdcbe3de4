//! A hash that tells requests apart.

use std::fmt;

use hmac_sha256::Hash;
use http::{
    HeaderName, HeaderValue, Uri,
    header::{
        CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HOST, IF_MATCH,
        IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
    },
    request::Parts,
};
use http_body::SizeHint;

/// A hash of a request, by which the use of its key for another request is detected.
///
/// It is the same on every machine: the SHA-256 of these parts, each after its length in 8 bytes:
///
/// 1. the method, and of the [target](super::IdempotencyLayer::target) the authority in lower case, the
///    path and the query;
/// 2. for each of `Content-Type`, `Content-Encoding`, `Content-Length`, `Content-Digest`, `Repr-Digest`,
///    `Content-Range`, `Range`, `Depth`, `Destination`, `Lock-Token`, `Overwrite`, `If`, `If-Match`,
///    `If-None-Match`, `If-Modified-Since`, `If-Unmodified-Since` and `If-Range`, in this order, the number
///    of its lines, in 8 bytes, and then each of them.
///
/// Numbers are big-endian. If `Content-Length` is missing, and the body itself has a known length above
/// zero, that is written as its one line.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Fingerprint([u8; 32]);

/// The fields by which two requests are told apart. The digests, RFC 9530, stand for the body; conditions
/// decide the answer; two WebDAV moves of one resource may differ only in these fields.
///
/// Their order is that of [`Fingerprint`], on which servers that share a store agree.
const FIELDS: [HeaderName; 17] = [
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    CONTENT_RANGE,
    RANGE,
    HeaderName::from_static("depth"),
    HeaderName::from_static("destination"),
    HeaderName::from_static("lock-token"),
    HeaderName::from_static("overwrite"),
    HeaderName::from_static("if"),
    IF_MATCH,
    IF_NONE_MATCH,
    IF_MODIFIED_SINCE,
    IF_UNMODIFIED_SINCE,
    IF_RANGE,
];

// === impl Fingerprint ===

impl Fingerprint {
    /// A fingerprint that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The fingerprint of a request, with its original target and the size hint of its body.
    pub(super) fn new(head: &Parts, target: &Uri, size: &SizeHint) -> Self {
        let mut hash = Hash::new();
        // Each part has its length, so that no two requests give the same bytes.
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(head.method.as_str().as_bytes());
        part(&authority(head, target).to_ascii_lowercase());
        part(target.path().as_bytes());
        part(target.query().unwrap_or_default().as_bytes());
        for name in FIELDS {
            let values = head.headers.get_all(&name);
            let length = match name {
                CONTENT_LENGTH if !head.headers.contains_key(&name) => own_length(size),
                _ => None,
            };
            let lines = values.iter().count() + usize::from(length.is_some());
            part(&(lines as u64).to_be_bytes());
            for value in values.iter().chain(&length) {
                part(value.as_bytes());
            }
        }
        Self(hash.finalize())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fingerprint").finish_non_exhaustive()
    }
}

// === helpers ===

/// The authority of a request. HTTP/2 has it in the target, HTTP/1 in a field.
fn authority<'a>(head: &'a Parts, target: &'a Uri) -> &'a [u8] {
    match (target.authority(), head.headers.get(HOST)) {
        (Some(authority), _) => authority.as_str().as_bytes(),
        (None, Some(host)) => host.as_bytes(),
        (None, None) => b"",
    }
}

/// The length that a body itself knows, unless zero: over HTTP/2, whether a body is known to be empty
/// depends on how its frames arrive, and a retry has to have the same fingerprint.
fn own_length(size: &SizeHint) -> Option<HeaderValue> {
    let length = size.exact().filter(|length| *length > 0);
    length.map(HeaderValue::from)
}
