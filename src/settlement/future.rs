//! The future of a response that may be charged for.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderName, Request, Response, header::ORIGIN, request::Parts, response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::{
    bound::Bound,
    challenge::{Refusal, expose::expose},
    paywall::Waiver,
    settlement::{
        Release, Reserved, ResponseBody, Settlement,
        length::Framing,
        tab::{Responded, Step, Tab},
        till::{Charged, Till},
        watch,
    },
    subscription::Unanswered,
    turn::Turn,
};

pin_project! {
    /// The future of a response from [`Settle`](super::Settle).
    ///
    /// Dropping it cancels the request, and rolls back what it holds.
    pub struct ResponseFuture<S, ReqBody, T>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        stage: Stage<S, ReqBody, T>,
    }
}

/// What remains of a request that has gone to the handler.
struct Sale {
    till: Arc<Till>,
    head: Parts,
}

pin_project! {
    #[project = StageProj]
    enum Stage<S, ReqBody, T>
    where
        S: Service<Request<ReqBody>>,
    {
        Free { #[pin] future: S::Future },
        Refused { response: Option<Response<Bytes>> },
        Reserving {
            step: Step<Result<Reserved<T>, Unanswered>>,
            turn: Option<Box<Turn<S, ReqBody>>>,
            till: Arc<Till>,
        },
        Waived { #[pin] future: S::Future, till: Arc<Till>, waiver: Option<Box<Waiver>> },
        Serving { #[pin] future: S::Future, held: Option<(Tab<T>, Box<Sale>)> },
        Responding {
            step: Step<Responded<T>>,
            // Without its head, which the settlement has.
            response: Option<S::Response>,
            sale: Box<Sale>,
            known: Option<Vec<HeaderName>>,
        },
        Committing { step: Step<()>, response: Option<S::Response> },
    }
}

// === impl ResponseFuture ===

impl<S, ReqBody, T> ResponseFuture<S, ReqBody, T>
where
    S: Service<Request<ReqBody>>,
{
    pub(super) const fn free(future: S::Future) -> Self {
        Self {
            stage: Stage::Free { future },
        }
    }

    pub(super) const fn refused(response: Response<Bytes>) -> Self {
        Self {
            stage: Stage::Refused {
                response: Some(response),
            },
        }
    }

    pub(super) fn reserving(
        step: Step<Result<Reserved<T>, Unanswered>>,
        turn: Turn<S, ReqBody>,
        till: Arc<Till>,
    ) -> Self {
        Self {
            stage: Stage::Reserving {
                step,
                turn: Some(Box::new(turn)),
                till,
            },
        }
    }
}

impl<S, ReqBody, T> fmt::Debug for ResponseFuture<S, ReqBody, T>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Free { .. } => "Free",
            Stage::Refused { .. } => "Refused",
            Stage::Reserving { .. } => "Reserving",
            Stage::Waived { .. } => "Waived",
            Stage::Serving { .. } => "Serving",
            Stage::Responding { .. } => "Responding",
            Stage::Committing { .. } => "Committing",
        };
        f.debug_tuple("ResponseFuture")
            .field(&format_args!("{stage}"))
            .finish()
    }
}

