//! The error of a whole request.

use std::{error::Error, fmt, sync::LazyLock};

use bytes::Bytes;
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, TRANSFER_ENCODING},
};

use super::{body::DavBody, respond};
use crate::{
    dav::{
        Condition, InvalidEntityTag, InvalidHeader, InvalidHref, Unmatched, Unmet,
        condition::{Acl, Bind, Caldav, Carddav, NeedPrivileges, Search, Versioning},
    },
    multistatus::{Description, PropStat},
    request::Rejection,
    xml::{self, InvalidName, Name},
};

/// A request that failed as a whole: a status, and why.
///
/// With a [`Condition`] the body is a `DAV:error` document
/// ([RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)), in which each element is
/// a condition; otherwise it is the description as plain text.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Condition, DavError};
///
/// let too_deep = DavError::from(Condition::PropfindFiniteDepth);
/// assert_eq!(too_deep.status(), StatusCode::FORBIDDEN);
///
/// let missing = DavError::new(StatusCode::NOT_FOUND).with_description("no such note");
/// assert_eq!(missing.description(), "no such note");
/// assert_eq!(missing.to_string(), "404 Not Found: no such note");
/// ```
///
/// An [`xml::Error`] does not say whether the document came from the client, so `?` does not convert it. An
/// error in what a client has sent becomes a [`Rejection`]; one in what the server has stored is a fault of
/// its own:
///
/// ```
/// use http::StatusCode;
/// use statuary::{DavError, PropertyUpdate, request::Rejection, xml::{Element, Limits}};
///
/// fn proppatch(body: &[u8], stored: &str) -> Result<(), DavError> {
///     let update = PropertyUpdate::parse(body, &Limits::request()).map_err(Rejection::from)?;
///     let property = Element::parse(stored).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
///     # let _ = (update, property);
///     // …
///     Ok(())
/// }
///
/// let body = b"<propertyupdate xmlns='DAV:'><remove><prop><a/></prop></remove></propertyupdate>";
/// assert_eq!(proppatch(b"<a>", "<a/>").unwrap_err().status(), StatusCode::BAD_REQUEST);
/// assert_eq!(proppatch(body, "<a>").unwrap_err().status(), StatusCode::INTERNAL_SERVER_ERROR);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct DavError {
    status: StatusCode,
    conditions: Vec<Condition>,
    description: Description<'static>,
    /// What only few errors have; boxed, to keep the others small.
    head: Option<Box<Head>>,
}

/// The head of a response except for its status.
#[derive(Clone, Debug, Default)]
struct Head {
    headers: HeaderMap,
    /// Values for the layers outside, not for the client.
    carried: Extensions,
}

// === impl DavError ===

impl DavError {
    /// Makes an error of a status. A status of success has its place only where members are told of, as in a
    /// [`Tree`](crate::outcome::Tree): [as a response](Self::into_http) it becomes a 500.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            conditions: Vec::new(),
            description: Description::default(),
            head: None,
        }
    }

    /// Adds a condition that was not met.
    pub fn with_condition(mut self, condition: impl Into<Condition>) -> Self {
        self.conditions.push(condition.into());
        self
    }

    /// Sets the sentence that tells a person what to do. Default: none. If its
    /// [language](Description::lang) is known, it becomes the `Content-Language` of plain text.
    pub fn with_description<'d>(mut self, text: impl Into<Description<'d>>) -> Self {
        self.description = text.into().into_owned();
        self
    }

    /// Adds a header field to the answer, such as the `Allow` of a 405 or the `WWW-Authenticate` of a 401
    /// ([RFC 9110, section 15.5](https://www.rfc-editor.org/rfc/rfc9110#section-15.5)). Default: none.
    ///
    /// The answer keeps its own `Content-Length`, `Content-Type` and `Transfer-Encoding`. Where the error is
    /// that of one resource among many, there is no place for header fields, and they are left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderValue, StatusCode, header::ALLOW};
    /// use statuary::DavError;
    ///
    /// let mapped = DavError::new(StatusCode::METHOD_NOT_ALLOWED)
    ///     .with_header(ALLOW, HeaderValue::from_static("OPTIONS, GET, PROPFIND"))
    ///     .with_description("there is a resource already");
    /// assert_eq!(mapped.into_http().headers()["allow"], "OPTIONS, GET, PROPFIND");
    /// ```
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.head
            .get_or_insert_default()
            .headers
            .append(name, value);
        self
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The conditions that were not met.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The sentence that tells a person what to do; empty when there is none.
    #[must_use]
    pub fn description(&self) -> &str {
        self.description.text()
    }

    /// The header fields that were added to the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        self.head.as_ref().map_or(&NONE, |head| &head.headers)
    }

    /// Makes the response. A status of success, or below 200, is no error: that is a fault of the server, and
    /// is answered by a 500 alone. A 304 has no body.
    #[must_use]
    pub fn into_http(mut self) -> Response<DavBody> {
        if self.status.is_success() || self.status.is_informational() {
            return respond::empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
        let head = self.head.take();
        let mut response = self.told();
        if let Some(head) = head {
            head.put_on(&mut response);
        }
        response
    }

    /// The description with its language.
    pub(crate) fn described(&self) -> &Description<'static> {
        &self.description
    }

    /// Adds its header fields and extensions to another response that reports it.
    pub(crate) fn put_head_on<B>(&self, response: &mut Response<B>) {
        if let Some(head) = self.head.clone() {
            head.put_on(response);
        }
    }

    /// Adds a value to the extensions of the answer, for the layers outside.
    pub(crate) fn carrying<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.head.get_or_insert_default().carried.insert(value);
        self
    }

    /// The response without the added header fields and extensions.
    fn told(self) -> Response<DavBody> {
        if self.status == StatusCode::NOT_MODIFIED {
            return respond::empty(self.status);
        }
        if !self.conditions.is_empty() {
            return respond::document(self.status, self.document());
        }
        let mut response = respond::empty(self.status);
        if !self.description().is_empty() {
            let text = HeaderValue::from_static("text/plain; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, text);
            if let Some(Ok(tag)) = self.description.language().map(HeaderValue::from_str) {
                response.headers_mut().insert(CONTENT_LANGUAGE, tag);
            }
            let text = Bytes::copy_from_slice(self.description().as_bytes());
            *response.body_mut() = DavBody::whole(text);
        }
        response
    }

    fn document(&self) -> Vec<u8> {
        xml::document(const { &Name::dav("error") }, |error| {
            for condition in &self.conditions {
                condition.write(error);
            }
        })
    }
}

