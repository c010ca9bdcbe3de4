//! The service, and its future.

use std::{
    fmt, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{
    HeaderMap, Request, Response, StatusCode,
    header::{ETAG, LAST_MODIFIED},
    request::Parts,
};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    closed::Closed, listing::Listing, paywall::MemberPaywall, rules::MemberRules, source::Gated,
};
use crate::{
    multistatus::MultiStatus,
    reply::{DavError, Held, Opened, ReplyBody, forget_digests},
    subscription::SubscriptionCheck,
};

/// The service that [`MemberPaywallLayer`](super::MemberPaywallLayer) makes.
pub struct MemberPaywallService<S, C, F> {
    pub(super) inner: S,
    pub(super) paywall: MemberPaywall<C>,
    pub(super) rules: F,
}

pin_project! {
    /// The future of [`MemberPaywallService`].
    pub struct ResponseFuture<Fut, B, C: SubscriptionCheck> {
        #[pin]
        state: State<Fut, B>,
        // What is asked by, until it is.
        gate: Option<(MemberPaywall<C>, MemberRules<C::Subject>)>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<Fut, B> {
        Answering { #[pin] inner: Fut },
        Asking { asking: Asking<B> },
    }
}

type Asking<B> = Pin<Box<dyn Future<Output = Response<ReplyBody<B>>> + Send>>;

// === impl MemberPaywallService ===

impl<S, C, F> MemberPaywallService<S, C, F> {
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

impl<S: Clone, C, F: Clone> Clone for MemberPaywallService<S, C, F> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            paywall: self.paywall.clone(),
            rules: self.rules.clone(),
        }
    }
}

impl<S: fmt::Debug, C, F> fmt::Debug for MemberPaywallService<S, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberPaywallService")
            .field("inner", &self.inner)
            .field("paywall", &self.paywall)
            .finish_non_exhaustive()
    }
}

impl<S, C, F, ReqBody, B> Service<Request<ReqBody>> for MemberPaywallService<S, C, F>
where
    S: Service<Request<ReqBody>, Response = Response<B>>,
    C: SubscriptionCheck,
    F: Fn(&Parts) -> MemberRules<C::Subject>,
    B: Body + Send + 'static,
{
    type Response = Response<ReplyBody<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        let rules = (self.rules)(&head);
        let inner = self.inner.call(Request::from_parts(head, body));
        ResponseFuture {
            state: State::Answering { inner },
            gate: Some((self.paywall.clone(), rules)),
        }
    }
}

// === impl ResponseFuture ===

impl<Fut, B, C, E> Future for ResponseFuture<Fut, B, C>
where
    Fut: Future<Output = Result<Response<B>, E>>,
    B: Body + Send + 'static,
    C: SubscriptionCheck,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let mut response = match this.state.as_mut().project() {
                StateProj::Asking { asking } => return asking.as_mut().poll(cx).map(Ok),
                StateProj::Answering { inner } => ready!(inner.poll(cx))?,
            };
            let gate = this.gate.take();
            let opened = Opened::of(&response);
            if let (Opened::Whole(_) | Opened::Streaming(_), Some((paywall, _))) = (&opened, &gate)
            {
                paywall.seal(response.headers_mut());
                forget_whole(response.headers_mut());
            }
            let asking: Asking<B> = match (opened, gate) {
                (Opened::Other, _) => return Poll::Ready(Ok(ReplyBody::unchanged(response))),
                (Opened::Whole(multistatus), Some((paywall, rules))) => Box::pin(async move {
                    let multistatus = paywall.enforce(*multistatus, &rules).await;
                    ReplyBody::replaced(response, multistatus)
                }),
                (Opened::Streaming(held), Some((paywall, rules))) => {
                    Box::pin(stream(response, held, paywall, rules))
                }
                (Opened::Closed | Opened::Whole(_) | Opened::Streaming(_), _) => {
                    let error = DavError::new(StatusCode::SERVICE_UNAVAILABLE)
                        .with_description("What this answer lists cannot be checked.");
                    return Poll::Ready(Ok(ReplyBody::failed(error)));
                }
            };
            this.state.set(State::Asking { asking });
        }
    }
}

impl<Fut, B, C: SubscriptionCheck> fmt::Debug for ResponseFuture<Fut, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

// === helpers ===

/// Removes what the handler says of the whole listing: what is left of it changes with what was paid
/// for, too.
fn forget_whole(headers: &mut HeaderMap) {
    headers.remove(ETAG);
    headers.remove(LAST_MODIFIED);
    forget_digests(headers);
}

/// Asks about what is gathered already, before anything is sent, and lets the rest pass through the
/// paywall as it comes.
async fn stream<B, C: SubscriptionCheck>(
    response: Response<B>,
    mut held: Held,
    paywall: MemberPaywall<C>,
    rules: MemberRules<C::Subject>,
) -> Response<ReplyBody<B>> {
    let gathered = mem::take(held.streaming.gathered());
    let listing = Listing::new(gathered, |member| rules.cost(member));
    let answers = paywall.decide(listing.subjects()).await;
    if let Err(unanswered) = answers {
        return ReplyBody::failed(unanswered.into());
    }
    let mut closed = Closed::default();
    let left: MultiStatus = paywall.settle(listing, &answers, &mut closed);
    *held.streaming.gathered() = left;
    held.streaming
        .through(|source| Box::pin(Gated::new(source, paywall, rules, closed)));
    held.give_back();
    ReplyBody::unchanged(response)
}
