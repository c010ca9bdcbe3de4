//! What a request costs in the end.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt;
use statuary::{
    SettleLayer,
    quota::{ChargeAt, Claim, MemoryFull, MemoryTicket, QuotaStore, Reservation},
};
use tokio::time::{Instant, sleep};
use tower::{Layer, ServiceExt, service_fn};

use super::support::{Counts, answer, ask, assert_left, counts, in_store, monthly, to};
use crate::support::{Body, by, headers, whole};

#[tokio::test]
async fn errors_are_not_charged_for() {
    let layer = SettleLayer::new(monthly(10));
    for (status, left) in [
        (200, 9),
        (206, 8),
        (303, 7),
        (304, 6),
        (400, 6),
        (404, 6),
        (500, 6),
        (503, 6),
    ] {
        let response = ask(&layer, to(&format!("/{status}"), "alice")).await;
        assert_left(&response, status, left);
    }
}

#[tokio::test]
async fn the_owner_says_what_an_answer_costs() {
    let layer = SettleLayer::new(monthly(20).cost(|_| 5).charge(|response, held| {
        match response.status.as_u16() {
            404 => 1,
            304 => 0,
            413 => 2 * held,
            _ => held,
        }
    }));
    for (status, left) in [
        (200, 15),
        (304, 15),
        (404, 14),
        (500, 9),
        (413, 0),
        (200, 0),
    ] {
        let response = ask(&layer, to(&format!("/{status}"), "alice")).await;
        let status = if status == 200 && left == 0 {
            402
        } else {
            status
        };
        assert_left(&response, status, left);
    }
}

#[tokio::test]
async fn a_client_that_goes_away_has_its_units_back() {
    let store = counts();
    let layer = SettleLayer::new(in_store(Arc::clone(&store), 1));
    let service = || layer.layer(service_fn(answer));
    // With the body unread, and before there is one.
    drop(service().oneshot(by("alice")).await.unwrap());
    assert_eq!(store.reservations(), 0);
    let hangs = layer.layer(service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<Body>, Infallible>>()
    }));
    let mut waiting = tokio_test::task::spawn(hangs.oneshot(by("alice")));
    assert!(waiting.poll().is_pending());
    assert_eq!(store.reservations(), 1);
    assert_eq!(ask(&layer, by("alice")).await.status(), 402);
    drop(waiting);
    assert_eq!(store.reservations(), 0);
    assert_left(&ask(&layer, by("alice")).await, 200, 0);
}

#[tokio::test]
async fn what_has_begun_may_be_charged_for() {
    let store = counts();
    let quota = in_store(Arc::clone(&store), 3).charge_at(ChargeAt::Beginning);
    let layer = SettleLayer::new(quota);
    drop(layer.layer(service_fn(answer)).oneshot(by("alice")).await);
    assert_eq!(store.reservations(), 0);
    assert_left(&ask(&layer, by("alice")).await, 200, 1);
    assert_left(&ask(&layer, to("/500", "alice")).await, 500, 1);
    assert_left(&ask(&layer, by("alice")).await, 200, 0);
}

#[tokio::test]
async fn what_costs_nothing_is_free_and_asks_for_nobody() {
    let layer = SettleLayer::new(monthly(0).cost(|head| u64::from(head.uri.path() != "/terms")));
    let nobody = || Request::get("/terms").body(Body::default()).unwrap();
    let free = ask(&layer, nobody()).await;
    assert_eq!(free.status(), 200);
    assert_eq!(headers(&free, "ratelimit"), [""; 0]);
    assert_eq!(headers(&free, "cache-control"), [""; 0]);
    let mut request = nobody();
    *request.uri_mut() = "/report".parse().unwrap();
    assert_eq!(ask(&layer, request).await.status(), 401);
    assert_eq!(ask(&layer, to("/report", "alice")).await.status(), 402);
}

/// Fails where it is told to.
struct Failing {
    counts: Counts,
    at: &'static str,
}

impl Failing {
    fn fail(&self, at: &str) -> Result<(), io::Error> {
        match self.at == at {
            true => Err(io::Error::other("postgres://user:hunter2@db is gone")),
            false => Ok(()),
        }
    }
}

impl QuotaStore for Failing {
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
        self.fail("reserve")?;
        let reserved = self.counts.reserve(key, cost, claims, lease).await;
        reserved.map_err(io::Error::other)
    }

    async fn commit(&self, ticket: &MemoryTicket, spent: u64) -> Result<(), io::Error> {
        self.fail("commit")?;
        self.counts
            .commit(ticket, spent)
            .await
            .map_err(io::Error::other)
    }

    async fn refund(&self, ticket: &MemoryTicket) -> Result<(), io::Error> {
        self.fail("refund")?;
        self.counts.refund(ticket).await.map_err(io::Error::other)
    }
}

