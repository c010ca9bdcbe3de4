//! The multistatus of [RFC 4918, section 13](https://www.rfc-editor.org/rfc/rfc4918#section-13):
//! many resources, each with a status of its own, under one 207.
//!
//! A [`MultiStatus`] is collected from [`Resource`]s. A resource either has a status or it has
//! properties, and which of the two is a part of its type:
//!
//! ```
//! use http::StatusCode;
//! use statuary::{Href, MultiStatus, Resource, prop, xml::Name};
//!
//! let found = Resource::new(Href::path("/notes/todo.txt"))
//!     .prop(prop::GetContentLength(42))
//!     .missing(&Name::dav("getcontentlanguage"));
//! let gone = Resource::status(Href::path("/notes/old.txt"), StatusCode::NOT_FOUND);
//!
//! let mut answer = MultiStatus::new().sync_token("http://example.com/sync/42");
//! answer.push(found);
//! answer.push(gone);
//! assert_eq!(answer.len(), 2);
//! ```
//!
//! There are three kinds of "not found", and they are written in three ways: the target of the
//! request does not exist (no 207 at all, but a plain 404), a member does not exist
//! ([`Resource::status`]), a property of a member does not exist ([`Resource::missing`]).
//!
//! # How it is kept
//!
//! Not as a tree. Each resource is encoded once, when its values are given, and collecting appends
//! its bytes to the others. What a request may still ask for, such as to leave out the missing
//! properties, is done by skipping spans of those bytes.

mod document;
mod encoded;
mod fate;
mod nested;
mod notes;
pub mod prop;
mod propstat;
mod resource;
mod sections;
mod status;
mod taken;
mod writer;

pub use self::{
    document::MultiStatus,
    prop::Property,
    propstat::PropStat,
    resource::{Either, Form, Properties, Resource, Status},
    writer::ResourceWriter,
};
pub(crate) use self::{
    encoded::{Encoded, OPEN_HREF, Responses},
    fate::Fate,
    nested::push_propstats,
    prop::Row,
    resource::EMPTY_FOUND,
};
