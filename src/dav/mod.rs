//! The words of [RFC 4918](https://www.rfc-editor.org/rfc/rfc4918) and its extensions as types, one
//! page each.
//!
//! | word | type |
//! |---|---|
//! | precondition and postcondition codes (§16) | [`Condition`], and those of extensions in [`condition`] |
//! | `activelock` (§14.1) | [`ActiveLock`], [`LockScope`] |
//! | `Brief` (Microsoft) | [`Brief`] |
//! | `CalDAV-Timezones` (RFC 7809) | [`CaldavTimezones`] |
//! | `DAV` (§10.1) | [`Dav`], [`ComplianceClass`] |
//! | `Depth` (§10.2) | [`Depth`], [`ZeroOrInfinity`] |
//! | `Destination` (§10.3) | [`Destination`] |
//! | `entity-tag` (RFC 9110, §8.8.3) | [`EntityTag`] |
//! | `href`, a Simple-ref (§8.3, §14.7) | [`Href`] |
//! | `If` (§10.4) | [`If`], [`IfState`] |
//! | `If-Match`, `If-None-Match` (RFC 9110, §13.1) | [`Preconditions`], [`IfMatch`], [`IfNoneMatch`], [`Current`] |
//! | `Lock-Token` (§10.5) | [`LockToken`] |
//! | mount, the path that a router strips from a request | [`Mount`] |
//! | `Overwrite` (§10.6) | [`Overwrite`] |
//! | `Prefer` (RFC 7240, RFC 8144) | [`Prefer`], [`Return`] |
//! | `sync-token` (RFC 6578, §6.2) | [`SyncToken`] |
//! | `Timeout` (§10.7) | [`Timeout`], [`TimeType`] |
//!
//! The constant `NAME` of a header is its name. `from_headers` reads the header as its axum extractor does,
//! and `optional_from_headers` as the extractor of an `Option` does: a type has one of them, or both,
//! depending on what a missing header means.

mod active_lock;
mod brief;
mod caldav_timezones;
pub mod condition;
mod dav_header;
mod depth;
mod destination;
mod entity_tag;
mod header;
mod href;
mod if_header;
mod if_match;
mod lock_scope;
mod lock_token;
mod mount;
mod overwrite;
mod preconditions;
mod prefer;
pub(crate) mod status_line;
mod sync_token;
mod timeout;

pub use self::{
    active_lock::ActiveLock,
    brief::Brief,
    caldav_timezones::CaldavTimezones,
    condition::Condition,
    dav_header::{ComplianceClass, Dav},
    depth::{Depth, ZeroOrInfinity},
    destination::Destination,
    entity_tag::{EntityTag, InvalidEntityTag},
    header::InvalidHeader,
    href::{Href, InvalidHref, InvalidHrefKind},
    if_header::{If, IfCondition, IfConditionKind, IfList, IfState, Unmet},
    if_match::{Current, IfMatch, IfNoneMatch},
    lock_scope::LockScope,
    lock_token::LockToken,
    mount::Mount,
    overwrite::Overwrite,
    preconditions::{Preconditions, Unmatched},
    prefer::{Prefer, Return},
    sync_token::SyncToken,
    timeout::{TimeType, Timeout},
};

pub(crate) use self::href::{LatestPaths, is_scheme};
