//! What every store of quotas must keep to, wherever it keeps its counts.

use std::{fmt, slice::from_ref, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::sleep};

use crate::{
    quota::{Claim, Period, QuotaStore, Reservation, Usage, Window},
    subscription::Clock,
};

/// Asserts that a store keeps to the contract of [`QuotaStore`].
///
/// - A limit admits its units, and not one more, however many requests ask at once.
/// - A reservation holds all of its claims or none.
/// - Keys, names and periods are counted separately; limits may change.
/// - A ticket is settled once, and abandoning it after that changes nothing; a lease that lapses frees
///   its units, and a late commit still counts.
///
/// The two keys must differ. The clock must be the one of the store: with a
/// [`TestClock`](super::TestClock) and paused time, nothing waits; with the clock of the machine, the
/// test takes two seconds. The store must always answer. It may keep its counts: a run one second later
/// uses new ones.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
///
/// use statuary::{quota::MemoryStore, testing::{TestClock, assert_quota_store}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// tokio::time::pause();
/// let clock = TestClock::starting_at(SystemTime::now());
/// let store = MemoryStore::with_counts(1_000).clock(clock);
/// assert_quota_store(store, ["alice", "bob"], clock).await;
/// # }
/// ```
///
/// # Panics
///
/// If it does not. The message says what the store does not keep to.
pub async fn assert_quota_store<S: QuotaStore>(store: S, keys: [S::Key; 2], clock: impl Clock) {
    let now = clock.now();
    let trial = Trial {
        store: Arc::new(store),
        keys,
        period: Window::DAY.anchored_at(now).period_at(now),
    };
    trial.counts_apart().await;
    trial.takes_another_limit().await;
    trial.admits_what_there_is().await;
    trial.refunds_once().await;
    trial.commits_once().await;
    trial.commits_what_was_used().await;
    trial.holds_all_or_none().await;
    trial.admits_no_more_at_once().await;
    trial.settles_once_at_once().await;
    trial.lets_leases_lapse().await;
}

struct Trial<S: QuotaStore> {
    store: Arc<S>,
    keys: [S::Key; 2],
    period: Period,
}

/// For leases that are settled in time, and for those that lapse.
const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_secs(1);

// === impl Trial ===

impl<S: QuotaStore> Trial<S> {
    async fn counts_apart(&self) {
        let last = self.claim("last", 1);
        let [_, other] = &self.keys;
        self.hold(1, from_ref(&last), LONG).await;
        for (key, claim, which) in [
            (other, last.clone(), "key"),
            (&self.keys[0], self.claim("last:", 1), "name"),
            (
                &self.keys[0],
                Claim::new("last", 1, self.next_period()),
                "period",
            ),
        ] {
            let reserved = self.store.reserve(key, 1, &[claim], LONG).await;
            assert!(
                matches!(answer(reserved), Reservation::Held(..)),
                "a unit was refused that another {which} has used"
            );
        }
        self.fail_to_hold(1, &[last], "the second unit of one")
            .await;
    }

    async fn takes_another_limit(&self) {
        self.hold(1, &[self.claim("plan", 1)], LONG).await;
        self.hold(1, &[self.claim("plan", 2)], LONG).await;
        self.fail_to_hold(1, &[self.claim("plan", 1)], "a third unit of one")
            .await;
    }

    async fn admits_what_there_is(&self) {
        let three = [self.claim("three", 3)];
        for held in 1..=3 {
            let (_, usages) = self.hold(1, &three, LONG).await;
            assert_told(&usages, &[Usage::new(0, held)], "a reservation of one unit");
        }
        let usages = self
            .fail_to_hold(1, &three, "the fourth unit of three")
            .await;
        assert_told(
            &usages,
            &[Usage::new(0, 3)],
            "a reservation that was refused",
        );
        let few = [self.claim("few", 3)];
        self.fail_to_hold(4, &few, "four units of three").await;
        self.hold(3, &few, LONG).await;
    }

    async fn refunds_once(&self) {
        let claim = self.claim("refunds", 10);
        let (ticket, _) = self.hold(2, from_ref(&claim), LONG).await;
        let (other, _) = self.hold(3, from_ref(&claim), LONG).await;
        self.refund(&ticket).await;
        self.assert_usage(&claim, 0, 3, "a refund").await;
        self.refund(&ticket).await;
        self.assert_usage(&claim, 0, 3, "a second refund").await;
        self.commit(&ticket, 2).await;
        self.assert_usage(&claim, 0, 3, "a commit after the refund")
            .await;
        self.refund(&other).await;
        self.assert_usage(&claim, 0, 0, "the last refund").await;
    }

