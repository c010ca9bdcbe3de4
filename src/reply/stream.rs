//! A multistatus that is sent while its resources are still being found.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{Response, StatusCode};

use super::{
    lending::room_of,
    respond::{Attached, put_headers},
    source::{AnySource, BoxError, Filled, FromFn, FromIter, FromStream, Source},
    stream_body::{Shared, StreamBody, Streaming},
};
use crate::{
    dav::{Href, SyncToken},
    multistatus::{Description, Either, Listed, MultiStatus, Resource},
};

/// A 207 that is sent while its resources are still being found; begun by [`from_stream`](Self::from_stream),
/// [`from_iterator`](Self::from_iterator) or [`from_fn`](Self::from_fn).
///
/// It begins once the first chunk is full. Until then nothing is committed: a source that fails at once,
/// because the target does not exist, may not be seen or is a loop, still becomes a plain 404, 403 or 508. An
/// answer that ends within one chunk is sent as a whole, with its length. A longer one is sent chunk by
/// chunk, as the client takes them, and is never in memory as a whole; when the client goes away, the source
/// is dropped.
///
/// A source that fails later aborts the transfer, so that no client takes half an answer for a whole one; see
/// [`Begin::end_with`] for an alternative. So its error has to be one that a body can have: a
/// [`DavError`](crate::DavError), into which `?` converts a `StatusCode` and a
/// [`Condition`](crate::Condition), or any other that becomes a boxed [`Error`](std::error::Error).
///
/// Under a [`MultiStatusLayer`](crate::MultiStatusLayer) it follows what the request prefers, as a
/// [`MultiStatus`] does.
///
/// # Each href once
///
/// As in a [`MultiStatus`], a resource whose href occurred already is left out. Hrefs that were sent are
/// remembered by their hashes, in 64 KiB at most: the last 2,048, and up to as many before them. An href that
/// comes back later than that is written again, so a source that may list a resource twice, far apart, has to
/// prevent that itself. The chance that a new href is mistaken for one of these is less than one in
/// 10<sup>15</sup>.
///
/// # `TCP_NODELAY`
///
/// `axum::serve` leaves Nagle's algorithm on. A body of many chunks then stalls, since each chunk waits for
/// the acknowledgement of the one before: a quarter of the requests per second, with an idle processor. Turn
/// it off:
///
/// ```
/// # use axum::{Router, serve::ListenerExt};
/// # async fn serve(listener: tokio::net::TcpListener, app: Router) -> std::io::Result<()> {
/// let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap_or_default());
/// axum::serve(listener, app).await
/// # }
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{DavError, Href, MultiStatusStream, Resource, prop};
///
/// # fn walk() -> impl Iterator<Item = Result<(&'static str, u64), DavError>> + Send + 'static {
/// #     [Ok(("/a.txt", 3))].into_iter()
/// # }
/// async fn propfind() -> Result<MultiStatusStream, DavError> {
///     let resources = walk().map(|file| {
///         let (path, length) = file?;
///         Ok(Resource::new(Href::path(path)).prop(prop::GetContentLength(length)))
///     });
///     MultiStatusStream::from_iterator(resources).await
/// }
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(propfind())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a multistatus does nothing until it is a response"]
pub struct MultiStatusStream {
    kind: Kind,
}

enum Kind {
    Streaming(Streaming),
    Whole(MultiStatus),
}

/// The beginning of a [`MultiStatusStream`]: a future that waits for the first chunk.
///
/// It resolves to the error of the source if that fails before there is any resource or, without
/// [`end_with`](Self::end_with), before the first chunk is full.
#[must_use = "futures do nothing unless polled"]
pub struct Begin<E> {
    source: Option<Late<E>>,
    gathered: MultiStatus,
    chunk_size: usize,
}

/// A source, and how its failure ends the answer.
struct Late<E> {
    source: AnySource<E>,
    end_with: Option<EndWith<E>>,
}

type EndWith<E> = Box<dyn FnOnce(E) -> Resource<Either> + Send>;

/// Any size from 16 KiB to 4 MiB is as fast in the process.
const CHUNK_SIZE: usize = 64 * 1024;

// === impl MultiStatusStream ===

