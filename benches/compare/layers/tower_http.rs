//! The two layers of tower-http that let a request through or answer it themselves.
#![expect(clippy::result_large_err, reason = "tower-http wants it so")]

use axum::{body::Body, extract::Request, response::Response};
use http::{StatusCode, header::AUTHORIZATION};
use tower_http::{
    auth::AsyncRequireAuthorizationLayer, validate_request::ValidateRequestHeaderLayer,
};

use super::{Placement, layered};
use crate::harness::Task;

pub fn add(placement: Placement, tasks: &mut Vec<Task>) {
    let validate = ValidateRequestHeaderLayer::custom(|request: &mut Request| check(request));
    let authorize = AsyncRequireAuthorizationLayer::new(async |request: Request| {
        check(&request)?;
        Ok(request)
    });
    tasks.extend([
        layered(
            "tower-http ValidateRequestHeader",
            placement,
            validate,
            StatusCode::OK,
        ),
        layered(
            "tower-http AsyncRequireAuthorization",
            placement,
            authorize,
            StatusCode::OK,
        ),
    ]);
}

fn check(request: &Request) -> Result<(), Response> {
    if request.headers().contains_key(AUTHORIZATION) {
        return Ok(());
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Err(response)
}
