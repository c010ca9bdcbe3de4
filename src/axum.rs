//! The values as axum's responses, and the extractors. The one place that names axum.

use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};

use crate::{DavError, MultiStatus};

// === responses ===

impl IntoResponse for MultiStatus {
    fn into_response(self) -> Response {
        self.into_http().map(Body::new)
    }
}

impl IntoResponse for DavError {
    fn into_response(self) -> Response {
        self.into_http().map(Body::new)
    }
}
