//! Calling a check safely: none may hang a request or take its task down.

use std::{
    error::Error,
    future::Future,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

use crate::subscription::{Decision, SubscriptionCheck, Unanswered, UnansweredKind};

pin_project! {
    /// The future of [`answer`]. It is written by hand so that it holds the question once: checks are
    /// put around checks.
    struct Answer<Q> {
        #[pin]
        question: Option<Q>,
        #[pin]
        timer: Option<Sleep>,
        deadline: Option<Duration>,
    }

    impl<Q> PinnedDrop for Answer<Q> {
        fn drop(this: Pin<&mut Self>) {
            let_go(this.project().question);
        }
    }
}

/// Waits for the answer to a question, up to a deadline, if there is one.
///
/// A panic inside of the question, and a missing timer, come back as [`Unanswered`]. A panic on drop is
/// caught, too.
pub(crate) fn answer<Q, T, E>(
    deadline: impl Into<Option<Duration>>,
    question: Q,
) -> impl Future<Output = Result<T, Unanswered>>
where
    Q: Future<Output = Result<T, E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    Answer {
        question: Some(question),
        // A question that is answered at once needs no timer.
        timer: None,
        deadline: deadline.into(),
    }
}

/// Asks a check: what it remembers, or else its question.
pub(crate) async fn ask<C: SubscriptionCheck>(
    check: &C,
    subject: &C::Subject,
) -> Result<Decision, C::Error> {
    match check.remembered(subject) {
        Some(decision) => Ok(decision),
        None => check.check(subject).await,
    }
}

/// Asks a check about many subjects at once; not at all if there are none.
pub(crate) async fn ask_all<C: SubscriptionCheck>(
    check: &C,
    subjects: &[C::Subject],
) -> Result<Vec<Decision>, Unanswered> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    match check.check_all(subjects).await {
        Ok(decisions) if decisions.len() == subjects.len() => Ok(decisions),
        // Fewer or more answers than subjects answer some other question.
        Ok(_) => Err(Unanswered::new(UnansweredKind::Failed)),
        Err(error) => Err(Unanswered::failed(error.into())),
    }
}

/// Runs foreign code, and catches its panic.
#[inline]
pub(crate) fn guard<T>(code: impl FnOnce() -> T) -> Result<T, Unanswered> {
    // State that a panic left half done belongs to the check, which must cope with it, as with a panic
    // of any thread that shares it.
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| {
        // Dropping it could panic again.
        mem::forget(payload);
        Unanswered::new(UnansweredKind::Panicked)
    })
}

// === impl Answer ===

impl<Q, T, E> Future for Answer<Q>
where
    Q: Future<Output = Result<T, E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    type Output = Result<T, Unanswered>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = guard(|| {
            // The timer goes first: a check that uses up its task's budget must not starve it.
            let mut late = elapsed(this.timer.as_mut(), cx);
            let polled = this.question.as_mut().as_pin_mut();
            if let Some(Poll::Ready(answer)) = polled.map(|question| question.poll(cx)) {
                return Poll::Ready(answer.map_err(|error| Unanswered::failed(error.into())));
            }
            if let Some(deadline) = this.deadline.filter(|_| this.timer.is_none()) {
                this.timer.set(Some(sleep(deadline)));
                late = elapsed(this.timer.as_mut(), cx);
            }
            match late {
                true => Poll::Ready(Err(Unanswered::new(UnansweredKind::Late))),
                false => Poll::Pending,
            }
        });
        let answer = match polled {
            Ok(Poll::Ready(answer)) => answer,
            Ok(Poll::Pending) => return Poll::Pending,
            Err(panicked) => Err(panicked),
        };
        let_go(this.question);
        Poll::Ready(answer)
    }
}

// === helpers ===

/// Drops a question. If that panics, its answer still stands.
fn let_go<Q>(mut question: Pin<&mut Option<Q>>) {
    if question.is_some() {
        let _ = guard(|| question.set(None));
    }
}

fn elapsed(timer: Pin<&mut Option<Sleep>>, cx: &mut Context<'_>) -> bool {
    timer
        .as_pin_mut()
        .is_some_and(|timer| timer.poll(cx).is_ready())
}
