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
    layer::MemberPaywallLayer,
    paywall::{MemberPaywall, leave_unanswered},
    rules::MemberRules,
    source::Gated,
    watch,
};
use crate::{
    dav::{LatestPaths, Mount},
    multistatus::MultiStatus,
    reply::{DavError, Held, Opened, ResponseBody, forget_digests},
    subscription::{SubscriptionCheck, Unanswered, guard},
};

/// The service that [`MemberPaywallLayer`] makes.
pub struct MemberPaywallService<S, C, F> {
    inner: S,
    paywall: MemberPaywall<C>,
    rules: F,
}

pin_project! {
    /// The future of [`MemberPaywallService`].
    pub struct ResponseFuture<Fut, B, C: SubscriptionCheck> {
        #[pin]
        state: State<Fut, B>,
        // Taken when the inner service has answered.
        gate: Option<Gate<C>>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<Fut, B> {
        Answering { #[pin] inner: Fut },
        Asking { asking: Asking<B> },
    }
}

/// A paywall and the rules for a request, or why there are none.
type Gate<C> = (MemberPaywall<C>, Result<Rules<C>, Unanswered>);

type Rules<C> = MemberRules<<C as SubscriptionCheck>::Subject>;

type Asking<B> = Pin<Box<dyn Future<Output = Response<ResponseBody<B>>> + Send>>;

// === impl MemberPaywallService ===

impl<S, C, F> MemberPaywallService<S, C, F>
where
    C: SubscriptionCheck,
    F: Fn(&Parts) -> MemberRules<C::Subject>,
{
    /// Applies this paywall to the answers of a service. `rules` makes the rules for a request from its
    /// head.
    pub fn new(inner: S, paywall: MemberPaywall<C>, rules: F) -> Self {
        Self {
            inner,
            paywall,
            rules,
        }
    }

    /// Makes the layer that makes services of this kind.
    pub fn layer(paywall: MemberPaywall<C>, rules: F) -> MemberPaywallLayer<C, F>
    where
        F: Clone,
    {
        MemberPaywallLayer::new(paywall, rules)
    }
}

impl<S, C, F> MemberPaywallService<S, C, F> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// A mutable reference to the inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Gives back the inner service.
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
    type Response = Response<ResponseBody<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        let rules = guard(|| (self.rules)(&head)).map_err(Unanswered::of_rules);
        let rules = rules.map(|rules| rules.or_mounted_at(Mount::find(&head.extensions)));
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
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let response = match this.state.as_mut().project() {
                StateProj::Asking { asking } => return asking.as_mut().poll(cx).map(Ok),
                StateProj::Answering { inner } => ready!(inner.poll(cx))?,
            };
            // Polled again after it was ready, this future stays pending rather than panic.
            let Some(gate) = this.gate.take() else {
                return Poll::Pending;
            };
            match ask(response, gate) {
                Ok(asking) => this.state.set(State::Asking { asking }),
                Err(response) => return Poll::Ready(Ok(response)),
            }
        }
    }
}

impl<Fut, B, C: SubscriptionCheck> fmt::Debug for ResponseFuture<Fut, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

// === helpers ===

/// Begins to ask about the members of a response, or returns the response that needs no question.
fn ask<B, C>(
    mut response: Response<B>,
    (paywall, rules): Gate<C>,
) -> Result<Asking<B>, Response<ResponseBody<B>>>
where
    B: Body + Send + 'static,
    C: SubscriptionCheck,
{
    match (Opened::of(&response), rules) {
        (Opened::Other, _) => Err(ResponseBody::unchanged(response)),
        (Opened::Closed, _) => {
            watch::closed();
            Err(match paywall.is_shadow() {
                true => ResponseBody::unchanged(response),
                false => refused(&paywall, "What this answer lists cannot be checked."),
            })
        }
        (opened, Err(panicked)) => {
            paywall.hear(&panicked);
            if !paywall.is_shadow() {
                return Err(unanswered(&paywall, panicked));
            }
            if let Opened::Streaming(held) = opened {
                held.give_back();
            }
            leave_unanswered(&panicked, true, response.extensions_mut());
            Err(ResponseBody::unchanged(response))
        }
        (Opened::Whole(multistatus), Ok(rules)) => {
            mark(&paywall, response.headers_mut());
            Ok(Box::pin(whole(response, *multistatus, paywall, rules)))
        }
        (Opened::Streaming(held), Ok(rules)) => {
            mark(&paywall, response.headers_mut());
            Ok(Box::pin(stream(response, held, paywall, rules)))
        }
    }
}