    async fn commits_once(&self) {
        let claim = self.claim("commits", 10);
        let (ticket, _) = self.hold(2, from_ref(&claim), LONG).await;
        self.commit(&ticket, 2).await;
        self.assert_usage(&claim, 2, 0, "a commit").await;
        self.commit(&ticket, 2).await;
        self.assert_usage(&claim, 2, 0, "a second commit").await;
        self.refund(&ticket).await;
        self.assert_usage(&claim, 2, 0, "a refund after the commit")
            .await;
    }

    async fn commits_what_was_used(&self) {
        let claim = self.claim("used", 6);
        let (ticket, _) = self.hold(3, from_ref(&claim), LONG).await;
        self.commit(&ticket, 1).await;
        self.assert_usage(&claim, 1, 0, "a commit of less than was held")
            .await;
        let (ticket, _) = self.hold(5, from_ref(&claim), LONG).await;
        self.commit(&ticket, 9).await;
        self.assert_usage(&claim, 10, 0, "a commit of more than there was")
            .await;
        self.fail_to_hold(1, &[claim], "one unit where more is spent than there was")
            .await;
    }

    async fn holds_all_or_none(&self) {
        let (many, one) = (self.claim("many", 5), self.claim("one", 1));
        for claims in [[many.clone(), one.clone()], [one.clone(), many.clone()]] {
            let (ticket, usages) = self.hold(1, &claims, LONG).await;
            let both = [Usage::new(0, 1); 2];
            assert_told(&usages, &both, "a reservation of two claims");
            let usages = self.fail_to_hold(1, &claims, "a unit of two claims, one of them used up");
            assert_told(&usages.await, &both, "a refused reservation of two claims");
            self.assert_usage(&many, 0, 1, "a refused reservation of two claims")
                .await;
            self.assert_usage(&one, 0, 1, "a refused reservation of two claims")
                .await;
            self.refund(&ticket).await;
            self.assert_usage(&many, 0, 0, "a refund of two claims")
                .await;
            self.assert_usage(&one, 0, 0, "a refund of two claims")
                .await;
        }
        // The usages are in the order of the claims.
        let (ticket, _) = self.hold(2, from_ref(&many), LONG).await;
        let (_, usages) = self.hold(1, &[many.clone(), one], LONG).await;
        let told = [Usage::new(0, 3), Usage::new(0, 1)];
        assert_told(
            &usages,
            &told,
            "a reservation of two claims, one of them used before",
        );
        self.commit(&ticket, 2).await;
        self.assert_usage(&many, 2, 1, "a commit beside a reservation")
            .await;
    }

