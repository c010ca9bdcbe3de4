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
    body::ResponseBody, future::ResponseFuture, layer::MultiStatusLayer, mount::Mount, view::View,
};

/// The service that [`MultiStatusLayer`] makes.
///
/// See the [module documentation](crate::reply) for what it does, and for an example.
#[derive(Clone, Debug)]
pub struct MultiStatusService<S> {
    pub(super) inner: S,
    pub(super) mount: Option<Arc<Mount>>,
}

// === impl MultiStatusService ===

impl<S> MultiStatusService<S> {
    /// Wraps a service in a default [`MultiStatusLayer`].
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

    /// Returns the service inside.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for MultiStatusService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    // Requests and futures are large, and the compiler tends to copy them: a request that is read from, and a
    // future that is held beside something with a destructor. So the path of most requests does nothing but
    // look at the method, and for a mount.
    #[inline(never)]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        if View::is_for(request.method())
            || self.mount.is_some()
            || Mount::is_around(request.extensions())
        {
            return call_with_view(self, request);
        }
        ResponseFuture {
            inner: forward(&mut self.inner, request),
            view: View::default(),
            mount: None,
        }
    }
}

// === helpers ===

#[inline(never)]
fn call_with_view<S, B>(
    service: &mut MultiStatusService<S>,
    mut request: Request<B>,
) -> ResponseFuture<S::Future>
where
    S: Service<Request<B>>,
{
    let view = View::of(request.method(), request.uri(), request.headers());
    let mount = Mount::joined(service.mount.as_ref(), request.extensions_mut());
    ResponseFuture {
        inner: forward(&mut service.inner, request),
        view,
        mount,
    }
}

/// Calls a service. The future is written in its final place; were this inlined, it might be built elsewhere
/// and copied.
#[inline(never)]
fn forward<S: Service<R>, R>(service: &mut S, request: R) -> S::Future {
    service.call(request)
}