impl fmt::Display for DavError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_str())?;
        if let Some(reason) = self.status.canonical_reason() {
            write!(f, " {reason}")?;
        }
        if !self.description().is_empty() {
            write!(f, ": {}", self.description())?;
        }
        Ok(())
    }
}

impl Error for DavError {}

impl Eq for DavError {}

/// Compares what a client is told.
impl PartialEq for DavError {
    fn eq(&self, other: &Self) -> bool {
        self.status == other.status
            && self.conditions == other.conditions
            && self.description == other.description
            && self.headers() == other.headers()
    }
}

/// Takes the status that belongs to the condition, or 403.
impl From<Condition> for DavError {
    fn from(condition: Condition) -> Self {
        let status = condition.status().unwrap_or(StatusCode::FORBIDDEN);
        Self::new(status).with_condition(condition)
    }
}

/// Converts the conditions of extensions as [`Condition`]s.
macro_rules! conditions {
    ($($conditions:ty),* $(,)?) => {
        $(
            /// Takes the status that belongs to the condition.
            impl From<$conditions> for DavError {
                fn from(condition: $conditions) -> Self {
                    Condition::from(condition).into()
                }
            }

            /// Takes the status that belongs to the condition, and has no properties so far.
            impl From<$conditions> for PropStat {
                fn from(condition: $conditions) -> Self {
                    Condition::from(condition).into()
                }
            }
        )*
    };
}

conditions!(
    Acl,
    Bind,
    Caldav,
    Carddav,
    NeedPrivileges,
    Search,
    Versioning
);

/// Takes the status, the sentence and the precondition of the rejection.
impl From<Rejection> for DavError {
    fn from(rejection: Rejection) -> Self {
        let error = Self::new(rejection.status()).with_description(rejection.to_string());
        match rejection.condition() {
            Some(condition) => error.with_condition(condition),
            None => error,
        }
    }
}

impl From<InvalidHeader> for DavError {
    fn from(error: InvalidHeader) -> Self {
        Rejection::from(error).into()
    }
}

/// Becomes a 500, since the href is the handler's own. Hrefs that clients send are checked when they are
/// read; a name that a client has chosen is for the handler to refuse.
impl From<InvalidHref> for DavError {
    fn from(_: InvalidHref) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Becomes a 500, since the tag is the handler's own.
impl From<InvalidEntityTag> for DavError {
    fn from(_: InvalidEntityTag) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Becomes a 500, since the name is the handler's own.
impl From<InvalidName> for DavError {
    fn from(_: InvalidName) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Becomes a 412, or a 423 with `lock-token-submitted`.
impl From<Unmet> for DavError {
    fn from(unmet: Unmet) -> Self {
        let error = Self::new(unmet.status()).with_description(unmet.to_string());
        match unmet.condition() {
            Some(condition) => error.with_condition(condition),
            None => error,
        }
    }
}

/// Becomes a 412, or a 304 with the `ETag`.
impl From<Unmatched> for DavError {
    fn from(unmatched: Unmatched) -> Self {
        let error = Self::new(unmatched.status());
        match unmatched {
            Unmatched::NotModified(Some(tag)) => error.with_header(ETAG, tag.to_header_value()),
            Unmatched::NotModified(None) => error,
            Unmatched::Failed => error.with_description(unmatched.to_string()),
        }
    }
}

impl From<StatusCode> for DavError {
    fn from(status: StatusCode) -> Self {
        Self::new(status)
    }
}

/// Takes the status, the conditions and the description, and has no properties so far.
impl From<DavError> for PropStat {
    fn from(error: DavError) -> Self {
        let conditions = error.conditions.into_iter();
        let propstat = conditions.fold(Self::new(error.status), Self::error);
        propstat.description(error.description)
    }
}

// === impl Head ===

impl Head {
    fn put_on<B>(self, response: &mut Response<B>) {
        let Self {
            mut headers,
            carried,
        } = self;
        for own in [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
            headers.remove(own);
        }
        response.headers_mut().extend(headers);
        response.extensions_mut().extend(carried);
    }
}
