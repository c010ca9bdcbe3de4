//! The service behind the layer.

use std::{
    fmt, mem,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use tower_service::Service;

use crate::{
    challenge::Refusal,
    paywall::{
        PaywallLayer, ResponseBody, ResponseFuture, Waiver,
        future::{Turn, admit, pass},
        gate::{Gate, Settings, Verdict},
        watch,
    },
    subscription::SubscriptionCheck,
};

/// Service that calls the inner one for callers who have paid, and refuses the others.
///
/// See the [module docs](crate::paywall) for an example.
pub struct Paywall<S, C> {
    inner: S,
    check: Arc<C>,
    gate: Arc<Gate>,
}

// === impl Paywall ===

impl<S, C: SubscriptionCheck> Paywall<S, C> {
    /// A paywall before a service, with the defaults of [`PaywallLayer`].
    pub fn new(inner: S, check: C) -> Self {
        Self::with_gate(
            inner,
            Arc::new(check),
            Arc::new(Gate::new(Settings::default())),
        )
    }

    /// The layer that makes paywalls of this kind.
    pub fn layer(check: C) -> PaywallLayer<C> {
        PaywallLayer::new(check)
    }
}

impl<S, C> Paywall<S, C> {
    /// The inner service, changeably.
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

    pub(crate) fn with_gate(inner: S, check: Arc<C>, gate: Arc<Gate>) -> Self {
        Self { inner, check, gate }
    }
}

impl<S: Clone, C> Paywall<S, C> {
    /// Takes the service that is ready, and leaves a clone that has to become so.
    fn take_ready(&mut self) -> S {
        let fresh = self.inner.clone();
        mem::replace(&mut self.inner, fresh)
    }
}

impl<S, C> Paywall<S, C> {
    /// Refuses a request, or lets it pass all the same.
    fn decline<ReqBody>(
        &mut self,
        head: Parts,
        body: ReqBody,
        waived: Result<Waiver, Refusal>,
    ) -> ResponseFuture<S, ReqBody>
    where
        S: Service<Request<ReqBody>> + Clone,
    {
        match waived {
            Ok(waiver) => {
                let future = pass(&mut self.inner, head, body, &waiver, &self.gate);
                ResponseFuture::waived(future, Arc::clone(&self.gate), waiver)
            }
            Err(refusal) => {
                drop(self.take_ready());
                ResponseFuture::refused(self.gate.refuse(refusal, &head))
            }
        }
    }
}

impl<S: Clone, C> Clone for Paywall<S, C> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            check: Arc::clone(&self.check),
            gate: Arc::clone(&self.gate),
        }
    }
}

impl<S: fmt::Debug, C> fmt::Debug for Paywall<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paywall")
            .field("inner", &self.inner)
            .field("gate", &self.gate)
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

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        match self.gate.judge(&self.check, &head) {
            Verdict::Decided(Ok(grant)) => {
                let future = admit(&mut self.inner, head, body, self.gate.admit(grant));
                ResponseFuture::admitted(future, Arc::clone(&self.gate))
            }
            Verdict::Decided(Err(refusal)) => {
                let waived = self.gate.waive(refusal);
                self.decline(head, body, waived)
            }
            Verdict::Nameless(panicked) => {
                let waived = self.gate.waive_nameless(panicked);
                self.decline(head, body, waived)
            }
            Verdict::Exempt => {
                watch::exempt();
                ResponseFuture::exempt(self.inner.call(Request::from_parts(head, body)))
            }
            Verdict::Waiting(answer) => {
                let inner = self.take_ready();
                let turn = Turn { inner, head, body };
                ResponseFuture::waiting(answer, turn, Arc::clone(&self.gate))
            }
        }
    }
}
