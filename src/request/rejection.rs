//! Why a request cannot be served.

use std::{error::Error, fmt, sync::Arc};

use http::StatusCode;

use crate::{
    dav::{Condition, InvalidHeader, condition::Caldav},
    xml::{self, ErrorKind},
};

/// The reason why a request cannot be understood: a status, a sentence, and, if WebDAV has one, the
/// precondition that failed. As a [`DavError`](crate::DavError) it becomes the response. If you parse a body
/// yourself, convert its error by `map_err(Rejection::from)?`.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Condition, request::{Propfind, Rejection}, xml::Limits};
///
/// let body = br#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>"#;
/// let rejection = Rejection::from(Propfind::parse(body, &Limits::request()).unwrap_err());
///
/// assert_eq!(rejection.status(), StatusCode::FORBIDDEN);
/// assert_eq!(rejection.condition(), Some(Condition::NoExternalEntities));
/// ```
#[derive(Clone, Debug)]
pub struct Rejection {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    BrokenOff(Arc<dyn Error + Send + Sync>),
    Charset,
    Document(xml::Error),
    Header(InvalidHeader),
    MediaType,
    /// The rule that the path breaks.
    Target(&'static str),
    TimedOut,
    /// The limit, if it is ours.
    TooLarge(Option<usize>),
    UnexpectedBody,
}

// === impl Rejection ===

impl Rejection {
    pub(super) fn broken_off(cause: Arc<dyn Error + Send + Sync>) -> Self {
        Self {
            kind: Kind::BrokenOff(cause),
        }
    }

    pub(super) fn charset() -> Self {
        Self {
            kind: Kind::Charset,
        }
    }

    pub(super) fn media_type() -> Self {
        Self {
            kind: Kind::MediaType,
        }
    }

    pub(super) fn target(rule: &'static str) -> Self {
        Self {
            kind: Kind::Target(rule),
        }
    }

    pub(super) fn timed_out() -> Self {
        Self {
            kind: Kind::TimedOut,
        }
    }

    pub(super) fn too_large(most: Option<usize>) -> Self {
        Self {
            kind: Kind::TooLarge(most),
        }
    }

    pub(super) fn unexpected_body() -> Self {
        Self {
            kind: Kind::UnexpectedBody,
        }
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.status() == StatusCode::PAYLOAD_TOO_LARGE
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.kind {
            Kind::Document(error) => match error.kind() {
                ErrorKind::Doctype
                | ErrorKind::InvalidFilter
                | ErrorKind::InvalidSyncToken
                | ErrorKind::UnsupportedReport => StatusCode::FORBIDDEN,
                ErrorKind::Encoding | ErrorKind::UnsupportedBody => {
                    StatusCode::UNSUPPORTED_MEDIA_TYPE
                }
                ErrorKind::UnexpectedContent => StatusCode::UNPROCESSABLE_ENTITY,
                kind if kind.is_limit() => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            },
            Kind::BrokenOff(_) | Kind::Header(_) | Kind::Target(_) => StatusCode::BAD_REQUEST,
            Kind::Charset | Kind::MediaType | Kind::UnexpectedBody => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Kind::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Kind::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The error in the document, if that is the reason; by its [kind](xml::Error::kind), a log can tell a
    /// flood from a mistake.
    #[must_use]
    pub fn document(&self) -> Option<&xml::Error> {
        match &self.kind {
            Kind::Document(error) => Some(error),
            _ => None,
        }
    }

    /// The precondition that failed, if WebDAV has one.
    #[must_use]
    pub fn condition(&self) -> Option<Condition> {
        match self.document()?.kind() {
            ErrorKind::Doctype => Some(Condition::NoExternalEntities),
            ErrorKind::InvalidFilter => Some(Caldav::ValidFilter.into()),
            ErrorKind::InvalidSyncToken => Some(Condition::ValidSyncToken),
            ErrorKind::UnsupportedReport => Some(Condition::SupportedReport),
            _ => None,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::BrokenOff(_) => f.write_str("the body broke off"),
            Kind::Charset => f.write_str("the charset of the body is not supported, send UTF-8"),
            Kind::Document(error) => error.fmt(f),
            Kind::Header(error) => error.fmt(f),
            Kind::MediaType => f.write_str("the body must be XML, send it as `application/xml`"),
            Kind::Target(rule) => write!(f, "the path of the request must {rule}"),
            Kind::TimedOut => f.write_str("the body took too long"),
            Kind::TooLarge(Some(most)) => write!(f, "the body is longer than {most} bytes"),
            Kind::TooLarge(None) => f.write_str("the body is longer than the server accepts"),
            Kind::UnexpectedBody => f.write_str("the request has a body, send none"),
        }
    }
}

/// The source, for a body that broke off, is the error that broke it, which the answer does not reveal.
impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::BrokenOff(cause) => Some(&**cause),
            _ => None,
        }
    }
}

/// Rejects a body that you have parsed yourself.
impl From<xml::Error> for Rejection {
    fn from(error: xml::Error) -> Self {
        Self {
            kind: Kind::Document(error),
        }
    }
}

impl From<InvalidHeader> for Rejection {
    fn from(error: InvalidHeader) -> Self {
        Self {
            kind: Kind::Header(error),
        }
    }
}
