//! The future of an answer that may be kept, or is replayed.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response,
    header::{CONNECTION, TRANSFER_ENCODING, UPGRADE},
    request::Parts,
    response,
};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    bound::Bound,
    challenge::expose::expose,
    idempotency::{
        Answer, IdempotencyStore, ResponseBody, StoredResponse,
        body::Rest,
        collecting::{Collected, Collecting},
        desk::{Admission, Desk, Step},
        ticket::{Keeping, Ticket},
        watch,
    },
    settlement::{Content, Framing},
    turn::Turn,
};

pin_project! {
    /// The future of a response from [`Idempotency`](super::Idempotency).
    ///
    /// Dropping it cancels the request, which then counts as never sent, unless it may have been charged
    /// for. An answer that is already being kept is still kept.
    pub struct ResponseFuture<S, ReqBody, ResBody, D>
    where
        S: Service<Request<ReqBody>>,
        ResBody: Body,
        D: IdempotencyStore,
    {
        #[pin]
        stage: Stage<S, ReqBody, ResBody, D>,
    }
}

pin_project! {
    #[project = StageProj]
    enum Stage<S, ReqBody, ResBody, D>
    where
        S: Service<Request<ReqBody>>,
        ResBody: Body,
        D: IdempotencyStore,
    {
        Passing { #[pin] future: S::Future },
        Claiming {
            step: Step<Admission<D>>,
            turn: Option<Box<Turn<S, ReqBody>>>,
            desk: Arc<Desk<D>>,
        },
        Serving { #[pin] future: S::Future, ticket: Option<Ticket<D>>, framing: Framing },
        Collecting {
            answer: Collecting<ResBody>,
            open: Option<(Box<response::Parts>, Ticket<D>)>,
        },
        Keeping { step: Keeping, response: Option<Response<ResponseBody<ResBody>>> },
        Answered { response: Option<Response<ResponseBody<ResBody>>> },
    }
}

/// Marks a replayed answer.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

// === impl ResponseFuture ===

impl<S, ReqBody, ResBody, D> ResponseFuture<S, ReqBody, ResBody, D>
where
    S: Service<Request<ReqBody>>,
    ResBody: Body,
    D: IdempotencyStore,
{
    pub(super) const fn passing(future: S::Future) -> Self {
        Self {
            stage: Stage::Passing { future },
        }
    }

    pub(super) fn refused(response: Response<Bytes>) -> Self {
        Self {
            stage: Stage::refused(response),
        }
    }

    pub(super) fn claiming(
        step: Step<Admission<D>>,
        turn: Turn<S, ReqBody>,
        desk: Arc<Desk<D>>,
    ) -> Self {
        Self {
            stage: Stage::Claiming {
                step,
                turn: Some(Box::new(turn)),
                desk,
            },
        }
    }
}

impl<S, ReqBody, ResBody, D> fmt::Debug for ResponseFuture<S, ReqBody, ResBody, D>
where
    S: Service<Request<ReqBody>>,
    ResBody: Body,
    D: IdempotencyStore,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Passing { .. } => "Passing",
            Stage::Claiming { .. } => "Claiming",
            Stage::Serving { .. } => "Serving",
            Stage::Collecting { .. } => "Collecting",
            Stage::Keeping { .. } => "Keeping",
            Stage::Answered { .. } => "Answered",
        };
        f.debug_tuple("ResponseFuture")
            .field(&format_args!("{stage}"))
            .finish()
    }
}

