//! The documents that responses carry.

use std::convert::Infallible;

use bytes::Bytes;
use http::Response;
use http_body::Body;
use http_body_util::BodyExt;
use statuary::{Href, MultiStatus, Resource, multistatus::Either};

/// The body of a response.
pub(crate) fn body(response: Response<impl Body<Data = Bytes, Error = Infallible>>) -> String {
    let collected = tokio_test::block_on(response.into_body().collect());
    let bytes = collected.unwrap_or_else(|never| match never {}).to_bytes();
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A resource with properties, none so far.
pub(crate) fn resource() -> Resource {
    Resource::new(Href::path("/a"))
}

/// A multistatus of one resource.
pub(crate) fn one(resource: impl Into<Resource<Either>>) -> String {
    MultiStatus::from_iter([resource]).to_string()
}
