//! A resource whose content was written, or was not.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_LOCATION, ETAG, LOCATION},
};

use crate::{
    dav::{EntityTag, Href, Prefer, Return},
    reply, vary,
};

/// The answer to a PUT, PATCH, POST, COPY or MOVE of one resource, with the resource as it is afterwards if
/// the client prefers that to a GET: `Prefer: return=representation`
/// ([RFC 8144, section 3](https://www.rfc-editor.org/rfc/rfc8144#section-3)).
///
/// `Location` says where a new resource is, since a POST creates it elsewhere than at its own target ([RFC
/// 9110, section 15.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.2)). The representation is what
/// a GET of the resource would answer, and `Content-Location` names that resource. A write that failed its
/// `If-Match` or `If-None-Match` is answered with the representation too, so that the client sees what it
/// would have overwritten.
///
/// A preference is not a demand: without a representation, the answer is the plain status, and a write that
/// succeeded is never reported as a failure.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
///
/// use http::Response;
/// use statuary::{Href, Prefer, dav::EntityTag, outcome::Written};
///
/// async fn get() -> Result<Response<String>, Infallible> {
///     Ok(Response::new("BEGIN:VCALENDAR".to_owned()))
/// }
///
/// async fn put(prefer: Prefer) -> Response<String> {
///     // Here the content is stored as it is.
///     let tag = EntityTag::strong("5f2-1a").expect("a tag");
///     let written = Written::created(Href::path("/cal/a.ics")).with_etag(&tag);
///     written.answer(prefer, get()).await
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut headers = http::HeaderMap::new();
/// let response = put(Prefer::from_headers(&headers)).await;
/// assert_eq!(response.headers()["location"], "/cal/a.ics");
/// assert_eq!(response.headers()["etag"], r#""5f2-1a""#);
/// assert_eq!(response.body(), "");
///
/// headers.insert("prefer", "return=representation".parse()?);
/// let response = put(Prefer::from_headers(&headers)).await;
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.headers()["content-location"], "/cal/a.ics");
/// assert_eq!(response.body(), "BEGIN:VCALENDAR");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "an outcome is answered by `answer`"]
pub struct Written {
    href: Href<'static>,
    status: StatusCode,
    etag: Option<HeaderValue>,
}

// === impl Written ===

impl Written {
    /// The resource at this href is new: 201. For a COPY or MOVE it is the destination, and for a POST the
    /// resource that it has created.
    pub fn created(href: Href<'_>) -> Self {
        Self::of(href, StatusCode::CREATED)
    }

    /// The resource at this href existed, and has changed: 204, or 200 with its representation.
    pub fn changed(href: Href<'_>) -> Self {
        Self::of(href, StatusCode::NO_CONTENT)
    }

    /// The resource at this href does not meet the conditions of the request, and was left unchanged: 412.
    pub fn precondition_failed(href: Href<'_>) -> Self {
        Self::of(href, StatusCode::PRECONDITION_FAILED)
    }

    /// Sets the entity tag of the resource as it is now. Default: none.
    ///
    /// After a PUT, give it only if the resource is stored as it was sent, byte for byte: a client that gets
    /// one keeps what it has, and one that gets none asks again
    /// ([RFC 4791, section 5.3.4](https://www.rfc-editor.org/rfc/rfc4791#section-5.3.4),
    /// [RFC 9110, section 9.3.4](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.4)).
    pub fn with_etag(self, tag: &EntityTag<'_>) -> Self {
        Self {
            etag: Some(tag.to_header_value()),
            ..self
        }
    }

    /// Makes the response. `get` is what a GET of the resource would answer; it is polled only if the client
    /// prefers it, and used only if it is a 200.
    pub async fn answer<B: Default, E>(
        self,
        prefer: Prefer,
        get: impl Future<Output = Result<Response<B>, E>>,
    ) -> Response<B> {
        let representation = match prefer.returned() {
            Some(Return::Representation) => get.await.ok(),
            _ => None,
        };
        let location = HeaderValue::from_str(&self.href.encoded()).ok();
        let representation = location
            .as_ref()
            .zip(representation)
            .and_then(|(location, representation)| self.with(location, representation));
        let mut response = representation.unwrap_or_else(|| {
            let mut response = Response::default();
            *response.status_mut() = self.status;
            response
        });
        let headers = response.headers_mut();
        vary::merge(headers, Prefer::NAME.into());
        if let Some(location) = location.filter(|_| self.status == StatusCode::CREATED) {
            headers.insert(LOCATION, location);
        }
        if let Some(etag) = self.etag {
            headers.insert(ETAG, etag);
        }
        if self.href.is_mounted() {
            reply::located(&mut response);
        }
        response
    }

    fn of(href: Href<'_>, status: StatusCode) -> Self {
        Self {
            href: href.into_owned(),
            status,
            etag: None,
        }
    }

    /// The representation as the answer, if `get` returned one.
    fn with<B>(
        &self,
        location: &HeaderValue,
        mut representation: Response<B>,
    ) -> Option<Response<B>> {
        if representation.status() != StatusCode::OK {
            return None;
        }
        *representation.status_mut() = match self.status {
            StatusCode::NO_CONTENT => StatusCode::OK,
            status => status,
        };
        let headers = representation.headers_mut();
        headers.insert(CONTENT_LOCATION, location.clone());
        headers.append(Return::APPLIED, Return::Representation.applied());
        Some(representation)
    }
}
