//! A lock that was granted.

use http::{Response, StatusCode};

use crate::{
    dav::{ActiveLock, LockToken},
    multistatus::prop::{LockDiscovery, Property},
    reply::{self, DavBody},
    xml::{self, Name},
};

/// The answer to a LOCK that succeeded, which is not a 207: a `prop` with the `lockdiscovery` of
/// the resource, and for a new lock the `Lock-Token`
/// ([RFC 4918, section 9.10.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.1)).
///
/// The token in the header is the one in the lock, so that the two always agree.
///
/// # Examples
///
/// ```
/// use statuary::{Href, outcome::Lock};
/// use statuary::dav::{ActiveLock, LockScope, LockToken, ZeroOrInfinity};
///
/// let token = LockToken::new("urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4")?;
/// let docs = Href::collection("/docs");
/// let lock = ActiveLock::new(token, docs, LockScope::Exclusive, ZeroOrInfinity::Infinity);
/// let response = Lock::granted(lock).into_http();
/// assert_eq!(response.status(), 200);
/// assert_eq!(
///     response.headers()["lock-token"],
///     "<urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4>"
/// );
/// # Ok::<(), statuary::dav::InvalidHref>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a lock does nothing until it is a response"]
pub struct Lock {
    status: StatusCode,
    is_new: bool,
    lock: ActiveLock,
    others: Vec<ActiveLock>,
}

// === impl Lock ===

impl Lock {
    /// A new lock on a resource: 200.
    pub fn granted(lock: ActiveLock) -> Self {
        Self {
            status: StatusCode::OK,
            is_new: true,
            lock: lock.show_token(true),
            others: Vec::new(),
        }
    }

    /// A new lock on an empty resource that was made for it, since none existed: 201
    /// ([section 9.10.4](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.4)).
    pub fn created(lock: ActiveLock) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::granted(lock)
        }
    }

    /// A lock that was refreshed: 200, without a `Lock-Token`
    /// ([section 9.10.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.2)).
    pub fn refreshed(lock: ActiveLock) -> Self {
        Self {
            is_new: false,
            ..Self::granted(lock)
        }
    }

    /// Adds another, shared lock of the resource to its `lockdiscovery`.
    pub fn beside(mut self, other: ActiveLock) -> Self {
        self.others.push(other);
        self
    }

    /// Makes the response.
    #[must_use]
    pub fn into_http(self) -> Response<DavBody> {
        let token = self.is_new.then(|| self.lock.token().to_header_value());
        let mut locks = vec![self.lock];
        locks.extend(self.others);
        let document = xml::document(const { &Name::dav("prop") }, |prop| {
            LockDiscovery(&locks).write(prop);
        });
        let mut response = reply::document(self.status, document);
        if let Some(token) = token {
            response.headers_mut().insert(LockToken::NAME, token);
        }
        response
    }
}
