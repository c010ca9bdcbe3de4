//! The service behind the layer.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::{
    settlement::{
        Charge, ResponseBody, ResponseFuture, SettleLayer,
        till::{Bill, Settings, Till},
    },
    turn::{self, Turn},
};

/// Service that charges for requests to the inner one, if their responses are delivered.
///
/// See the [module docs](crate::settlement) for an example.
pub struct Settle<S, C> {
    inner: S,
    charge: Arc<C>,
    till: Arc<Till>,
}

// === impl Settle ===

impl<S, C: Charge> Settle<S, C> {
    /// A service that makes this charge, with the defaults of [`SettleLayer`].
    pub fn new(inner: S, charge: C) -> Self {
        Self::with_till(
            inner,
            Arc::new(charge),
            Arc::new(Till::new(Settings::default())),
        )
    }

    /// The layer that makes services of this kind.
    pub fn layer(charge: C) -> SettleLayer<C> {
        SettleLayer::new(charge)
    }
}

impl<S, C> Settle<S, C> {
    /// A mutable reference to the inner service.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, without its charge.
    pub fn into_inner(self) -> S {
        self.inner
    }

    pub(super) const fn with_till(inner: S, charge: Arc<C>, till: Arc<Till>) -> Self {
        Self {
            inner,
            charge,
            till,
        }
    }
}

impl<S: Clone, C> Clone for Settle<S, C> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            charge: Arc::clone(&self.charge),
            till: Arc::clone(&self.till),
        }
    }
}

impl<S: fmt::Debug, C> fmt::Debug for Settle<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settle")
            .field("inner", &self.inner)
            .field("till", &self.till)
            .finish_non_exhaustive()
    }
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for Settle<S, C>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    C: Charge,
    ResBody: Body,
{
    type Response = Response<ResponseBody<ResBody, C::Settlement>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody, C::Settlement>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        match self.till.bill(&self.charge, &head) {
            Bill::Free => ResponseFuture::free(self.inner.call(Request::from_parts(head, body))),
            Bill::Due(step) => {
                let turn = Turn::take(&mut self.inner, head, body);
                ResponseFuture::reserving(step, turn, Arc::clone(&self.till))
            }
            Bill::Refused(refusal) => {
                turn::pass_up(&mut self.inner);
                ResponseFuture::refused(self.till.turn_away(refusal, &head))
            }
        }
    }
}
