//! Outcomes that are told while they are still being found.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::{
    multistatus::MultiStatus,
    reply::{Begin, Source},
};

/// A source that takes what comes, and its end, and adds what has to be told of it.
struct Rows<S, T, E> {
    items: Pin<Box<S>>,
    take: T,
    error: PhantomData<fn() -> E>,
}

/// Begins with a function that is given what comes, and then the end, and says whether there may be
/// more.
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

/// Nothing in it is pinned in its place.
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
    ) -> Poll<Result<bool, E>> {
        let item = ready!(self.items.as_mut().poll_next(cx));
        Poll::Ready((self.take)(item, answer))
    }
}
