//! The least that a layer does which marks each answer as its caller's own: two lines of a header.

use axum::response::Response;
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, VARY},
};
use tower::util::MapResponseLayer;

use super::{Placement, layered};
use crate::harness::Task;

pub fn add(placement: Placement, tasks: &mut Vec<Task>) {
    let layer = MapResponseLayer::new(|mut response: Response| {
        let headers = response.headers_mut();
        headers.append(CACHE_CONTROL, HeaderValue::from_static("private"));
        headers.append(VARY, HeaderValue::from_static("authorization"));
        response
    });
    tasks.push(layered(
        "by hand, private and varying",
        placement,
        layer,
        StatusCode::OK,
    ));
}
