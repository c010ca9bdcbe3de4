//! Evaluating the header by what the application knows.

use std::{cell::OnceCell, error::Error, fmt, sync::Arc};

use http::StatusCode;

use super::{If, IfConditionKind, IfList};
use crate::dav::{
    Condition, LockToken, SyncToken, condition::LockRoots, entity_tag::WEAK, href::Href,
};

/// What an application knows of its resources, so that an [`If`] can be evaluated.
///
/// It is asked about the target of the request, and about the resources that the header names, spelled as
/// they are there: compare them by [`Href::same_path`]. Those begin with the mount, if there is one, and the
/// target does not if it is the path that the routes know: [`Href::below`] strips the mount from whatever has
/// it. The answers have to be there at once: a database, or anything else that has to be awaited, is asked
/// beforehand, about all of [`If::resources`].
pub trait IfState {
    /// The entity tag of a resource as it stands in an `ETag` header, `"…"` or `W/"…"`; `None` when there is
    /// no such resource, or it has none. It is a text rather than an [`EntityTag`](crate::dav::EntityTag),
    /// since RFC 4918 itself has tags with spaces, which RFC 9110 does not allow.
    fn etag(&self, resource: &Href<'_>) -> Option<String>;

    /// The locks that cover a resource, its own and those of the collections above that reach down to it: the
    /// token and the root of each.
    fn locks(&self, resource: &Href<'_>) -> Vec<(LockToken, Href<'static>)>;

    /// Whether the principal of the request is the creator of the lock with this token, who alone may
    /// write by it ([RFC 4918, section 6.4](https://www.rfc-editor.org/rfc/rfc4918#section-6.4)).
    ///
    /// Default: yes. Override it wherever others can see the token of a lock, as everyone can who may read
    /// `lockdiscovery`.
    fn is_lock_creator(&self, token: &LockToken) -> bool {
        let _ = token;
        true
    }

    /// The sync-token of the current state of a collection, which a client may send as a state token, so that
    /// nothing is written to a collection that has changed
    /// ([RFC 6578, section 5](https://www.rfc-editor.org/rfc/rfc6578#section-5)). Default: `None`, for
    /// collections that are not synchronised.
    fn sync_token(&self, collection: &Href<'_>) -> Option<SyncToken> {
        let _ = collection;
        None
    }
}

/// Why a request may not be carried out.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Unmet {
    /// No list of the [`If`] holds: 412.
    Failed,
    /// A resource is locked, and no token of its locks was submitted by its creator: 423.
    Locked(LockRoots),
}

/// The application's answers about one resource.
struct Known<'r, S: ?Sized> {
    resource: &'r Href<'r>,
    state: &'r S,
    etag: OnceCell<Option<String>>,
    locks: OnceCell<Vec<(LockToken, Href<'static>)>>,
    sync_token: OnceCell<Option<SyncToken>>,
}

// === impl If ===

