//! The words of [RFC 4918](https://www.rfc-editor.org/rfc/rfc4918) and its extensions as types, one
//! page each.
//!
//! | word | type |
//! |---|---|
//! | precondition and postcondition codes (§16) | [`Condition`] |
//! | ... of versioning, access control, CalDAV, SEARCH | [`Versioning`], [`Acl`], [`Caldav`], [`Search`] |
//! | ... of bindings, CardDAV | [`Bind`], [`Carddav`] |
//! | `Depth` (§10.2) | [`Depth`] |
//! | `Destination` (§10.3) | [`Destination`] |
//! | `href`, a Simple-ref (§8.3, §14.7) | [`Href`] |
//! | `Overwrite` (§10.6) | [`Overwrite`] |
//! | `Prefer` (RFC 7240, RFC 8144), `Brief` | [`Prefer`], [`Return`] |

mod condition;
mod depth;
mod destination;
mod header;
mod href;
mod overwrite;
mod prefer;

pub(crate) use self::prefer::{BRIEF, PREFER};
pub use self::{
    condition::{Acl, Bind, Caldav, Carddav, Condition, NeedPrivileges, Search, Versioning},
    depth::Depth,
    destination::Destination,
    header::InvalidHeader,
    href::{Href, InvalidHref, InvalidHrefKind},
    overwrite::Overwrite,
    prefer::{Prefer, Return},
};