impl MultiStatusStream {
    /// Begins with a stream of resources.
    pub fn from_stream<S, R, E>(resources: S) -> Begin<E>
    where
        S: futures_core::Stream<Item = Result<R, E>> + Send + 'static,
        R: Listed,
        E: Into<BoxError> + 'static,
    {
        Begin::new(Box::pin(FromStream { resources }))
    }

    /// Begins with an iterator of resources. It must not block.
    pub fn from_iterator<I, R, E>(resources: I) -> Begin<E>
    where
        I: IntoIterator<Item = Result<R, E>, IntoIter: Send + 'static>,
        R: Listed,
        E: Into<BoxError> + 'static,
    {
        let resources = resources.into_iter();
        Begin::new(Box::pin(FromIter { resources }))
    }

    /// Begins with a function that writes the next resource, or a few of them, and returns whether there are
    /// more. It must not block. A resource that is written in place costs no allocation.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use statuary::{Href, MultiStatusStream, prop};
    ///
    /// # async fn stream(files: Vec<(String, u64)>) -> Result<MultiStatusStream, Infallible> {
    /// let mut files = files.into_iter();
    /// MultiStatusStream::from_fn(move |answer| {
    ///     let Some((path, length)) = files.next() else { return Ok(false) };
    ///     answer.resource(Href::path(&path)).prop(prop::GetContentLength(length)).end();
    ///     Ok::<_, Infallible>(true)
    /// })
    /// .await
    /// # }
    /// ```
    pub fn from_fn<F, E>(write: F) -> Begin<E>
    where
        F: FnMut(&mut MultiStatus) -> Result<bool, E> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        Begin::new(Box::pin(FromFn { write }))
    }

    /// Makes the response: 207, `application/xml`, and a body that is written as it is sent.
    #[must_use]
    pub fn into_http(self) -> Response<StreamBody> {
        let streaming = match self.kind {
            Kind::Whole(whole) => return whole.into_http().map(StreamBody::whole),
            Kind::Streaming(streaming) => streaming,
        };
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::MULTI_STATUS;
        put_headers(response.headers_mut(), streaming.location());
        let shared = Arc::new(Shared::new(streaming));
        let attached = Attached::Streaming(Arc::downgrade(&shared));
        response.extensions_mut().insert(attached);
        response.map(|()| StreamBody::shared(shared))
    }
}

impl fmt::Debug for MultiStatusStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultiStatusStream").finish_non_exhaustive()
    }
}

impl From<MultiStatus> for MultiStatusStream {
    fn from(whole: MultiStatus) -> Self {
        Self {
            kind: Kind::Whole(whole),
        }
    }
}

// === impl Begin ===

impl<E> Begin<E> {
    /// Sets how many bytes of responses are gathered for a chunk. Each chunk but the last has at least as
    /// many, and less than one resource more, before a [`MultiStatusLayer`](crate::MultiStatusLayer) leaves
    /// out what the request does not want. Default: 64 KiB.
    pub fn chunk_size(mut self, bytes: usize) -> Self {
        self.chunk_size = bytes.max(1);
        self
    }

    /// Ends the answer with a resource that reports the failure, if the source fails once there are
    /// resources. Default: the transfer is aborted.
    ///
    /// Choose it only where clients look at every status: to others, the answer seems whole. If the href of
    /// that resource already has a response, that response is replaced; if it was sent already, the transfer
    /// is aborted after all, since an href occurs once. The same happens if a
    /// [`MemberPaywallLayer`](crate::members::MemberPaywallLayer) withholds the resource, except that an
    /// answer that fits one chunk, of which nothing was sent yet, becomes a 503.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{DavError, Href, MultiStatusStream, Resource};
    ///
    /// # async fn stream(
    /// #     found: impl futures_core::Stream<Item = Result<Resource, DavError>> + Send + 'static,
    /// # ) -> Result<MultiStatusStream, DavError> {
    /// MultiStatusStream::from_stream(found)
    ///     .end_with(|error| Resource::status(Href::collection("/docs/more"), error.status()))
    ///     .await
    /// # }
    /// ```
    pub fn end_with<R>(mut self, resource: impl FnOnce(E) -> R + Send + 'static) -> Self
    where
        R: Into<Resource<Either>>,
    {
        if let Some(source) = &mut self.source {
            source.end_with = Some(Box::new(|error| resource(error).into()));
        }
        self
    }

    /// Sets the `DAV:responsedescription` of the whole answer. Default: none.
    pub fn description<'d>(mut self, text: impl Into<Description<'d>>) -> Self {
        self.gathered = self.gathered.description(text);
        self
    }

