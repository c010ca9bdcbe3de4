//! A million requests before a store that fails, hangs and recovers at random, each of which is
//! charged for by a rail that does so, too, and some of whose clients do not wait.
//!
//! `cargo test --test paywall -- --ignored soak`

use std::{
    convert::Infallible,
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::future::join_all;
use http::{Request, Response, request::Parts};
use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};
use statuary::{
    Cache, Decision, Grant, PaywallLayer, Reason, SettleLayer, SubscriptionCheck,
    SubscriptionCheckExt, Unidentified, checks::TripPolicy,
};
use tokio::time::{Instant, sleep, timeout};
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    settlement::rail::{PAYMENT, Rail, Script, State, Step},
    support::{Body, by, whole},
};

const SUBJECTS: u64 = 2_000;
const CAPACITY: usize = 1_536;
const ROUNDS: u64 = 10_000;
const AT_ONCE: u64 = 100;
const TTL: Duration = Duration::from_secs(30);
const STALE: Duration = Duration::from_secs(60);

/// A store with bad moments, whose accounts are paid for now and not paid for then.
#[derive(Clone)]
struct Store(Arc<World>);

struct World {
    start: Instant,
    dice: Mutex<TestRng>,
    asked: AtomicU64,
}

impl World {
    fn die(&self) -> u64 {
        self.dice.lock().unwrap().next_u64()
    }

    fn second(&self) -> u64 {
        self.start.elapsed().as_secs()
    }
}

/// Whether an account is paid for in a second: some always, some never, some by the quarter of an hour.
fn is_paid(account: u64, second: u64) -> bool {
    match account % 3 {
        0 => true,
        1 => false,
        _ => ((second / 900) + account).is_multiple_of(2),
    }
}

impl SubscriptionCheck for Store {
    type Subject = u64;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<u64, Unidentified> {
        let name = head.headers.get("authorization").ok_or(Unidentified)?;
        name.to_str().unwrap().parse().map_err(|_| Unidentified)
    }

    async fn check(&self, account: &u64) -> Result<Decision, io::Error> {
        let world = &self.0;
        world.asked.fetch_add(1, Ordering::Relaxed);
        let second = world.second();
        // A minute of outage in each quarter of an hour, and single failures at all times.
        let outage = second % 900 < 60;
        match world.die() % 100 {
            _ if outage => return Err(io::Error::other("gone")),
            0..3 => return Err(io::Error::other("reset")),
            3 => pending().await,
            4..20 => sleep(Duration::from_millis(world.die() % 400)).await,
            _ => {}
        }
        if !is_paid(*account, second) {
            return Ok(Reason::Unpaid.into());
        }
        let end = (second / 900 + 1) * 900;
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(end);
        Ok(match account % 3 {
            0 => Grant::paid().into(),
            _ => Grant::paid().with_valid_until(end).into(),
        })
    }
}

/// How the rail goes about one request.
fn script(world: &World) -> Script {
    let step = || match world.die() % 100 {
        0..2 => Step::Fails,
        2 => Step::Hangs,
        3 => Step::Waits(9),
        4..30 => Step::Waits(2),
        _ => Step::Well,
    };
    Script {
        reserve: step(),
        respond: step(),
        commit: step(),
        ..Script::default()
    }
}

