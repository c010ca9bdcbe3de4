//! What a script from another origin may read, the
//! [CORS protocol](https://fetch.spec.whatwg.org/#http-access-control-expose-headers).

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCESS_CONTROL_EXPOSE_HEADERS, LINK, ORIGIN, RETRY_AFTER, WWW_AUTHENTICATE},
    request::Parts,
};

use crate::challenge::{grpc, list};

/// The header fields that a script from another origin should be able to read of a refusal, or of an answer
/// to which a charge or an idempotency layer adds some: those of quotas, the mark of a replayed answer, and
/// the gRPC status for clients of gRPC-Web.
///
/// If the request has an `Origin`, a response lists those that it has in `Access-Control-Expose-Headers`.
/// A CORS layer outside of the paywall that exposes fields of its own replaces that list, and so must be
/// given these.
///
/// # Examples
///
/// ```
/// use http::header::ETAG;
/// use statuary::challenge::exposed_headers;
/// use tower_http::cors::{Any, CorsLayer};
///
/// let mut fields = exposed_headers();
/// fields.push(ETAG);
/// let cors = CorsLayer::new().allow_origin(Any).expose_headers(fields);
/// ```
#[must_use]
pub fn exposed_headers() -> Vec<HeaderName> {
    EXPOSED.to_vec()
}

/// The same as a static, made once for all refusals.
pub(crate) static EXPOSED: [HeaderName; 8] = [
    LINK,
    RETRY_AFTER,
    WWW_AUTHENTICATE,
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("idempotent-replayed"),
    grpc::STATUS,
    grpc::MESSAGE,
];

/// Exposes those of the fields that a response has, beside what it exposes already, if the request may
/// come from a script of another origin.
pub(crate) fn expose(names: &[HeaderName], head: &Parts, headers: &mut HeaderMap) {
    if !head.headers.contains_key(ORIGIN) {
        return;
    }
    for name in names {
        if headers.contains_key(name) && !is_exposed(headers, name) {
            let name = HeaderValue::from(name.clone());
            headers.append(ACCESS_CONTROL_EXPOSE_HEADERS, name);
        }
    }
}

/// A `*` does not count: for a request with credentials it is an ordinary field name.
fn is_exposed(headers: &HeaderMap, name: &HeaderName) -> bool {
    let lines = headers.get_all(ACCESS_CONTROL_EXPOSE_HEADERS).iter();
    lines
        .map(HeaderValue::as_bytes)
        .flat_map(list::members)
        .any(|member| member.eq_ignore_ascii_case(name.as_str().as_bytes()))
}
