//! The crate's values as axum's extractors and responses: the one file that names axum.

use std::{convert::Infallible, error::Error, fmt};

use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use crate::{DavError, MultiStatus, subscription::Grant};

/// Rejection of the extractor [`Grant`]: no paywall stands before the handler, or it let the
/// request through unasked.
///
/// A handler that also serves exempt requests takes an `Option<Grant>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingGrant;

// === impl MultiStatus ===

impl IntoResponse for MultiStatus {
    fn into_response(self) -> Response {
        self.into_http().map(Body::new)
    }
}

// === impl DavError ===

impl IntoResponse for DavError {
    fn into_response(self) -> Response {
        self.into_http().map(Body::new)
    }
}

// === impl Grant ===

impl<S: Send + Sync> FromRequestParts<S> for Grant {
    type Rejection = MissingGrant;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, MissingGrant> {
        head.extensions.get().cloned().ok_or(MissingGrant)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Grant {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(head.extensions.get().cloned())
    }
}

// === impl MissingGrant ===

impl fmt::Display for MissingGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no grant in the request: is `PaywallLayer` around this route?")
    }
}

impl Error for MissingGrant {}

impl IntoResponse for MissingGrant {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}
