//! Why a request fails.

use std::io;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use statuary::{Condition, DavError, dav::InvalidHeader, request::Rejection};

/// A request that fails, with a status and one sentence for the person who reads it.
#[derive(Debug)]
pub(crate) struct Fault(DavError);

impl Fault {
    pub(crate) fn new(status: StatusCode, sentence: &str) -> Self {
        Self(DavError::new(status).with_description(sentence))
    }

    pub(crate) fn bad_request(sentence: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    pub(crate) fn conflict(sentence: &str) -> Self {
        Self::new(StatusCode::CONFLICT, sentence)
    }

    pub(crate) fn forbidden(sentence: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, sentence)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing here")
    }

    pub(crate) fn precondition_failed(sentence: &str) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, sentence)
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }
}

impl From<Fault> for DavError {
    fn from(Fault(error): Fault) -> Self {
        error
    }
}

impl From<DavError> for Fault {
    fn from(error: DavError) -> Self {
        Self(error)
    }
}

impl From<Condition> for Fault {
    fn from(condition: Condition) -> Self {
        Self(condition.into())
    }
}

impl From<InvalidHeader> for Fault {
    fn from(error: InvalidHeader) -> Self {
        Self(error.into())
    }
}

/// An error of the file system, as an HTTP status.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::not_found(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Self::forbidden("the file system does not allow it")
            }
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
                Self::conflict("something else is in the way")
            }
            ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded | ErrorKind::StorageFull => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "there is no space left")
            }
            _ => {
                eprintln!("drive: {error}");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the file system failed")
            }
        }
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self(rejection.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
