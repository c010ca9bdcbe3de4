//! A layer that does nothing: what it costs to be one.

use std::task::{Context, Poll};

use http::StatusCode;
use tower::{Layer, Service};

use super::{BASES, Placement, layered};
use crate::harness::Task;

pub fn add(placement: Placement, tasks: &mut Vec<Task>) {
    tasks.push(layered(
        BASES[1],
        placement,
        PassThrough(()),
        StatusCode::OK,
    ));
}

/// The layer, and the service.
#[derive(Clone)]
struct PassThrough<S>(S);

impl<S> Layer<S> for PassThrough<()> {
    type Service = PassThrough<S>;

    fn layer(&self, inner: S) -> PassThrough<S> {
        PassThrough(inner)
    }
}

impl<S: Service<R>, R> Service<R> for PassThrough<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}
