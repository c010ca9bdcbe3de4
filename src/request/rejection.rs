//! Why a request is not served, as a response.

use std::{error::Error, fmt};

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};

use crate::{
    dav::InvalidHeader,
    xml::{self, ErrorKind, Name},
};

/// The reason why a request cannot be understood: a status, a sentence, and, where WebDAV has one, the
/// precondition that failed.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{request::{Propfind, Rejection}, xml::{Limits, Name}};
///
/// let body = br#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>"#;
/// let rejection = Rejection::from(Propfind::parse(body, &Limits::request()).unwrap_err());
///
/// assert_eq!(rejection.status(), StatusCode::FORBIDDEN);
/// assert_eq!(rejection.precondition(), Some(Name::dav("no-external-entities")));
/// assert!(rejection.to_response().body().contains("<D:no-external-entities/>"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rejection {
    kind: Kind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    BrokenOff,
    Charset,
    Document(xml::Error),
    Header(InvalidHeader),
    MediaType,
    TimedOut,
    TooLarge(usize),
}

// === impl Rejection ===

impl Rejection {
    pub(super) fn broken_off() -> Self {
        Self { kind: Kind::BrokenOff }
    }

    pub(super) fn charset() -> Self {
        Self { kind: Kind::Charset }
    }

    pub(super) fn media_type() -> Self {
        Self { kind: Kind::MediaType }
    }

    pub(super) fn timed_out() -> Self {
        Self { kind: Kind::TimedOut }
    }

    pub(super) fn too_large(most: usize) -> Self {
        Self { kind: Kind::TooLarge(most) }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.kind {
            Kind::Document(error) => match error.kind() {
                ErrorKind::Doctype => StatusCode::FORBIDDEN,
                ErrorKind::Encoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ErrorKind::UnexpectedContent => StatusCode::UNPROCESSABLE_ENTITY,
                kind if kind.is_limit() => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            },
            Kind::BrokenOff | Kind::Header(_) => StatusCode::BAD_REQUEST,
            Kind::Charset | Kind::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Kind::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The precondition of [RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)
    /// that failed.
    #[must_use]
    pub fn precondition(&self) -> Option<Name<'static>> {
        match &self.kind {
            Kind::Document(error) if error.kind() == ErrorKind::Doctype => {
                Some(Name::dav("no-external-entities"))
            }
            _ => None,
        }
    }

    /// The response: a `DAV:error` when there is a precondition, else the sentence as plain text.
    #[must_use]
    pub fn to_response(&self) -> Response<String> {
        let (media_type, body) = match self.precondition() {
            Some(name) => ("application/xml; charset=utf-8", document(&name)),
            None => ("text/plain; charset=utf-8", self.to_string()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        response
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::BrokenOff => f.write_str("the body broke off"),
            Kind::Charset => f.write_str("the charset of the body is not read here, send UTF-8"),
            Kind::Document(error) => error.fmt(f),
            Kind::Header(error) => error.fmt(f),
            Kind::MediaType => f.write_str("the body must be XML, send it as `application/xml`"),
            Kind::TimedOut => f.write_str("the body took too long"),
            Kind::TooLarge(most) => write!(f, "the body is longer than {most} bytes"),
        }
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Document(error) => Some(error),
            Kind::Header(error) => Some(error),
            _ => None,
        }
    }
}

impl From<xml::Error> for Rejection {
    fn from(error: xml::Error) -> Self {
        Self { kind: Kind::Document(error) }
    }
}

impl From<InvalidHeader> for Rejection {
    fn from(error: InvalidHeader) -> Self {
        Self { kind: Kind::Header(error) }
    }
}

// === helpers ===

fn document(precondition: &Name<'_>) -> String {
    let local = precondition.local();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <D:error xmlns:D=\"DAV:\"><D:{local}/></D:error>"
    )
}
