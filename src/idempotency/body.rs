//! The body of an answer that may be kept, or is replayed.

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::settlement::with_held;

pin_project! {
    /// The body of a response from [`Idempotency`](super::Idempotency): the inner service's, or one
    /// that was kept.
    pub struct ResponseBody<B>
    where
        B: Body,
    {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<B>
    where
        B: Body,
    {
        Inner { #[pin] body: B },
        // In this order: the body is dropped, and its charge rolled back, before the request is
        // released.
        Unkept { #[pin] body: B, ticket: Option<Box<dyn Send + Sync>> },
        Whole { rest: Bytes, trailers: Option<HeaderMap> },
        Begun { pieces: VecDeque<Bytes>, rest: Rest<B> },
    }
}

/// What comes after the pieces that were read already.
pub(super) enum Rest<B: Body> {
    Body(Pin<Box<B>>),
    /// How it breaks off, until that has been returned.
    Break(Option<Break<B::Error>>),
}

/// How a body breaks off.
pub(super) enum Break<E> {
    Error(E),
    /// It ends, with or without trailers, and this many bytes are missing, if that is known: a server
    /// that has announced them does not take that for a good end.
    Short(Option<u64>, Option<HeaderMap>),
}

// === impl ResponseBody ===

impl<B: Body> ResponseBody<B> {
    pub(super) const fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
        }
    }

    /// The body of an answer that is not kept. Its request is in progress until it ends, or is dropped:
    /// it may be charged for with its last piece.
    pub(super) fn unkept(body: B, ticket: impl Send + Sync + 'static) -> Self {
        match body.is_end_stream() {
            true => Self::inner(body),
            false => Self {
                kind: Kind::Unkept {
                    body,
                    ticket: Some(Box::new(ticket)),
                },
            },
        }
    }

    pub(super) const fn whole(body: Bytes, trailers: Option<HeaderMap>) -> Self {
        Self {
            kind: Kind::Whole {
                rest: body,
                trailers,
            },
        }
    }

    pub(super) fn begun(pieces: impl IntoIterator<Item = Bytes>, rest: Rest<B>) -> Self {
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
        Self {
            kind: Kind::Begun {
                pieces: pieces.collect(),
                rest,
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

impl<B: Body> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Inner { .. } => "Inner",
            Kind::Unkept { .. } => "Unkept",
            Kind::Whole { .. } => "Whole",
            Kind::Begun { .. } => "Begun",
        };
        f.debug_tuple("ResponseBody")
            .field(&format_args!("{kind}"))
            .finish()
    }
}

impl<B: Body + Default> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::inner(B::default())
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.project().kind.project() {
            KindProj::Inner { body } => body.poll_frame(cx),
            KindProj::Unkept { mut body, ticket } => {
                let polled = body.as_mut().poll_frame(cx);
                let is_over = matches!(polled, Poll::Ready(None | Some(Err(_))));
                if is_over || body.is_end_stream() {
                    *ticket = None;
                }
                polled
            }
            KindProj::Whole { rest, trailers } => {
                if !rest.is_empty() {
                    let whole = std::mem::take(rest);
                    return Poll::Ready(Some(Ok(Frame::data(whole.into()))));
                }
                Poll::Ready(trailers.take().map(|fields| Ok(Frame::trailers(fields))))
            }
            KindProj::Begun { pieces, rest } => {
                if let Some(piece) = pieces.pop_front() {
                    return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
                }
                match rest {
                    Rest::Body(body) => body.as_mut().poll_frame(cx),
                    Rest::Break(how) => Poll::Ready(how.take().and_then(Break::into_frame)),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } | Kind::Unkept { body, .. } => body.is_end_stream(),
            Kind::Whole { rest, trailers } => rest.is_empty() && trailers.is_none(),
            Kind::Begun { pieces, rest } => {
                pieces.is_empty()
                    && match rest {
                        Rest::Body(body) => body.is_end_stream(),
                        Rest::Break(how) => how.is_none(),
                    }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } | Kind::Unkept { body, .. } => body.size_hint(),
            // A server that knows the exact length sends no trailers.
            Kind::Whole {
                rest,
                trailers: Some(_),
            } => {
                let mut hint = SizeHint::new();
                hint.set_lower(rest.len() as u64);
                hint
            }
            Kind::Whole { rest, .. } => SizeHint::with_exact(rest.len() as u64),
            Kind::Begun { pieces, rest } => {
                let read = pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
                with_held(&rest.size_hint(), read)
            }
        }
    }
}

// === impl Rest ===

impl<B: Body> Rest<B> {
    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Body(body) => body.size_hint(),
            Self::Break(Some(Break::Short(Some(missing), _))) => SizeHint::with_exact(*missing),
            Self::Break(_) => SizeHint::default(),
        }
    }
}

// === impl Break ===

impl<E> Break<E> {
    fn into_frame<D>(self) -> Option<Result<Frame<D>, E>> {
        match self {
            Self::Error(error) => Some(Err(error)),
            Self::Short(_, trailers) => trailers.map(|fields| Ok(Frame::trailers(fields))),
        }
    }
}
