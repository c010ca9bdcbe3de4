//! What holds of the types, whatever is done with them.

use std::{convert::Infallible, rc::Rc, sync::Arc};

use http::{Request, Response};
use statuary::{
    Cache, Cached, Charge, Decision, Denial, Grant, Paywall, PaywallLayer, Reason, Remedies,
    SubscriptionCheck, Unidentified,
    challenge::{Challenges, Refusal, RenderProblem, Terms, Unclaimed},
    checks::{Alternatives, And, BoxCheck, CircuitBreaker, Deadline, Or, Requiring, TripPolicy},
    idempotency::{self, IdempotencyStore},
    paywall::{ResponseBody, ResponseFuture},
    policy::{Policy, Requirement, Status, Subscription, Treatment},
    quota::{
        Bill, Counter, Held, InvalidLimitName, Limit, MemoryFull, MemoryStore, Quota, QuotaStore,
        Window,
    },
    subscription::{Clock, InvalidUrl, Remedy, Standing, Unanswered, UnansweredKind},
};
use tower::{Layer, ServiceExt, service_fn, util::BoxCloneSyncService};

use crate::support::{Body, Obedient, by};

fn send_and_sync<T: Send + Sync + 'static>() {}
fn an_error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn everything_may_be_sent_and_shared() {
    type Inner = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

    send_and_sync::<(Decision, Denial, Grant, Reason, Remedies, Remedy, Standing)>();
    send_and_sync::<(
        PaywallLayer<Obedient>,
        Paywall<Inner, Obedient>,
        UnansweredKind,
    )>();
    send_and_sync::<ResponseBody<Body>>();
    send_and_sync::<(Challenges, Refusal, Terms)>();
    type Around =
        Or<And<Cached<Obedient>, Deadline<Obedient>>, Requiring<CircuitBreaker<Obedient>>>;
    send_and_sync::<(Around, Paywall<Inner, Around>, Alternatives<u8, u8>)>();
    send_and_sync::<(
        TripPolicy,
        Cache,
        Policy,
        Requirement,
        Status,
        Subscription,
        Treatment,
    )>();
    send_and_sync::<(
        Quota<MemoryStore<String>>,
        Held<MemoryStore<String>>,
        Bill<String>,
        Counter<MemoryStore<u8>>,
        Limit,
        Window,
    )>();
    an_error::<Denial>();
    an_error::<InvalidLimitName>();
    an_error::<MemoryFull>();
    an_error::<Refusal>();
    an_error::<InvalidUrl>();
    an_error::<Unanswered>();
    an_error::<Unclaimed>();
    an_error::<Unidentified>();
}

#[test]
fn a_decision_is_small() {
    assert!(size_of::<Decision>() <= 3 * size_of::<usize>());
}

#[test]
fn grants_that_say_the_same_are_equal() {
    let grant = Grant::paid().with_features(["export"]);
    assert_ne!(grant, Grant::paid());
    assert_eq!(grant.with_features([""; 0]), Grant::paid());
}

/// Several layers may have one between them.
#[test]
fn what_is_shared_is_as_good_as_what_is_owned() {
    fn a_check<T: SubscriptionCheck>() {}
    fn a_charge<T: Charge>() {}
    fn a_clock<T: Clock>() {}
    fn a_renderer<T: RenderProblem>() {}
    fn a_store_of_answers<T: IdempotencyStore>() {}
    fn a_store_of_quotas<T: QuotaStore>() {}

    a_check::<Arc<Obedient>>();
    a_check::<BoxCheck<String>>();
    a_charge::<Arc<Quota<MemoryStore<String>>>>();
    a_clock::<Arc<dyn Clock>>();
    a_renderer::<Arc<dyn RenderProblem>>();
    a_store_of_answers::<Arc<idempotency::MemoryStore>>();
    a_store_of_quotas::<Arc<MemoryStore<String>>>();
}

#[test]
fn the_future_of_a_service_that_may_be_sent_may_be_sent() {
    fn send<T: Send>(_: &T) {}

    let service =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::default())));
    let mut paywall = PaywallLayer::new(Obedient).layer(service);
    let future: ResponseFuture<_, Body> = tower::Service::call(&mut paywall, by("pro"));
    send(&future);
}

#[tokio::test]
async fn a_service_that_stays_on_its_thread_is_served_too() {
    let greeting = Rc::new("hello");
    let service = service_fn(|_: Request<Rc<()>>| {
        let greeting = Rc::clone(&greeting);
        async move { Ok::<_, Infallible>(Response::new(greeting.to_string())) }
    });
    let paywall = PaywallLayer::new(Obedient).layer(service);
    let request = by("slow pro").map(|_| Rc::new(()));
    assert_eq!(paywall.oneshot(request).await.unwrap().status(), 200);
}

#[test]
fn debug_output_holds_no_secrets() {
    let layer = PaywallLayer::new(Obedient)
        .billing_status("https://billing.example/s3cret")
        .exempt(|_| false);
    let shown = format!("{layer:?} {:?}", layer.layer(()));
    assert!(shown.contains("https://billing.example"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