    /// Sets the `Content-Location`, the href of the resource that was asked about; see
    /// [`MultiStatus::located_at`]. Default: none.
    pub fn located_at(mut self, href: Href<'_>) -> Self {
        self.gathered = self.gathered.located_at(href);
        self
    }

    /// Sets the `DAV:sync-token`, unless the source knows a newer one at its end, as that of a
    /// [`SyncCollection`](crate::outcome::SyncCollection::stream) does. Default: none.
    pub fn sync_token(mut self, token: &SyncToken) -> Self {
        self.gathered = self.gathered.sync_token(token);
        self
    }

    pub(crate) fn new(source: AnySource<E>) -> Self {
        Self {
            source: Some(Late {
                source,
                end_with: None,
            }),
            gathered: MultiStatus::new(),
            chunk_size: CHUNK_SIZE,
        }
    }

    /// Passes everything that the source adds through another one.
    pub(crate) fn through(mut self, wrap: impl FnOnce(AnySource<E>) -> AnySource<E>) -> Self {
        self.source = self.source.map(|Late { source, end_with }| Late {
            source: wrap(source),
            end_with,
        });
        self
    }

    /// Begins with resources that are gathered already.
    pub(crate) fn after(mut self, gathered: MultiStatus) -> Self {
        self.gathered = gathered;
        self
    }

    fn poll_gather(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, E>> {
        let Some(source) = &mut self.source else {
            // Polled again after it was ready, it stays pending for ever.
            return Poll::Pending;
        };
        self.gathered.reserve(room_of(self.chunk_size));
        let mut filled = Filled::More;
        while filled == Filled::More && self.gathered.byte_len() < self.chunk_size {
            let (answer, enough) = (&mut self.gathered, self.chunk_size);
            filled = match ready!(source.source.as_mut().poll_fill(cx, answer, enough)) {
                Err(error) if self.gathered.is_empty() => return Poll::Ready(Err(error)),
                filled => source.outlive(filled, &mut self.gathered)?,
            };
            self.gathered.settle();
        }
        Poll::Ready(Ok(filled == Filled::More))
    }
}

impl<E> Future for Begin<E>
where
    E: Into<BoxError> + 'static,
{
    type Output = Result<MultiStatusStream, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let gathered = ready!(self.poll_gather(cx));
        let (source, answer) = (self.source.take(), mem::take(&mut self.gathered));
        let kind = match (gathered?, source) {
            (true, Some(source)) => {
                let source = Box::pin(source);
                Kind::Streaming(Streaming::new(source, answer, self.chunk_size))
            }
            _ => Kind::Whole(answer),
        };
        Poll::Ready(Ok(MultiStatusStream { kind }))
    }
}

impl<E> fmt::Debug for Begin<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin")
            .field("chunk_size", &self.chunk_size)
            .finish_non_exhaustive()
    }
}

// === impl Late ===

impl<E> Late<E> {
    /// Turns a failure into the end of the answer, if that is what was chosen.
    fn outlive(
        &mut self,
        filled: Result<Filled, E>,
        answer: &mut MultiStatus,
    ) -> Result<Filled, E> {
        match filled {
            Err(error) => match self.end_with.take() {
                Some(end_with) => Ok(match answer.push_failure(end_with(error)) {
                    true => Filled::Told,
                    false => Filled::Untold,
                }),
                None => Err(error),
            },
            filled => filled,
        }
    }
}

impl<E> Source for Late<E>
where
    E: Into<BoxError>,
{
    type Error = BoxError;

    fn poll_fill(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, BoxError>> {
        let filled = ready!(self.source.as_mut().poll_fill(cx, answer, enough));
        Poll::Ready(self.outlive(filled, answer).map_err(Into::into))
    }
}
