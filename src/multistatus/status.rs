//! The status line inside a multistatus.

use http::StatusCode;

use crate::xml::Buffer;

/// Appends a `DAV:status` element: a whole status line, as
/// [RFC 4918, section 14.28](https://www.rfc-editor.org/rfc/rfc4918#section-14.28) asks.
///
/// A status that has no place inside a multistatus, an interim one or one above 599, is written as
/// 500: it is a fault of this server, and a client could not read it.
#[inline]
pub(super) fn push_status(out: &mut Buffer, status: StatusCode) {
    match status {
        StatusCode::OK => out.extend_from_slice(b"<D:status>HTTP/1.1 200 OK</D:status>"),
        StatusCode::NOT_FOUND => {
            out.extend_from_slice(b"<D:status>HTTP/1.1 404 Not Found</D:status>");
        }
        _ => push_any(out, status),
    }
}

/// Appends the status of properties. There is no `location` beside it, which a status from 300 to 399 needs
/// ([section 13.2](https://www.rfc-editor.org/rfc/rfc4918#section-13.2)): it is a fault of this server, too.
#[inline]
pub(super) fn push_property_status(out: &mut Buffer, status: StatusCode) {
    let status = match status.is_redirection() {
        true => StatusCode::INTERNAL_SERVER_ERROR,
        false => status,
    };
    push_status(out, status);
}

fn push_any(out: &mut Buffer, status: StatusCode) {
    let status = if (200..600).contains(&status.as_u16()) {
        status
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    out.extend_from_slice(b"<D:status>HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    // A code without a registered phrase has an empty one.
    out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    out.extend_from_slice(b"</D:status>");
}
