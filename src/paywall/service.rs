//! The service behind the layer.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use crate::{
    paywall::{PaywallLayer, ResponseBody, ResponseFuture, gate::Verdict, gatekeeper::Gatekeeper},
    subscription::SubscriptionCheck,
    turn::{self, Turn},
};

/// Service that calls the inner one for callers who have paid, and refuses the others.
///
/// See the [module docs](crate::paywall) for an example.
pub struct Paywall<S, C> {
    inner: S,
    keeper: Arc<Gatekeeper<C>>,
}

// === impl Paywall ===

impl<S, C: SubscriptionCheck> Paywall<S, C> {
    /// A paywall before a service, with the defaults of [`PaywallLayer`].
    pub fn new(inner: S, check: C) -> Self {
        Self::with_keeper(inner, Arc::new(Gatekeeper::new(check)))
    }

    /// The layer that makes paywalls of this kind.
    pub fn layer(check: C) -> PaywallLayer<C> {
        PaywallLayer::new(check)
    }
}

impl<S, C> Paywall<S, C> {
    /// A mutable reference to the inner service.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, without its paywall.
    pub fn into_inner(self) -> S {
        self.inner
    }

    pub(crate) fn with_keeper(inner: S, keeper: Arc<Gatekeeper<C>>) -> Self {
        // The gate is made before the first request comes.
        keeper.gate();
        Self { inner, keeper }
    }
}

impl<S: Clone, C> Clone for Paywall<S, C> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            keeper: Arc::clone(&self.keeper),
        }
    }
}

impl<S: fmt::Debug, C> fmt::Debug for Paywall<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paywall")
            .field("inner", &self.inner)
            .field("settings", self.keeper.settings())
            .finish_non_exhaustive()
    }
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for Paywall<S, C>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    C: SubscriptionCheck,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (mut head, body) = request.into_parts();
        let gate = self.keeper.gate();
        let mut waiver = None;
        let is_gated = match gate.judge(self.keeper.check(), &head) {
            Verdict::Decided(Ok(passage)) => {
                waiver = gate.admit(passage, &mut head.extensions);
                true
            }
            Verdict::Decided(Err(refusal)) => {
                turn::pass_up(&mut self.inner);
                return ResponseFuture::refused(gate.refuse(refusal, &head));
            }
            Verdict::Exempt => {
                gate.pass_unasked(&mut head.extensions);
                false
            }
            Verdict::Waiting(answer) => {
                let turn = Turn::take(&mut self.inner, head, body);
                return ResponseFuture::waiting(answer, turn, Arc::clone(gate));
            }
        };
        let future = self.inner.call(Request::from_parts(head, body));
        ResponseFuture::passed(future, is_gated.then(|| Arc::clone(gate)), waiver)
    }
}
