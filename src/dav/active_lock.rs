//! A lock that is held.

use super::{Href, LockScope, LockToken, TimeType, ZeroOrInfinity};
use crate::xml::{Content, Element, Name};

/// A write lock that is held, as `DAV:lockdiscovery` and the answer to a LOCK describe it.
///
/// [RFC 4918, section 14.1](https://www.rfc-editor.org/rfc/rfc4918#section-14.1)
///
/// [`LockInfo::active_lock`](crate::request::LockInfo::active_lock) grants what was asked for,
/// [`outcome::Lock`](crate::outcome::Lock) answers with it, and
/// [`prop::LockDiscovery`](crate::prop::LockDiscovery) lists it.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT activelock (lockscope, locktype, depth, owner?, timeout?, locktoken?, lockroot)>
/// ```
///
/// # Example values
///
/// ```xml
/// <D:activelock xmlns:D="DAV:">
///   <D:locktype><D:write/></D:locktype>
///   <D:lockscope><D:exclusive/></D:lockscope>
///   <D:depth>0</D:depth>
///   <D:owner>Jane Smith</D:owner>
///   <D:timeout>Infinite</D:timeout>
///   <D:locktoken><D:href>urn:uuid:f81de2ad-7f3d-a1b2-4f3c-00a0c91a9d76</D:href></D:locktoken>
///   <D:lockroot><D:href>/container/</D:href></D:lockroot>
/// </D:activelock>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::LockDiscovery};
/// use statuary::dav::{ActiveLock, LockScope, LockToken, TimeType, ZeroOrInfinity};
///
/// let token = LockToken::new("urn:uuid:f81de2ad")?;
/// let root = Href::collection("/container");
/// let lock = ActiveLock::new(token, root.borrowed(), LockScope::Exclusive, ZeroOrInfinity::Zero)
///     .with_timeout(TimeType::Infinite);
/// let container = Resource::new(root).prop(LockDiscovery(&[lock]));
/// assert!(container.to_string().contains("<D:lockroot><D:href>/container/</D:href></D:lockroot>"));
/// # Ok::<(), statuary::dav::InvalidHref>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct ActiveLock {
    token: LockToken,
    root: Href<'static>,
    scope: LockScope,
    depth: ZeroOrInfinity,
    owner: Option<Element>,
    timeout: Option<TimeType>,
    is_token_shown: bool,
}

// === impl ActiveLock ===

impl ActiveLock {
    /// Makes a lock with this token on a resource, the `DAV:lockroot`, and on everything below it if its
    /// depth is infinity.
    pub fn new(token: LockToken, root: Href<'_>, scope: LockScope, depth: ZeroOrInfinity) -> Self {
        Self {
            token,
            root: root.into_owned(),
            scope,
            depth,
            owner: None,
            timeout: None,
            is_token_shown: true,
        }
    }

    /// Sets who holds it: the `DAV:owner` of a [`LockInfo`](crate::request::LockInfo), or an element to put
    /// into one. Default: not stated.
    pub fn with_owner(mut self, owner: Element) -> Self {
        self.owner = Some(owner);
        self
    }

    /// Sets how long it lasts from now on. Default: not stated.
    pub fn with_timeout(mut self, timeout: TimeType) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets whether its token is shown to everyone who asks for the locks of a resource
    /// ([section 6.5](https://www.rfc-editor.org/rfc/rfc4918#section-6.5)). Default: it is.
    pub fn show_token(mut self, is_shown: bool) -> Self {
        self.is_token_shown = is_shown;
        self
    }

    /// Its token.
    #[must_use]
    pub fn token(&self) -> &LockToken {
        &self.token
    }

    /// What was locked: the resource that the LOCK was sent to.
    #[must_use]
    pub fn root(&self) -> &Href<'static> {
        &self.root
    }

    /// Who else may hold a lock.
    #[must_use]
    pub fn scope(&self) -> LockScope {
        self.scope
    }

    /// Whether it also covers everything below its root.
    #[must_use]
    pub fn depth(&self) -> ZeroOrInfinity {
        self.depth
    }

    /// Who holds it.
    #[must_use]
    pub fn owner(&self) -> Option<&Element> {
        self.owner.as_ref()
    }

    /// How long it lasts.
    #[must_use]
    pub fn timeout(&self) -> Option<TimeType> {
        self.timeout
    }

    /// Writes the lock as a `DAV:activelock` into a property's value.
    pub fn write(&self, parent: &mut Content<'_>) {
        let scope = match self.scope {
            LockScope::Exclusive => "exclusive",
            LockScope::Shared => "shared",
        };
        within(parent, "activelock", |lock| {
            within(lock, "locktype", |kind| empty(kind, "write"));
            within(lock, "lockscope", |inside| empty(inside, scope));
            within(lock, "depth", |depth| depth.text(&self.depth.to_string()));
            match &self.owner {
                Some(owner) if owner.name() == Name::dav("owner") => lock.append(owner),
                Some(inside) => within(lock, "owner", |owner| owner.append(inside)),
                None => {}
            }
            if let Some(time) = self.timeout {
                within(lock, "timeout", |timeout| timeout.text(&time.to_string()));
            }
            if self.is_token_shown {
                within(lock, "locktoken", |token| {
                    within(token, "href", |href| href.text(self.token.as_str()));
                });
            }
            within(lock, "lockroot", |root| self.root.write(root));
        });
    }
}

// === helpers ===

fn empty(parent: &mut Content<'_>, local: &'static str) {
    parent.element(&Name::dav(local)).empty();
}

fn within(parent: &mut Content<'_>, local: &'static str, write: impl FnOnce(&mut Content<'_>)) {
    parent.element(&Name::dav(local)).content(write);
}
