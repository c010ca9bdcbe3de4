//! The bodies of WebDAV requests.
//!
//! Each body has a type, which `from_request` reads from a whole request, and `parse` from bytes under
//! [`Limits`](crate::xml::Limits); with axum, the types are extractors. Reading a whole request needs a Tokio
//! runtime with its timers enabled. Limits in the extensions of the request replace the default ones, so the
//! layer `Extension(Limits::request().bytes(65_536))` tightens them. A request that cannot be read is a
//! [`Rejection`], which becomes the answer as a [`DavError`](crate::DavError). Bodies of other types can use
//! [`collect`] and [`check_media_type`].
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
//! Properties that a body asks for are answered by [`Propfind::answer`]; the [`Propfind`] of a report is its
//! `wanted()`. What a body sets, removes or lists is answered by the [`outcome`](crate::outcome) that it
//! begins.
//!
//! | what is wrong | status |
//! |---|---|
//! | the XML is malformed, lacks something, or says contradictory things | 400 |
//! | the body broke off; the source of the rejection says why | 400 |
//! | a header or the path does not follow its grammar, or the report may not have this depth | 400 |
//! | there is a document type declaration | 403, with `no-external-entities` |
//! | the filter of a `calendar-query` is not valid | 403, with CalDAV's `valid-filter` |
//! | the token of a `sync-collection` is not a valid sync-token | 403, with `valid-sync-token` |
//! | the REPORT is not the one that the handler takes | 403, with `supported-report` |
//! | the body took too long | 408 |
//! | one of the limits is exceeded, or one that a layer has set for bodies | 413 |
//! | the body is not XML, has an unsupported encoding, or must be absent | 415 |
//! | the body of a MKCOL or MKCALENDAR is of another kind | 415 |
//! | the XML is well-formed, but asks for something impossible | 422 |
//!
//! A malformed body is a 400, whatever it seems to ask for
//! ([RFC 4918, section 8.2](https://www.rfc-editor.org/rfc/rfc4918#section-8.2)).
//!
//! # Methods
//!
//! axum routes the methods of HTTP, and WebDAV has more. So one handler takes all requests, looks at the
//! method before anything else is read, and passes the request on. Clients begin with OPTIONS, and go no
//! further without a `DAV` header
//! ([RFC 4918, section 10.1](https://www.rfc-editor.org/rfc/rfc4918#section-10.1)). The target of a request
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
