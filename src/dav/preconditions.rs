//! `If-Match` and `If-None-Match` together.

use std::{error::Error, fmt};

use http::{HeaderMap, Method, StatusCode};

use super::{
    entity_tag::EntityTag,
    header::InvalidHeader,
    if_match::{Current, IfMatch, IfNoneMatch},
};

/// What a request asks of the entity tag of its target: [`IfMatch`] and [`IfNoneMatch`], in the order in
/// which they are evaluated.
///
/// [RFC 9110, section 13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2)
///
/// The conditions on times, `If-Modified-Since` and `If-Unmodified-Since`, are not among them.
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue, Method, header::IF_NONE_MATCH};
/// use statuary::{DavError, dav::{Current, EntityTag, Preconditions}};
///
/// let event = EntityTag::strong("1")?;
/// let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(r#""1""#))]);
///
/// let get = Preconditions::from_headers(&Method::GET, &headers)?;
/// let unmatched = get.check(Current::Present(Some(&event))).unwrap_err();
/// let answer = DavError::from(unmatched).into_http();
/// assert_eq!((answer.status().as_u16(), &answer.headers()["etag"]), (304, &event.to_header_value()));
///
/// let put = Preconditions::from_headers(&Method::PUT, &headers)?;
/// let unmatched = put.check(Current::Present(Some(&event))).unwrap_err();
/// assert_eq!(DavError::from(unmatched).status(), 412);
/// assert!(put.check(Current::Absent).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Preconditions {
    if_match: IfMatch,
    if_none_match: IfNoneMatch,
    /// Whether the method is GET or HEAD.
    is_get: bool,
}

/// Why a request is not carried out, by the entity tag of its target.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Unmatched {
    /// The target is not in a state for which the request was meant: 412.
    Failed,
    /// The client has what a GET would return: 304, with the entity tag if there is one.
    NotModified(Option<EntityTag<'static>>),
}

// === impl Preconditions ===

impl Preconditions {
    /// Reads the two headers of a request with this method. A missing header is no condition.
    ///
    /// # Errors
    ///
    /// When one of them is neither `*` nor a list of entity tags in quotes.
    pub fn from_headers(method: &Method, headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        Ok(Self {
            if_match: IfMatch::from_headers(headers)?,
            if_none_match: IfNoneMatch::from_headers(headers)?,
            is_get: matches!(*method, Method::GET | Method::HEAD),
        })
    }

    /// Evaluates both by the current representation of the target.
    ///
    /// # Errors
    ///
    /// When one of them does not hold: 412, or 304 if it is the `If-None-Match` of a GET or HEAD.
    pub fn check(&self, current: Current<'_>) -> Result<(), Unmatched> {
        if !self.if_match.holds(current) {
            return Err(Unmatched::Failed);
        }
        match current {
            _ if self.if_none_match.holds(current) => Ok(()),
            Current::Present(tag) if self.is_get => {
                let tag = tag.map(|tag| tag.clone().into_owned());
                Err(Unmatched::NotModified(tag))
            }
            _ => Err(Unmatched::Failed),
        }
    }
}

// === impl Unmatched ===

impl Unmatched {
    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Failed => StatusCode::PRECONDITION_FAILED,
            Self::NotModified(_) => StatusCode::NOT_MODIFIED,
        }
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "the resource is not in the state that the request was meant for",
            Self::NotModified(_) => "the resource has not changed",
        })
    }
}

impl Error for Unmatched {}
