//! The bodies of WebDAV requests.
//!
//! Each body is a type that is made by `from_request` from a whole request, or by `parse` from bytes
//! under [`Limits`](crate::xml::Limits); with axum, the types are extractors. The limits may be in the
//! extensions of the request, so that `Extension(Limits::request().bytes(65_536))` is a layer that
//! tightens them. What is wrong with a request is a [`Rejection`], and a
//! [`DavError`](crate::DavError) made of it is the answer. [`collect`] and [`check_media_type`] are
//! there for bodies of other types.
//!
//! | what is wrong | status |
//! |---|---|
//! | the XML is malformed, or says contradictory things | 400 |
//! | there is a document type declaration | 403, with `no-external-entities` |
//! | the body took too long | 408 |
//! | one of the limits is passed | 413 |
//! | the body is no XML, or in an encoding that is not read | 415 |
//! | the XML is well-formed and asks for what cannot be | 422 |

mod answer;
mod body;
mod collect;
mod lock_info;
mod media_type;
mod mkcol;
mod nested;
mod no_body;
mod property_update;
mod propfind;
mod rejection;
pub mod report;
pub mod search;
mod walk;
mod wanted;

pub use self::{
    answer::Answer,
    collect::{DEADLINE, collect},
    lock_info::{LockInfo, LockScope},
    media_type::check_media_type,
    mkcol::{Mkcalendar, Mkcol},
    nested::{Branch, Branches, Nested},
    no_body::NoBody,
    property_update::{Instruction, PropertyUpdate},
    propfind::Propfind,
    rejection::Rejection,
};
