//! An answer that is read as a whole, so that it can be kept.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;

use crate::{
    challenge::grpc,
    idempotency::body::{Break, Rest},
    settlement::Length,
};

/// An answer that is being read.
pub(super) struct Collecting<B> {
    body: Option<Pin<Box<B>>>,
    /// In one buffer, however small the pieces; never larger than `largest`.
    read: BytesMut,
    largest: usize,
    length: Length,
}

/// What was read of an answer.
pub(super) enum Collected<B: Body> {
    Whole(Bytes, Option<HeaderMap>),
    TooLarge([Bytes; 2], Rest<B>),
    Broken(Bytes, Break<B::Error>),
    /// It is complete, but its trailers report an error.
    Refused(Bytes, HeaderMap),
}

/// How many frames are read before this task yields: a body may always be ready.
const FRAMES: usize = 128;

// === impl Collecting ===

impl<B: Body> Collecting<B> {
    pub(super) fn new(body: B, largest: usize, length: Length) -> Self {
        Self {
            body: Some(Box::pin(body)),
            read: BytesMut::new(),
            largest,
            length,
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Collected<B>> {
        for _ in 0..FRAMES {
            if let Some(collected) = ready!(self.poll_frame(cx)) {
                return Poll::Ready(collected);
            }
        }
        if self.length.is_whole() {
            // It may have been paid for with the last frame, and this may not be polled again.
            let collected = ready!(self.poll_frame(cx));
            return Poll::Ready(collected.unwrap_or_else(|| self.ended(None)));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Reads a frame, which may be the last one.
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Collected<B>>> {
        let Some(body) = &mut self.body else {
            return Poll::Pending;
        };
        let room = self.largest - self.read.len();
        if body.size_hint().lower() > room as u64 {
            return Poll::Ready(Some(self.too_large(Bytes::new())));
        }
        let polled = body.as_mut().poll_frame(cx);
        // At its full length it may have been paid for. Trailers that are ready are taken, but not
        // waited for.
        if self.length.is_whole() && matches!(polled, Poll::Pending | Poll::Ready(Some(Err(_)))) {
            return Poll::Ready(Some(self.ended(None)));
        }
        let frame = match ready!(polled) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                let read = self.take_read();
                return Poll::Ready(Some(Collected::Broken(read, Break::Error(error))));
            }
            None => return Poll::Ready(Some(self.ended(None))),
        };
        let mut data = match frame.into_data() {
            Ok(data) => data,
            Err(frame) => {
                return Poll::Ready(Some(match frame.into_trailers().ok() {
                    Some(fields) if grpc::has_failed(&fields) => {
                        Collected::Refused(self.take_read(), fields)
                    }
                    trailers => self.ended(trailers),
                }));
            }
        };
        let piece = data.copy_to_bytes(data.remaining());
        if piece.len() > room {
            return Poll::Ready(Some(self.too_large(piece)));
        }
        self.length.take(piece.len() as u64);
        match self.read.is_empty() {
            // Usually this is all, and a buffer made for this answer.
            true => self.read = BytesMut::from(piece),
            false => self.read.extend_from_slice(&piece),
        }
        // Nobody polls for an end that is already known: the answer may have been paid for.
        let is_end = body.is_end_stream();
        Poll::Ready(is_end.then(|| self.ended(None)))
    }

    /// The answer at its end; one that is short of its length, or lacks its gRPC status, has broken
    /// off.
    fn ended(&mut self, trailers: Option<HeaderMap>) -> Collected<B> {
        if let Some(fields) = &trailers {
            self.length.take_trailers(fields);
        }
        let read = self.take_read();
        match self.length.is_short() {
            true => Collected::Broken(read, Break::Short(self.length.left(), trailers)),
            false => Collected::Whole(read, trailers),
        }
    }

    /// An answer that exceeds the limit, by this piece or by its size hint.
    fn too_large(&mut self, piece: Bytes) -> Collected<B> {
        let rest = match self.body.take() {
            Some(body) => Rest::Body(body),
            None => Rest::Break(None),
        };
        Collected::TooLarge([self.take_read(), piece], rest)
    }

    fn take_read(&mut self) -> Bytes {
        std::mem::take(&mut self.read).freeze()
    }
}
