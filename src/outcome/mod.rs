//! Outcomes of requests: a handler says what happened, and the answer follows the RFCs.
//!
//! A handler records what happens, in the order in which it happens. The outcome makes that an answer by the
//! rules of RFC 4918 and its extensions, so that the answer cannot be wrong.
//!
//! | request | outcome |
//! |---|---|
//! | PROPPATCH, extended MKCOL, MKCALENDAR | [`PropertyChanges`]: all, or none |
//! | DELETE, COPY, MOVE, LOCK of a tree | [`Tree`]: the members that failed |
//! | LOCK | [`Lock`]: the lock, and its `Lock-Token` |
//! | PUT, PATCH, POST, COPY or MOVE of one resource | [`Written`]: the status, and the current representation |
//! | REPORT `sync-collection` | [`SyncCollection`]: what changed, and the new token |
//! | REPORT `calendar-multiget`, `addressbook-multiget` | [`multiget`]: one response for each href |
//! | SEARCH, `calendar-query`, `principal-property-search` and the like | [`Matches`] |
//! | PROPFIND of infinite depth where collections have several bindings | [`Bindings`] |
//!
//! [`Lock`], [`Matches`] and [`SyncCollection`] become responses as a [`MultiStatus`](crate::MultiStatus)
//! does: by `into_http`, or returned by an axum handler. The answer of [`PropertyChanges`], [`Tree`] and
//! [`Written`] depends on more, such as the method of the request, so each has methods that make it.
//!
//! Hrefs that name the same resource get one response, whether they are written `/a(1)` or `/a%281%29`, `/a/`
//! or `/a`. A streamed answer recognizes another encoding only of the last thousand hrefs, so that memory
//! does not grow. A multiget is different: it answers each encoding that was asked for, and only `/a/` and
//! `/a` count as one.
//!
//! An answer that is too long to collect is streamed: by [`Tree::stream`], [`SyncCollection::stream`],
//! [`multiget_stream`] or [`Matches::stream`], and for a PROPFIND by
//! [`MultiStatusStream`](crate::MultiStatusStream).
//!
//! An `expand-property` report has no type of its own: a resource is written into a property by
//! [`Resource::write`](crate::Resource::write).

mod bindings;
mod failure;
mod lock;
mod matches;
mod multiget;
mod once;
mod property_changes;
mod rows;
mod sync_collection;
mod tree;
mod written;

pub use self::{
    bindings::{Binding, Bindings},
    lock::Lock,
    matches::Matches,
    multiget::{multiget, multiget_stream},
    property_changes::PropertyChanges,
    sync_collection::{Change, SyncCollection, Synced, Unsynced},
    tree::Tree,
    written::Written,
};
