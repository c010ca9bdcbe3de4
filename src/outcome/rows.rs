//! Outcomes that are sent while they are still being found.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::{
    multistatus::MultiStatus,
    reply::{Begin, Filled, Source},
};

/// A source that passes the items of a stream, and its end, to a function that adds resources.
struct Rows<S, T, E> {
    items: Pin<Box<S>>,
    take: T,
    error: PhantomData<fn() -> E>,
}

/// Begins an answer with a function that is given each item, and then the end, and returns whether
/// there may be more.
pub(super) fn stream<S, T, E>(items: Pin<Box<S>>, take: T) -> Begin<E>
where
    S: Stream + Send + 'static,
    T: FnMut(Option<S::Item>, &mut MultiStatus) -> Result<bool, E> + Send + 'static,
    E: 'static,
{
    Begin::new(Box::pin(Rows {
        items,
        take,
        error: PhantomData,
    }))
}

// === impl Rows ===

/// None of its fields is pinned in place.
impl<S, T, E> Unpin for Rows<S, T, E> {}

impl<S, T, E> Source for Rows<S, T, E>
where
    S: Stream,
    T: FnMut(Option<S::Item>, &mut MultiStatus) -> Result<bool, E>,
{
    type Error = E;

    fn poll_fill(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, E>> {
        loop {
            let item = ready!(self.items.as_mut().poll_next(cx));
            let more = (self.take)(item, answer)?;
            if !more || answer.byte_len() >= enough {
                return Poll::Ready(Ok(Filled::of(more)));
            }
        }
    }
}
