//! Whether the header holds, by what the application knows.

use std::{error::Error, fmt};

use http::StatusCode;

use super::{If, IfConditionKind, IfList};
use crate::dav::{Condition, LockToken, href::Href};

/// What an application knows of its resources, so that an [`If`] can be evaluated.
///
/// It is asked for the target of the request, and for those resources that the header names; as the
/// header has them, so that they are best compared by [`Href::same_path`].
pub trait IfState {
    /// The entity tag of a resource as it stands in an `ETag` header, `"…"` or `W/"…"`; `None` when
    /// there is no such resource, or it has none.
    fn etag(&self, resource: &Href<'_>) -> Option<String>;

    /// The locks that a resource is under, its own and those of the collections above that reach
    /// down to it: the token, and the root of the lock.
    fn locks(&self, resource: &Href<'_>) -> Vec<(LockToken, Href<'static>)>;
}

/// Why a request may not be carried out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unmet {
    /// No list of the [`If`] holds: 412.
    Failed,
    /// A resource is locked, and no token of its locks was submitted: 423. The hrefs are the roots of
    /// the locks.
    Locked(Vec<Href<'static>>),
}

// === impl If ===

impl If {
    /// Evaluates the lists, and says which one holds. Without lists there is nothing to hold.
    ///
    /// # Errors
    ///
    /// When there are lists, and none holds: [`Unmet::Failed`].
    pub fn check(&self, target: &Href<'_>, state: &impl IfState) -> Result<Option<&IfList>, Unmet> {
        let held = self.lists.iter().find(|list| list.holds(target, state));
        if held.is_none() && !self.lists.is_empty() {
            return Err(Unmet::Failed);
        }
        Ok(held)
    }

    /// Evaluates the lists, and then asks whether the target may be written to: it may if it is under
    /// no lock, or if one of the tokens of its locks is submitted.
    ///
    /// Where a method writes to more than the target, [`check_lock`](Self::check_lock) asks about each
    /// of the others: the collection above when a member is made or removed, the destination of COPY
    /// and MOVE.
    ///
    /// # Errors
    ///
    /// When no list holds, or else when the target is locked.
    pub fn check_write(&self, target: &Href<'_>, state: &impl IfState) -> Result<(), Unmet> {
        self.check(target, state)?;
        self.check_lock(target, state)
    }

    /// Asks whether a resource may be written to, and does not evaluate the lists.
    ///
    /// # Errors
    ///
    /// When the resource is locked, and none of the tokens is submitted: [`Unmet::Locked`].
    pub fn check_lock(&self, resource: &Href<'_>, state: &impl IfState) -> Result<(), Unmet> {
        let locks = state.locks(resource);
        // Several locks are shared ones, and one token is enough.
        if locks.is_empty() || locks.iter().any(|(token, _)| self.submits(token)) {
            return Ok(());
        }
        Err(Unmet::Locked(
            locks.into_iter().map(|(_, root)| root).collect(),
        ))
    }
}

// === impl IfList ===

impl IfList {
    fn holds(&self, target: &Href<'_>, state: &impl IfState) -> bool {
        let resource = self.resource.as_ref().unwrap_or(target);
        let (mut etag, mut locks) = (None, None);
        self.conditions.iter().all(|condition| {
            let is_so = match &condition.kind {
                IfConditionKind::EntityTag(tag) => {
                    let etag = etag.get_or_insert_with(|| state.etag(resource));
                    !tag.starts_with("W/") && etag.as_deref() == Some(&**tag)
                }
                IfConditionKind::StateToken(token) => {
                    let locks = locks.get_or_insert_with(|| state.locks(resource));
                    locks.iter().any(|(held, _)| held == token)
                }
            };
            is_so != condition.negated
        })
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

    /// The condition in the answer, where WebDAV has one.
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
            Self::Locked(_) => "the resource is locked, submit the token of its lock",
        })
    }
}

impl Error for Unmet {}