/// Marks an answer as its caller's own, and removes validators and digests of the whole listing: what is
/// left of it also depends on what was paid for.
fn mark<C: SubscriptionCheck>(paywall: &MemberPaywall<C>, headers: &mut HeaderMap) {
    if paywall.is_shadow() {
        return;
    }
    paywall.seal(headers);
    headers.remove(ETAG);
    headers.remove(LAST_MODIFIED);
    forget_digests(headers);
}

/// The 503 for an answer that cannot be sent as it is. Whether retrying helps is not known.
fn refused<B, C: SubscriptionCheck>(
    paywall: &MemberPaywall<C>,
    why: &str,
) -> Response<ResponseBody<B>> {
    let error = DavError::new(StatusCode::SERVICE_UNAVAILABLE).with_description(why);
    let mut response = ResponseBody::failed(error);
    paywall.seal_refusal(response.headers_mut());
    response
}

/// The 503 for an answer for which the check or the rules gave no answer.
fn unanswered<B, C: SubscriptionCheck>(
    paywall: &MemberPaywall<C>,
    unanswered: Unanswered,
) -> Response<ResponseBody<B>> {
    let mut response = ResponseBody::failed(paywall.timed(unanswered).into());
    paywall.seal_refusal(response.headers_mut());
    response
}

async fn whole<B, C: SubscriptionCheck>(
    mut response: Response<B>,
    multistatus: MultiStatus,
    paywall: MemberPaywall<C>,
    rules: Rules<C>,
) -> Response<ResponseBody<B>> {
    let listing = paywall.list(multistatus, &rules);
    let tells_failure = listing.tells_failure();
    let answers = paywall.decide(listing.subjects()).await;
    paywall.leave(&listing, &answers, response.extensions_mut());
    let cause = listing.last_unanswered(&answers).cloned();
    let left = paywall.settle(listing, &answers, &mut LatestPaths::default());
    if tells_failure && !left.tells_failure() {
        // Without that response, a partial listing would look complete.
        return match cause {
            Some(cause) => unanswered(&paywall, cause),
            None => {
                watch::untold();
                refused(&paywall, "The listing failed before its end.")
            }
        };
    }
    match paywall.is_shadow() {
        true => ResponseBody::unchanged(response),
        false => ResponseBody::replaced(response, left),
    }
}

/// Asks about the members gathered so far, before anything is sent, and passes the rest through the
/// paywall as it comes.
async fn stream<B, C: SubscriptionCheck>(
    mut response: Response<B>,
    mut held: Held,
    paywall: MemberPaywall<C>,
    rules: Rules<C>,
) -> Response<ResponseBody<B>> {
    let gathered = mem::take(held.streaming.gathered());
    // The fragment that the source expects to be asked for next, which knows the hrefs so far.
    let behind = gathered.fragment_behind();
    let listing = paywall.list(gathered, &rules);
    let answers = paywall.decide(listing.subjects()).await;
    match &answers {
        Err(cause) if !paywall.is_open() => return unanswered(&paywall, cause.clone()),
        _ => paywall.leave(&listing, &answers, response.extensions_mut()),
    }
    let mut closed = LatestPaths::default();
    let left: MultiStatus = paywall.settle(listing, &answers, &mut closed);
    *held.streaming.gathered() = left;
    held.streaming
        .through(|source| Box::pin(Gated::new(source, paywall, rules, closed, behind)));
    held.give_back();
    ResponseBody::unchanged(response)
}
