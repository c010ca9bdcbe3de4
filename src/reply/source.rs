//! Where the resources of a streamed answer come from.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::multistatus::{Listed, MultiStatus};

/// A source of resources.
pub(crate) trait Source {
    type Error;

    /// Adds resources until the answer has this many bytes, and says how far the source has come.
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, Self::Error>>;
}

/// How far a source has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Filled {
    /// There may be more.
    More,
    /// That was all.
    All,
    /// It failed, and the response that was added last says so.
    Told,
    /// It failed, and no response could say so.
    Untold,
}

/// Any source.
pub(crate) type AnySource<E> = Pin<Box<dyn Source<Error = E> + Send>>;

/// Any error of a source that is under way.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

pin_project! {
    pub(super) struct FromStream<S> {
        #[pin]
        pub(super) resources: S,
    }
}

pin_project! {
    pub(super) struct FromIter<I> {
        pub(super) resources: I,
    }
}

pin_project! {
    pub(super) struct FromFn<F> {
        pub(super) write: F,
    }
}

/// A source without resources.
pub(super) struct Ended;

// === impl Filled ===

impl Filled {
    /// How far a source has come that says whether there may be more.
    pub(crate) fn of(more: bool) -> Self {
        match more {
            true => Self::More,
            false => Self::All,
        }
    }
}

// === impl FromStream ===

impl<S, R, E> Source for FromStream<S>
where
    S: Stream<Item = Result<R, E>>,
    R: Listed,
{
    type Error = E;

    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, E>> {
        let mut resources = self.project().resources;
        loop {
            let next = ready!(resources.as_mut().poll_next(cx));
            let more = take(next, answer)?;
            if !more || answer.byte_len() >= enough {
                return Poll::Ready(Ok(Filled::of(more)));
            }
        }
    }
}

// === impl FromIter ===

impl<I, R, E> Source for FromIter<I>
where
    I: Iterator<Item = Result<R, E>>,
    R: Listed,
{
    type Error = E;

    fn poll_fill(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, E>> {
        let resources = self.project().resources;
        Poll::Ready(fill(answer, enough, |answer| {
            take(resources.next(), answer)
        }))
    }
}

// === impl FromFn ===

impl<F, E> Source for FromFn<F>
where
    F: FnMut(&mut MultiStatus) -> Result<bool, E>,
{
    type Error = E;

    fn poll_fill(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, E>> {
        Poll::Ready(fill(answer, enough, self.project().write))
    }
}

// === impl Ended ===

impl Source for Ended {
    type Error = BoxError;

    fn poll_fill(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _answer: &mut MultiStatus,
        _enough: usize,
    ) -> Poll<Result<Filled, BoxError>> {
        Poll::Ready(Ok(Filled::All))
    }
}

// === helpers ===

fn fill<E>(
    answer: &mut MultiStatus,
    enough: usize,
    mut add: impl FnMut(&mut MultiStatus) -> Result<bool, E>,
) -> Result<Filled, E> {
    loop {
        let more = add(answer)?;
        if !more || answer.byte_len() >= enough {
            return Ok(Filled::of(more));
        }
    }
}

fn take<R, E>(next: Option<Result<R, E>>, answer: &mut MultiStatus) -> Result<bool, E>
where
    R: Listed,
{
    match next {
        Some(resource) => answer.push(resource?),
        None => return Ok(false),
    }
    Ok(true)
}
