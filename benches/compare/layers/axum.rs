//! A function of axum's as a layer.

use axum::{
    extract::Request,
    middleware::{Next, from_fn},
    response::IntoResponse,
};
use http::{StatusCode, header::AUTHORIZATION};

use super::{Placement, layered};
use crate::harness::Task;

pub fn add(placement: Placement, tasks: &mut Vec<Task>) {
    let layer = from_fn(async |request: Request, next: Next| {
        if request.headers().contains_key(AUTHORIZATION) {
            return next.run(request).await;
        }
        StatusCode::UNAUTHORIZED.into_response()
    });
    tasks.push(layered("axum from_fn", placement, layer, StatusCode::OK));
}
