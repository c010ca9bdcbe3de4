//! The bodies of WebDAV requests.
//!
//! Each body is a type that is made by `from_request` from a whole request, or by `parse` from bytes
//! under [`Limits`](crate::xml::Limits); with axum, the types are extractors. A whole request is read in a
//! Tokio runtime that has its timers enabled. The limits may be in the extensions of the request, so that
//! `Extension(Limits::request().bytes(65_536))` is a layer that tightens them. What is wrong with a
//! request is a [`Rejection`], and a [`DavError`](crate::DavError) made of it is the answer. [`collect`]
//! and [`check_media_type`] are there for bodies of other types.
//!
//! | method | body | RFC | type |
//! |---|---|---|---|
//! | LOCK | `lockinfo`, or none | [4918 §9.10](https://www.rfc-editor.org/rfc/rfc4918#section-9.10) | [`LockInfo`] |
//! | MKCALENDAR | `mkcalendar`, or none | [4791 §5.3.1](https://www.rfc-editor.org/rfc/rfc4791#section-5.3.1) | [`Mkcalendar`] |
//! | MKCOL | `mkcol`, or none | [5689](https://www.rfc-editor.org/rfc/rfc5689) | [`Mkcol`] |
//! | PROPFIND | `propfind`, or none | [4918 §9.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.1) | [`Propfind`] |
//! | PROPPATCH | `propertyupdate` | [4918 §9.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.2) | [`PropertyUpdate`] |
//! | REPORT | one of many | [3253 §3.6](https://www.rfc-editor.org/rfc/rfc3253#section-3.6) | [`report::Report`] and its types |
//! | SEARCH | `searchrequest` | [5323](https://www.rfc-editor.org/rfc/rfc5323) | [`search::Search`] |
//! | COPY, DELETE, MOVE, UNLOCK | none | [4918 §8.4](https://www.rfc-editor.org/rfc/rfc4918#section-8.4) | [`NoBody`] |
//!
//! What a body asks for by name is answered through [`Propfind::answer`], which the reports have as
//! their `wanted()`; what it sets, removes or lists is answered by the
//! [`outcome`](crate::outcome) that it begins.
//!
//! | what is wrong | status |
//! |---|---|
//! | the XML is malformed, lacks something, or says contradictory things | 400 |
//! | the body broke off, for the reason that is the rejection's source | 400 |
//! | a header or the path does not follow its grammar, or the depth is none that the report may have | 400 |
//! | there is a document type declaration | 403, with `no-external-entities` |
//! | the filter of a `calendar-query` is none that can be meant | 403, with CalDAV's `valid-filter` |
//! | the token of a `sync-collection` is none that a server gives | 403, with `valid-sync-token` |
//! | it is another REPORT than the handler takes | 403, with `supported-report` |
//! | the body took too long | 408 |
//! | one of the limits is passed, or one that a layer has set for bodies | 413 |
//! | the body is no XML, in an encoding that is not read, or there where none is due | 415 |
//! | the body of a MKCOL or MKCALENDAR is of another kind | 415 |
//! | the XML is well-formed and asks for what cannot be | 422 |
//!
//! What is malformed is 400, whatever it seems to ask for
//! ([RFC 4918, section 8.2](https://www.rfc-editor.org/rfc/rfc4918#section-8.2)).
//!
//! # Methods
//!
//! axum routes the methods of HTTP, and WebDAV has more. So one handler takes them all, looks at the
//! method before anything else of the request is read, and hands the request on. Clients begin with
//! OPTIONS, and go no further without a `DAV` header
//! ([RFC 4918, section 10.1](https://www.rfc-editor.org/rfc/rfc4918#section-10.1)). What a request is about
//! is an [`Href`](crate::Href), by [`of_request`](crate::Href::of_request) or as an argument.
//!
//! ```
//! use axum::{
//!     Router,
//!     extract::{Request, State},
//!     handler::Handler,
//!     response::{IntoResponse, Response},
//! };
//! use http::StatusCode;
//! use statuary::{DavError, Depth, Href, MultiStatus, PropertyUpdate, Propfind};
//!
//! #[derive(Clone)]
//! struct Disk;
//!
//! async fn dispatch(State(disk): State<Disk>, request: Request) -> Response {
//!     const OPTIONS: [(&str, &str); 2] = [("dav", "1"), ("allow", "OPTIONS, PROPFIND, PROPPATCH")];
//!     match request.method().as_str() {
//!         "OPTIONS" => OPTIONS.into_response(),
//!         "PROPFIND" => Handler::call(propfind, request, disk).await,
//!         "PROPPATCH" => Handler::call(proppatch, request, disk).await,
//!         _ => (StatusCode::METHOD_NOT_ALLOWED, OPTIONS).into_response(),
//!     }
//! }
//!
//! async fn propfind(
//!     State(disk): State<Disk>,
//!     target: Href<'static>,
//!     depth: Depth,
//!     wanted: Propfind,
//! ) -> Result<MultiStatus, DavError> {
//!     # let _ = (disk, target, depth, wanted);
//!     // …
//!     # Ok(MultiStatus::new())
//! }
//!
//! async fn proppatch(
//!     State(disk): State<Disk>,
//!     target: Href<'static>,
//!     update: PropertyUpdate,
//! ) -> Result<MultiStatus, DavError> {
//!     let changes = update.outcome();
//!     # let _ = disk;
//!     // …
//!     Ok(changes.proppatch(target))
//! }
//!
//! let app: Router = Router::new().fallback(dispatch).with_state(Disk);
//! ```

mod answer;
mod body;
mod collect;
mod lock_info;
mod media_type;
mod mkcol;
mod names;
mod nested;
mod no_body;
mod property_update;
mod propfind;
mod rejection;
pub mod report;
pub mod search;
mod target;
mod walk;
mod wanted;

pub use self::{
    answer::Answer,
    collect::collect,
    lock_info::LockInfo,
    media_type::check_media_type,
    mkcol::{Mkcalendar, Mkcol},
    nested::{Branch, Branches, Nested},
    no_body::NoBody,
    property_update::{Instruction, PropertyUpdate},
    propfind::Propfind,
    rejection::Rejection,
};
