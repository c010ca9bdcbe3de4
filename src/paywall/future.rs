//! The future of a gated response.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    challenge::Refusal,
    paywall::{
        ResponseBody, Waiver,
        gate::{Answer, Gate},
    },
    subscription::Grant,
};

pin_project! {
    /// The future of a response from [`Paywall`](super::Paywall).
    ///
    /// It is cancelled by dropping it. Dropped while the check still waits, it has not called the
    /// inner service.
    pub struct ResponseFuture<S, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        stage: Stage<S, ReqBody>,
    }
}

/// A request that waits for its decision, and the service that is ready for it.
pub(crate) struct Turn<S, ReqBody> {
    pub(crate) inner: S,
    pub(crate) head: Parts,
    pub(crate) body: ReqBody,
}

pin_project! {
    #[project = StageProj]
    enum Stage<S, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        Waiting {
            answer: Answer,
            turn: Option<Box<Turn<S, ReqBody>>>,
            gate: Arc<Gate>,
        },
        Exempt { #[pin] future: S::Future },
        Admitted { #[pin] future: S::Future, gate: Arc<Gate> },
        Waived { #[pin] future: S::Future, gate: Arc<Gate>, waiver: Option<Box<Waiver>> },
        Refused { response: Option<Response<Bytes>> },
    }
}

/// Hands an admitted request to the service that is ready for it.
#[inline]
pub(crate) fn admit<S, ReqBody>(
    inner: &mut S,
    mut head: Parts,
    body: ReqBody,
    grant: Option<Grant>,
) -> S::Future
where
    S: Service<Request<ReqBody>>,
{
    if let Some(grant) = grant {
        head.extensions.insert(grant);
    }
    inner.call(Request::from_parts(head, body))
}

/// Hands a request to the service that is ready for it, although it was not admitted.
pub(crate) fn pass<S, ReqBody>(
    inner: &mut S,
    mut head: Parts,
    body: ReqBody,
    waiver: &Waiver,
    gate: &Gate,
) -> S::Future
where
    S: Service<Request<ReqBody>>,
{
    head.extensions.insert(waiver.clone());
    // A handler that takes its grant as an argument must not fail for want of one.
    admit(inner, head, body, gate.show(Grant::waived()))
}

// === impl ResponseFuture ===

impl<S, ReqBody> ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    pub(crate) const fn admitted(future: S::Future, gate: Arc<Gate>) -> Self {
        Self {
            stage: Stage::Admitted { future, gate },
        }
    }

    pub(crate) fn waived(future: S::Future, gate: Arc<Gate>, waiver: Waiver) -> Self {
        Self {
            stage: Stage::Waived {
                future,
                gate,
                waiver: Some(Box::new(waiver)),
            },
        }
    }

    pub(crate) const fn exempt(future: S::Future) -> Self {
        Self {
            stage: Stage::Exempt { future },
        }
    }

    pub(crate) const fn refused(response: Response<Bytes>) -> Self {
        Self {
            stage: Stage::Refused {
                response: Some(response),
            },
        }
    }

    pub(crate) fn waiting(answer: Answer, turn: Turn<S, ReqBody>, gate: Arc<Gate>) -> Self {
        Self {
            stage: Stage::Waiting {
                answer,
                turn: Some(Box::new(turn)),
                gate,
            },
        }
    }
}

impl<S, ReqBody> fmt::Debug for ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Waiting { .. } => "Waiting",
            Stage::Exempt { .. } => "Exempt",
            Stage::Admitted { .. } => "Admitted",
            Stage::Waived { .. } => "Waived",
            Stage::Refused { .. } => "Refused",
        };
        f.debug_tuple("ResponseFuture")
            .field(&format_args!("{stage}"))
            .finish()
    }
}

impl<S, ReqBody, ResBody> Future for ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Output = Result<Response<ResponseBody<ResBody>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        loop {
            let next = match stage.as_mut().project() {
                StageProj::Waiting { answer, turn, gate } => {
                    let decided = Refusal::of(ready!(answer.as_mut().poll(cx)));
                    let Some(turn) = turn.take() else {
                        return Poll::Pending;
                    };
                    match decided {
                        Ok(grant) => {
                            let Turn {
                                mut inner,
                                head,
                                body,
                            } = *turn;
                            Stage::Admitted {
                                future: admit(&mut inner, head, body, gate.admit(grant)),
                                gate: Arc::clone(gate),
                            }
                        }
                        Err(refusal) => {
                            let Turn {
                                mut inner,
                                head,
                                body,
                            } = *turn;
                            match gate.waive(refusal) {
                                Ok(waiver) => Stage::Waived {
                                    future: pass(&mut inner, head, body, &waiver, gate),
                                    gate: Arc::clone(gate),
                                    waiver: Some(Box::new(waiver)),
                                },
                                Err(refusal) => {
                                    // The service that was ready is free again.
                                    drop((inner, body));
                                    Stage::Refused {
                                        response: Some(gate.refuse(refusal, &head)),
                                    }
                                }
                            }
                        }
                    }
                }
                StageProj::Exempt { future } => {
                    let response = ready!(future.poll(cx))?;
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                StageProj::Admitted { future, gate } => {
                    let mut response = ready!(future.poll(cx))?;
                    gate.seal(response.headers_mut());
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                StageProj::Waived {
                    future,
                    gate,
                    waiver,
                } => {
                    let mut response = ready!(future.poll(cx))?;
                    gate.seal(response.headers_mut());
                    if let Some(waiver) = waiver.take() {
                        response.extensions_mut().insert(*waiver);
                    }
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                StageProj::Refused { response } => {
                    // Polled after it is ready, a future may wait for ever, but not panic.
                    return match response.take() {
                        Some(response) => Poll::Ready(Ok(response.map(ResponseBody::refusal))),
                        None => Poll::Pending,
                    };
                }
            };
            stage.set(next);
        }
    }
}
