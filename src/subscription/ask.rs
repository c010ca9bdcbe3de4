//! Asking without being at the mercy of whoever is asked: no check may hang a request or take
//! its task down.

use std::{
    error::Error,
    fmt,
    future::{Future, poll_fn},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Sleep, sleep};

use crate::subscription::{Decision, SubscriptionCheck};

/// A check, a charge or an idempotency store gave no answer: it failed, panicked, took too long, or was
/// not asked.
///
/// A paywall answers it with 503 and leaves it in the response's extensions, where a layer
/// outside of the paywall finds it and can log its source. The caller never sees the source.
///
/// # Examples
///
/// ```
/// use std::error::Error;
///
/// use statuary::subscription::Unanswered;
///
/// fn log<B>(response: &http::Response<B>) {
///     if let Some(unanswered) = response.extensions().get::<Unanswered>() {
///         eprintln!("{unanswered}: {:?}", unanswered.source());
///     }
/// }
/// # log(&http::Response::new(()));
/// ```
#[derive(Clone)]
pub struct Unanswered {
    kind: UnansweredKind,
    asked: Asked,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// How it came that there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnansweredKind {
    /// The check returned an error.
    Failed,
    /// The check outlived its deadline.
    Late,
    /// The charge or the store was not asked: the request carries no grant of the paywall that it should
    /// have come through. The layers are in the wrong order, or the paywall
    /// [shows no grant](crate::PaywallLayer::show_grant).
    Misplaced,
    /// The check panicked.
    Panicked,
    /// The check was not asked: it has failed too often of late.
    Spared,
}

/// What it was that gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Charge,
    Check,
    Store,
}

/// Waits for the answer to a question, up to a deadline, if there is one.
///
/// A panic inside of the question, and a missing timer, come back as [`Unanswered`].
pub(crate) async fn answer<T, E>(
    deadline: impl Into<Option<Duration>>,
    question: impl Future<Output = Result<T, E>>,
) -> Result<T, Unanswered>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let deadline = deadline.into();
    let mut question = pin!(Some(async {
        let answer = question.await;
        answer.map_err(|error| Unanswered::failed(error.into()))
    }));
    // A question that is answered at once needs no timer.
    let mut timer = pin!(None);
    let mut poll = |cx: &mut Context<'_>| {
        // The timer goes first: a check that uses up its task's budget must not starve it.
        let mut late = elapsed(timer.as_mut(), cx);
        let polled = question.as_mut().as_pin_mut();
        if let Some(Poll::Ready(answer)) = polled.map(|question| question.poll(cx)) {
            return Poll::Ready(answer);
        }
        if let Some(deadline) = deadline.filter(|_| timer.is_none()) {
            timer.set(Some(sleep(deadline)));
            late = elapsed(timer.as_mut(), cx);
        }
        match late {
            true => Poll::Ready(Err(Unanswered::new(UnansweredKind::Late))),
            false => Poll::Pending,
        }
    };
    let answer =
        poll_fn(|cx| guard(|| poll(cx)).unwrap_or_else(|panicked| Poll::Ready(Err(panicked))))
            .await;
    // A check that is late may panic once more when it has to go; the answer stands.
    let _ = guard(|| question.set(None));
    answer
}

fn elapsed(timer: Pin<&mut Option<Sleep>>, cx: &mut Context<'_>) -> bool {
    timer
        .as_pin_mut()
        .is_some_and(|timer| timer.poll(cx).is_ready())
}

/// Asks a check in both ways: what it remembers needs no question.
pub(crate) async fn ask<C: SubscriptionCheck>(
    check: &C,
    subject: &C::Subject,
) -> Result<Decision, C::Error> {
    match check.remembered(subject) {
        Some(decision) => Ok(decision),
        None => check.check(subject).await,
    }
}

/// Runs a piece of somebody else's code, and survives its panic.
#[inline]
pub(crate) fn guard<T>(code: impl FnOnce() -> T) -> Result<T, Unanswered> {
    // Whatever a panic left half done belongs to the check, which must cope with that itself, as
    // it must for the panic of any thread that it is shared with.
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| {
        // To drop it could panic again.
        mem::forget(payload);
        Unanswered::new(UnansweredKind::Panicked)
    })
}

// === impl Unanswered ===

impl Unanswered {
    /// How it came to this.
    #[must_use]
    pub const fn kind(&self) -> UnansweredKind {
        self.kind
    }

    pub(crate) const fn new(kind: UnansweredKind) -> Self {
        Self {
            kind,
            asked: Asked::Check,
            source: None,
        }
    }

    /// The same of a charge.
    pub(crate) fn of_charge(self) -> Self {
        Self {
            asked: Asked::Charge,
            ..self
        }
    }

    /// The same of an idempotency store.
    pub(crate) fn of_store(self) -> Self {
        Self {
            asked: Asked::Store,
            ..self
        }
    }

    /// What it was that gave no answer.
    pub(crate) const fn asked(&self) -> Asked {
        self.asked
    }

    /// An error of a check. What another check has told already keeps its kind and its source.
    pub(crate) fn failed(error: Box<dyn Error + Send + Sync>) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(unanswered) => return *unanswered,
            Err(error) => error,
        };
        Self {
            source: Some(error.into()),
            ..Self::new(UnansweredKind::Failed)
        }
    }
}

// The source may quote a connection string or a key: whoever wants it, asks for it.
impl fmt::Debug for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unanswered")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let became = match self.kind {
            UnansweredKind::Failed => "failed",
            UnansweredKind::Late => "took too long",
            UnansweredKind::Misplaced => {
                "was not asked, since the request carries no grant of a paywall"
            }
            UnansweredKind::Panicked => "panicked",
            UnansweredKind::Spared => "is spared after too many failures",
        };
        write!(f, "the {} {became}", self.asked.noun())
    }
}

impl Error for Unanswered {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

// === impl Asked ===

impl Asked {
    /// How many there are: the last one's place, and one.
    pub(crate) const COUNT: usize = Self::Store as usize + 1;

    const fn noun(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Check => "subscription check",
            Self::Store => "idempotency store",
        }
    }
}
