//! The service.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    body::ReplyBody,
    future::ResponseFuture,
    layer::MultiStatusLayer,
    view::{Mount, View},
};

/// The service that [`MultiStatusLayer`] makes.
///
/// See the [module documentation](crate::reply) for what it does and for an example.
#[derive(Clone, Debug)]
pub struct MultiStatusService<S> {
    pub(super) inner: S,
    pub(super) mount: Option<Arc<Mount>>,
}

// === impl MultiStatusService ===

impl<S> MultiStatusService<S> {
    /// Puts a default [`MultiStatusLayer`] round a service.
    pub fn new(inner: S) -> Self {
        MultiStatusLayer::new().layer(inner)
    }

    /// Makes a default [`MultiStatusLayer`].
    pub fn layer() -> MultiStatusLayer {
        MultiStatusLayer::new()
    }

    /// The service inside.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Gives back the service inside.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for MultiStatusService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
{
    type Response = Response<ReplyBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    // Futures are large. Where this is inlined, the compiler builds one beside its place and copies it
    // there, more than once; a result that is returned is written in its place.
    #[inline(never)]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let view = View::of(request.method(), request.uri(), request.headers());
        let mount = self.mount.clone();
        ResponseFuture {
            inner: self.inner.call(request),
            view,
            mount,
        }
    }
}
