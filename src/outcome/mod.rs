//! What becomes of a request that is about many things, so that its answer cannot be wrong.
//!
//! A handler says what happened, in the order in which it happens; the rules by which RFC 4918 and
//! its extensions make an answer of it are kept here.
//!
//! | request | outcome |
//! |---|---|
//! | PROPPATCH, extended MKCOL, MKCALENDAR | [`PropertyChanges`]: all, or none |
//! | DELETE, COPY, MOVE, LOCK of a tree | [`Tree`]: the members that failed |
//! | LOCK | [`Lock`]: the lock, and its `Lock-Token` |
//! | PUT, PATCH, POST, COPY or MOVE of one resource | [`Written`]: the status, and what is there now |
//! | REPORT `sync-collection` | [`SyncCollection`]: what changed, and the new token |
//! | REPORT `calendar-multiget`, `addressbook-multiget` | [`multiget`]: one response for each href |
//! | SEARCH, `calendar-query`, `principal-property-search` and the like | [`Matches`] |
//! | PROPFIND of infinite depth where collections have several bindings | [`Bindings`] |
//!
//! [`Lock`], [`Matches`] and [`SyncCollection`] are responses, as a [`MultiStatus`](crate::MultiStatus) is:
//! by their `into_http`, and from an axum handler as they are. What the answer to [`PropertyChanges`], a
//! [`Tree`] or [`Written`] is depends on more, and so they become one by the method that is told of it.
//!
//! What names the same resource has one response, whether it is written `/a(1)` or `/a%281%29`, and
//! `/a/` or `/a`. In a streamed answer the last thousand are known in another encoding, so that memory
//! does not grow. A multiget alone answers each encoding that it was asked for, and `/a/` and `/a` once.
//!
//! An answer that is too long to be collected is streamed: by [`Tree::stream`],
//! [`SyncCollection::stream`], [`multiget_stream`] and [`Matches::stream`], and that to a PROPFIND by
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
