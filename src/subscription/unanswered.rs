//! That there was no answer, and how it came to that.

use std::{error::Error, fmt, sync::Arc, time::Duration};

/// A check, a charge, an idempotency store or the rules over members gave no answer: it failed,
/// panicked, took too long, or was not asked.
///
/// A paywall answers it with 503 and leaves it in the response's extensions, where a layer
/// outside of the paywall finds it and can log its source. The caller never sees the source.
///
/// A handler that asks a check itself tells it by [`Challenges`](crate::challenge::Challenges). Returned by
/// a check as its error, it keeps its kind and its source.
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
    retry_after: Option<Duration>,
    /// After what time the caller is told to come back, if it is told so, whatever is known of the answer.
    delay: Option<Duration>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// How it came that there was no answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum UnansweredKind {
    /// It was not asked: it has failed too often of late, and its
    /// [circuit breaker](crate::SubscriptionCheckExt::circuit_breaker) is open.
    CircuitOpen,
    /// It returned an error.
    Failed,
    /// It outlived its deadline.
    Late,
    /// It was not asked, being a charge or a store: the request carries no grant of the paywall that it
    /// should have come through. To send it again does not help, so that its caller is not told to.
    ///
    /// - The layers are in the wrong order, or there is no paywall outside.
    /// - The paywall [exempts](crate::PaywallLayer::exempt) requests that it did not yet exempt when the
    ///   layer was told that it is [behind](crate::SettleLayer::behind) it.
    /// - The paywall [shows no grant](crate::PaywallLayer::show_grant), which a limit by grant needs, or was
    ///   not told so before it was named.
    Misplaced,
    /// It panicked, or had to be waited for where there is no tokio timer.
    Panicked,
}

/// What it was that gave no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Asked {
    Charge,
    Check,
    Rules,
    Store,
}

// === impl Unanswered ===

impl Unanswered {
    /// There was no answer of a check, and it came about in this way.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{future::Future, io, time::Duration};
    ///
    /// use statuary::subscription::{Unanswered, UnansweredKind};
    /// use tokio::time::timeout;
    ///
    /// async fn in_time<T>(
    ///     question: impl Future<Output = io::Result<T>>,
    /// ) -> Result<T, Unanswered> {
    ///     match timeout(Duration::from_secs(1), question).await {
    ///         Ok(answer) => answer.map_err(|error| {
    ///             Unanswered::new(UnansweredKind::Failed).with_source(error)
    ///         }),
    ///         Err(_) => Err(Unanswered::new(UnansweredKind::Late)),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub const fn new(kind: UnansweredKind) -> Self {
        Self {
            kind,
            asked: Asked::Check,
            retry_after: None,
            delay: None,
            source: None,
        }
    }

    /// Says what brought it about, for logs. Default: nothing is known of it.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into().into()),
            ..self
        }
    }

    /// Says how long there will be no answer. Default: it is not known.
    #[must_use]
    pub fn with_retry_after(self, delay: impl Into<Option<Duration>>) -> Self {
        Self {
            retry_after: delay.into(),
            ..self
        }
    }

    /// How it came to this.
    #[must_use]
    pub const fn kind(&self) -> UnansweredKind {
        self.kind
    }

    /// How long there will be no answer, if that is known: a check that has failed too often rests.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Says after what time the caller is told to come back.
    pub(crate) fn with_delay(self, delay: Duration) -> Self {
        Self {
            delay: Some(delay),
            ..self
        }
    }

    /// After what time to come back, as far as that is known: not before there can be an answer.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.delay.max(self.retry_after)
    }

    /// The same of a charge.
    pub(crate) fn of_charge(self) -> Self {
        Self {
            asked: Asked::Charge,
            ..self
        }
    }

    /// The same of rules over members.
    pub(crate) fn of_rules(self) -> Self {
        Self {
            asked: Asked::Rules,
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
        match error.downcast::<Self>() {
            Ok(unanswered) => *unanswered,
            Err(error) => Self::new(UnansweredKind::Failed).with_source(error),
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
            UnansweredKind::CircuitOpen => "was not asked: its circuit breaker is open",
            UnansweredKind::Failed => "failed",
            UnansweredKind::Late => "took too long",
            UnansweredKind::Misplaced => {
                "was not asked, since the request carries no grant of a paywall: put its layer inside \
                 of the paywall, call `behind` when all else of the paywall is settled, and let it \
                 show its grant"
            }
            UnansweredKind::Panicked => "panicked",
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
            Self::Rules => "rules over members",
            Self::Store => "idempotency store",
        }
    }
}
