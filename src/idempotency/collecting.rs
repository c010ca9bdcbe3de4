//! An answer that is read as a whole, so that it can be kept.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;

use crate::idempotency::body::Rest;

/// An answer that is being read.
pub(super) struct Collecting<B> {
    body: Option<Pin<Box<B>>>,
    pieces: VecDeque<Bytes>,
    size: usize,
    largest: usize,
}

/// What was read of an answer.
pub(super) enum Collected<B: Body> {
    Whole(Bytes, Option<HeaderMap>),
    TooLarge(VecDeque<Bytes>, Rest<B>),
    Failed(VecDeque<Bytes>, Rest<B>),
}

// === impl Collecting ===

impl<B: Body> Collecting<B> {
    pub(super) fn new(body: B, largest: usize) -> Self {
        Self {
            body: Some(Box::pin(body)),
            pieces: VecDeque::new(),
            size: 0,
            largest,
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
            match ready!(body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(mut data) => {
                        let piece = data.copy_to_bytes(data.remaining());
                        let size = self.size.saturating_add(piece.len());
                        self.pieces.push_back(piece);
                        if size > self.largest {
                            return Poll::Ready(self.too_large());
                        }
                        self.size = size;
                    }
                    Err(frame) => {
                        let trailers = frame.into_trailers().ok();
                        return Poll::Ready(Collected::Whole(self.joined(), trailers));
                    }
                },
                Some(Err(error)) => {
                    let pieces = std::mem::take(&mut self.pieces);
                    return Poll::Ready(Collected::Failed(pieces, Rest::Error(Some(error))));
                }
                None => return Poll::Ready(Collected::Whole(self.joined(), None)),
            }
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
