//! No answer, and why there was none.

use std::{error::Error, fmt, sync::Arc, time::Duration};

/// A check, a charge, an idempotency store or the rules over members gave no answer: it failed,
/// panicked, took too long, or was not asked.
///
/// A paywall answers with 503 and leaves the error in the response's extensions, where a layer outside of
/// the paywall can log its source. The caller never sees the source.
///
/// A handler that asks a check itself can answer with it through
/// [`Challenges`](crate::challenge::Challenges). A check that returns it as its error keeps its kind and its
/// source.
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
    /// The least time after which the caller is told to come back, if it is told at all.
    delay: Option<Duration>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum UnansweredKind {
    /// It was not asked: it has failed too often recently, and its [circuit
    /// breaker](crate::SubscriptionCheckExt::circuit_breaker) is open.
    CircuitOpen,
    /// It returned an error.
    Failed,
    /// It outlived its deadline.
    Late,
    /// The charge or the store was not asked: the request carries no grant of the paywall that it should
    /// have come through. Retrying does not help, and the caller is not told to. The causes:
    ///
    /// - The layers are in the wrong order, or there is no paywall outside.
    /// - The paywall [exempts](crate::PaywallLayer::exempt) requests that it did not exempt yet when it was
    ///   given to [`behind`](crate::SettleLayer::behind).
    /// - The paywall [shows no grant](crate::PaywallLayer::show_grant), which a limit by grant needs, or was
    ///   set to show none only after it was given to `behind`.
    Misplaced,
    /// It panicked, or had to wait where there is no tokio timer.
    Panicked,
}

/// What gave no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Asked {
    Charge,
    Check,
    Rules,
    Store,
}

// === impl Unanswered ===

impl Unanswered {
    /// No answer from a check, for this reason.
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

    /// Names the underlying error, for logs. Default: none.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into().into()),
            ..self
        }
    }

    /// Says how long there will be no answer. Default: not known.
    #[must_use]
    pub fn with_retry_after(self, delay: impl Into<Option<Duration>>) -> Self {
        Self {
            retry_after: delay.into(),
            ..self
        }
    }

    /// Why there was no answer.
    #[must_use]
    pub const fn kind(&self) -> UnansweredKind {
        self.kind
    }

    /// How long there will be no answer, if that is known: until the circuit breaker tries the check again.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Sets the least time after which the caller is told to come back.
    pub(crate) fn with_delay(self, delay: Duration) -> Self {
        Self {
            delay: Some(delay),
            ..self
        }
    }

    /// When to come back, if that is known: not before there can be an answer.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.delay.max(self.retry_after)
    }

    /// The same, from a charge.
    pub(crate) fn of_charge(self) -> Self {
        Self {
            asked: Asked::Charge,
            ..self
        }
    }

    /// The same, from the rules over members.
    pub(crate) fn of_rules(self) -> Self {
        Self {
            asked: Asked::Rules,
            ..self
        }
    }

    /// The same, from an idempotency store.
    pub(crate) fn of_store(self) -> Self {
        Self {
            asked: Asked::Store,
            ..self
        }
    }

    /// What gave no answer.
    pub(crate) const fn asked(&self) -> Asked {
        self.asked
    }

    /// The error of a check. An `Unanswered` from a check inside keeps its kind and its source.
    pub(crate) fn failed(error: Box<dyn Error + Send + Sync>) -> Self {
        match error.downcast::<Self>() {
            Ok(unanswered) => *unanswered,
            Err(error) => Self::new(UnansweredKind::Failed).with_source(error),
        }
    }
}

// The source may quote a connection string or a key: it is shown only to those who ask for it.
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
                 of the paywall, call `behind` once the paywall is fully configured, and let it \
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
    /// The number of variants: the last one's place, plus one.
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