impl<S, ReqBody, ResBody, T> Future for ResponseFuture<S, ReqBody, T>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
    T: Settlement,
{
    type Output = Result<Response<ResponseBody<ResBody, T>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        loop {
            let next = match stage.as_mut().project() {
                StageProj::Free { future } => {
                    let response = ready!(future.poll(cx))?;
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                // Polled again after it was ready, this future stays pending rather than panic.
                StageProj::Refused { response } => {
                    return match response.take() {
                        Some(response) => Poll::Ready(Ok(response.map(ResponseBody::refusal))),
                        None => Poll::Pending,
                    };
                }
                StageProj::Reserving { step, turn, till } => {
                    let reserved = ready!(step.as_mut().poll(cx));
                    match turn.take() {
                        Some(turn) => Stage::reserved(reserved, *turn, till),
                        None => return Poll::Pending,
                    }
                }
                StageProj::Waived {
                    future,
                    till,
                    waiver,
                } => {
                    let mut response = ready!(future.poll(cx))?;
                    till.seal.put_on(response.headers_mut());
                    if let Some(waiver) = waiver.take() {
                        waiver.leave_in_response(response.extensions_mut());
                    }
                    return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                }
                StageProj::Serving { future, held } => {
                    let response = ready!(future.poll(cx))?;
                    let Some((tab, sale)) = held.take() else {
                        return Poll::Pending;
                    };
                    let (head, body) = response.into_parts();
                    let known = sale.names_before(&head);
                    Stage::Responding {
                        step: tab.respond(head),
                        response: Some(Response::new(body)),
                        sale,
                        known,
                    }
                }
                StageProj::Responding {
                    step,
                    response,
                    sale,
                    known,
                } => {
                    let Responded {
                        mut head,
                        tab,
                        release,
                    } = ready!(step.as_mut().poll(cx));
                    let Some(body) = response.take().map(Response::into_body) else {
                        return Poll::Pending;
                    };
                    match release {
                        Ok(Release::Deliver) => {
                            sale.seal(&mut head, known.as_deref());
                            let length = Framing::of(&sale.head).length(&head, &body);
                            let mut response = Response::from_parts(head, body);
                            if !length.is_whole() {
                                Bound::Charged.mark(response.extensions_mut());
                                let charge = |body| ResponseBody::charged(body, length, tab);
                                return Poll::Ready(Ok(response.map(charge)));
                            }
                            Stage::Committing {
                                step: tab.commit(),
                                response: Some(response),
                            }
                        }
                        Ok(Release::Charged | Release::Uncharged) => {
                            sale.seal(&mut head, known.as_deref());
                            let response = Response::from_parts(head, body);
                            return Poll::Ready(Ok(response.map(ResponseBody::inner)));
                        }
                        Ok(Release::Withhold(declined)) => Stage::Refused {
                            response: Some(sale.till.decline(declined, &sale.head)),
                        },
                        Err(unanswered) => {
                            let refusal = Refusal::Unanswered(unanswered);
                            Stage::Refused {
                                response: Some(sale.till.refuse(refusal, &sale.head)),
                            }
                        }
                    }
                }
                StageProj::Committing { step, response } => {
                    ready!(step.as_mut().poll(cx));
                    return match response.take() {
                        Some(response) => Poll::Ready(Ok(response.map(ResponseBody::inner))),
                        None => Poll::Pending,
                    };
                }
            };
            stage.set(next);
        }
    }
}

// === impl Stage ===

impl<S, ReqBody, T> Stage<S, ReqBody, T>
where
    S: Service<Request<ReqBody>>,
    T: Settlement,
{
    /// The stage that follows from the outcome of the reservation.
    fn reserved(
        reserved: Result<Reserved<T>, Unanswered>,
        mut turn: Turn<S, ReqBody>,
        till: &Arc<Till>,
    ) -> Self {
        let refused = match reserved {
            Ok(Reserved::Held(settlement)) => match till.hold(settlement, &mut turn.head) {
                Ok(tab) => return Self::serving(tab, turn, till),
                // A crafted request may have caused that.
                Err(panicked) => panicked,
            },
            Ok(Reserved::Declined(declined)) => {
                watch::declined();
                return Self::Refused {
                    response: Some(till.decline(declined, &turn.give_up())),
                };
            }
            Err(unanswered) => {
                watch::unreserved(&unanswered);
                match till.waive(unanswered) {
                    Ok(waiver) => return Self::waived(waiver, turn, till),
                    Err(unanswered) => unanswered,
                }
            }
        };
        Self::Refused {
            response: Some(till.refuse(refused.into(), &turn.give_up())),
        }
    }

    fn serving(tab: Tab<T>, mut turn: Turn<S, ReqBody>, till: &Arc<Till>) -> Self {
        let sale = Sale {
            till: Arc::clone(till),
            head: turn.head.clone(),
        };
        turn.head.extensions.insert(Charged);
        Self::Serving {
            future: turn.serve(),
            held: Some((tab, Box::new(sale))),
        }
    }

    fn waived(waiver: Waiver, mut turn: Turn<S, ReqBody>, till: &Arc<Till>) -> Self {
        waiver.clone().leave_in_request(&mut turn.head.extensions);
        Self::Waived {
            future: turn.serve(),
            till: Arc::clone(till),
            waiver: Some(Box::new(waiver)),
        }
    }
}

// === impl Sale ===

impl Sale {
    /// The fields of a response that are not from the settlement, if the request may come from a
    /// script of another origin.
    fn names_before(&self, head: &response::Parts) -> Option<Vec<HeaderName>> {
        let is_asked = self.head.headers.contains_key(ORIGIN);
        is_asked.then(|| head.headers.keys().cloned().collect())
    }

    /// Marks a response as its payer's own, and exposes the fields that were added.
    fn seal(&self, head: &mut response::Parts, known: Option<&[HeaderName]>) {
        if let Some(known) = known {
            let names = head.headers.keys();
            let added: Vec<_> = names
                .filter(|name| !known.contains(name))
                .cloned()
                .collect();
            expose(&added, &self.head, &mut head.headers);
        }
        self.till.seal.put_on(&mut head.headers);
    }
}
