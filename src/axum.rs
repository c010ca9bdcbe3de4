//! The crate's values as extractors and responses of axum: the only file that names axum.

use std::convert::Infallible;

use axum_core::{
    BoxError,
    body::Body,
    extract::{
        FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request,
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{StatusCode, request::Parts};

use crate::{
    dav::{
        Brief, CaldavTimezones, Dav, Depth, Destination, Href, If, IfMatch, IfNoneMatch, LockToken,
        Mount, Overwrite, Preconditions, Prefer, Timeout, ZeroOrInfinity,
    },
    idempotency,
    multistatus::MultiStatus,
    outcome::{Lock, Matches, SyncCollection},
    paywall::{self, MissingGrant},
    reply::{self, DavError, MultiStatusStream},
    request::{
        LockInfo, Mkcalendar, Mkcol, NoBody, PropertyUpdate, Propfind, Rejection, report, search,
    },
    settlement::{self, Settlement},
    subscription::Grant,
};

// === responses ===

macro_rules! responses {
    ($($response:ty),*) => {
        $(impl IntoResponse for $response {
            fn into_response(self) -> Response {
                self.into_http().map(Body::new)
            }
        })*
    };
}

responses!(
    DavError,
    Lock,
    Matches,
    MultiStatus,
    MultiStatusStream,
    SyncCollection,
    reply::Document
);

// === bodies of layers ===

/// Returns a body that a layer has left untouched as it was, and boxes any other.
macro_rules! bodies_of_layers {
    ($([$($parameter:tt)*] $body:ty),* $(,)?) => {
        $(impl<$($parameter)*> From<$body> for Body
        where
            B: http_body::Body<Data = Bytes, Error: Into<BoxError> + Send>
                + Into<Self>
                + Send
                + 'static,
        {
            #[inline]
            fn from(body: $body) -> Self {
                body.untouched_or(Self::new)
            }
        })*
    };
}

bodies_of_layers!(
    [B] idempotency::ResponseBody<B>,
    [B] paywall::ResponseBody<B>,
    [B] reply::ResponseBody<B>,
    [B, T: Settlement] settlement::ResponseBody<B, T>,
);

// === requests: the target ===

/// The target of the request as the router sees it: without the path under which it is nested.
impl<S: Sync> FromRequestParts<S> for Href<'static> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Href::of_request(&parts.uri)?.into_owned())
    }
}

impl<S: Sync> FromRequestParts<S> for Mount {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_request(parts))
    }
}

// === requests: headers ===

/// Extracts headers as `from_headers` reads them.
macro_rules! headers {
    ($($header:ty),* $(,)?) => {
        $(impl<S: Sync> FromRequestParts<S> for $header {
            type Rejection = Rejection;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
                Ok(Self::from_headers(&parts.headers)?)
            }
        })*
    };
}

headers!(
    Depth,
    Destination,
    If,
    IfMatch,
    IfNoneMatch,
    LockToken,
    Overwrite,
    ZeroOrInfinity,
);

impl<S: Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Self::from_headers(&parts.method, &parts.headers)?)
    }
}

/// Extracts headers as `optional_from_headers` reads them.
macro_rules! optional_headers {
    ($($header:ty),*) => {
        $(impl<S: Sync> OptionalFromRequestParts<S> for $header {
            type Rejection = Rejection;

            async fn from_request_parts(
                parts: &mut Parts,
                _: &S,
            ) -> Result<Option<Self>, Rejection> {
                Ok(Self::optional_from_headers(&parts.headers)?)
            }
        })*
    };
}

optional_headers!(CaldavTimezones, Depth, Destination, LockToken);

/// Extracts headers that cannot be wrong: malformed parts of them are ignored.
macro_rules! wishes {
    ($($header:ty),*) => {
        $(impl<S: Sync> FromRequestParts<S> for $header {
            type Rejection = Infallible;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
                Ok(Self::from_headers(&parts.headers))
            }
        })*
    };
}

wishes!(Brief, Dav, Prefer, Timeout);

// === requests: bodies, under the `Limits` in the request's extensions ===

macro_rules! bodies {
    ($($body:ty),* $(,)?) => {
        $(impl<S: Sync> FromRequest<S> for $body {
            type Rejection = Rejection;

            async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
                Self::from_request(request).await
            }
        })*
    };
}

bodies!(
    LockInfo,
    Mkcalendar,
    Mkcol,
    NoBody,
    PropertyUpdate,
    Propfind,
    report::AclPrincipalPropSet,
    report::AddressbookMultiget,
    report::AddressbookQuery,
    report::CalendarMultiget,
    report::CalendarQuery,
    report::ExpandProperty,
    report::FreeBusyQuery,
    report::PrincipalMatch,
    report::PrincipalPropertySearch,
    report::PrincipalSearchPropertySet,
    report::Report,
    report::SyncCollection,
    report::VersionTree,
    search::Search,
);

/// A request without a body, which refreshes a lock, is `None`.
impl<S: Sync> OptionalFromRequest<S> for LockInfo {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Option<Self>, Rejection> {
        Self::optional_from_request(request).await
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        DavError::from(self).into_response()
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

impl IntoResponse for MissingGrant {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}
