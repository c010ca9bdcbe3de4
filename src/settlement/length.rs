//! The length of a response body, as far as it is known before its end.

use http::{HeaderMap, Method, StatusCode, Version, header::CONTENT_LENGTH, request, response};
use http_body::{Body, SizeHint};

use crate::challenge::grpc;

/// How much of a response body a server asks for, by the head of the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    is_connect: bool,
    is_head: bool,
    /// Since HTTP/2, trailers may follow a body of any length.
    has_trailers: bool,
}

/// What a client gets behind the head of a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Content {
    Body,
    /// Whatever the body is, it is not sent.
    Nothing,
    /// What is no answer any more, but a connection to somebody else.
    Tunnel,
}

/// How much of a body is still to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    /// In bytes, if that is known.
    left: Option<u64>,
    /// Whether the status of a call of gRPC is still to come, in the trailers.
    lacks_status: bool,
}

/// The size hint of a body of which some bytes are held back.
pub(crate) fn with_held(inner: &SizeHint, held: u64) -> SizeHint {
    let mut hint = SizeHint::new();
    if let Some(upper) = inner.upper() {
        hint.set_upper(upper.saturating_add(held));
    }
    hint.set_lower(inner.lower().saturating_add(held));
    hint
}

// === impl Framing ===

impl Framing {
    pub(crate) fn of(request: &request::Parts) -> Self {
        Self {
            is_connect: request.method == Method::CONNECT,
            is_head: request.method == Method::HEAD,
            has_trailers: request.version >= Version::HTTP_2,
        }
    }

    /// The length of a body that was not polled yet.
    pub(crate) fn length<B: Body>(self, head: &response::Parts, body: &B) -> Length {
        if self.content(head.status) != Content::Body {
            return Length {
                left: Some(0),
                lacks_status: false,
            };
        }
        let announced = head.headers.get(CONTENT_LENGTH);
        Length {
            left: announced
                .and_then(|length| length.to_str().ok()?.parse().ok())
                .or_else(|| body.is_end_stream().then_some(0))
                .or_else(|| body.size_hint().exact()),
            lacks_status: self.has_trailers && grpc::tells_in_trailers(&head.headers),
        }
    }

    /// What follows a head of this status.
    pub(crate) fn content(self, status: StatusCode) -> Content {
        if self.is_connect && status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS {
            return Content::Tunnel;
        }
        let is_empty = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        match self.is_head || is_empty || status.is_informational() {
            true => Content::Nothing,
            false => Content::Body,
        }
    }
}

// === impl Length ===

impl Length {
    /// This many bytes have come.
    pub(crate) const fn take(&mut self, bytes: u64) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(bytes);
        }
    }

    /// These trailers have come.
    pub(crate) fn take_trailers(&mut self, fields: &HeaderMap) {
        self.lacks_status &= !grpc::has_status(fields);
    }

    /// How many bytes are still to come, if that is known.
    pub(crate) const fn left(self) -> Option<u64> {
        self.left
    }

    /// Whether all that a client pays for has come, which with gRPC includes the status.
    pub(crate) const fn is_whole(self) -> bool {
        matches!(self.left, Some(0)) && !self.lacks_status
    }

    /// Whether a body that ends here is truncated.
    pub(crate) const fn is_short(self) -> bool {
        matches!(self.left, Some(1..)) || self.lacks_status
    }
}
