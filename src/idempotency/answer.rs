//! What is kept of an answer.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

/// What is kept of an answer.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// All of it.
    Response(StoredResponse),
    /// Only that there was one, for which there was no room.
    TooLarge,
}

/// An answer to be replayed. Cloning it never allocates.
#[derive(Clone, Eq, PartialEq)]
pub struct StoredResponse(Arc<Parts>);

#[derive(Clone, Eq, PartialEq)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    trailers: Option<HeaderMap>,
}

// === impl Answer ===

impl Answer {
    /// The same answer, in buffers of its own.
    pub(super) fn with_own_bytes(self) -> Self {
        match self {
            Self::Response(stored) => Self::Response(stored.with_own_bytes()),
            Self::TooLarge => Self::TooLarge,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(answer) => answer.fmt(f),
            Self::TooLarge => f.write_str("TooLarge"),
        }
    }
}

// === impl StoredResponse ===

impl StoredResponse {
    /// An answer with this status, header and body.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(Parts {
            status,
            headers,
            body,
            trailers: None,
        }))
    }

    /// Adds trailers. Default: none.
    #[must_use]
    pub fn with_trailers(mut self, trailers: HeaderMap) -> Self {
        Arc::make_mut(&mut self.0).trailers = Some(trailers);
        self
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Its header fields.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Its trailers, if it has any.
    #[must_use]
    pub fn trailers(&self) -> Option<&HeaderMap> {
        self.0.trailers.as_ref()
    }

    fn with_own_bytes(mut self) -> Self {
        let parts = Arc::make_mut(&mut self.0);
        parts.body = Bytes::copy_from_slice(&parts.body);
        // Values that were read from a connection are slices of its read buffer.
        let trailers = parts.trailers.iter_mut().flat_map(HeaderMap::values_mut);
        for value in parts.headers.values_mut().chain(trailers) {
            if let Ok(mut own) = HeaderValue::from_bytes(value.as_bytes()) {
                own.set_sensitive(value.is_sensitive());
                *value = own;
            }
        }
        self
    }
}

// An answer that was paid for must not appear in a log.
impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredResponse")
            .field("status", &self.status())
            .field("length", &self.body().len())
            .finish_non_exhaustive()
    }
}
