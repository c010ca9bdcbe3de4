//! Asking without being at the mercy of whoever is asked: no check may hang a request or take
//! its task down.

use std::{
    error::Error,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

/// A check gave no answer: it failed, panicked, or took too long.
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
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// How a check came to give no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnansweredKind {
    /// The check returned an error.
    Failed,
    /// The check outlived its deadline.
    Late,
    /// The check panicked.
    Panicked,
}

/// Waits for the answer to a question, up to a deadline.
///
/// A panic inside of the question, and a missing timer, come back as [`Unanswered`].
pub(crate) async fn answer<T, E>(
    deadline: Duration,
    question: impl Future<Output = Result<T, E>>,
) -> Result<T, Unanswered>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let mut timed = pin!(async {
        match tokio::time::timeout(deadline, question).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Unanswered::failed(error.into())),
            Err(_elapsed) => Err(Unanswered::new(UnansweredKind::Late)),
        }
    });
    poll_fn(|cx| {
        guard(|| timed.as_mut().poll(cx)).unwrap_or_else(|panicked| Poll::Ready(Err(panicked)))
    })
    .await
}

/// Runs a piece of somebody else's code, and survives its panic.
#[inline]
pub(crate) fn guard<T>(code: impl FnOnce() -> T) -> Result<T, Unanswered> {
    // Whatever a panic left half done belongs to the check, which must cope with that itself, as
    // it must for the panic of any thread that it is shared with.
    catch_unwind(AssertUnwindSafe(code)).map_err(|_| Unanswered::new(UnansweredKind::Panicked))
}

// === impl Unanswered ===

impl Unanswered {
    /// How it came to this.
    #[must_use]
    pub const fn kind(&self) -> UnansweredKind {
        self.kind
    }

    pub(crate) const fn new(kind: UnansweredKind) -> Self {
        Self { kind, source: None }
    }

    fn failed(error: Box<dyn Error + Send + Sync>) -> Self {
        Self {
            kind: UnansweredKind::Failed,
            source: Some(error.into()),
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
        f.write_str(match self.kind {
            UnansweredKind::Failed => "the subscription check failed",
            UnansweredKind::Late => "the subscription check took too long",
            UnansweredKind::Panicked => "the subscription check panicked",
        })
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