    async fn admits_no_more_at_once(&self) {
        const AT_ONCE: u64 = 40;
        const LIMIT: u64 = 10;

        let claims = [self.claim("at once", LIMIT), self.claim("more", LIMIT + 5)];
        let mut askers = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (store, key) = (Arc::clone(&self.store), self.keys[0].clone());
            let claims = claims.clone();
            askers.spawn(async move {
                let reserved = store.reserve(&key, 1, &claims, LONG).await;
                u64::from(matches!(answer(reserved), Reservation::Held(..)))
            });
        }
        let held: u64 = askers.join_all().await.into_iter().sum();
        assert!(
            held == LIMIT,
            "{AT_ONCE} asked at once for {LIMIT} units, and {held} were held"
        );
        for claim in &claims {
            self.assert_usage(claim, 0, LIMIT, "many reservations at once")
                .await;
        }
    }

    async fn settles_once_at_once(&self) {
        let claim = self.claim("settled at once", 10);
        let (ticket, _) = self.hold(1, from_ref(&claim), LONG).await;
        let mut settlers = JoinSet::new();
        for place in 0..16 {
            let (store, ticket) = (Arc::clone(&self.store), ticket.clone());
            settlers.spawn(async move {
                match place % 2 {
                    0 => answer(store.commit(&ticket, 1).await),
                    _ => answer(store.refund(&ticket).await),
                }
            });
        }
        settlers.join_all().await;
        let usage = self.usage(&claim).await;
        assert!(
            usage.held() == 0 && usage.spent() <= 1,
            "one unit was committed and refunded at once: {}",
            Told(usage)
        );
    }

    async fn lets_leases_lapse(&self) {
        let [one, late, gone, spent] =
            ["lapses", "late", "gone", "spent"].map(|name| self.claim(name, 3));
        let (lapsed, _) = self.hold(3, from_ref(&one), SHORT).await;
        let (slow, _) = self.hold(3, from_ref(&late), SHORT).await;
        let (abandoned, _) = self.hold(3, from_ref(&gone), SHORT).await;
        self.store.abandon(&abandoned);
        let (committed, _) = self.hold(1, from_ref(&spent), LONG).await;
        self.commit(&committed, 1).await;
        self.store.abandon(&committed);
        sleep(SHORT * 2).await;
        for claim in [&one, &late, &gone] {
            self.assert_usage(claim, 0, 0, "a lease has lapsed").await;
        }
        self.assert_usage(
            &spent,
            1,
            0,
            "a ticket was abandoned that was committed before",
        )
        .await;
        self.hold(3, from_ref(&one), LONG).await;
        self.refund(&lapsed).await;
        self.assert_usage(&one, 0, 3, "a refund of what had lapsed")
            .await;
        self.commit(&lapsed, 3).await;
        self.assert_usage(&one, 0, 3, "a commit after that refund")
            .await;
        self.commit(&slow, 2).await;
        self.assert_usage(&late, 2, 0, "a commit after the lease had lapsed")
            .await;
        self.commit(&slow, 2).await;
        self.assert_usage(&late, 2, 0, "a second late commit").await;
    }

    fn claim(&self, name: &str, units: u64) -> Claim {
        Claim::new(name, units, self.period)
    }

    fn next_period(&self) -> Period {
        let end = self.period.end();
        Window::DAY.anchored_at(end).period_at(end)
    }

    async fn hold(&self, cost: u64, claims: &[Claim], lease: Duration) -> (S::Ticket, Vec<Usage>) {
        let reserved = self.store.reserve(&self.keys[0], cost, claims, lease).await;
        match answer(reserved) {
            Reservation::Held(ticket, usages) => (ticket, usages),
            Reservation::Exhausted(usages) => {
                let each = claims.iter().zip(usages).map(|(claim, usage)| {
                    let (units, name) = (claim.units(), claim.name());
                    format!("{units} of {name:?}, {}", Told(usage))
                });
                let each = each.collect::<Vec<_>>().join("; ");
                panic!("{cost} were refused, where there are {each}")
            }
        }
    }

    async fn fail_to_hold(&self, cost: u64, claims: &[Claim], what: &str) -> Vec<Usage> {
        let reserved = self.store.reserve(&self.keys[0], cost, claims, LONG).await;
        match answer(reserved) {
            Reservation::Exhausted(usages) => usages,
            Reservation::Held(..) => panic!("{what} was held"),
        }
    }

    async fn commit(&self, ticket: &S::Ticket, spent: u64) {
        answer(self.store.commit(ticket, spent).await);
    }

    async fn refund(&self, ticket: &S::Ticket) {
        answer(self.store.refund(ticket).await);
    }

    async fn assert_usage(&self, claim: &Claim, spent: u64, held: u64, after: &str) {
        let usage = self.usage(claim).await;
        assert_told(&[usage], &[Usage::new(spent, held)], after);
    }

    /// The usage of a claim, found by a reservation that is given back.
    async fn usage(&self, claim: &Claim) -> Usage {
        let probe = Claim::new(claim.name(), 1 << 40, claim.period());
        let (ticket, usages) = self.hold(1, &[probe], LONG).await;
        self.refund(&ticket).await;
        match usages[..] {
            [usage] if usage.held() > 0 => Usage::new(usage.spent(), usage.held() - 1),
            _ => panic!("a reservation of one unit is told {usages:?}"),
        }
    }
}

// === helpers ===

/// A usage in words.
#[derive(PartialEq)]
struct Told(Usage);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} spent and {} held", self.0.spent(), self.0.held())
    }
}

#[track_caller]
fn assert_told(usages: &[Usage], expected: &[Usage], after: &str) {
    let [usages, expected] =
        [usages, expected].map(|all| all.iter().copied().map(Told).collect::<Vec<_>>());
    assert!(
        usages == expected,
        "after {after} there should be {expected:?}, and there are {usages:?}"
    );
}

fn answer<T, E: Into<Box<dyn std::error::Error + Send + Sync>>>(answer: Result<T, E>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(error) => panic!("the store gave no answer: {}", error.into()),
    }
}
