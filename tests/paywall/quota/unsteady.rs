//! A store that fails and hangs at random, before it has done something or after: nobody is charged for
//! what was not delivered, nobody is told to pay who has units left, and nothing is held for ever.
//!
//! `cargo test --test paywall -- --ignored soak` does so with a million requests.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::future::join_all;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};
use statuary::{
    SettleLayer,
    quota::{
        Claim, Counter, Limit, MemoryStore, MemoryTicket, QuotaStore, Reservation, Usage, Window,
    },
};
use tokio::time::{Instant, sleep};
use tower::{Layer, ServiceExt, service_fn};

use super::support::{NOW, account};
use crate::support::{Body, at, by, header};

const ACCOUNTS: u64 = 20;
const AT_ONCE: u64 = 60;
const ROOM: usize = 10_000;

/// A store with bad moments.
struct Unsteady {
    counts: MemoryStore<String>,
    dice: Mutex<TestRng>,
    /// Reservations that gave no answer.
    unanswered: AtomicU64,
    /// Commits that never came to be.
    lost: AtomicU64,
}

/// How one call of the store goes.
enum Moment {
    Good,
    /// It fails, or hangs, before anything is done.
    Early(Trouble),
    /// It fails, or hangs, when all is done.
    Late(Trouble),
}

enum Trouble {
    Fails,
    Hangs,
}

impl Unsteady {
    fn new(clock: impl Fn() -> std::time::SystemTime + Send + Sync + 'static) -> Self {
        Self {
            counts: MemoryStore::with_counts(ROOM).clock(clock),
            dice: Mutex::new(TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32])),
            unanswered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }

    fn die(&self, sides: u64) -> u64 {
        self.dice.lock().unwrap().next_u64() % sides
    }

    fn moment(&self) -> Moment {
        match self.die(40) {
            0 => Moment::Early(Trouble::Fails),
            1 => Moment::Early(Trouble::Hangs),
            2 => Moment::Late(Trouble::Fails),
            3 => Moment::Late(Trouble::Hangs),
            _ => Moment::Good,
        }
    }
}

impl Trouble {
    async fn make<T>(self) -> Result<T, io::Error> {
        match self {
            Self::Fails => Err(io::Error::other("gone")),
            Self::Hangs => pending().await,
        }
    }
}

impl QuotaStore for Unsteady {
    type Key = String;
    type Ticket = MemoryTicket;
    type Error = io::Error;

    async fn reserve(
        &self,
        key: &String,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
    ) -> Result<Reservation<MemoryTicket>, io::Error> {
        let moment = self.moment();
        if let Moment::Early(trouble) = moment {
            self.unanswered.fetch_add(1, Relaxed);
            return trouble.make().await;
        }
        let reserved = self.counts.reserve(key, cost, claims, lease).await;
        if let Moment::Late(trouble) = moment {
            self.unanswered.fetch_add(1, Relaxed);
            return trouble.make().await;
        }
        reserved.map_err(io::Error::other)
    }

    async fn commit(&self, ticket: &MemoryTicket, spent: u64) -> Result<(), io::Error> {
        let moment = self.moment();
        if let Moment::Early(trouble) = moment {
            self.lost.fetch_add(1, Relaxed);
            return trouble.make().await;
        }
        self.counts
            .commit(ticket, spent)
            .await
            .map_err(io::Error::other)?;
        match moment {
            Moment::Late(trouble) => trouble.make().await,
            _ => Ok(()),
        }
    }

    async fn refund(&self, ticket: &MemoryTicket) -> Result<(), io::Error> {
        let moment = self.moment();
        if let Moment::Early(trouble) = moment {
            return trouble.make().await;
        }
        self.counts.refund(ticket).await.map_err(io::Error::other)?;
        match moment {
            Moment::Late(trouble) => trouble.make().await,
            _ => Ok(()),
        }
    }

    fn abandon(&self, ticket: &MemoryTicket) {
        match self.moment() {
            // Nobody hears of it.
            Moment::Early(_) => {}
            Moment::Good | Moment::Late(_) => self.counts.abandon(ticket),
        }
    }
}

/// What a client makes of one request.
#[derive(Default)]
struct Outcome {
    delivered: u64,
    unavailable: u64,
    /// Whose units are spent.
    exhausted: Option<String>,
}

async fn request(layer: &SettleLayer<statuary::Quota<Arc<Unsteady>>>, store: &Unsteady) -> Outcome {
    let name = store.die(ACCOUNTS).to_string();
    let fails = store.die(10) == 0;
    let service = layer.layer(service_fn(async |_: Request<Body>| {
        tokio::task::yield_now().await;
        let mut response = Response::new(Body::from("paid"));
        if fails {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        Ok::<_, Infallible>(response)
    }));
    let response = service.oneshot(by(&name)).await.unwrap();
    let mut outcome = Outcome::default();
    match response.status().as_u16() {
        // Some clients go away.
        200 if store.die(10) == 0 => drop(response),
        200 => {
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, "paid");
            outcome.delivered = 1;
        }
        402 if header(&response, "retry-after") != "1" => outcome.exhausted = Some(name),
        402 => {}
        503 => outcome.unavailable = 1,
        status => assert!(fails && status == 500, "{status}"),
    }
    outcome
}

#[tokio::test(start_paused = true)]
async fn an_unsteady_store_costs_nobody_anything() {
    send(9_000).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes a minute: it has a step of its own in CI"]
async fn soak_a_million_requests() {
    send(1_000_000).await;
}

async fn send(requests: u64) {
    // For a third of them.
    let limit = requests / ACCOUNTS / 3;
    let begun = Instant::now();
    let clock = move || at(NOW) + begun.elapsed();
    let store = Arc::new(Unsteady::new(clock));
    let quota = Counter::new(Arc::clone(&store), account)
        .limit("month", Limit::new(limit, Window::MONTH))
        .clock(clock);
    let layer = SettleLayer::new(quota);
    let (mut delivered, mut unavailable) = (0, 0);
    let mut exhausted = BTreeSet::new();
    for _ in 0..requests / AT_ONCE {
        let outcomes = join_all((0..AT_ONCE).map(|_| request(&layer, &store))).await;
        for outcome in outcomes {
            delivered += outcome.delivered;
            unavailable += outcome.unavailable;
            exhausted.extend(outcome.exhausted);
        }
        assert!(store.counts.counts() <= ROOM && store.counts.reservations() <= ROOM);
    }
    assert_eq!(unavailable, store.unanswered.load(Relaxed));
    // All leases lapse.
    sleep(Duration::from_secs(60)).await;
    let month = [Claim::new("month", limit, Window::MONTH.period_at(clock()))];
    let mut spent = 0;
    for account in 0..ACCOUNTS {
        let name = account.to_string();
        let looked = store.counts.reserve(&name, 0, &month, Duration::ZERO).await;
        let (Ok(Reservation::Held(_, usages)) | Ok(Reservation::Exhausted(usages))) = looked else {
            panic!("no usage of {name}");
        };
        let usage: Usage = usages[0];
        assert_eq!(usage.held(), 0);
        assert!(usage.spent() <= limit);
        assert!(
            usage.spent() == limit || !exhausted.contains(&name),
            "{name} has paid for more"
        );
        spent += usage.spent();
    }
    let lost = store.lost.load(Relaxed);
    assert_eq!(spent, delivered - lost, "{lost} of {delivered} were lost");
    // All of it has happened.
    assert!(lost > 0 && unavailable > 0 && !exhausted.is_empty());
}