impl If {
    /// The resources that [`check_write`](Self::check_write) may ask about: the target, and then those that
    /// the header names, in its order, once for each tag. The latter begin with the mount, if there is one
    /// ([`Href::below`]).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, dav::If};
    ///
    /// let target = Href::path("/a");
    /// let conditions: If = r#"</b> (["1"]) (["2"]) </c> (<urn:x:1>)"#.parse()?;
    /// let asked: Vec<_> = conditions.resources(&target).map(Href::encoded).collect();
    /// assert_eq!(asked, ["/a", "/b", "/c"]);
    /// # Ok::<(), statuary::dav::InvalidHeader>(())
    /// ```
    pub fn resources<'i>(&'i self, target: &'i Href<'i>) -> impl Iterator<Item = &'i Href<'i>> {
        let tagged = self.lists.chunk_by(IfList::shares_tag);
        std::iter::once(target).chain(tagged.filter_map(|lists| lists[0].resource()))
    }

    /// Evaluates the lists, and returns the first that holds; `None` if the header has no lists.
    ///
    /// # Errors
    ///
    /// When there are lists, and none holds: [`Unmet::Failed`].
    pub fn check(
        &self,
        target: &Href<'_>,
        state: &(impl IfState + ?Sized),
    ) -> Result<Option<&IfList>, Unmet> {
        // The application is asked once for each tag, however many lists it has.
        let held = self.lists.chunk_by(IfList::shares_tag).find_map(|lists| {
            let resource = lists[0].resource().unwrap_or(target);
            let known = Known::new(resource, state);
            lists.iter().find(|list| list.holds(&known))
        });
        if held.is_none() && !self.lists.is_empty() {
            return Err(Unmet::Failed);
        }
        Ok(held)
    }

    /// Evaluates the lists, and then checks whether the target may be written to: it may if no lock covers
    /// it, or if the token of one of its locks is submitted by the creator of that lock.
    ///
    /// If a method writes to more than the target, call [`check_lock`](Self::check_lock) for each of the
    /// others: the collection above if a member is made or removed, and the destination of COPY and MOVE.
    ///
    /// # Errors
    ///
    /// When no list holds, or else when the target is locked.
    pub fn check_write(
        &self,
        target: &Href<'_>,
        state: &(impl IfState + ?Sized),
    ) -> Result<(), Unmet> {
        self.check(target, state)?;
        self.check_lock(target, state)
    }

    /// Checks whether a resource may be written to, without evaluating the lists.
    ///
    /// # Errors
    ///
    /// When the resource is locked, and none of its tokens is submitted by the creator of that lock:
    /// [`Unmet::Locked`].
    pub fn check_lock(
        &self,
        resource: &Href<'_>,
        state: &(impl IfState + ?Sized),
    ) -> Result<(), Unmet> {
        let locks = state.locks(resource);
        // Several locks are shared, and one token is enough.
        let lets_write = |token| self.submits(token) && state.is_lock_creator(token);
        if locks.iter().any(|(token, _)| lets_write(token)) {
            return Ok(());
        }
        let mut roots = locks.into_iter().map(|(_, root)| root);
        match roots.next() {
            None => Ok(()),
            Some(first) => {
                let roots = roots.fold(LockRoots::new(first), LockRoots::and);
                Err(Unmet::Locked(roots))
            }
        }
    }
}

// === impl IfList ===

impl IfList {
    fn shares_tag(&self, other: &Self) -> bool {
        match (&self.resource, &other.resource) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }

    fn holds(&self, known: &Known<'_, impl IfState + ?Sized>) -> bool {
        self.conditions.iter().all(|condition| {
            let is_so = match &condition.kind {
                IfConditionKind::EntityTag(tag) => {
                    !tag.starts_with(WEAK) && known.etag() == Some(&**tag)
                }
                IfConditionKind::StateToken(token) => {
                    let sync_token = || known.sync_token().map(SyncToken::as_str);
                    known.locks().iter().any(|(held, _)| held == token)
                        || sync_token() == Some(token.as_str())
                }
            };
            is_so != condition.negated
        })
    }
}

// === impl Known ===

impl<'r, S: IfState + ?Sized> Known<'r, S> {
    const fn new(resource: &'r Href<'r>, state: &'r S) -> Self {
        Self {
            resource,
            state,
            etag: OnceCell::new(),
            locks: OnceCell::new(),
            sync_token: OnceCell::new(),
        }
    }

    fn etag(&self) -> Option<&str> {
        let ask = || self.state.etag(self.resource);
        self.etag.get_or_init(ask).as_deref()
    }

    fn locks(&self) -> &[(LockToken, Href<'static>)] {
        self.locks.get_or_init(|| self.state.locks(self.resource))
    }

    fn sync_token(&self) -> Option<&SyncToken> {
        let ask = || self.state.sync_token(self.resource);
        self.sync_token.get_or_init(ask).as_ref()
    }
}

// === impl Unmet ===

impl Unmet {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Failed => StatusCode::PRECONDITION_FAILED,
            Self::Locked(_) => StatusCode::LOCKED,
        }
    }

    /// The condition in the answer, if WebDAV has one.
    #[must_use]
    pub fn condition(&self) -> Option<Condition> {
        match self {
            Self::Failed => None,
            Self::Locked(roots) => Some(Condition::LockTokenSubmitted(roots.clone())),
        }
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "no list of the header `if` holds",
            Self::Locked(_) => "the resource is locked, submit the token of your lock",
        })
    }
}

impl Error for Unmet {}
