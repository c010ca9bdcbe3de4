//! The body of a streamed multistatus.

use std::{
    error::Error,
    fmt,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::{
    body::DavBody,
    source::AnySource,
    view::{Mount, View},
};
use crate::multistatus::MultiStatus;

/// The body of a [`MultiStatusStream`](crate::MultiStatusStream): chunks of the size that was chosen,
/// each made when it is asked for. Its error is that of the source.
pub struct StreamBody {
    kind: Kind,
}

enum Kind {
    Ended,
    Streaming {
        streaming: Box<Streaming>,
        asked: Arc<Asked>,
        view: Option<View>,
    },
    Whole(DavBody),
}

/// What a layer around the handler has to say, once it knows it.
pub(super) type Asked = OnceLock<(View, Option<Arc<Mount>>)>;

/// An answer under way: what was gathered for the next chunk, and where more comes from.
pub(super) struct Streaming {
    source: AnySource<BoxError>,
    gathered: MultiStatus,
    chunk_size: usize,
}

type BoxError = Box<dyn Error + Send + Sync>;

// === impl StreamBody ===

impl StreamBody {
    pub(super) fn whole(body: DavBody) -> Self {
        Self {
            kind: Kind::Whole(body),
        }
    }

    pub(super) fn streaming(streaming: Streaming, asked: Arc<Asked>) -> Self {
        Self {
            kind: Kind::Streaming {
                streaming: Box::new(streaming),
                asked,
                view: None,
            },
        }
    }
}

impl Body for StreamBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let (streaming, asked, view) = match &mut self.kind {
            Kind::Ended => return Poll::Ready(None),
            Kind::Whole(body) => {
                let frame = ready!(Pin::new(body).poll_frame(cx));
                return Poll::Ready(frame.map(|frame| frame.map_err(|never| match never {})));
            }
            Kind::Streaming {
                streaming,
                asked,
                view,
            } => (streaming, asked, view),
        };
        let filled = ready!(streaming.poll_fill(cx));
        let (asked_view, mount) = asked.get().cloned().unwrap_or_default();
        let view = view.get_or_insert(asked_view);
        let chunk = filled.map(|more| (more, streaming.next_chunk(view, mount, !more)));
        match chunk {
            Ok((true, chunk)) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            Ok((false, chunk)) => {
                self.kind = Kind::Ended;
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Err(error) => {
                self.kind = Kind::Ended;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Ended => true,
            Kind::Streaming { .. } => false,
            Kind::Whole(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Ended => SizeHint::with_exact(0),
            Kind::Streaming { .. } => SizeHint::default(),
            Kind::Whole(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for StreamBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBody").finish_non_exhaustive()
    }
}

// === impl Streaming ===

impl Streaming {
    pub(super) fn new(
        source: AnySource<BoxError>,
        gathered: MultiStatus,
        chunk_size: usize,
    ) -> Self {
        Self {
            source,
            gathered,
            chunk_size,
        }
    }

    /// Gathers a chunk, and says whether there may be more behind it.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, BoxError>> {
        while self.gathered.byte_len() < self.chunk_size {
            if !ready!(self.source.as_mut().poll_fill(cx, &mut self.gathered))? {
                return Poll::Ready(Ok(false));
            }
        }
        Poll::Ready(Ok(true))
    }

    /// What was gathered, as the request wants it.
    fn next_chunk(&mut self, view: &mut View, mount: Option<Arc<Mount>>, last: bool) -> Bytes {
        let head = self.gathered.seal();
        let responses = self.gathered.responses();
        let edit = view.edit(responses, mount);
        if edit.omits() {
            // The target is there once.
            view.ends_noroot();
        }
        let tail = if last {
            self.gathered.tail()
        } else {
            Vec::new()
        };
        // As long as what goes in, so that it becomes `Bytes` without another allocation.
        let length = head.len() + edit.len(responses) + tail.len();
        let mut chunk = Vec::with_capacity(length);
        chunk.extend_from_slice(&head);
        if edit.is_none() {
            chunk.extend_from_slice(responses.bytes);
        } else {
            for index in 0..responses.len() {
                edit.visit(responses, index, &mut |piece| {
                    chunk.extend_from_slice(piece);
                });
            }
        }
        chunk.extend_from_slice(&tail);
        self.gathered.clear_chunk();
        chunk.into()
    }
}
