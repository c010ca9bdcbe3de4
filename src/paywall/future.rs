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
        gate::{Answer, Gate, Passage},
    },
    turn::Turn,
};

pin_project! {
    /// The future of a response from [`Paywall`](super::Paywall).
    ///
    /// Dropping it cancels the request. While the check is pending, the inner service has not been
    /// called.
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
        Passed { #[pin] future: S::Future, gate: Option<Arc<Gate>>, waiver: Option<Box<Waiver>> },
        Refused { response: Option<Response<Bytes>> },
    }
}

// === impl ResponseFuture ===

impl<S, ReqBody> ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    #[inline]
    pub(super) const fn passed(
        future: S::Future,
        gate: Option<Arc<Gate>>,
        waiver: Option<Box<Waiver>>,
    ) -> Self {
        Self {
            stage: Stage::Passed {
                future,
                gate,
                waiver,
            },
        }
    }

    pub(super) const fn refused(response: Response<Bytes>) -> Self {
        Self {
            stage: Stage::Refused {
                response: Some(response),
            },
        }
    }

    pub(super) fn waiting(answer: Answer, turn: Turn<S, ReqBody>, gate: Arc<Gate>) -> Self {
        Self {
            stage: Stage::Waiting {
                answer,
                turn: Some(Box::new(turn)),
                gate,
            },
        }
    }

    /// What becomes of a request whose wait is over.
    fn decided(
        decided: Result<Passage, Refusal>,
        mut turn: Turn<S, ReqBody>,
        gate: &Arc<Gate>,
    ) -> Self {
        match decided {
            Ok(passage) => {
                let waiver = gate.admit(passage, &mut turn.head.extensions);
                Self::passed(turn.serve(), Some(Arc::clone(gate)), waiver)
            }
            Err(refusal) => Self::refused(gate.refuse(refusal, &turn.give_up())),
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
            Stage::Passed { .. } => "Passed",
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

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let next = match self.as_mut().project().stage.project() {
                StageProj::Passed {
                    future,
                    gate,
                    waiver,
                } => {
                    let mut response = ready!(future.poll(cx))?;
                    if let Some(gate) = gate {
                        gate.seal(response.headers_mut());
                    }
                    if let Some(waiver) = waiver.take() {
                        waiver.leave_in_response(response.extensions_mut());
                    }
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                StageProj::Refused { response } => {
                    // Polled again after it was ready, this future stays pending rather than panic.
                    return match response.take() {
                        Some(response) => Poll::Ready(Ok(response.map(ResponseBody::refusal))),
                        None => Poll::Pending,
                    };
                }
                StageProj::Waiting { answer, turn, gate } => {
                    let decided = gate.decide(ready!(answer.as_mut().poll(cx)));
                    match turn.take() {
                        Some(turn) => Self::decided(decided, *turn, gate),
                        None => return Poll::Pending,
                    }
                }
            };
            self.set(next);
        }
    }
}
