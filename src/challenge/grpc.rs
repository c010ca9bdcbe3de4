//! A refusal for gRPC: HTTP 200, with the status in the header fields, as [the
//! protocol](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses) has it for
//! answers that have no message ("Trailers-Only").

use std::fmt::{self, Write};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header::CONTENT_TYPE, request::Parts};

use crate::{
    challenge::{Problem, Refusal, Unclaimed},
    subscription::{Reason, UnansweredKind},
};

pub(super) const MEDIA_TYPE: &str = "application/grpc";
pub(super) const WEB_MEDIA_TYPE: &str = "application/grpc-web+proto";

pub(super) const STATUS: HeaderName = HeaderName::from_static("grpc-status");
pub(super) const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// Which dialect a message is in, by its `Content-Type`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Dialect {
    Grpc,
    Web,
}

/// A status of gRPC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Code {
    InvalidArgument = 3,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}

/// A message, percent-encoded.
///
/// # Grammar
///
/// ```text
/// Status-Message    = "grpc-message" Percent-Encoded
/// Percent-Encoded   = 1*(Percent-Byte-Unencoded / Percent-Byte-Encoded)
/// Percent-Byte-Unencoded = 1*( %x20-%x24 / %x26-%x7E )
/// Percent-Byte-Encoded   = "%" 2HEXDIGIT
/// ```
struct Message<'a>(&'a str);

/// Writes the status and its message into the head of a response.
pub(super) fn describe(problem: &Problem<'_>, headers: &mut HeaderMap) {
    let code = Code::of(problem.refusal()) as u16;
    headers.insert(STATUS, HeaderValue::from(code));
    if let Ok(message) = HeaderValue::try_from(Message(problem.detail()).to_string()) {
        headers.insert(MESSAGE, message);
    }
}

/// Whether these header fields or trailers say that the call has failed.
pub(crate) fn has_failed(fields: &HeaderMap) -> bool {
    fields.get(STATUS).is_some_and(|status| status != "0")
}

/// Whether these header fields or trailers have the status of the call.
pub(crate) fn has_status(fields: &HeaderMap) -> bool {
    fields.contains_key(STATUS)
}

/// Whether the status of the call is still to come, in the trailers of the answer with these header
/// fields.
pub(crate) fn tells_in_trailers(head: &HeaderMap) -> bool {
    // gRPC-Web has its trailers in the body.
    Dialect::of(head) == Some(Dialect::Grpc) && !has_status(head)
}

// === impl Dialect ===

impl Dialect {
    /// The dialect of a request, if it is a call. Calls are POST: a gateway that forwards a client's fields
    /// with a GET, to ask whether it may pass, would take the 200 of a refusal for a yes.
    pub(super) fn of_call(head: &Parts) -> Option<Self> {
        match head.method {
            Method::POST => Self::of(&head.headers),
            _ => None,
        }
    }

    /// The dialect of a request or an answer; `None` if it is not gRPC.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let content_type = headers.get(CONTENT_TYPE)?.as_bytes();
        let (start, rest) = content_type.split_at_checked(MEDIA_TYPE.len())?;
        if !start.eq_ignore_ascii_case(MEDIA_TYPE.as_bytes()) {
            return None;
        }
        match rest {
            [] | [b'+' | b';' | b' ', ..] => Some(Self::Grpc),
            [b'-', b'w' | b'W', ..] => Some(Self::Web),
            _ => None,
        }
    }
}

// === impl Code ===

impl Code {
    const fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Denied(denial) => match denial.reason() {
                Reason::Forbidden | Reason::NotInPlan => Self::PermissionDenied,
                Reason::QuotaExhausted => Self::ResourceExhausted,
                _ => Self::FailedPrecondition,
            },
            Refusal::Unanswered(unanswered) => match unanswered.kind() {
                // Clients retry what is unavailable by themselves, which would not help here.
                UnansweredKind::Misplaced => Self::Internal,
                _ => Self::Unavailable,
            },
            Refusal::Unclaimed(unclaimed) => match unclaimed {
                Unclaimed::InProgress => Self::Aborted,
                Unclaimed::NotKept | Unclaimed::Reused => Self::FailedPrecondition,
                Unclaimed::Invalid | Unclaimed::Missing | Unclaimed::Unattributed => {
                    Self::InvalidArgument
                }
            },
            Refusal::Unidentified(_) => Self::Unauthenticated,
        }
    }
}

// === impl Message ===

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b' '..=b'$' | b'&'..=b'~' => f.write_char(char::from(byte)),
                byte => write!(f, "%{byte:02X}"),
            }?;
        }
        Ok(())
    }
}
