//! A multistatus as a response, and the layer that lets it follow the request.
//!
//! A handler returns a [`MultiStatus`](crate::MultiStatus), which by itself is a complete and correct 207: an
//! XML document, whatever `Accept` says. A [`MultiStatusLayer`] makes it the 207 that this request asked for:
//!
//! * `Prefer: return=minimal`, or Microsoft's `Brief: t`: an answer to PROPFIND, REPORT or SEARCH leaves out
//!   the properties that do not exist, and a PROPPATCH that succeeded gets an empty 204
//!   ([RFC 8144, section 2](https://www.rfc-editor.org/rfc/rfc8144#section-2)); what stands inside of a
//!   property is its value and stays, also in a resource that was [expanded](crate::Resource::write);
//! * the same for a MKCOL or MKCALENDAR that set all properties: a 201 without a body
//!   ([section 2.3](https://www.rfc-editor.org/rfc/rfc8144#section-2.3));
//! * `Prefer: depth-noroot`: the target itself is left out
//!   ([RFC 8144, section 4](https://www.rfc-editor.org/rfc/rfc8144#section-4));
//! * `Preference-Applied` and `Vary` are set accordingly;
//! * hrefs get the path under which the routes are mounted ([`mounted_at`](MultiStatusLayer::mounted_at)) in
//!   front, also in a [`DavError`], in a [`Document`] and in the
//!   [`Content-Location`](crate::MultiStatus::located_at).
//!
//! Nothing is encoded twice for this: the response carries the multistatus along, and the layer replaces the
//! body with another view of the same bytes. A response without a multistatus passes through untouched.
//!
//! # Streaming
//!
//! An answer that may be long is a [`MultiStatusStream`]. To serve one by `axum::serve`, turn on
//! [`TCP_NODELAY`](MultiStatusStream#tcp_nodelay), or its chunks stall.
//!
//! # Order of layers
//!
//! The layer belongs outside everything that looks into the multistatus, and inside compression, since it
//! leaves a response with a `Content-Encoding` alone. Inside of axum's `Router::layer`, bodies that pass
//! through can be spared a box, as [before a paywall](crate::paywall#order-of-layers).
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
//!
//! With `Router::nest("/dav", …)`, a request for the [root of the mount](MultiStatusLayer::mounted_at) would
//! be answered with 404.

mod body;
mod document;
mod error;
mod future;
mod layer;
mod lending;
mod mount;
mod opened;
mod respond;
mod service;
mod source;
mod stream;
mod stream_body;
mod view;

pub use self::{
    body::{DavBody, ResponseBody},
    document::Document,
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
};
