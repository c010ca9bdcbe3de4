//! The service behind the layer.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    idempotency::{
        IdempotencyLayer, IdempotencyStore, ResponseBody, ResponseFuture,
        desk::{Desk, Entrance},
    },
    subscription::Unidentified,
    turn::{self, Turn},
};

/// Service that carries out a request once, however often it is sent.
///
/// See the [module docs](crate::idempotency) for an example.
pub struct Idempotency<S, D> {
    pub(super) inner: S,
    pub(super) desk: Arc<Desk<D>>,
}

// === impl Idempotency ===

impl<S, D: IdempotencyStore> Idempotency<S, D> {
    /// A service that carries out requests once, with the defaults of [`IdempotencyLayer`].
    pub fn new<F, A>(inner: S, store: D, sender: F) -> Self
    where
        F: Fn(&Parts) -> Result<A, Unidentified> + Send + Sync + 'static,
        A: Into<Arc<str>>,
    {
        IdempotencyLayer::new(store, sender).layer(inner)
    }

    /// The layer that makes services of this kind.
    pub fn layer<F, A>(store: D, sender: F) -> IdempotencyLayer<D>
    where
        F: Fn(&Parts) -> Result<A, Unidentified> + Send + Sync + 'static,
        A: Into<Arc<str>>,
    {
        IdempotencyLayer::new(store, sender)
    }
}

impl<S, D> Idempotency<S, D> {
    /// A mutable reference to the inner service.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, which carries out every request.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: Clone, D> Clone for Idempotency<S, D> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            desk: Arc::clone(&self.desk),
        }
    }
}

impl<S: fmt::Debug, D> fmt::Debug for Idempotency<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency")
            .field("inner", &self.inner)
            .field("settings", &self.desk.settings)
            .finish_non_exhaustive()
    }
}

impl<S, D, ReqBody, ResBody> Service<Request<ReqBody>> for Idempotency<S, D>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    D: IdempotencyStore,
    ReqBody: Body,
    ResBody: Body,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody, ResBody, D>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        match self.desk.enter(&head, &body.size_hint()) {
            Entrance::Pass => {
                ResponseFuture::passing(self.inner.call(Request::from_parts(head, body)))
            }
            Entrance::Claim(step) => {
                let turn = Turn::take(&mut self.inner, head, body);
                ResponseFuture::claiming(step, turn, Arc::clone(&self.desk))
            }
            Entrance::Refuse(refusal) => {
                turn::pass_up(&mut self.inner);
                ResponseFuture::refused(self.desk.refuse(refusal, &head))
            }
        }
    }
}
