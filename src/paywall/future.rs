//! The future of a gated response.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    challenge::Refusal,
    paywall::{
        ResponseBody, Waiver,
        gate::{Answer, Gate},
        seal::Seal,
    },
    subscription::Grant,
    turn::Turn,
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
        Called { #[pin] future: S::Future, seal: Option<Seal>, waiver: Option<Box<Waiver>> },
        Refused { response: Option<Response<Bytes>> },
    }
}

// === impl ResponseFuture ===

impl<S, ReqBody> ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    #[inline]
    pub(crate) const fn called(
        future: S::Future,
        seal: Option<Seal>,
        waiver: Option<Box<Waiver>>,
    ) -> Self {
        Self {
            stage: Stage::Called {
                future,
                seal,
                waiver,
            },
        }
    }

    const fn refused(response: Response<Bytes>) -> Self {
        Self {
            stage: Stage::Refused {
                response: Some(response),
            },
        }
    }

    /// Lets an admitted request through.
    fn admitted(grant: Grant, mut turn: Turn<S, ReqBody>, gate: &Gate) -> Self {
        gate.admit(grant, &mut turn.head.extensions);
        Self::called(turn.serve(), gate.seal(), None)
    }

    /// Refuses a request, or lets it pass all the same.
    pub(crate) fn declined(
        waived: Result<Waiver, Refusal>,
        mut turn: Turn<S, ReqBody>,
        gate: &Gate,
    ) -> Self {
        match waived {
            Ok(waiver) => {
                gate.pass(&waiver, &mut turn.head.extensions);
                Self::called(turn.serve(), gate.seal(), Some(Box::new(waiver)))
            }
            Err(refusal) => Self::refused(gate.refuse(refusal, &turn.give_up())),
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
            Stage::Called { .. } => "Called",
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
                        Ok(grant) => Self::admitted(grant, *turn, gate),
                        Err(refusal) => Self::declined(gate.waive(refusal), *turn, gate),
                    }
                }
                StageProj::Called {
                    future,
                    seal,
                    waiver,
                } => {
                    let mut response = ready!(future.poll(cx))?;
                    if let Some(seal) = seal {
                        seal.put_on(response.headers_mut());
                    }
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
            stage.set(next.stage);
        }
    }
}