#[tokio::test(start_paused = true)]
#[ignore = "takes a minute: it has a step of its own in CI"]
async fn nobody_unpaid_is_let_in_and_nobody_paid_is_refused() {
    let start = Instant::now();
    let store = Store(Arc::new(World {
        start,
        dice: Mutex::new(TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        asked: AtomicU64::new(0),
    }));
    let check = store
        .clone()
        .deadline(Duration::from_millis(500))
        .circuit_breaker(TripPolicy::new())
        .cached(
            Cache::new(CAPACITY)
                .ttl(TTL)
                .stale_while_revalidate(Duration::from_secs(10))
                .stale_if_error(STALE)
                .clock(move || SystemTime::UNIX_EPOCH + start.elapsed()),
        );
    let rail = Rail::default();
    let paywall = PaywallLayer::new(check.clone());
    let charge = SettleLayer::new(rail.clone())
        .behind(&paywall)
        .deadline(Duration::from_millis(500));
    let service = paywall.layer(charge.layer(service_fn(async |_: Request<Body>| {
        sleep(Duration::from_millis(3)).await;
        Ok::<_, Infallible>(Response::new(Body::from("paid content")))
    })));
    let (mut admitted, mut refused, mut unanswered) = (0_u64, 0_u64, 0_u64);
    let (mut gone, mut charged) = (0_u64, 0_u64);
    let mut sent = 0_u64;
    for _ in 0..ROUNDS {
        let first = sent;
        sent += AT_ONCE;
        let requests = (first..sent).map(|token| {
            let (service, store, rail) = (service.clone(), &store, &rail);
            async move {
                let die = store.0.die();
                // Half of the requests are those of a few accounts.
                let account = if die.is_multiple_of(2) {
                    die / 2 % 50
                } else {
                    die / 2 % SUBJECTS
                };
                let asked = store.0.second();
                let token = token.to_string();
                let mut request = by(&account.to_string());
                request
                    .headers_mut()
                    .insert(PAYMENT, token.parse().unwrap());
                request.extensions_mut().insert(script(&store.0));
                let response = async { whole(service.oneshot(request).await.unwrap()).await };
                // One client in ten does not wait for long.
                let patience = match store.0.die() % 10 {
                    0 => Duration::from_millis(store.0.die() % 8),
                    _ => Duration::MAX,
                };
                let status = timeout(patience, response).await.ok();
                let status = status.map(|response| response.status().as_u16());
                (
                    account,
                    asked,
                    store.0.second(),
                    status,
                    rail.forget(&token),
                )
            }
        });
        for (account, asked, answered, status, token) in join_all(requests).await {
            assert_ne!(token, Some(State::Held), "never settled");
            if token == Some(State::Charged) {
                charged += 1;
                assert_eq!(status, Some(200), "charged for what was not delivered");
            }
            let Some(status) = status else {
                gone += 1;
                continue;
            };
            match status {
                200 => {
                    admitted += 1;
                    // What ends is not remembered beyond its end, stale or not. An answer is as
                    // old as its question, which takes half a second at most.
                    let paid =
                        is_paid(account, asked.saturating_sub(1)) || is_paid(account, answered);
                    assert!(paid, "{account} was let in unpaid at {answered} s");
                }
                402 => {
                    refused += 1;
                    // A denial counts for two seconds, from the end of its question.
                    let since = asked.saturating_sub(4);
                    let unpaid = !is_paid(account, since) || !is_paid(account, answered);
                    assert!(
                        unpaid,
                        "{account} was refused although it had paid, at {answered} s"
                    );
                }
                503 => unanswered += 1,
                other => panic!("{account} was answered with {other}"),
            }
        }
        assert!(check.len() <= CAPACITY);
        assert!(check.questions() <= usize::try_from(AT_ONCE).unwrap());
        sleep(Duration::from_millis(store.0.die() % 1_000)).await;
    }
    sleep(Duration::from_secs(60)).await;
    assert_eq!(check.questions(), 0, "a question that nobody waits for");
    assert_eq!(admitted + refused + unanswered + gone, ROUNDS * AT_ONCE);
    assert_eq!(rail.charges() as u64, charged, "charged twice");
    println!(
        "{admitted} admitted and {charged} charged, {refused} refused, {unanswered} unanswered, \
         {gone} gone; {} questions in {} s",
        store.0.asked.load(Ordering::Relaxed),
        store.0.second(),
    );
    assert!(admitted > 0 && refused > 0 && unanswered > 0 && gone > 0);
    // What was delivered and not charged is where the rail failed to commit.
    assert!(charged <= admitted && charged > admitted * 9 / 10);
}
