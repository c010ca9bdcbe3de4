//! The body of a streamed multistatus.

use std::{
    fmt, mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::{
    body::DavBody,
    lending::Lender,
    mount::Mount,
    source::{AnySource, BoxError, Ended, Filled},
    view::View,
};
use crate::{dav::Href, multistatus::MultiStatus};

/// The body of a [`MultiStatusStream`](crate::MultiStatusStream): chunks of the chosen size, each
/// made when it is polled for. Its error is that of the source.
pub struct StreamBody {
    kind: Kind,
}

enum Kind {
    Ended,
    /// Until the first chunk is polled for, layers around the handler may take or change it.
    Shared(Arc<Shared>),
    Streaming {
        streaming: Box<Streaming>,
        view: View,
        mount: Option<Arc<Mount>>,
    },
    Whole(DavBody),
}

/// An answer before its first chunk is polled for.
pub(super) struct Shared {
    streaming: Mutex<Option<Box<Streaming>>>,
    /// What the request wants, once a layer around the handler has said so.
    asked: OnceLock<(View, Option<Arc<Mount>>)>,
    /// Whether a mount moves its `Content-Location`.
    pub(super) is_located: bool,
}

/// An answer under way: the resources that are gathered for the next chunk, and the source of more.
pub(crate) struct Streaming {
    source: AnySource<BoxError>,
    gathered: MultiStatus,
    chunk_size: usize,
    lender: Lender,
    /// Whether the hrefs of the first chunk have one form, once it is gathered.
    hrefs_agree: Option<bool>,
}

// === impl StreamBody ===

impl StreamBody {
    pub(crate) fn whole(body: DavBody) -> Self {
        Self {
            kind: Kind::Whole(body),
        }
    }

    pub(super) fn shared(shared: Arc<Shared>) -> Self {
        Self {
            kind: Kind::Shared(shared),
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
        if let Kind::Shared(shared) = &self.kind {
            let (view, mount) = shared.asked.get().cloned().unwrap_or_default();
            self.kind = match shared.take() {
                Some(streaming) => Kind::Streaming {
                    streaming,
                    view,
                    mount,
                },
                None => Kind::Ended,
            };
        }
        let (streaming, view, mount) = match &mut self.kind {
            // A layer took the answer and did not give it back.
            Kind::Ended | Kind::Shared(_) => return Poll::Ready(None),
            Kind::Whole(body) => {
                let frame = ready!(Pin::new(body).poll_frame(cx));
                return Poll::Ready(frame.map(|frame| frame.map_err(|never| match never {})));
            }
            Kind::Streaming {
                streaming,
                view,
                mount,
            } => (streaming, view, mount),
        };
        let filled = ready!(streaming.poll_fill(cx));
        let chunk = filled.map(|more| (more, streaming.next_chunk(view, mount.clone(), !more)));
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
            Kind::Shared(_) | Kind::Streaming { .. } => false,
            Kind::Whole(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Ended => SizeHint::with_exact(0),
            Kind::Shared(_) | Kind::Streaming { .. } => SizeHint::default(),
            Kind::Whole(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for StreamBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBody").finish_non_exhaustive()
    }
}

// === impl Shared ===

impl Shared {
    pub(super) fn new(streaming: Streaming) -> Self {
        Self {
            is_located: streaming.location().is_some_and(Href::is_mounted),
            streaming: Mutex::new(Some(Box::new(streaming))),
            asked: OnceLock::new(),
        }
    }

    /// Says what the request wants. Nothing else does, so it cannot be set already.
    pub(super) fn ask(&self, view: View, mount: Option<Arc<Mount>>) {
        let _ = self.asked.set((view, mount));
    }

    pub(super) fn take(&self) -> Option<Box<Streaming>> {
        self.lock().take()
    }

    pub(super) fn give_back(&self, streaming: Box<Streaming>) {
        *self.lock() = Some(streaming);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Streaming>>> {
        // The value is only ever moved, which a panic cannot interrupt.
        self.streaming
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
            lender: Lender::of_chunks(chunk_size),
            hrefs_agree: None,
        }
    }

    /// The location of the resource that was asked about.
    pub(super) fn location(&self) -> Option<&Href<'static>> {
        self.gathered.location()
    }

    /// The gathered resources, to be changed before the first chunk is polled for.
    pub(crate) fn gathered(&mut self) -> &mut MultiStatus {
        &mut self.gathered
    }

    /// Passes everything that the source adds through another one.
    pub(crate) fn through(
        &mut self,
        wrap: impl FnOnce(AnySource<BoxError>) -> AnySource<BoxError>,
    ) {
        let source = mem::replace(&mut self.source, Box::pin(Ended));
        self.source = wrap(source);
    }

    /// Gathers a chunk, and says whether there may be more behind it.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, BoxError>> {
        while self.gathered.byte_len() < self.chunk_size {
            let (answer, enough) = (&mut self.gathered, self.chunk_size);
            let was_sealed = answer.is_sealed();
            let filled = ready!(self.source.as_mut().poll_fill(cx, answer, enough))?;
            if was_sealed && !self.gathered.is_sealed() {
                // The declarations that the new answer needs at its root cannot be sent any more.
                let sentence = "the answer was replaced after it had begun";
                return Poll::Ready(Err(sentence.into()));
            }
            match filled {
                Filled::More => {}
                Filled::All | Filled::Told => return Poll::Ready(Ok(false)),
                Filled::Untold => {
                    let sentence = "the source failed, and no response can report it";
                    return Poll::Ready(Err(sentence.into()));
                }
            }
        }
        Poll::Ready(Ok(true))
    }

    /// The gathered resources, as the request wants them.
    fn next_chunk(&mut self, view: &mut View, mount: Option<Arc<Mount>>, last: bool) -> Bytes {
        let agree = *self
            .hrefs_agree
            .get_or_insert_with(|| self.gathered.hrefs_agree());
        let is_first = self.gathered.seal();
        let responses = self.gathered.responses();
        let edit = view.edit(responses, mount, agree);
        if edit.omits() {
            // The target occurs once.
            view.ends_noroot();
        }
        let mut chunk = self.lender.take();
        if edit.is_none() && !is_first {
            chunk = self.gathered.take_chunk(chunk);
        } else {
            if is_first {
                self.gathered.push_head(&mut chunk);
            }
            edit.visit_all(responses, &mut |piece| chunk.extend_from_slice(piece));
            self.gathered.clear_chunk();
        }
        if last {
            self.gathered.push_tail(&mut chunk);
        }
        self.lender.lend(chunk)
    }
}
