//! A multistatus that is read from a stream of chunks or from a body.

use std::{
    error, fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Buf;
use futures_core::Stream;
use http_body::Body;
use pin_project_lite::pin_project;

use super::{Decoder, Response};
use crate::xml::{Error, Limits};

pin_project! {
    /// A stream of the responses of a multistatus, each as soon as it has arrived.
    ///
    /// It ends after the last response or after the first error. It keeps one response at a time, and asks
    /// for the next chunk only when all responses of the last have been taken. It reads the body of a 207;
    /// that of another status is [not a multistatus](crate::read#what-is-read).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::error::Error;
    ///
    /// use bytes::Bytes;
    /// use futures_util::StreamExt;
    /// use http::{Response, StatusCode};
    /// use http_body_util::Full;
    /// use statuary::read::ResponseStream;
    ///
    /// async fn list(answer: Response<Full<Bytes>>) -> Result<(), Box<dyn Error>> {
    ///     if answer.status() != StatusCode::MULTI_STATUS {
    ///         return Err(format!("the server answers {}", answer.status()).into());
    ///     }
    ///     let mut responses = ResponseStream::of_body(answer.into_body());
    ///     while let Some(response) = responses.next().await {
    ///         let response = response?;
    ///         println!("{:?}: {:?}", response.href(), response.status());
    ///     }
    ///     assert!(responses.is_complete());
    ///     Ok(())
    /// }
    /// # let body = "<multistatus xmlns='DAV:'><response><href>/a</href>\
    /// #     <status>HTTP/1.1 423 Locked</status></response></multistatus>";
    /// # let answer = |status, body| Response::builder().status(status).body(Full::<Bytes>::from(body));
    /// # tokio_test::block_on(list(answer(207, body)?))?;
    /// # assert!(tokio_test::block_on(list(answer(404, "")?)).is_err());
    /// # Ok::<(), Box<dyn Error>>(())
    /// ```
    #[derive(Debug)]
    #[must_use = "a stream does nothing until it is polled"]
    pub struct ResponseStream<S> {
        #[pin]
        chunks: S,
        decoder: Decoder,
        has_ended: bool,
    }
}

pin_project! {
    /// The data of a body as a stream of chunks; made by [`ResponseStream::of_body`].
    #[derive(Debug)]
    #[must_use = "a stream does nothing until it is polled"]
    pub struct BodyChunks<B> {
        #[pin]
        body: B,
    }
}

/// The error of a multistatus that could not be read to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamError {
    /// The body failed, with the error that is the source of this one.
    Body(Box<dyn error::Error + Send + Sync>),
    /// The document cannot be read.
    Document(Error),
}

// === impl ResponseStream ===

impl<S> ResponseStream<S> {
    /// Reads a stream of chunks, such as `Stream<Item = Result<Bytes, E>>`, under [`Limits::stream`].
    pub fn new(chunks: S) -> Self {
        Self::with_limits(chunks, &Limits::stream())
    }

    /// Reads a stream of chunks under limits of your own.
    pub fn with_limits(chunks: S, limits: &Limits) -> Self {
        Self {
            chunks,
            decoder: Decoder::with_limits(limits),
            has_ended: false,
        }
    }

    /// Whether the whole document was read without an error.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.decoder.is_complete()
    }

    /// The description of the whole answer, a text for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.decoder.description()
    }

    /// The token of [RFC 6578](https://www.rfc-editor.org/rfc/rfc6578#section-6.2), to be sent with the next
    /// synchronisation. It is valid only if the stream [is complete](Self::is_complete).
    #[must_use]
    pub fn sync_token(&self) -> Option<&str> {
        self.decoder.sync_token()
    }
}

impl<B> ResponseStream<BodyChunks<B>> {
    /// Reads a body, such as `hyper::body::Incoming`, under [`Limits::stream`].
    pub fn of_body(body: B) -> Self {
        Self::new(BodyChunks { body })
    }

    /// Reads a body under limits of your own.
    pub fn of_body_with_limits(body: B, limits: &Limits) -> Self {
        Self::with_limits(BodyChunks { body }, limits)
    }
}

impl<S, D, E> Stream for ResponseStream<S>
where
    S: Stream<Item = Result<D, E>>,
    D: Buf,
    E: Into<Box<dyn error::Error + Send + Sync>>,
{
    type Item = Result<Response<'static>, StreamError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        loop {
            match this.decoder.next() {
                Ok(Some(response)) => return Poll::Ready(Some(Ok(response.into_owned()))),
                Ok(None) if *this.has_ended => return Poll::Ready(None),
                Ok(None) => {}
                Err(error) => {
                    *this.has_ended = true;
                    return Poll::Ready(Some(Err(StreamError::Document(error))));
                }
            }
            match ready!(this.chunks.as_mut().poll_next(cx)) {
                Some(Ok(mut chunk)) => {
                    while chunk.has_remaining() {
                        let piece = chunk.chunk();
                        this.decoder.feed(piece);
                        let length = piece.len();
                        chunk.advance(length);
                    }
                }
                Some(Err(error)) => {
                    *this.has_ended = true;
                    return Poll::Ready(Some(Err(StreamError::Body(error.into()))));
                }
                None => {
                    this.decoder.finish();
                    *this.has_ended = true;
                }
            }
        }
    }
}

// === impl BodyChunks ===

impl<B: Body> Stream for BodyChunks<B> {
    type Item = Result<B::Data, B::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut body = self.project().body;
        loop {
            match ready!(body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => {
                    // Trailers are ignored.
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// === impl StreamError ===

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(_) => f.write_str("the body of the multistatus failed"),
            Self::Document(error) => error.fmt(f),
        }
    }
}

impl error::Error for StreamError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Body(error) => Some(&**error),
            Self::Document(_) => None,
        }
    }
}
