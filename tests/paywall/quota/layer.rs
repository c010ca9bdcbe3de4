//! A quota inside of a paywall: who passes, what is told, and what is charged for.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header::AUTHORIZATION, request::Parts};
use http_body_util::BodyExt;
use serde_json::json;
use statuary::{
    Grant, PaywallLayer, Policy, SettleLayer, Subscription, Unidentified,
    policy::Status,
    quota::{
        ChargeAt, Claim, Counter, Limit, MemoryStore, MemoryTicket, Quota, QuotaStore, QuotaUnit,
        Reservation, Window,
    },
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::at;
use crate::support::{Always, Body, by, header, headers, problem, whole};

/// 1 May 2024, ten in the morning.
const NOW: u64 = 1_714_557_600;
const MONTH_LEFT: u64 = 30 * 86_400 + 14 * 3_600;
const DAY_LEFT: u64 = 14 * 3_600;

type Counts = Arc<MemoryStore<String>>;

/// Counts by the name in `Authorization`.
fn account(head: &Parts) -> Result<String, Unidentified> {
    let name = head.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
    Ok(name.to_str().map_err(|_| Unidentified)?.to_owned())
}

fn counts() -> Counts {
    Arc::new(MemoryStore::new(1_000).clock(|| at(NOW)))
}

/// So many a month.
fn monthly(units: u64) -> Quota<Counts> {
    in_store(counts(), units)
}

fn in_store<S: QuotaStore<Key = String>>(store: S, units: u64) -> Quota<S> {
    let counter = Counter::new(store, account);
    let quota = counter.limit("month", move |_| Limit::new(units, Window::MONTH));
    quota.clock(|| at(NOW))
}

/// A service that answers with the status that its path names.
async fn answer(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let left = request.extensions().get().and_then(Grant::quota_left);
    let body = left.map_or_else(|| "unknown".to_owned(), |left| left.to_string());
    let status = request.uri().path().trim_start_matches('/').parse();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    Ok(response)
}

async fn ask<S: QuotaStore>(
    layer: &SettleLayer<Quota<S>>,
    request: Request<Body>,
) -> Response<Body> {
    let service = layer.layer(service_fn(answer));
    whole(service.oneshot(request).await.unwrap()).await
}

fn to(path: &str, name: &str) -> Request<Body> {
    let mut request = by(name);
    *request.uri_mut() = path.parse().unwrap();
    request
}

#[track_caller]
fn assert_left(response: &Response<Body>, status: u16, left: u64) {
    assert_eq!(response.status(), status);
    assert_eq!(
        header(response, "ratelimit"),
        format!(r#""month";r={left};t={MONTH_LEFT}"#)
    );
}

#[tokio::test]
async fn a_quota_admits_what_there_is_and_tells_what_is_left() {
    let layer = SettleLayer::new(monthly(2));
    for left in [1, 0] {
        let response = ask(&layer, by("alice")).await;
        assert_left(&response, 200, left);
        assert_eq!(
            header(&response, "ratelimit-policy"),
            format!(r#""month";q=2;w={}"#, 31 * 86_400)
        );
    }
    let refused = ask(&layer, by("alice")).await;
    assert_left(&refused, 402, 0);
    assert_eq!(header(&refused, "retry-after"), MONTH_LEFT.to_string());
    assert_eq!(
        problem(&refused),
        json!({
            "type": "urn:statuary:problem:quota-exhausted",
            "title": "Quota exhausted",
            "status": 402,
            "detail": "The quota of the subscription is used up.",
            "reason": "quota-exhausted",
            "retryable": true,
            "retry_after": MONTH_LEFT,
            "limit": 2,
            "remaining": 0,
            "reset": MONTH_LEFT,
            "violated-policies": ["month"],
        })
    );
    assert_left(&ask(&layer, by("bob")).await, 200, 1);
}

#[tokio::test]
async fn a_limit_chooses_between_402_and_429() {
    let now = Arc::new(AtomicU64::new(NOW));
    let shown = Arc::clone(&now);
    let clock = move || at(shown.load(Ordering::Relaxed));
    let quota = Counter::new(MemoryStore::new(100).clock(clock.clone()), account)
        .limit("month", |_| Limit::new(3, Window::MONTH))
        .limit("burst", |_| {
            Limit::new(2, Window::MINUTE).too_many_requests()
        })
        .clock(clock);
    let layer = SettleLayer::new(quota);
    for _ in 0..2 {
        assert_eq!(ask(&layer, by("alice")).await.status(), 200);
    }
    let refused = ask(&layer, by("alice")).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "retry-after"), "60");
    assert_eq!(
        header(&refused, "ratelimit"),
        format!(r#""month";r=1;t={MONTH_LEFT}, "burst";r=0;t=60"#)
    );
    assert_eq!(problem(&refused)["violated-policies"], json!(["burst"]));
    assert_eq!(problem(&refused)["limit"], 2);
    // A minute later there are two, and of the month only one.
    now.fetch_add(60, Ordering::Relaxed);
    assert_eq!(ask(&layer, by("alice")).await.status(), 200);
    assert_eq!(ask(&layer, by("alice")).await.status(), 402);
    // Where both are used up, to wait for the one does not help.
    let both = ask(&layer, by("alice")).await;
    assert_eq!(both.status(), 402);
    assert_eq!(header(&both, "retry-after"), (MONTH_LEFT - 60).to_string());
}

#[tokio::test]
async fn waiting_is_told_where_it_helps() {
    let layer = SettleLayer::new(monthly(3).cost(|head| match head.uri.path() {
        "/large" => 4,
        _ => 2,
    }));
    // It takes more than there ever is.
    let never = ask(&layer, to("/large", "alice")).await;
    assert_left(&never, 402, 3);
    assert_eq!(headers(&never, "retry-after"), [""; 0]);
    assert_eq!(problem(&never)["retryable"], false);
    // What is left is held by a request that may yet give it back.
    let service = layer.layer(service_fn(answer));
    let unread = service.oneshot(by("alice")).await.unwrap();
    let soon = ask(&layer, by("alice")).await;
    assert_eq!(soon.status(), 402);
    assert_eq!(header(&soon, "retry-after"), "1");
    assert_eq!(header(&soon, "ratelimit"), r#""month";r=1;t=1"#);
    assert_eq!(problem(&soon)["reset"], MONTH_LEFT);
    // It is spent.
    whole(unread).await;
    let later = ask(&layer, by("alice")).await;
    assert_eq!(header(&later, "retry-after"), MONTH_LEFT.to_string());
}

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

#[tokio::test]
async fn a_plan_without_limits_is_not_counted() {
    let store = counts();
    let quota =
        Counter::new(Arc::clone(&store), account).limit("month", |grant| match grant.plan() {
            Some("enterprise") => Limit::unlimited().too_many_requests(),
            _ => Limit::new(1, Window::MONTH),
        });
    let layer = SettleLayer::new(quota.clock(|| at(NOW)));
    let with_plan = |plan: &str| {
        let mut request = by("alice");
        request
            .extensions_mut()
            .insert(Grant::paid().with_plan(plan));
        request
    };
    for _ in 0..3 {
        let response = ask(&layer, with_plan("enterprise")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(headers(&response, "ratelimit-policy"), [""; 0]);
    }
    assert_eq!(store.counts(), 0);
    assert_left(&ask(&layer, with_plan("basic")).await, 200, 0);
    // Where no paywall has left a grant, there is no plan.
    let refused = ask(&layer, by("alice")).await;
    assert_left(&refused, 402, 0);
    assert_eq!(problem(&refused).get("plan"), None);
    let refused = ask(&layer, with_plan("basic")).await;
    assert_eq!(problem(&refused)["plan"], "basic");
    // Who changes the plan has the rest of it at once.
    assert_eq!(ask(&layer, with_plan("enterprise")).await.status(), 200);
}

#[tokio::test]
async fn the_handler_learns_what_is_left() {
    let layer = SettleLayer::new(
        Counter::new(counts(), account)
            .limit("month", |_| Limit::new(9, Window::MONTH))
            .limit("day", |_| Limit::new(5, Window::DAY))
            .unit(QuotaUnit::ContentBytes)
            .clock(|| at(NOW)),
    );
    let mut request = by("alice");
    request.extensions_mut().insert(Grant::paid());
    let response = ask(&layer, request).await;
    assert_eq!(
        header(&response, "ratelimit"),
        format!(r#""month";r=8;t={MONTH_LEFT}, "day";r=4;t={DAY_LEFT}"#)
    );
    assert!(
        header(&response, "ratelimit-policy").contains(r#""day";q=5;qu="content-bytes";w=86400"#)
    );
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "4");
    // Nobody makes a grant up.
    let response = ask(&layer, by("alice")).await;
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "unknown"
    );
}

#[tokio::test]
async fn a_billing_period_is_one_period_through_grace_and_renewal() {
    const DAY: u64 = 86_400;

    let now = Arc::new(AtomicU64::new(NOW));
    let shown = Arc::clone(&now);
    let clock = move || at(shown.load(Ordering::Relaxed));
    let quota = Counter::new(MemoryStore::new(100).clock(clock.clone()), account)
        .limit("billing", |grant| {
            Limit::new(4, Window::MONTH.anchored_at(grant.period_end()))
        })
        .clock(clock.clone());
    let counted = SettleLayer::new(quota);
    let policy = Policy::default().grace_days(7).clock(clock);
    let left = async |status: Status, end: u64| {
        let subscription = Subscription::new(status).with_period_end(at(end));
        let decision = policy.decide(&subscription).unwrap();
        let service = ServiceBuilder::new()
            .layer(PaywallLayer::new(Always(decision)))
            .layer(counted.clone())
            .service(service_fn(answer));
        let response = whole(service.oneshot(by("alice")).await.unwrap()).await;
        assert_eq!(response.status(), 200);
        header(&response, "ratelimit")
    };
    let end = NOW + 10 * DAY;
    assert_eq!(
        left(Status::Active, end).await,
        format!(r#""billing";r=3;t={}"#, 10 * DAY)
    );
    // The period is over, and the news of the renewal is late: the next one has begun.
    now.store(end + 60, Ordering::Relaxed);
    let next = 31 * DAY - 60; // to 11 June
    assert_eq!(
        left(Status::Active, end).await,
        format!(r#""billing";r=3;t={next}"#)
    );
    // The payment fails, and there is grace.
    assert_eq!(
        left(Status::PastDue, end).await,
        format!(r#""billing";r=2;t={next}"#)
    );
    // It is paid at last.
    let renewed = end + 31 * DAY;
    assert_eq!(
        left(Status::Active, renewed).await,
        format!(r#""billing";r=1;t={next}"#)
    );
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
                Ok::<_, Infallible>(Response::new(Body::from(Bytes::from_static(b"paid"))))
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

#[tokio::test]
async fn scripts_of_other_origins_may_read_the_fields() {
    let layer = SettleLayer::new(monthly(1));
    for _ in 0..2 {
        let mut request = by("alice");
        let origin = "https://shop.example".parse().unwrap();
        request.headers_mut().insert("origin", origin);
        let response = ask(&layer, request).await;
        let exposed = headers(&response, "access-control-expose-headers").join(", ");
        for field in ["ratelimit", "ratelimit-policy"] {
            assert!(exposed.split(", ").any(|name| name == field), "{exposed}");
        }
    }
}

#[test]
fn a_name_is_given_once() {
    let twice = std::panic::catch_unwind(|| {
        let quota = monthly(1).limit("month", |_| Limit::unlimited());
        drop(quota);
    });
    let sentence = twice.unwrap_err();
    assert_eq!(
        sentence.downcast_ref::<String>().unwrap(),
        "two limits of the name \"month\""
    );
}

#[tokio::test]
async fn nothing_of_the_caller_is_in_what_is_logged() {
    let quota = monthly(1);
    assert_eq!(
        format!("{quota:?}"),
        r#"Quota { limits: ["month"], lease: 60s, .. }"#
    );
    let mut request = by("alice's secret").into_parts().0;
    request.extensions.insert(Grant::paid());
    use statuary::{
        Settlement as _,
        settlement::{Charge as _, Price, Reserved},
    };
    let Ok(Price::Due(bill)) = quota.bill(&request) else {
        panic!("it costs something");
    };
    assert!(!format!("{bill:?}").contains("alice"));
    let Ok(Reserved::Held(held)) = quota.reserve(bill).await else {
        panic!("there is one");
    };
    assert!(!format!("{held:?}").contains("alice"));
    held.commit().await.unwrap();
}
