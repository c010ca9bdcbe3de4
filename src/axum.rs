//! The traits of axum, for the types of the other rooms. This is the one file that names axum-core.

use axum_core::{
    extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::request::Parts;

use crate::{
    dav::{Depth, Destination, Overwrite},
    request::{self, PropertyUpdate, Propfind, Rejection},
    xml::{self, Limits},
};

// === requests: headers ===

/// A missing header is [`Depth::Infinity`].
impl<S: Sync> FromRequestParts<S> for Depth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Self::from_headers(&parts.headers)?.unwrap_or(Self::Infinity))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Depth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Rejection> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}

/// A missing header is rejected with 400.
impl<S: Sync> FromRequestParts<S> for Destination {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}

/// A missing header is [`Overwrite::Allowed`].
impl<S: Sync> FromRequestParts<S> for Overwrite {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}

// === requests: bodies, under the `Limits` in the request's extensions ===

impl<S: Sync> FromRequest<S> for Propfind {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
        read(request, Self::parse).await
    }
}

impl<S: Sync> FromRequest<S> for PropertyUpdate {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
        read(request, Self::parse).await
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.to_response().into_response()
    }
}

async fn read<T>(
    request: Request,
    parse: fn(&[u8], &Limits) -> Result<T, xml::Error>,
) -> Result<T, Rejection> {
    let (head, body) = request.into_parts();
    let limits = head.extensions.get().copied().unwrap_or_default();
    let body: Bytes = request::collect(body, &limits, request::DEADLINE).await?;
    if !body.is_empty() {
        request::check_media_type(&head.headers)?;
    }
    Ok(parse(&body, &limits)?)
}
