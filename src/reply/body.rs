//! The bodies of answers.

use std::{
    convert::Infallible,
    fmt, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::view::Edit;
use crate::multistatus::Finished;

/// The body of an answer that is complete: of a [`MultiStatus`](crate::MultiStatus), a
/// [`DavError`](crate::DavError) or an [outcome](crate::outcome). A long multistatus comes in chunks of some
/// 64 KiB. The length is known from the start.
pub struct DavBody {
    inner: Inner,
    remaining: u64,
}

enum Inner {
    MultiStatus {
        finished: Arc<Finished>,
        edit: Edit,
        at: At,
    },
    Whole(Bytes),
}

/// How far a multistatus has been sent.
enum At {
    Head,
    /// The next response, if there is something to edit.
    Response(usize),
    /// The next byte of the responses, if there is nothing to edit.
    Byte(usize),
}

pin_project! {
    /// The body of a response that came through a [`MultiStatusLayer`](crate::MultiStatusLayer): a
    /// multistatus, or the body of the inner service.
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<B> {
        Inner { #[pin] body: B },
        // Boxed, so that bodies that pass through do not grow.
        MultiStatus { body: Box<DavBody> },
    }
}

/// How many bytes a chunk should hold, more or less. Anything from 16 KiB to 4 MiB is as fast.
const CHUNK: usize = 64 * 1024;

// === impl DavBody ===

impl DavBody {
    pub(super) fn multistatus(finished: Arc<Finished>, edit: Edit) -> Self {
        let length = finished.head.len() + edit.len(finished.responses()) + finished.tail.len();
        let inner = Inner::MultiStatus {
            finished,
            edit,
            at: At::Head,
        };
        Self {
            inner,
            remaining: length as u64,
        }
    }

    pub(super) fn whole(bytes: Bytes) -> Self {
        Self {
            remaining: bytes.len() as u64,
            inner: Inner::Whole(bytes),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.remaining
    }

    fn next_chunk(&mut self) -> Bytes {
        let (finished, edit, at) = match &mut self.inner {
            Inner::Whole(bytes) => return mem::take(bytes),
            Inner::MultiStatus { finished, edit, at } => (finished, edit, at),
        };
        if edit.is_none() {
            return next_slice(finished, at);
        }
        let capacity = usize::try_from(self.remaining)
            .unwrap_or(CHUNK)
            .min(CHUNK + CHUNK / 8);
        next_edited(finished, edit, at, capacity)
    }
}

impl Body for DavBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.remaining == 0 {
            return Poll::Ready(None);
        }
        let chunk = self.next_chunk();
        self.remaining -= chunk.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

/// An empty body.
impl Default for DavBody {
    fn default() -> Self {
        Self::whole(Bytes::new())
    }
}

impl fmt::Debug for DavBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DavBody")
            .field("remaining", &self.remaining)
            .finish_non_exhaustive()
    }
}

// === impl ResponseBody ===

impl<B> ResponseBody<B> {
    #[inline]
    pub(super) fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
        }
    }

    pub(super) fn multistatus(body: DavBody) -> Self {
        Self {
            kind: Kind::MultiStatus {
                body: Box::new(body),
            },
        }
    }

    /// The body of the inner service, or the wrapped body of a response that was not left untouched.
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

impl<B> Body for ResponseBody<B>
where
    B: Body<Data: From<Bytes>>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        match self.project().kind.project() {
            KindProj::Inner { body } => body.poll_frame(cx),
            KindProj::MultiStatus { body } => Pin::new(&mut **body)
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(|never| match never {})))
                .map_ok(|frame| frame.map_data(Into::into)),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::MultiStatus { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::MultiStatus { body } => body.size_hint(),
        }
    }
}

impl<B: Default> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::inner(B::default())
    }
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}

// === helpers ===

/// A slice of the document as it stands, or all of it: nothing is copied.
fn next_slice(finished: &Finished, at: &mut At) -> Bytes {
    let from = match *at {
        At::Byte(from) => from,
        At::Head | At::Response(_) => {
            *at = At::Byte(0);
            return finished.whole.as_ref().unwrap_or(&finished.head).clone();
        }
    };
    if from >= finished.responses.len() {
        return finished.tail.clone();
    }
    let to = finished.responses.len().min(from + CHUNK);
    *at = At::Byte(to);
    finished.responses.slice(from..to)
}

/// The next edited responses, enough to fill a chunk.
fn next_edited(finished: &Finished, edit: &Edit, at: &mut At, capacity: usize) -> Bytes {
    let responses = finished.responses();
    let mut chunk = Vec::with_capacity(capacity);
    let mut index = match *at {
        At::Response(index) => index,
        At::Head | At::Byte(_) => {
            chunk.extend_from_slice(&finished.head);
            0
        }
    };
    while chunk.len() < CHUNK && index < responses.len() {
        edit.visit(responses, index, &mut |piece| {
            chunk.extend_from_slice(piece);
        });
        index += 1;
    }
    if index == responses.len() {
        chunk.extend_from_slice(&finished.tail);
    }
    *at = At::Response(index);
    chunk.into()
}
