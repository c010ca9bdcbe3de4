//! A multistatus as a response, and the layer that lets it follow the request.
//!
//! A handler returns a [`MultiStatus`](crate::MultiStatus). By itself that is a whole and correct 207.
//! Under a [`MultiStatusLayer`] it is also the 207 that this request asked for:
//!
//! * `Prefer: return=minimal`, or Microsoft's `Brief: t`: an answer to PROPFIND, REPORT or SEARCH comes
//!   without the properties that do not exist, and a PROPPATCH that succeeded is an empty 204
//!   ([RFC 8144, section 2](https://www.rfc-editor.org/rfc/rfc8144#section-2));
//! * the same, of a MKCOL or MKCALENDAR that set all properties: a 201 without a body
//!   ([section 2.3](https://www.rfc-editor.org/rfc/rfc8144#section-2.3));
//! * `Prefer: depth-noroot`: the target itself is left out
//!   ([RFC 8144, section 4](https://www.rfc-editor.org/rfc/rfc8144#section-4));
//! * `Preference-Applied` and `Vary` say so;
//! * the hrefs begin with the path under which the routes are mounted
//!   ([`mounted_at`](MultiStatusLayer::mounted_at)), those in a [`DavError`] as well, and so does what an
//!   answer says of [where it is](crate::MultiStatus::located_at).
//!
//! Nothing is encoded twice for it: the response carries the multistatus along, and the layer puts
//! another view of the same bytes in the place of the body. A response that carries none passes
//! through untouched.
//!
//! # Streaming
//!
//! An answer that may be long is a [`MultiStatusStream`]. Before it is served by `axum::serve`,
//! `TCP_NODELAY` has to be turned on, or its chunks stall: see
//! [there](MultiStatusStream#tcp_nodelay).
//!
//! # Order of layers
//!
//! The layer belongs outside whatever looks into the multistatus, and inside compression, since it
//! leaves a response alone that has a `Content-Encoding`. Inside of axum's `Router::layer`, what passes
//! through is spared a box as [before a paywall](crate::paywall#order-of-layers).
//!
//! # Examples
//!
//! ```
//! use axum::Router;
//! use statuary::{Href, MultiStatus, MultiStatusLayer, Resource, prop};
//!
//! async fn propfind() -> MultiStatus {
//!     let root = Resource::new(Href::collection("/")).prop(prop::ResourceType::COLLECTION);
//!     MultiStatus::from_iter([root])
//! }
//!
//! let dav = Router::new().fallback(propfind).layer(MultiStatusLayer::new().mounted_at("/dav"));
//! let app: Router = Router::new().nest_service("/dav", dav);
//! ```

mod body;
mod error;
mod future;
mod layer;
mod lending;
mod opened;
mod respond;
mod service;
mod source;
mod stream;
mod stream_body;
mod view;

pub use self::{
    body::{DavBody, ResponseBody},
    error::DavError,
    future::ResponseFuture,
    layer::MultiStatusLayer,
    service::MultiStatusService,
    stream::{Begin, MultiStatusStream},
    stream_body::StreamBody,
};
pub(crate) use self::{
    layer::has_parameter,
    opened::{Held, Opened},
    respond::{created, document, empty, forget_digests, located},
    source::{AnySource, BoxError, Filled, Source},
    view::mount_path,
};