impl<S, ReqBody, ResBody, D> Future for ResponseFuture<S, ReqBody, ResBody, D>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
    D: IdempotencyStore,
{
    type Output = Result<Response<ResponseBody<ResBody>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        loop {
            let next = match stage.as_mut().project() {
                StageProj::Passing { future } => {
                    let response = ready!(future.poll(cx))?;
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                StageProj::Claiming { step, turn, desk } => {
                    let admission = ready!(step.as_mut().poll(cx));
                    // Polled again after it was ready, this future stays pending rather than panic.
                    let Some(mut turn) = turn.take() else {
                        return Poll::Pending;
                    };
                    match admission {
                        Admission::Begun(mut ticket) => {
                            ticket.watch_payment(&mut turn.head.extensions);
                            Stage::Serving {
                                framing: Framing::of(&turn.head),
                                future: turn.serve(),
                                ticket: Some(ticket),
                            }
                        }
                        Admission::Again(stored) => Stage::again(stored, &turn.give_up()),
                        Admission::Refused(refusal) => {
                            Stage::refused(desk.refuse(refusal, &turn.give_up()))
                        }
                    }
                }
                StageProj::Serving {
                    future,
                    ticket,
                    framing,
                } => {
                    let response = ready!(future.poll(cx))?;
                    let Some(ticket) = ticket.take() else {
                        return Poll::Pending;
                    };
                    let (mut head, body) = response.into_parts();
                    let content = framing.content(head.status);
                    if content == Content::Tunnel || !ticket.desk().keeps(&head) {
                        let body = ResponseBody::unkept(body, ticket);
                        return Poll::Ready(Ok(Response::from_parts(head, body)));
                    }
                    Bound::Kept.mark(&mut head.extensions);
                    if content == Content::Nothing {
                        let kept = stored(&head, Bytes::new(), None);
                        Stage::keeping(kept, head, ResponseBody::inner(body), ticket)
                    } else {
                        let largest = ticket.desk().settings.largest;
                        let length = framing.length(&head, &body);
                        Stage::Collecting {
                            answer: Collecting::new(body, largest, length),
                            open: Some((Box::new(head), ticket)),
                        }
                    }
                }
                StageProj::Collecting { answer, open } => {
                    let collected = ready!(answer.poll(cx));
                    match open.take() {
                        Some((head, ticket)) => Stage::collected(collected, *head, ticket),
                        None => return Poll::Pending,
                    }
                }
                StageProj::Keeping { step, response } => {
                    ready!(Pin::new(step).poll(cx));
                    Stage::Answered {
                        response: response.take(),
                    }
                }
                StageProj::Answered { response } => {
                    return match response.take() {
                        Some(response) => Poll::Ready(Ok(response)),
                        None => Poll::Pending,
                    };
                }
            };
            stage.set(next);
        }
    }
}

// === impl Stage ===

impl<S, ReqBody, ResBody, D> Stage<S, ReqBody, ResBody, D>
where
    S: Service<Request<ReqBody>>,
    ResBody: Body,
    D: IdempotencyStore,
{
    fn refused(response: Response<Bytes>) -> Self {
        Self::Answered {
            response: Some(response.map(|body| ResponseBody::whole(body, None))),
        }
    }

    fn answered(head: response::Parts, body: ResponseBody<ResBody>) -> Self {
        Self::Answered {
            response: Some(Response::from_parts(head, body)),
        }
    }

    fn again(stored: StoredResponse, head: &Parts) -> Self {
        watch::replayed();
        let trailers = stored.trailers().cloned();
        let mut response = Response::new(ResponseBody::whole(stored.body().clone(), trailers));
        *response.status_mut() = stored.status();
        *response.headers_mut() = stored.headers().clone();
        let replayed = HeaderValue::from_static("true");
        response.headers_mut().insert(REPLAYED, replayed);
        expose(&[REPLAYED], head, response.headers_mut());
        Self::Answered {
            response: Some(response),
        }
    }

    fn collected(collected: Collected<ResBody>, head: response::Parts, ticket: Ticket<D>) -> Self {
        let (kept, body) = match collected {
            Collected::Whole(body, trailers) => (
                stored(&head, body.clone(), trailers.clone()),
                ResponseBody::whole(body, trailers),
            ),
            Collected::TooLarge(pieces, rest) => {
                (Answer::TooLarge, ResponseBody::begun(pieces, rest))
            }
            // Nobody got the answer, so the request may be sent again, unless it was paid for.
            Collected::Broken(read, how) => {
                return Self::answered(head, ResponseBody::begun([read], Rest::Break(Some(how))));
            }
            Collected::Refused(body, trailers) => {
                return Self::answered(head, ResponseBody::whole(body, Some(trailers)));
            }
        };
        Self::keeping(kept, head, body, ticket)
    }

    fn keeping(
        kept: Answer,
        head: response::Parts,
        body: ResponseBody<ResBody>,
        ticket: Ticket<D>,
    ) -> Self {
        Self::Keeping {
            step: ticket.keep(kept),
            response: Some(Response::from_parts(head, body)),
        }
    }
}

// === helpers ===

/// What is kept of an answer that is there as a whole.
fn stored(head: &response::Parts, body: Bytes, trailers: Option<HeaderMap>) -> Answer {
    let mut headers = head.headers.clone();
    // These belong to a connection, or tell what was left at that moment.
    for name in [CONNECTION, TRANSFER_ENCODING, UPGRADE, RATE_LIMIT] {
        headers.remove(name);
    }
    let stored = StoredResponse::new(head.status, headers, body);
    Answer::Response(match trailers {
        Some(trailers) => stored.with_trailers(trailers),
        None => stored,
    })
}
