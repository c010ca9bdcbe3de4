//! Waiting for answers: not for long where something may stand in for them, and for many side by side.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    task::Poll,
    time::Duration,
};

use crate::subscription::{Unanswered, answer};

/// Waits for the answer to a question. A reserve is given in its place if it is an error, or if there is
/// a soft deadline and it comes after that; the question is left then, for somebody to see to it.
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

/// Waits for the answers of others and for one's own, side by side.
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
