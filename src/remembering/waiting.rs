//! Waiting for answers: briefly where something can stand in for them, and for many at once.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    task::Poll,
    time::Duration,
};

use crate::subscription::{Unanswered, answer};

/// Waits for the answer to a question. A reserve replaces an error, or an answer that comes after the
/// soft deadline, if there is one; then the question is passed to `leave`.
pub(super) async fn answer_or<Q, T>(
    mut question: Q,
    soft_deadline: Option<Duration>,
    reserve: impl Fn() -> Option<T>,
    leave: impl FnOnce(Q),
) -> Result<T, Unanswered>
where
    Q: Future<Output = Result<T, Unanswered>> + Unpin,
{
    if let Some(deadline) = soft_deadline {
        match in_time(deadline, &mut question).await {
            Some(answer) => return answer.or_else(|unanswered| reserve().ok_or(unanswered)),
            None => {
                if let Some(reserve) = reserve() {
                    leave(question);
                    return Ok(reserve);
                }
            }
        }
    }
    question
        .await
        .or_else(|unanswered| reserve().ok_or(unanswered))
}

/// Waits for the answers to other questions and to our own concurrently.
pub(super) async fn both<F: Future, A>(
    mut others: Vec<Pin<Box<F>>>,
    mut own: Pin<&mut impl Future<Output = A>>,
) -> (Vec<F::Output>, A) {
    let mut answered = None;
    let mut landed = Vec::with_capacity(others.len());
    poll_fn(|cx| {
        if answered.is_none() {
            match own.as_mut().poll(cx) {
                Poll::Ready(answer) => answered = Some(answer),
                Poll::Pending => {}
            }
        }
        others.retain_mut(|other| match other.as_mut().poll(cx) {
            Poll::Ready(answer) => {
                landed.push(answer);
                false
            }
            Poll::Pending => true,
        });
        match answered.take_if(|_| others.is_empty()) {
            Some(answer) => Poll::Ready((mem::take(&mut landed), answer)),
            None => Poll::Pending,
        }
    })
    .await
}

// === helpers ===

/// The answer, if it comes before the deadline.
async fn in_time<T>(deadline: Duration, question: impl Future<Output = T>) -> Option<T> {
    let answered = async { Ok::<_, Infallible>(question.await) };
    answer(deadline, answered).await.ok()
}
