//! Precondition and postcondition codes.

use http::StatusCode;

use super::href::Href;
use crate::xml::{Content, Name};

/// A precondition or postcondition that was not met: a child of `DAV:error`
/// ([RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)).
///
/// In a 207 it belongs to the `response` or `propstat` that it explains, in any other answer it is
/// the body ([`DavError`](crate::DavError)).
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Condition, Href, Resource};
///
/// let locked = Condition::LockTokenSubmitted(vec![Href::path("/docs/").into_owned()]);
/// assert_eq!(locked.status(), Some(StatusCode::LOCKED));
///
/// let member = Resource::status(Href::path("/docs/a.txt"), StatusCode::LOCKED).error(locked);
/// assert!(member.to_string().contains(
///     "<D:error><D:lock-token-submitted><D:href>/docs/</D:href></D:lock-token-submitted></D:error>"
/// ));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// A protected property cannot be changed by `PROPPATCH`. With 403.
    CannotModifyProtectedProperty,
    /// The lock token given is not one of the resource at the Request-URI. With 409.
    LockTokenMatchesRequestUri,
    /// A locked resource would change and its lock token was not submitted; the hrefs are those of
    /// the lock roots, at least one. With 423.
    LockTokenSubmitted(Vec<Href<'static>>),
    /// A lock that exists is in conflict with the one asked for; the hrefs, where known, are those of
    /// the lock roots. With 423.
    NoConflictingLock(Vec<Href<'static>>),
    /// The body of the request names an external entity. With 403.
    NoExternalEntities,
    /// The members' live properties cannot be kept at the destination. With 409.
    PreservedLiveProperties,
    /// `PROPFIND` of infinite depth is not served. With 403.
    PropfindFiniteDepth,
    /// Any other condition, an empty element. It brings no status.
    Other(Name<'static>),
}

// === impl Condition ===

impl Condition {
    /// The name of the element.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        match self {
            Self::CannotModifyProtectedProperty => Name::dav("cannot-modify-protected-property"),
            Self::LockTokenMatchesRequestUri => Name::dav("lock-token-matches-request-uri"),
            Self::LockTokenSubmitted(_) => Name::dav("lock-token-submitted"),
            Self::NoConflictingLock(_) => Name::dav("no-conflicting-lock"),
            Self::NoExternalEntities => Name::dav("no-external-entities"),
            Self::PreservedLiveProperties => Name::dav("preserved-live-properties"),
            Self::PropfindFiniteDepth => Name::dav("propfind-finite-depth"),
            Self::Other(name) => name.borrowed(),
        }
    }

    /// The status that the RFC gives to the condition, where it gives one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::CannotModifyProtectedProperty
            | Self::NoExternalEntities
            | Self::PropfindFiniteDepth => Some(StatusCode::FORBIDDEN),
            Self::LockTokenMatchesRequestUri | Self::PreservedLiveProperties => {
                Some(StatusCode::CONFLICT)
            }
            Self::LockTokenSubmitted(_) | Self::NoConflictingLock(_) => Some(StatusCode::LOCKED),
            Self::Other(_) => None,
        }
    }

    pub(crate) fn write(&self, error: &mut Content<'_>) {
        let name = self.name();
        let tag = error.element(&name);
        match self {
            Self::LockTokenSubmitted(hrefs) | Self::NoConflictingLock(hrefs)
                if !hrefs.is_empty() =>
            {
                tag.content(|condition| hrefs.iter().for_each(|href| href.write(condition)));
            }
            _ => {
                tag.empty();
            }
        }
    }
}
