//! The multistatus of [RFC 4918, section 13](https://www.rfc-editor.org/rfc/rfc4918#section-13):
//! many resources, each with a status of its own, under one 207.
//!
//! How it becomes a response is in [`reply`](crate::reply), and so is the
//! [`MultiStatusLayer`](crate::MultiStatusLayer), by which it follows what a request prefers and where the
//! routes are mounted. Answers to whole requests, such as a DELETE or a REPORT, are made by an
//! [`outcome`](crate::outcome).
//!
//! A [`MultiStatus`] is collected from [`Resource`]s. A resource either has a status or it has
//! properties, and which of the two is a part of its type:
//!
//! ```
//! use http::StatusCode;
//! use statuary::{Href, MultiStatus, Resource, dav::SyncToken, prop, xml::Name};
//!
//! let found = Resource::new(Href::path("/notes/todo.txt"))
//!     .prop(prop::GetContentLength(42))
//!     .missing(&Name::dav("getcontentlanguage"));
//! let gone = Resource::status(Href::path("/notes/old.txt"), StatusCode::NOT_FOUND);
//!
//! let token = SyncToken::new("http://example.com/sync/42")?;
//! let mut answer = MultiStatus::new().sync_token(&token);
//! answer.push(found);
//! answer.push(gone);
//! assert_eq!(answer.len(), 2);
//! # Ok::<(), statuary::dav::InvalidHref>(())
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
//!
//! # Why it is fast
//!
//! * A value is written once, to the place where it stays. The exceptions are an owned [`Resource`],
//!   which is copied into its document as a whole, and statuses that come out of order.
//! * The bytes go into memory that is there and filled with zeros, so that a piece of a known length
//!   is one look at the room and a few stores, in safe code (`xml/buffer.rs`).
//! * The name of a live property is a constant ([`prop::Named`]), and so are its tags, which the
//!   compiler puts together. A list of such properties is a [`prop::Row`], whose markup between two
//!   values is one constant.
//! * Short text is copied by its two ends, and looked at on the way; a path is copied by the handful.
//!   Only what is odd is written byte by byte.
//! * What is written many times can be kept encoded: an [`Href`](crate::Href::into_encoded), a
//!   property ([`prop::Encoded`]), several of one status ([`PropStat`]), or all of a resource
//!   ([`EncodedResource`]).

mod admission;
mod document;
mod encoded_resource;
mod fate;
mod finished;
mod form;
mod fragment;
mod inner;
mod listed;
mod names;
mod nested;
mod notes;
pub mod prop;
mod propstat;
mod resource;
mod responses;
mod sections;
mod status;
mod taken;
mod writer;

pub use self::{
    document::MultiStatus,
    encoded_resource::EncodedResource,
    form::{Either, Form, Properties, Status},
    listed::Listed,
    prop::Property,
    propstat::PropStat,
    resource::Resource,
    writer::ResourceWriter,
};
pub(crate) use self::{
    fate::Fate,
    finished::Finished,
    nested::push_propstats,
    prop::Row,
    resource::EMPTY_FOUND,
    responses::{HREF_TAG, OPEN_HREF, Responses},
};