#[tokio::test]
async fn a_store_that_fails_is_no_refusal() {
    for (fails, path, charge_at, status) in [
        ("reserve", "/200", ChargeAt::Delivery, 503),
        ("commit", "/200", ChargeAt::Delivery, 200),
        ("commit", "/200", ChargeAt::Beginning, 503),
        ("refund", "/404", ChargeAt::Delivery, 404),
    ] {
        let store = Failing {
            counts: counts(),
            at: fails,
        };
        let layer = SettleLayer::new(in_store(store, 3).charge_at(charge_at));
        let response = ask(&layer, to(path, "alice")).await;
        assert_eq!(response.status(), status, "{fails} at {charge_at:?}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("hunter2"));
    }
}

/// Settles long after it was asked to, or panics instead.
struct Awkward {
    counts: Counts,
    panics: bool,
}

impl Awkward {
    fn slow(counts: &Counts) -> Self {
        Self {
            counts: Arc::clone(counts),
            panics: false,
        }
    }

    fn begin(&self) {
        assert!(!self.panics, "told to");
    }
}

impl QuotaStore for Awkward {
    type Key = String;
    type Ticket = MemoryTicket;
    type Error = MemoryFull;

    async fn reserve(
        &self,
        key: &String,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
    ) -> Result<Reservation<MemoryTicket>, MemoryFull> {
        self.counts.reserve(key, cost, claims, lease).await
    }

    async fn commit(&self, ticket: &MemoryTicket, spent: u64) -> Result<(), MemoryFull> {
        self.begin();
        let (counts, ticket) = (Arc::clone(&self.counts), *ticket);
        // Once it is sent, nobody can take it back.
        let sent = tokio::spawn(async move {
            sleep(SLOW).await;
            counts.commit(&ticket, spent).await
        });
        sent.await.expect("it is not given up")
    }

    async fn refund(&self, ticket: &MemoryTicket) -> Result<(), MemoryFull> {
        self.begin();
        sleep(SLOW).await;
        self.counts.refund(ticket).await
    }

    fn abandon(&self, ticket: &MemoryTicket) {
        self.begin();
        self.counts.abandon(ticket);
    }
}

const SLOW: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn what_was_delivered_is_not_given_back_while_it_is_being_spent() {
    let store = counts();
    let quota = in_store(Awkward::slow(&store), 1);
    let response = ask(&SettleLayer::new(quota), by("alice")).await;
    assert_eq!(response.status(), 200);
    sleep(SLOW).await;
    assert_eq!(store.reservations(), 0);
    let again = ask(&SettleLayer::new(in_store(store, 1)), by("alice")).await;
    assert_left(&again, 402, 0);
}

/// Of what was withheld the client has nothing.
#[tokio::test(start_paused = true)]
async fn what_was_not_delivered_is_given_back_at_once() {
    let store = counts();
    let quota = in_store(Awkward::slow(&store), 1).charge_at(ChargeAt::Beginning);
    let response = ask(&SettleLayer::new(quota), by("alice")).await;
    assert_eq!(response.status(), 503);
    assert_eq!(store.reservations(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_error_does_not_wait_long_for_its_units() {
    for deadline in [50, 2_000].map(Duration::from_millis) {
        let store = counts();
        let quota = in_store(Awkward::slow(&store), 1);
        let layer = SettleLayer::new(quota).deadline(deadline);
        let begun = Instant::now();
        let response = ask(&layer, to("/404", "alice")).await;
        assert_left(&response, 404, 1);
        assert_eq!(begun.elapsed(), deadline.min(Duration::from_millis(250)));
        assert_eq!(store.reservations(), 0, "it is abandoned");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_admits_no_more_at_once() {
    let store = counts();
    let layer = SettleLayer::new(in_store(Arc::clone(&store), 40));
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let layer = layer.clone();
        askers.spawn(async move {
            let slow = service_fn(async |_: Request<Body>| {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(Response::new(Body::from("paid")))
            });
            let response = layer.layer(slow).oneshot(by("alice")).await.unwrap();
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(status == StatusCode::OK, body == "paid");
            usize::from(status == StatusCode::OK)
        });
    }
    let admitted: usize = askers.join_all().await.into_iter().sum();
    assert_eq!((admitted, store.reservations()), (40, 0));
}

/// Two panics at once would take down the process.
#[tokio::test]
async fn a_store_that_panics_takes_nobody_down() {
    let store = Awkward {
        counts: counts(),
        panics: true,
    };
    let layer = SettleLayer::new(in_store(store, 10));
    for (path, status) in [("/200", 200), ("/404", 404)] {
        assert_eq!(ask(&layer, to(path, "alice")).await.status(), status);
    }
    // A client goes away.
    drop(layer.layer(service_fn(answer)).oneshot(by("alice")).await);

    let panics = layer.layer(service_fn(async |_: Request<Body>| {
        if true {
            panic!("the handler");
        }
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    let outcome = tokio::spawn(panics.oneshot(by("alice"))).await;
    let panic = outcome.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref(), Some(&"the handler"));
}

#[tokio::test]
async fn an_error_of_grpc_is_not_charged_for() {
    let layer = SettleLayer::new(monthly(10));
    for (code, left) in [("13", 10), ("0", 9)] {
        let service = layer.layer(service_fn(move |_: Request<Body>| {
            let mut response = Response::new(Body::default());
            let code = HeaderValue::from_static(code);
            response.headers_mut().insert("grpc-status", code);
            async { Ok::<_, Infallible>(response) }
        }));
        let response = service.oneshot(by("alice")).await.unwrap();
        assert_left(&whole(response).await, 200, left);
    }
}
