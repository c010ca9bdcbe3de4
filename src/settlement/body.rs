//! The body of a response that is charged for.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::{
    challenge::grpc,
    settlement::{
        Settlement,
        length::{Length, with_held},
        tab::{Step, Tab},
    },
};

pin_project! {
    /// The body of a response from [`Settle`](super::Settle): the inner service's, untouched, or
    /// that of a refusal.
    ///
    /// Its [last piece](crate::settlement#when-a-response-is-delivered) waits until the settlement has
    /// committed. A body that is dropped or fails before that, ends before its length, or is a gRPC
    /// body whose trailers report an error or are missing, is not charged for.
    pub struct ResponseBody<B, T>
    where
        B: Body,
    {
        #[pin]
        kind: Kind<B, T>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<B, T>
    where
        B: Body,
    {
        Inner { #[pin] body: B },
        Charged { #[pin] body: B, charge: OnDelivery<B::Data, T> },
        Refusal { rest: Bytes },
    }
}

/// A charge that is settled with the last piece of a body.
struct OnDelivery<D, T> {
    /// Until it is settled.
    tab: Option<Tab<T>>,
    length: Length,
    committing: Option<Step<()>>,
    last: Last<D>,
}

/// The end of a body, which waits for the commit.
enum Last<D> {
    /// It was not reached, or has left.
    None,
    End,
    Piece(Frame<D>),
}

// === impl ResponseBody ===

impl<B: Body, T> ResponseBody<B, T> {
    pub(super) const fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
        }
    }

    pub(super) const fn refusal(body: Bytes) -> Self {
        Self {
            kind: Kind::Refusal { rest: body },
        }
    }

    pub(super) const fn charged(body: B, length: Length, tab: Tab<T>) -> Self {
        Self {
            kind: Kind::Charged {
                body,
                charge: OnDelivery {
                    tab: Some(tab),
                    length,
                    committing: None,
                    last: Last::None,
                },
            },
        }
    }

    /// The inner service's body, or what is made of one that was not left untouched.
    #[cfg(feature = "axum")]
    pub(crate) fn untouched_or<U>(self, wrap: impl FnOnce(Self) -> U) -> U
    where
        B: Into<U>,
    {
        match self.kind {
            Kind::Inner { body } => body.into(),
            kind => wrap(Self { kind }),
        }
    }
}

impl<B: Body, T> fmt::Debug for ResponseBody<B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Inner { .. } => "Inner",
            Kind::Charged { .. } => "Charged",
            Kind::Refusal { .. } => "Refusal",
        };
        f.debug_tuple("ResponseBody")
            .field(&format_args!("{kind}"))
            .finish()
    }
}

impl<B: Body + Default, T> Default for ResponseBody<B, T> {
    fn default() -> Self {
        Self::inner(B::default())
    }
}

impl<B, T> Body for ResponseBody<B, T>
where
    B: Body,
    B::Data: From<Bytes>,
    T: Settlement,
{
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.project().kind.project() {
            KindProj::Inner { body } => body.poll_frame(cx),
            KindProj::Charged { body, charge } => charge.poll_frame(body, cx),
            KindProj::Refusal { rest } if rest.is_empty() => Poll::Ready(None),
            KindProj::Refusal { rest } => {
                let whole = std::mem::take(rest);
                Poll::Ready(Some(Ok(Frame::data(whole.into()))))
            }
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Charged { body, charge } => charge.is_settled() && body.is_end_stream(),
            Kind::Refusal { rest } => rest.is_empty(),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Charged { body, charge } => charge.size_hint(&body.size_hint()),
            Kind::Refusal { rest } => SizeHint::with_exact(rest.len() as u64),
        }
    }
}

// === impl OnDelivery ===

impl<D: Buf, T: Settlement> OnDelivery<D, T> {
    fn poll_frame<B: Body<Data = D>>(
        &mut self,
        mut body: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<D>, B::Error>>> {
        loop {
            if let Some(step) = &mut self.committing {
                ready!(step.as_mut().poll(cx));
                self.committing = None;
            }
            match std::mem::replace(&mut self.last, Last::None) {
                Last::None => {}
                Last::End => return Poll::Ready(None),
                Last::Piece(piece) => return Poll::Ready(Some(Ok(piece))),
            }
            match ready!(body.as_mut().poll_frame(cx)) {
                Some(Ok(piece)) => {
                    if piece.trailers_ref().is_some_and(grpc::has_failed) {
                        self.tab = None;
                    }
                    let is_last = self.ends_with(&piece, body.is_end_stream());
                    match self.tab.take_if(|_| is_last) {
                        Some(tab) => {
                            self.last = Last::Piece(piece);
                            self.committing = Some(tab.commit());
                        }
                        None => {
                            if piece.is_trailers() {
                                // Nothing follows trailers that could complete the body.
                                self.tab = None;
                            }
                            return Poll::Ready(Some(Ok(piece)));
                        }
                    }
                }
                Some(Err(error)) => {
                    // Not delivered, so not charged for.
                    self.tab = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => match self.tab.take().filter(|_| !self.length.is_short()) {
                    Some(tab) => {
                        self.last = Last::End;
                        self.committing = Some(tab.commit());
                    }
                    None => return Poll::Ready(None),
                },
            }
        }
    }

    /// Whether this piece completes the response.
    fn ends_with(&mut self, piece: &Frame<D>, is_end: bool) -> bool {
        if let Some(data) = piece.data_ref() {
            self.length.take(data.remaining() as u64);
        }
        if let Some(fields) = piece.trailers_ref() {
            self.length.take_trailers(fields);
        }
        let is_end = is_end || piece.is_trailers();
        self.length.is_whole() || is_end && !self.length.is_short()
    }
}

impl<D: Buf, T> OnDelivery<D, T> {
    fn is_settled(&self) -> bool {
        self.tab.is_none() && self.committing.is_none() && matches!(self.last, Last::None)
    }

    fn size_hint(&self, inner: &SizeHint) -> SizeHint {
        let held = match &self.last {
            Last::Piece(piece) => piece.data_ref().map_or(0, Buf::remaining) as u64,
            Last::None | Last::End => 0,
        };
        with_held(inner, held)
    }
}
