//! A multistatus as a response of its own.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE, Entry, LOCATION},
    response::Parts,
};
use http_body::Body;
use memchr::memmem;

use super::{body::DavBody, mount::Mount, stream_body::Shared, view::Edit};
use crate::{
    bound::Bound,
    dav::Href,
    multistatus::{Finished, MultiStatus, OPEN_HREF},
};

/// What a response carries from the handler to the layer. Code outside of this crate cannot insert one.
#[derive(Clone)]
pub(super) enum Attached {
    /// Another document than a multistatus, with hrefs that a mount moves.
    Document(StatusCode, Bytes),
    /// No document: a mount moves only the locations in the headers.
    Located,
    /// A document that says nothing beyond its status, 201; this is its length.
    Redundant(u64),
    /// A streamed multistatus, which has to be told what the request asks for. It is gone when its body is.
    Streaming(Weak<Shared>),
    /// A whole multistatus.
    Whole(Arc<Finished>),
}

/// `application/xml`, since `text/xml` is deprecated
/// ([RFC 4918, section 8.2](https://www.rfc-editor.org/rfc/rfc4918#section-8.2)).
pub(super) const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

/// The headers that say where a response is.
pub(super) const LOCATIONS: [HeaderName; 2] = [CONTENT_LOCATION, LOCATION];

/// Makes a response of another document than a multistatus.
pub(crate) fn document(status: StatusCode, document: Vec<u8>) -> Response<DavBody> {
    let mut response = empty(status);
    let document = Bytes::from(document);
    if has_paths(&document) {
        let attached = Attached::Document(status, document.clone());
        response.extensions_mut().insert(attached);
    }
    *response.body_mut() = DavBody::whole(document);
    response.headers_mut().insert(CONTENT_TYPE, XML);
    response
}

/// Notes that the `Content-Location` and `Location` of a response are paths, which a mount moves.
pub(crate) fn located<B>(response: &mut Response<B>) {
    response.extensions_mut().insert(Attached::Located);
}

/// Makes a 201 with a document that says nothing beyond the status; a client that asked for minimal answers
/// gets the 201 alone ([RFC 8144, section 2.3](https://www.rfc-editor.org/rfc/rfc8144#section-2.3)).
pub(crate) fn created(content: Vec<u8>) -> Response<DavBody> {
    let length = content.len() as u64;
    let mut response = document(StatusCode::CREATED, content);
    response
        .extensions_mut()
        .insert(Attached::Redundant(length));
    response
}

/// Makes a response without a body.
pub(crate) fn empty(status: StatusCode) -> Response<DavBody> {
    let mut response = Response::new(DavBody::whole(Bytes::new()));
    *response.status_mut() = status;
    response
}

// === impl Attached ===

impl Attached {
    /// Whether the response is still the one that this was attached to: a layer inside may have given it
    /// another status or body, or compressed it.
    pub(super) fn is_still_on<B: Body>(&self, response: &Response<B>) -> bool {
        let is_kept = Bound::of(response.extensions()) == Some(Bound::Kept);
        let (status, length) = match self {
            Self::Document(status, document) => (*status, Some(document.len() as u64)),
            // It does not depend on them.
            Self::Located => return true,
            Self::Redundant(length) => (StatusCode::CREATED, Some(*length)),
            // Another body has taken the place of this one, unless it was read to be kept.
            Self::Streaming(shared) if shared.strong_count() == 0 && !is_kept => return false,
            Self::Streaming(_) => (StatusCode::MULTI_STATUS, None),
            Self::Whole(finished) => (StatusCode::MULTI_STATUS, Some(finished.byte_len())),
        };
        response.status() == status
            && length.is_none_or(|length| response.body().size_hint().exact() == Some(length))
            && !response.headers().contains_key(CONTENT_ENCODING)
    }

    /// What forbids changing its response, if following the request would.
    pub(super) fn bound(&self, response: &Extensions) -> Option<Bound> {
        Bound::of(response).filter(|bound| match self {
            Self::Document(..) | Self::Redundant(_) | Self::Whole(_) => true,
            // These keep their body.
            Self::Located | Self::Streaming(_) => *bound == Bound::Kept,
        })
    }

    /// Whether a mount moves the locations in its headers.
    pub(super) fn is_located(&self) -> bool {
        match self {
            Self::Document(..) | Self::Redundant(_) => false,
            Self::Located => true,
            Self::Streaming(shared) => shared.upgrade().is_some_and(|shared| shared.is_located),
            Self::Whole(finished) => finished.location().is_some_and(Href::is_mounted),
        }
    }

    /// Whether this mount changes its hrefs.
    pub(super) fn is_moved_by(&self, mount: &Mount) -> bool {
        match self {
            // What is streamed is not read for it: there is hardly any without a path.
            Self::Document(..) | Self::Streaming(_) => mount.moves(true),
            Self::Whole(finished) => {
                let agree = finished.hrefs_agree;
                mount.makes_absolute(agree) || mount.moves(agree) && has_paths(&finished.responses)
            }
            Self::Located | Self::Redundant(_) => false,
        }
    }

    /// Whether this mount moves a location in these headers.
    pub(super) fn has_moved_location(&self, mount: &Mount, headers: &HeaderMap) -> bool {
        let has_some = LOCATIONS.iter().any(|name| headers.contains_key(name));
        has_some && self.is_located() && mount.moves(true)
    }
}

// === impl MultiStatus ===

impl MultiStatus {
    /// Makes the response: 207, `application/xml`, and a body whose length is known.
    ///
    /// With axum, a handler returns the [`MultiStatus`] itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use http_body::Body;
    /// use statuary::MultiStatus;
    ///
    /// let response = MultiStatus::new().into_http();
    /// assert_eq!(response.status(), 207);
    /// assert_eq!(response.headers()["content-type"], "application/xml; charset=utf-8");
    /// assert_eq!(response.body().size_hint().exact(), Some(84));
    /// ```
    #[must_use]
    pub fn into_http(self) -> Response<DavBody> {
        let finished = Arc::new(self.finished());
        let body = DavBody::multistatus(Arc::clone(&finished), Edit::default());
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::MULTI_STATUS;
        put_headers(response.headers_mut(), finished.location());
        response.extensions_mut().insert(Attached::Whole(finished));
        response
    }
}

// === helpers ===

/// The headers of a multistatus that describe its content.
pub(super) fn put_headers(headers: &mut HeaderMap, location: Option<&Href<'_>>) {
    headers.insert(CONTENT_TYPE, XML);
    let location = location.map(|href| HeaderValue::from_str(&href.encoded()));
    if let Some(Ok(location)) = location {
        headers.insert(CONTENT_LOCATION, location);
    }
}

/// Corrects the length of a replaced body, which a router inside may have announced, and removes its digests.
pub(super) fn mend(head: &mut Parts, body: &DavBody) {
    forget_digests(&mut head.headers);
    if let Entry::Occupied(mut length) = head.headers.entry(CONTENT_LENGTH) {
        length.insert(HeaderValue::from(body.len()));
    }
}

/// Removes the fields that depend on the exact bytes of a body.
pub(crate) fn forget_digests(headers: &mut HeaderMap) {
    for digest in ["content-digest", "content-md5", "digest", "repr-digest"] {
        headers.remove(digest);
    }
}

fn has_paths(document: &[u8]) -> bool {
    memmem::find_iter(document, OPEN_HREF)
        .any(|open| document.get(open + OPEN_HREF.len()) == Some(&b'/'))
}
