//! The multistatus of [RFC 4918, section 13](https://www.rfc-editor.org/rfc/rfc4918#section-13):
//! many resources, each with a status of its own, under one 207.
//!
//! The module [`reply`](crate::reply) makes it a response, and has the
//! [`MultiStatusLayer`](crate::MultiStatusLayer), which adapts it to what a request prefers and to where the
//! routes are mounted. The answer to a whole request, such as a DELETE or a REPORT, is made by an
//! [`outcome`](crate::outcome).
//!
//! A [`MultiStatus`] is collected from [`Resource`]s. A resource has either a status or properties, and its
//! type says which:
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
//! As a response it is XML, whatever `Accept` says: RFC 4918 defines 207 by that document. A JSON API that
//! answers with many statuses uses a 200 and a list of its own.
//!
//! There are three kinds of "not found", each written in its own way: the target of the request does not
//! exist (a plain 404, and no 207), a member does not exist ([`Resource::status`]), or a property of a member
//! does not exist ([`Resource::missing`]).
//!
//! # How it is kept
//!
//! A multistatus is not a tree. Each resource is encoded once, when it is given its values, and collecting
//! appends its bytes to the others. What a request may still ask for, such as leaving out the missing
//! properties, is done by skipping spans of those bytes.
//!
//! # Why it is fast
//!
//! * A value is written once, in its final place. The exceptions are an owned [`Resource`], which is copied
//!   into its document as a whole, and statuses that come out of order.
//! * The bytes go into memory that is already allocated and zeroed, so that a piece of a known length costs
//!   one capacity check and a few stores, in safe code (`xml/buffer.rs`).
//! * The name of a live property is a constant ([`prop::Named`]), and so are its tags, which are put together
//!   at compile time. A list of such properties is a [`prop::Row`], whose markup between two values is one
//!   constant.
//! * Short text is copied as two chunks that may overlap, and is checked on the way; a path is copied and
//!   checked several bytes at a time. Only what has to be escaped is written byte by byte.
//! * What is written many times can be kept encoded: an [`Href`](crate::Href::into_encoded), a property
//!   ([`prop::Encoded`]), several properties with one status ([`PropStat`]), or a whole resource
//!   ([`EncodedResource`]).

mod admission;
mod description;
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
    description::Description,
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
