//! Precondition and postcondition codes
//! ([RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)).
//!
//! The codes that WebDAV itself needs are in [`Condition`]. Those of the large extensions are enums of their
//! own, which can be given wherever a condition is expected:
//!
//! | extension | codes |
//! |---|---|
//! | RFC 3253, versioning | [`Versioning`] |
//! | RFC 3744, access control | [`Acl`] |
//! | RFC 4791, CalDAV | [`Caldav`] |
//! | RFC 5323, SEARCH | [`Search`] |
//! | RFC 5842, bindings | [`Bind`] |
//! | RFC 6352, CardDAV | [`Carddav`] |

mod acl;
mod bind;
mod caldav;
mod carddav;
mod code;
mod lock_roots;
mod need_privileges;
mod search;
mod versioning;

use http::StatusCode;

use self::code::Code;
pub use self::{
    acl::Acl, bind::Bind, caldav::Caldav, carddav::Carddav, lock_roots::LockRoots,
    need_privileges::NeedPrivileges, search::Search, versioning::Versioning,
};
use crate::{
    dav::Href,
    xml::{Content, Element, Name},
};

/// A precondition or postcondition that was not met: a child of `DAV:error`
/// ([RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)).
///
/// In a 207 it belongs to the `response` or `propstat` that it explains; in any other answer it is the body
/// ([`DavError`](crate::DavError)).
///
/// The codes that WebDAV itself needs are here, those of extensions in [`condition`](crate::dav::condition).
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Condition, Href, Resource};
///
/// let locked = Condition::LockTokenSubmitted(Href::collection("/docs").into());
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
    /// The lock token does not belong to the resource at the Request-URI. With 409.
    LockTokenMatchesRequestUri,
    /// A locked resource would change and its lock token was not submitted. With 423.
    LockTokenSubmitted(LockRoots),
    /// The caller lacks privileges, on these resources
    /// ([RFC 3744, section 7.1.1](https://www.rfc-editor.org/rfc/rfc3744#section-7.1.1)). With 403.
    NeedPrivileges(NeedPrivileges),
    /// An existing lock conflicts with the one that was asked for; the hrefs, if known, are the lock roots.
    /// With 423.
    NoConflictingLock(Vec<Href<'static>>),
    /// The body of the request names an external entity. With 403.
    NoExternalEntities,
    /// More resources match than this server reports
    /// ([RFC 3744, section 9.2](https://www.rfc-editor.org/rfc/rfc3744#section-9.2),
    /// [RFC 4791, section 7.8](https://www.rfc-editor.org/rfc/rfc4791#section-7.8)). With 403: a query that
    /// found too much will do so again. An answer that is cut off instead says so by a 507, which the
    /// [outcomes](crate::outcome) write; a `sync-collection` whose limit cannot be kept is refused with 507,
    /// too ([RFC 6578, section 3.12](https://www.rfc-editor.org/rfc/rfc6578#section-3.12)).
    NumberOfMatchesWithinLimits,
    /// The members' live properties cannot be kept at the destination. With 409.
    PreservedLiveProperties,
    /// `PROPFIND` of infinite depth is not served. With 403.
    PropfindFiniteDepth,
    /// The quota would be exceeded
    /// ([RFC 4331, section 6](https://www.rfc-editor.org/rfc/rfc4331#section-6)). With 507.
    QuotaNotExceeded,
    /// There is no space left on the disk
    /// ([RFC 4331, section 6](https://www.rfc-editor.org/rfc/rfc4331#section-6)). With 507.
    SufficientDiskSpace,
    /// The resource does not have the report that was asked for
    /// ([RFC 3253, section 3.6](https://www.rfc-editor.org/rfc/rfc3253#section-3.6)). With 403.
    SupportedReport,
    /// The report does not descend into a collection
    /// ([RFC 6578, section 3.3](https://www.rfc-editor.org/rfc/rfc6578#section-3.3)). With 403.
    SyncTraversalSupported,
    /// A collection of this type cannot be made
    /// ([RFC 5689, section 3.3](https://www.rfc-editor.org/rfc/rfc5689#section-3.3)). With 403.
    ValidResourceType,
    /// The sync-token does not belong to this collection, or is no longer valid
    /// ([RFC 6578, section 3.2](https://www.rfc-editor.org/rfc/rfc6578#section-3.2)). With 403.
    ValidSyncToken,
    /// A condition of access control.
    Acl(Acl),
    /// A condition of bindings.
    Bind(Bind),
    /// A condition of CalDAV.
    Caldav(Caldav),
    /// A condition of CardDAV.
    Carddav(Carddav),
    /// A condition of SEARCH.
    Search(Search),
    /// A condition of versioning.
    Versioning(Versioning),
    /// Any other condition, as it is to be written. It has no status.
    Element(Element),
    /// Any other condition, as an empty element. It has no status.
    Other(Name<'static>),
}

// === impl Condition ===

impl Condition {
    /// The name of the element.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        match self {
            Self::Element(element) => element.name(),
            Self::Other(name) => name.borrowed(),
            _ => self.code().name,
        }
    }

    /// The status that the RFC gives to the condition, if it gives one.
    ///
    /// Many RFCs leave the choice between 403 and 409 to the server. Here it is 403 if the same request will
    /// fail again, and 409 if the user may be able to resolve the conflict, which is how
    /// [RFC 3253, section 1.6](https://www.rfc-editor.org/rfc/rfc3253#section-1.6) tells them apart.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.code().status
    }

    pub(crate) fn write(&self, error: &mut Content<'_>) {
        match self {
            Self::Element(element) => error.append(element),
            _ => self.code().write(error),
        }
    }

    fn code(&self) -> Code<'_> {
        const CONFLICT: StatusCode = StatusCode::CONFLICT;
        const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
        const FULL: StatusCode = StatusCode::INSUFFICIENT_STORAGE;
        const LOCKED: StatusCode = StatusCode::LOCKED;
        match self {
            Self::CannotModifyProtectedProperty => {
                Code::dav("cannot-modify-protected-property", FORBIDDEN, &())
            }
            Self::LockTokenMatchesRequestUri => {
                Code::dav("lock-token-matches-request-uri", CONFLICT, &())
            }
            Self::LockTokenSubmitted(roots) => Code::dav("lock-token-submitted", LOCKED, roots),
            Self::NeedPrivileges(lacking) => Code::dav("need-privileges", FORBIDDEN, lacking),
            Self::NoConflictingLock(roots) => Code::dav("no-conflicting-lock", LOCKED, roots),
            Self::NoExternalEntities => Code::dav("no-external-entities", FORBIDDEN, &()),
            Self::NumberOfMatchesWithinLimits => {
                Code::dav("number-of-matches-within-limits", FORBIDDEN, &())
            }
            Self::PreservedLiveProperties => Code::dav("preserved-live-properties", CONFLICT, &()),
            Self::PropfindFiniteDepth => Code::dav("propfind-finite-depth", FORBIDDEN, &()),
            Self::QuotaNotExceeded => Code::dav("quota-not-exceeded", FULL, &()),
            Self::SufficientDiskSpace => Code::dav("sufficient-disk-space", FULL, &()),
            Self::SupportedReport => Code::dav("supported-report", FORBIDDEN, &()),
            Self::SyncTraversalSupported => Code::dav("sync-traversal-supported", FORBIDDEN, &()),
            Self::ValidResourceType => Code::dav("valid-resourcetype", FORBIDDEN, &()),
            Self::ValidSyncToken => Code::dav("valid-sync-token", FORBIDDEN, &()),
            Self::Acl(acl) => acl.code(),
            Self::Bind(bind) => bind.code(),
            Self::Caldav(caldav) => caldav.code(),
            Self::Carddav(carddav) => carddav.code(),
            Self::Search(search) => search.code(),
            Self::Versioning(versioning) => versioning.code(),
            Self::Element(_) | Self::Other(_) => Code {
                name: self.name(),
                status: None,
                content: &(),
            },
        }
    }
}
