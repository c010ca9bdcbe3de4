//! Why a request with an `Idempotency-Key` is not carried out.

use std::{error::Error, fmt, time::Duration};

use http::StatusCode;

/// Why a request was not carried out, because of its `Idempotency-Key`.
///
/// An [`IdempotencyLayer`](crate::IdempotencyLayer) leaves it in the extensions of its answer.
///
/// | | code | status | gRPC status | retryable |
/// |---|---|---|---|---|
/// | `InProgress` | `idempotency-key-in-progress` | 409 | 10 `ABORTED` | after a second |
/// | `Invalid` | `idempotency-key-invalid` | 400 | 3 `INVALID_ARGUMENT` | no |
/// | `Missing` | `idempotency-key-missing` | 400 | 3 `INVALID_ARGUMENT` | no |
/// | `NotKept` | `idempotency-answer-not-kept` | 409 | 9 `FAILED_PRECONDITION` | no |
/// | `Reused` | `idempotency-key-reused` | 422 | 9 `FAILED_PRECONDITION` | no |
/// | `Unattributed` | `idempotency-key-unattributed` | 400 | 3 `INVALID_ARGUMENT` | no |
///
/// The codes are stable: programs may compare them, and a code is never reused.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Unclaimed {
    /// A request with this key is still being carried out.
    InProgress,
    /// The field is not a valid key, or occurs more than once.
    Invalid,
    /// The request has no key, and needs one.
    Missing,
    /// A request with this key was carried out, but its answer was not kept, for lack of room.
    NotKept,
    /// The key was used for another request.
    Reused,
    /// The request does not say who sent it.
    Unattributed,
}

// === impl Unclaimed ===

impl Unclaimed {
    /// The number of variants: the last one's place, plus one.
    pub(super) const COUNT: usize = Self::Unattributed as usize + 1;

    /// The stable code for programs, as in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InProgress => "idempotency-key-in-progress",
            Self::Invalid => "idempotency-key-invalid",
            Self::Missing => "idempotency-key-missing",
            Self::NotKept => "idempotency-answer-not-kept",
            Self::Reused => "idempotency-key-reused",
            Self::Unattributed => "idempotency-key-unattributed",
        }
    }

    /// A sentence for people: what is wrong.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::InProgress => {
                "The request with this key is still being carried out. Send it again later."
            }
            Self::Invalid => {
                "Idempotency-Key must occur once, with 1 to 255 characters of ASCII, in double \
                 quotes if any of them is a space, comma or semicolon."
            }
            Self::Missing => "This request needs the header Idempotency-Key.",
            Self::NotKept => {
                "The request with this key was carried out, and its answer is not kept. Nothing \
                 was done again. Send a new key to have it done once more."
            }
            Self::Reused => {
                "This key was used for another request. Send this request with a key of its own."
            }
            Self::Unattributed => {
                "A key belongs to its sender, and the request does not say who that is."
            }
        }
    }

    /// How long to wait, if the same request may then get through.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::InProgress => Some(Duration::from_secs(1)),
            _ => None,
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InProgress | Self::NotKept => StatusCode::CONFLICT,
            Self::Invalid | Self::Missing | Self::Unattributed => StatusCode::BAD_REQUEST,
            Self::Reused => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// A few words for people, always the same for one code.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::InProgress => "Request in progress",
            Self::Invalid => "Idempotency-Key invalid",
            Self::Missing => "Idempotency-Key missing",
            Self::NotKept => "Answer not kept",
            Self::Reused => "Idempotency-Key reused",
            Self::Unattributed => "Sender unknown",
        }
    }
}

impl fmt::Display for Unclaimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())
    }
}

impl Error for Unclaimed {}
