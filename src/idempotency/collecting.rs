//! An answer that is read as a whole, so that it can be kept.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;

use crate::{challenge::grpc, idempotency::body::Rest, settlement::Length};

/// An answer that is being read.
pub(super) struct Collecting<B> {
    body: Option<Pin<Box<B>>>,
    pieces: VecDeque<Bytes>,
    size: usize,
    largest: usize,
    length: Length,
}

/// What was read of an answer.
pub(super) enum Collected<B: Body> {
    Whole(Bytes, Option<HeaderMap>),
    TooLarge(VecDeque<Bytes>, Rest<B>),
    Failed(VecDeque<Bytes>, Rest<B>),
    /// It is there, and tells of an error.
    Refused(Bytes, HeaderMap),
}

// === impl Collecting ===

impl<B: Body> Collecting<B> {
    pub(super) fn new(body: B, largest: usize, length: Length) -> Self {
        Self {
            body: Some(Box::pin(body)),
            pieces: VecDeque::new(),
            size: 0,
            largest,
            length,
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Collected<B>> {
        loop {
            let Some(body) = &mut self.body else {
                return Poll::Pending;
            };
            if body.size_hint().lower() > (self.largest - self.size) as u64 {
                return Poll::Ready(self.too_large());
            }
            let polled = body.as_mut().poll_frame(cx);
            // Nobody asks for more than that, and there it may have been paid for.
            if polled.is_pending() && self.length.is_reached() {
                return Poll::Ready(self.ended());
            }
            match ready!(polled) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(mut data) => {
                        let piece = data.copy_to_bytes(data.remaining());
                        let length = piece.len() as u64;
                        let size = self.size.saturating_add(piece.len());
                        self.pieces.push_back(piece);
                        if size > self.largest {
                            return Poll::Ready(self.too_large());
                        }
                        self.size = size;
                        self.length.take(length);
                        // Nobody waits for an end that was told already: it may have been paid for.
                        if body.is_end_stream() {
                            return Poll::Ready(self.ended());
                        }
                    }
                    Err(frame) => {
                        return Poll::Ready(match frame.into_trailers().ok() {
                            Some(fields) if grpc::has_failed(&fields) => {
                                Collected::Refused(self.joined(), fields)
                            }
                            trailers => Collected::Whole(self.joined(), trailers),
                        });
                    }
                },
                Some(Err(error)) => {
                    let pieces = std::mem::take(&mut self.pieces);
                    return Poll::Ready(Collected::Failed(pieces, Rest::Error(Some(error))));
                }
                None => return Poll::Ready(self.ended()),
            }
        }
    }

    /// One that is shorter than it has said has broken off.
    fn ended(&mut self) -> Collected<B> {
        match self.length.is_short() {
            true => Collected::Failed(std::mem::take(&mut self.pieces), Rest::Error(None)),
            false => Collected::Whole(self.joined(), None),
        }
    }

    fn too_large(&mut self) -> Collected<B> {
        let rest = match self.body.take() {
            Some(body) => Rest::Body(body),
            None => Rest::Error(None),
        };
        Collected::TooLarge(std::mem::take(&mut self.pieces), rest)
    }

    fn joined(&mut self) -> Bytes {
        if self.pieces.len() <= 1 {
            return self.pieces.pop_front().unwrap_or_default();
        }
        let mut whole = BytesMut::with_capacity(self.size);
        for piece in self.pieces.drain(..) {
            whole.extend_from_slice(&piece);
        }
        whole.freeze()
    }
}
