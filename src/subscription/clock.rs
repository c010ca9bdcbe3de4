//! The time of day, which tests can set.

use std::{fmt, sync::Arc, time::SystemTime};

/// A source of the time of day, by which periods end.
///
/// [`SystemClock`] asks the machine. A closure is a clock, too, and so is a clock in an `Arc`, to be shared.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use statuary::subscription::Clock;
///
/// let midnight = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400);
/// let stopped = move || midnight;
/// assert_eq!(stopped.now(), midnight);
/// ```
///
/// One clock for all that asks the time of day:
///
/// ```
/// use std::sync::Arc;
///
/// use http::request::Parts;
/// use statuary::{
///     Cache, Policy, Quota, Unidentified, idempotency,
///     quota::{Counter, Limit, MemoryStore, Window},
///     subscription::{Clock, SystemClock},
/// };
///
/// struct House {
///     policy: Policy,
///     cache: Cache,
///     quota: Quota<MemoryStore<u64>>,
///     answers: idempotency::MemoryStore,
/// }
///
/// fn account(head: &Parts) -> Result<u64, Unidentified> {
///     head.extensions.get().copied().ok_or(Unidentified)
/// }
///
/// fn house(clock: Arc<dyn Clock>) -> House {
///     let counts = MemoryStore::with_counts(100_000).clock(clock.clone());
///     House {
///         policy: Policy::default().clock(clock.clone()),
///         cache: Cache::new(100_000).clock(clock.clone()),
///         quota: Counter::new(counts, account)
///             .limit("month", Limit::new(500, Window::MONTH))
///             .clock(clock.clone()),
///         answers: idempotency::MemoryStore::with_bytes(16 << 20).clock(clock),
///     }
/// }
///
/// let house = house(Arc::new(SystemClock)); // in a test, a `TestClock` of `statuary::testing`
/// # let House { policy, cache, quota, answers } = house;
/// # drop((policy, cache, quota, answers));
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "made by its name alone")]
pub struct SystemClock;

/// A clock that can be shared.
#[derive(Clone)]
pub(crate) struct SharedClock(Arc<dyn Clock>);

// === impl Clock ===

impl<F: Fn() -> SystemTime + Send + Sync + 'static> Clock for F {
    fn now(&self) -> SystemTime {
        self()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> SystemTime {
        C::now(self)
    }
}

// === impl SystemClock ===

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

// === impl SharedClock ===

impl SharedClock {
    pub(crate) fn new(clock: impl Clock) -> Self {
        Self(Arc::new(clock))
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.0.now()
    }
}

impl Default for SharedClock {
    fn default() -> Self {
        Self::new(SystemClock)
    }
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedClock")
    }
}
