//! The body of LOCK.

use super::{
    Rejection,
    body::{Body, body},
    collect::read_optional,
    walk::{self, DAV},
};
use crate::{
    dav::{ActiveLock, Href, LockScope, LockToken, ZeroOrInfinity},
    xml::{Element, Error, Parser},
};

/// The lock that a LOCK asks for: a write lock, the only type there is.
///
/// [RFC 4918, section 14.11](https://www.rfc-editor.org/rfc/rfc4918#section-14.11)
///
/// A LOCK without a body refreshes a lock, whose token is in its [`If`](crate::dav::If) header
/// ([section 9.10.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.2)): read it by
/// [`optional_from_request`](Self::optional_from_request), or with axum as an `Option<LockInfo>`.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT lockinfo (lockscope, locktype, owner?) >
/// <!ELEMENT lockscope (exclusive | shared) >
/// <!ELEMENT locktype (write) >
/// <!ELEMENT owner ANY >
/// ```
///
/// # Example values
///
/// ```xml
/// <D:lockinfo xmlns:D="DAV:">
///   <D:lockscope><D:exclusive/></D:lockscope>
///   <D:locktype><D:write/></D:locktype>
///   <D:owner><D:href>http://example.org/~ejw/contact.html</D:href></D:owner>
/// </D:lockinfo>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{Href, dav::{LockScope, LockToken, TimeType, ZeroOrInfinity}, outcome::Lock};
/// use statuary::{request::LockInfo, xml::Limits};
///
/// let body = br#"<D:lockinfo xmlns:D="DAV:">
///     <D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>
///     <D:owner>Jane</D:owner>
/// </D:lockinfo>"#;
/// let wanted = LockInfo::parse(body, &Limits::request())?;
/// assert_eq!(wanted.scope(), LockScope::Exclusive);
///
/// let token = LockToken::new("urn:uuid:e71d4fae")?;
/// let lock = wanted
///     .active_lock(token, Href::path("/a"), ZeroOrInfinity::Zero)
///     .with_timeout(TimeType::Second(600));
/// assert_eq!(Lock::granted(lock).into_http().headers()["lock-token"], "<urn:uuid:e71d4fae>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LockInfo {
    scope: LockScope,
    owner: Option<Element>,
}

// === impl LockInfo ===

body!(LockInfo, "LOCK");

impl LockInfo {
    /// Reads a LOCK request as [`from_request`](Self::from_request) does; `None` if it has no body, and so
    /// refreshes a lock.
    ///
    /// # Errors
    ///
    /// When there is a body that cannot be read; the rejection has the status.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime that has its timers enabled.
    pub async fn optional_from_request<B>(
        request: http::Request<B>,
    ) -> Result<Option<Self>, Rejection>
    where
        B: http_body::Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    {
        read_optional(request).await
    }

    /// Who else may hold the lock.
    #[must_use]
    pub fn scope(&self) -> LockScope {
        self.scope
    }

    /// Who asks for the lock: a `DAV:owner` with whatever the client put into it.
    #[must_use]
    pub fn owner(&self) -> Option<&Element> {
        self.owner.as_ref()
    }

    /// Makes the granted lock, for [`outcome::Lock`](crate::outcome::Lock), with the scope and the owner that
    /// were asked for.
    pub fn active_lock(
        &self,
        token: LockToken,
        root: Href<'_>,
        depth: ZeroOrInfinity,
    ) -> ActiveLock {
        let lock = ActiveLock::new(token, root, self.scope, depth);
        match &self.owner {
            Some(owner) => lock.with_owner(owner.clone()),
            None => lock,
        }
    }
}

impl Body for LockInfo {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root(parser, DAV, "lockinfo")?;
        let (mut scope, mut kind, mut owner) = (None, None, None);
        while parser.enter()? {
            if parser.is_dav("lockscope") {
                while parser.enter()? {
                    let read = match parser.local() {
                        "exclusive" if parser.is_dav("exclusive") => Some(LockScope::Exclusive),
                        "shared" if parser.is_dav("shared") => Some(LockScope::Shared),
                        _ => None,
                    };
                    if let Some(read) = read {
                        let sentence = "`lockinfo` asks for more than one scope";
                        walk::once(&mut scope, read, parser, sentence)?;
                    }
                    parser.skip()?;
                }
            } else if parser.is_dav("locktype") {
                while parser.enter()? {
                    if parser.is_dav("write") {
                        kind = Some(());
                    }
                    parser.skip()?;
                }
            } else if parser.is_dav("owner") {
                let read = parser.element()?;
                walk::once(
                    &mut owner,
                    read,
                    parser,
                    "`lockinfo` has more than one `owner`",
                )?;
            } else {
                parser.skip()?;
            }
        }
        let Some(scope) = scope else {
            let sentence = "`lockinfo` asks for neither an `exclusive` nor a `shared` lock";
            return Err(walk::missing(parser, sentence));
        };
        if kind.is_none() {
            return Err(walk::missing(parser, "`lockinfo` asks for no `write` lock"));
        }
        Ok(Self { scope, owner })
    }
}
