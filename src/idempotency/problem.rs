//! Why a request with a key is not carried out, and what its client is told.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Why a request is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    InProgress,
    Invalid,
    Missing,
    NotKept,
    Reused,
    Unattributed,
    Unavailable,
}

struct Document<'a> {
    problem: Problem,
    base: &'a str,
}

// === impl Problem ===

impl Problem {
    pub(super) fn response(self, base: &str) -> Response<Bytes> {
        let document = Document {
            problem: self,
            base,
        };
        // Nothing in a document can fail to serialize; were it so, the status would still stand.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = self.status();
        self.describe(response.headers_mut());
        response
    }

    fn describe(self, headers: &mut HeaderMap) {
        let content_type = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::InProgress | Self::NotKept => StatusCode::CONFLICT,
            Self::Invalid | Self::Missing | Self::Unattributed => StatusCode::BAD_REQUEST,
            Self::Reused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::InProgress => "idempotency-key-in-progress",
            Self::Invalid => "idempotency-key-invalid",
            Self::Missing => "idempotency-key-missing",
            Self::NotKept => "idempotency-answer-not-kept",
            Self::Reused => "idempotency-key-reused",
            Self::Unattributed => "idempotency-key-unattributed",
            Self::Unavailable => "idempotency-store-unavailable",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::InProgress => "Request in progress",
            Self::Invalid => "Idempotency-Key invalid",
            Self::Missing => "Idempotency-Key missing",
            Self::NotKept => "Answer not kept",
            Self::Reused => "Idempotency-Key reused",
            Self::Unattributed => "Sender unknown",
            Self::Unavailable => "Store unavailable",
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::InProgress => {
                "The request with this key is still being carried out. Send it again later."
            }
            Self::Invalid => {
                "Idempotency-Key must be there once, a string in double quotes of 1 to 255 \
                 characters."
            }
            Self::Missing => "This request needs the header Idempotency-Key.",
            Self::NotKept => {
                "The request with this key was carried out, and its answer was too large to be \
                 kept. Nothing was done again. Send a new key to have it done once more."
            }
            Self::Reused => {
                "This key was used for another request. Send this request with a key of its own."
            }
            Self::Unattributed => {
                "A key belongs to its sender, and the request does not say who that is."
            }
            Self::Unavailable => {
                "Whether the request was carried out before cannot be told at the moment. Nothing \
                 was done. Send it again later with the same key."
            }
        }
    }

    const fn retry_after(self) -> Option<u64> {
        match self {
            Self::InProgress => Some(1),
            Self::Unavailable => Some(5),
            _ => None,
        }
    }
}

// === impl Document ===

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { problem, base } = self;
        let (code, retry_after) = (problem.code(), problem.retry_after());
        let fields = 6 + usize::from(retry_after.is_some());
        let mut document = serializer.serialize_struct("Problem", fields)?;
        document.serialize_field("type", &format_args!("{base}{code}"))?;
        document.serialize_field("title", problem.title())?;
        document.serialize_field("status", &problem.status().as_u16())?;
        document.serialize_field("detail", problem.detail())?;
        document.serialize_field("reason", code)?;
        document.serialize_field("retryable", &retry_after.is_some())?;
        if let Some(seconds) = retry_after {
            document.serialize_field("retry_after", &seconds)?;
        }
        document.end()
    }
}
