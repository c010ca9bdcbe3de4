//! Who passes a quota, and what is told.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use http_body_util::BodyExt;
use serde_json::json;
use statuary::{
    Grant, PaywallLayer, Policy, SettleLayer, Settlement, Subscription,
    policy::Status,
    quota::{Counter, Limit, MemoryStore, QuotaUnit, Window},
    settlement::{Charge, Price, Reserved},
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::support::{
    DAY_LEFT, MONTH_LEFT, NOW, account, answer, ask, assert_left, counts, monthly, to,
};
use crate::support::{Always, Body, at, by, header, headers, problem, said, whole};

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
            "detail": "The quota is used up.",
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

/// What is left of the month is no matter of bursts.
#[tokio::test]
async fn a_handler_sees_what_is_left_of_each_limit() {
    let seen = async |grant: Grant| {
        let burst = Counter::new(counts(), account)
            .limit("burst", Limit::new(8, Window::MINUTE))
            .clock(|| at(NOW));
        let pages = Counter::new(counts(), account)
            .limit_by("pages", |grant| match grant.plan() {
                Some("enterprise") => Limit::unlimited(),
                _ => Limit::new(500, Window::MONTH),
            })
            .limit("day", Limit::new(100, Window::DAY))
            .cost(|_| 5)
            .clock(|| at(NOW));
        let service = ServiceBuilder::new()
            .layer(SettleLayer::new(burst))
            .layer(SettleLayer::new(pages))
            .service(service_fn(async |request: http::Request<Body>| {
                let grant: &Grant = request.extensions().get().unwrap();
                let names = ["pages", "day", "burst", "other"];
                let left = names.map(|name| grant.quota_left_of(name));
                Ok::<_, Infallible>(http::Response::new(Body::from(format!(
                    "{left:?} {:?}",
                    grant.quota_left()
                ))))
            }));
        let mut request = by("alice");
        request.extensions_mut().insert(grant.with_quota_left(1));
        let response = service.oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap();
        String::from_utf8(body.to_bytes().to_vec()).unwrap()
    };
    assert_eq!(
        seen(Grant::paid().with_plan("pro")).await,
        "[Some(495), Some(95), Some(7), None] Some(7)"
    );
    assert_eq!(
        seen(Grant::paid().with_plan("enterprise")).await,
        "[None, Some(95), Some(7), None] Some(7)"
    );
}

#[tokio::test]
async fn no_link_takes_money_where_only_waiting_helps() {
    let paywall = PaywallLayer::new(Always(Grant::paid().into()))
        .upgrade("https://example.com/plans")
        .billing_status("https://example.com/billing");
    let none = |limit: Limit| {
        let quota = Counter::new(MemoryStore::with_counts(100), account).limit("burst", limit);
        SettleLayer::new(quota).behind(&paywall)
    };
    let alice = || {
        let mut request = by("alice");
        request.extensions_mut().insert(Grant::paid());
        request
    };
    let paid_for = ask(&none(Limit::new(0, Window::MINUTE)), alice()).await;
    assert_eq!(paid_for.status(), 402);
    assert!(header(&paid_for, "link").contains(r#"rel="payment""#));

    let layer = none(Limit::new(0, Window::MINUTE).too_many_requests());
    let refused = ask(&layer, alice()).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().get("link").is_none());
    let problem = problem(&refused);
    assert_eq!(problem.get("remedies"), None);
    // It may be nobody's subscription whose quota it is.
    assert_eq!(problem["detail"], "The quota is used up.");
}

#[tokio::test]
async fn a_limit_chooses_between_402_and_429() {
    let now = Arc::new(AtomicU64::new(NOW));
    let shown = Arc::clone(&now);
    let clock = move || at(shown.load(Ordering::Relaxed));
    let quota = Counter::new(MemoryStore::with_counts(100).clock(clock.clone()), account)
        .limit("month", Limit::new(4, Window::MONTH))
        .limit("burst", Limit::new(2, Window::MINUTE).too_many_requests())
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
        format!(r#""month";r=2;t={MONTH_LEFT}, "burst";r=0;t=60"#)
    );
    assert_eq!(problem(&refused)["violated-policies"], json!(["burst"]));
    assert_eq!(problem(&refused)["limit"], 2);
    // A minute later there are two more, which are the last of the month. Where both limits are used
    // up, to wait for the one does not help.
    now.fetch_add(60, Ordering::Relaxed);
    for _ in 0..2 {
        assert_eq!(ask(&layer, by("alice")).await.status(), 200);
    }
    let refused = ask(&layer, by("alice")).await;
    assert_eq!(refused.status(), 402);
    assert_eq!(
        header(&refused, "retry-after"),
        (MONTH_LEFT - 60).to_string()
    );
    assert_eq!(
        problem(&refused)["violated-policies"],
        json!(["month", "burst"])
    );
    assert_eq!(problem(&refused)["limit"], 4);
    now.fetch_add(60, Ordering::Relaxed);
    let refused = ask(&layer, by("alice")).await;
    assert_eq!(refused.status(), 402);
    assert_eq!(problem(&refused)["violated-policies"], json!(["month"]));
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
async fn a_plan_without_limits_is_not_counted() {
    let store = counts();
    let quota =
        Counter::new(Arc::clone(&store), account).limit_by("month", |grant| match grant.plan() {
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
    let mut free = by("alice");
    free.extensions_mut().insert(Grant::free());
    let refused = ask(&layer, free).await;
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
            .limit("month", Limit::new(9, Window::MONTH))
            .limit("day", Limit::new(5, Window::DAY))
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
    let quota = Counter::new(MemoryStore::with_counts(100).clock(clock.clone()), account)
        .limit_by("billing", |grant| {
            Limit::new(4, Window::MONTH.anchored_at(grant.billing_anchor()))
        })
        .clock(clock.clone());
    let counted = SettleLayer::new(quota);
    let policy = Policy::default().grace_days(7).clock(clock);
    let left = async |subscription: Subscription| {
        let decision = policy.decide(&subscription).unwrap();
        let service = ServiceBuilder::new()
            .layer(PaywallLayer::new(Always(decision)))
            .layer(counted.clone())
            .service(service_fn(answer));
        let response = whole(service.oneshot(by("alice")).await.unwrap()).await;
        assert_eq!(response.status(), 200);
        header(&response, "ratelimit")
    };
    let subscription = |status, end| Subscription::new(status).with_period_end(at(end));
    let end = NOW + 10 * DAY;
    assert_eq!(
        left(subscription(Status::Active, end)).await,
        format!(r#""billing";r=3;t={}"#, 10 * DAY)
    );
    // The period is over, and the news of the renewal is late: the next one has begun.
    now.store(end + 60, Ordering::Relaxed);
    let next = 31 * DAY - 60; // to 11 June
    assert_eq!(
        left(subscription(Status::Active, end)).await,
        format!(r#""billing";r=3;t={next}"#)
    );
    // The payment fails, and there is grace.
    assert_eq!(
        left(subscription(Status::PastDue, end)).await,
        format!(r#""billing";r=2;t={next}"#)
    );
    // It is paid at last.
    let renewed = end + 31 * DAY;
    assert_eq!(
        left(subscription(Status::Active, renewed)).await,
        format!(r#""billing";r=1;t={next}"#)
    );
    // One of 31 January, whose last period has ended with June, and whose next one ends on 31 July.
    now.store(NOW + 61 * DAY, Ordering::Relaxed);
    let since = at(NOW - 91 * DAY);
    for (status, end, units) in [(Status::PastDue, 60, 3), (Status::Active, 91, 2)] {
        let renewed = subscription(status, NOW + end * DAY).with_billing_anchor(since);
        assert_eq!(
            left(renewed).await,
            format!(r#""billing";r={units};t={}"#, 30 * DAY)
        );
    }
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
        let quota = monthly(1).limit("month", Limit::unlimited());
        drop(quota);
    });
    assert_eq!(
        said(twice.unwrap_err()),
        "two limits have the name \"month\""
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
