//! A lock that was granted.

use std::{error::Error, fmt};

use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::{
    dav::Href,
    multistatus::prop::{LockDiscovery, Property},
    reply::{self, DavBody},
    xml::{self, Element, Name},
};

/// The answer to a LOCK that succeeded, which is no 207: a `prop` with the `lockdiscovery` of the
/// resource, and for a new lock the `Lock-Token`
/// ([RFC 4918, section 9.10.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.1)).
///
/// The token in the header is the one in the lock, so that the two always agree.
///
/// # Examples
///
/// ```
/// use statuary::{outcome::Lock, xml::Element};
///
/// let lock = Element::parse(
///     "<D:activelock><D:locktype><D:write/></D:locktype>\
///      <D:lockscope><D:exclusive/></D:lockscope><D:depth>infinity</D:depth>\
///      <D:locktoken><D:href>urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4</D:href></D:locktoken>\
///      <D:lockroot><D:href>/docs/</D:href></D:lockroot></D:activelock>",
/// )?;
/// let response = Lock::granted(lock)?.into_http();
/// assert_eq!(response.status(), 200);
/// assert_eq!(
///     response.headers()["lock-token"],
///     "<urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4>"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a lock does nothing until it is a response"]
pub struct Lock {
    status: StatusCode,
    /// Of a new lock.
    token: Option<HeaderValue>,
    lockdiscovery: Vec<Element>,
}

/// The error of an element that is no `DAV:activelock` with a lock token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidLock;

// === impl Lock ===

impl Lock {
    /// A new lock on a resource, given as its `DAV:activelock`: 200.
    ///
    /// # Errors
    ///
    /// When the element is no `DAV:activelock`, or the `DAV:locktoken` in it holds no URI.
    pub fn granted(lock: Element) -> Result<Self, InvalidLock> {
        let token = token(&lock)?;
        Ok(Self {
            status: StatusCode::OK,
            token: Some(token),
            lockdiscovery: vec![lock],
        })
    }

    /// A new lock on an empty resource that was made for it, since there was none: 201
    /// ([section 9.10.4](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.4)).
    ///
    /// # Errors
    ///
    /// When the element is no `DAV:activelock`, or the `DAV:locktoken` in it holds no URI.
    pub fn created(lock: Element) -> Result<Self, InvalidLock> {
        Ok(Self {
            status: StatusCode::CREATED,
            ..Self::granted(lock)?
        })
    }

    /// A lock that was refreshed: 200, without a `Lock-Token`
    /// ([section 9.10.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.2)).
    ///
    /// # Errors
    ///
    /// When the element is no `DAV:activelock`, or the `DAV:locktoken` in it holds no URI.
    pub fn refreshed(lock: Element) -> Result<Self, InvalidLock> {
        Ok(Self {
            token: None,
            ..Self::granted(lock)?
        })
    }

    /// Adds another lock that the resource has, a shared one, to its `lockdiscovery`.
    pub fn beside(mut self, other: Element) -> Self {
        self.lockdiscovery.push(other);
        self
    }

    /// Makes the response.
    pub fn into_http(self) -> Response<DavBody> {
        const LOCK_TOKEN: HeaderName = HeaderName::from_static("lock-token");
        let document = xml::document(const { &Name::dav("prop") }, |prop| {
            let locks = LockDiscovery(&self.lockdiscovery);
            locks.value(prop.element(&locks.name()));
        });
        let mut response = reply::document(self.status, document);
        if let Some(token) = self.token {
            response.headers_mut().insert(LOCK_TOKEN, token);
        }
        response
    }
}

// === impl InvalidLock ===

impl fmt::Display for InvalidLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid lock: it is no `activelock` with a URI in its `locktoken`")
    }
}

impl Error for InvalidLock {}

// === helpers ===

/// The token of a lock as a Coded-URL
/// ([section 10.5](https://www.rfc-editor.org/rfc/rfc4918#section-10.5)).
fn token(lock: &Element) -> Result<HeaderValue, InvalidLock> {
    let child = |element: &Element, local| {
        let name = Name::dav(local);
        element.children().find(|child| child.name() == name)
    };
    if lock.name() != Name::dav("activelock") {
        return Err(InvalidLock);
    }
    let token = child(lock, "locktoken").and_then(|token| child(&token, "href"));
    let token = token.ok_or(InvalidLock)?.text();
    let token = Href::parse(token.trim()).map_err(|_| InvalidLock)?;
    if token.is_path() {
        return Err(InvalidLock);
    }
    HeaderValue::try_from(format!("<{token}>")).map_err(|_| InvalidLock)
}
