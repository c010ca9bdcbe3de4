//! What is counted and logged, and what never is.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    env,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use allocation_counter::measure;
use futures_util::FutureExt;
use http::{Method, Request, Response, StatusCode, request::Parts};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use statuary::{
    Cache, Charge, Grant, Href, IdempotencyLayer, Member, MemberRules, MultiStatus,
    MultiStatusLayer, PaywallLayer, Resource, SettleLayer, SubscriptionCheck, SubscriptionCheckExt,
    Unidentified,
    checks::TripPolicy,
    idempotency::MemoryStore,
    paywall::FailurePolicy,
    prop::GetContentLength,
    settlement::{Price, Reserved},
    subscription::{Unanswered, UnansweredKind, check_fn},
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use crate::{
    idempotency::{
        failing::Broken,
        orders::{counting, layer as once, post, sender},
    },
    remembering::{Mood, decide, remembering},
    settlement::rail::{Announce, Bill, Makes, PAYMENT, Rail, Script, Step, Toll, behind, paying},
    support::{Always, Body, Obedient, SECOND, ask, by, whole},
};

/// Asks once for each of several things, with one after the other.
async fn ask_all() {
    let layer = PaywallLayer::new(Obedient).deadline(Duration::from_millis(20));
    let mut preflight = by("secret-account");
    *preflight.method_mut() = Method::OPTIONS;
    ask(layer.clone(), preflight).await;
    for name in [
        "secret-account",
        "remembered secret-account",
        "expired",
        "remembered paused",
        "fail",
        "hang",
    ] {
        ask(layer.clone(), by(name)).await;
    }
    ask(layer.on_failure(FailurePolicy::Open), by("fail")).await;
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true);
    runtime.build().unwrap().block_on(future)
}

/// Charges for one request in each of several ways.
async fn charge_all() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone()).deadline(Duration::from_millis(20));
    let well = Script::default();
    for (token, script) in [
        ("well", well),
        ("well", well),
        (
            "held",
            Script {
                reserve: Step::Fails,
                ..well
            },
        ),
        (
            "late",
            Script {
                respond: Step::Hangs,
                ..well
            },
        ),
        (
            "lost",
            Script {
                commit: Step::Fails,
                ..well
            },
        ),
        (
            "kept",
            Script {
                makes: Makes::LetsGo,
                roll_back: Step::Fails,
                ..well
            },
        ),
        (
            "told",
            Script {
                announce: Announce::Panics,
                ..well
            },
        ),
        (
            "let go",
            Script {
                makes: Makes::LetsGo,
                ..well
            },
        ),
        (
            "taken",
            Script {
                makes: Makes::Charges,
                ..well
            },
        ),
        (
            "bounced",
            Script {
                makes: Makes::Withholds,
                ..well
            },
        ),
        (
            "nobody's",
            Script {
                bill: Bill::Unidentified,
                ..well
            },
        ),
        (
            "broken",
            Script {
                bill: Bill::Panics,
                ..well
            },
        ),
    ] {
        let response = behind(&layer, &rail).oneshot(paying(token, script));
        whole(response.await.unwrap()).await;
    }
    // The client does not wait for the body.
    let response = behind(&layer, &rail).oneshot(paying("dropped", well));
    drop(response.await.unwrap());
}

#[test]
fn settlements_are_counted_once_each() {
    let expected = [
        ("statuary_settlements_total committed", 2),
        ("statuary_settlements_total declined", 1),
        ("statuary_settlements_total rolled-back", 2),
        ("statuary_settlements_total settlement-unavailable", 1),
        ("statuary_settlements_total uncharged", 2),
        ("statuary_settlements_total unidentified", 1),
        ("statuary_settlements_total unknown", 2),
        ("statuary_settlements_total unreserved", 1),
        ("statuary_settlements_total withheld", 1),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted(charge_all()), BTreeMap::from(expected));
}

/// Sends requests that have a key, or should have one, in each of several ways.
async fn send_all() {
    let layer = once().required_for([Method::POST]).largest_answer(7);
    let shop = layer.layer(counting(&Arc::default()));
    let send = async |key, [name, value]: [&'static str; 2]| {
        let mut request = post(key);
        match value {
            "" => drop(request.headers_mut().remove(name)),
            value => drop(request.headers_mut().insert(name, value.parse().unwrap())),
        }
        whole(shop.clone().oneshot(request).await.unwrap()).await;
    };
    let nothing = ["x-nothing", ""];
    send("secret-key", nothing).await;
    send("secret-key", nothing).await;
    send("secret-key", nothing).await;
    send("secret-key", ["depth", "0"]).await;
    send("fails", ["x-status", "500"]).await;
    send("secret key", nothing).await;
    send("k", ["idempotency-key", ""]).await;
    send("k", ["x-account", ""]).await;
    // It waits for a turn, and is given up.
    let first = send("waits", nothing);
    let mut first = Box::pin(first);
    assert!(first.as_mut().now_or_never().is_none());
    send("waits", nothing).await;
    drop(first);

    let small = once().largest_answer(6).layer(counting(&Arc::default()));
    for _ in 0..2 {
        let response = small.clone().oneshot(post("large")).await.unwrap();
        whole(response).await;
    }
    // There is room for the claim, and none for the answer.
    let narrow = IdempotencyLayer::new(MemoryStore::with_bytes(500), sender);
    let narrow = narrow.layer(counting(&Arc::default()));
    whole(narrow.oneshot(post("k")).await.unwrap()).await;
    for store in [Broken::Fails, Broken::FailsToKeep] {
        let service = IdempotencyLayer::new(store, sender).layer(counting(&Arc::default()));
        whole(service.oneshot(post("k")).await.unwrap()).await;
    }
}

/// Sends requests with a key through a charge that stands outside of the idempotency layer.
async fn replay_charged() {
    let rail = Rail::default();
    let service = ServiceBuilder::new()
        .layer(SettleLayer::new(rail))
        .layer(once())
        .service(counting(&Arc::default()));
    for token in ["one", "two", "three"] {
        let mut request = post("k");
        let token = token.parse().unwrap();
        request.headers_mut().insert(PAYMENT, token);
        whole(service.clone().oneshot(request).await.unwrap()).await;
    }
}

#[test]
fn requests_with_a_key_are_counted_once_each() {
    let expected = [
        ("idempotency-answer-not-kept", 1),
        ("idempotency-key-in-progress", 1),
        ("idempotency-key-invalid", 1),
        ("idempotency-key-missing", 1),
        ("idempotency-key-reused", 1),
        ("idempotency-key-unattributed", 1),
        ("idempotency-store-unavailable", 1),
        ("kept", 1),
        ("released", 2),
        ("replayed", 2),
        ("too-large", 2),
        ("unknown", 1),
    ];
    let name = "statuary_idempotency_requests_total";
    let expected = expected.map(|(outcome, count)| (format!("{name} {outcome}"), count));
    assert_eq!(counted(send_all()), BTreeMap::from(expected));
}

/// The plan is the name of a member's first folder, and of what the check does.
fn plan(href: &Href<'_>) -> Member<String> {
    match href
        .segments()
        .first()
        .map(|name| String::from_utf8_lossy(name))
    {
        Some(name) if name == "free" => Member::Free,
        Some(name) if name == "who" => Member::Unidentified,
        Some(name) => Member::Costs(name.into_owned()),
        None => Member::Unknown,
    }
}

/// Lists members that cost something, in each of several ways.
async fn list_all() {
    let listing = |paths: &[&str]| -> MultiStatus {
        let resources = paths.iter();
        let resources =
            resources.map(|path| Resource::new(Href::path(path)).prop(GetContentLength(7)));
        resources.collect()
    };
    let paths = [
        "/",
        "/free/a",
        "/pro/secret-file",
        "/pro/b",
        "/expired/c",
        "/expired/d",
        "/who/e",
    ];
    let layer = || PaywallLayer::new(Obedient);
    let open = layer().on_failure(FailurePolicy::Open);
    for (paywall, paths) in [
        (layer(), &paths[..]),
        (layer().shadow(), &paths[3..]),
        (layer(), &["/fail/a", "/who/b"]),
        (open, &["/fail/a", "/who/b"]),
    ] {
        drop(paywall.members().apply(listing(paths), plan).await);
    }
    // What it cannot see into.
    let foreign = service_fn(async |_: Request<Body>| {
        let mut response = Response::new(Body::from("secret-account"));
        *response.status_mut() = StatusCode::MULTI_STATUS;
        Ok::<_, Infallible>(response)
    });
    let service = layer()
        .members()
        .layer(|_| MemberRules::new())
        .layer(foreign);
    let response = service.oneshot(by("secret-account")).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn members_are_counted_by_what_became_of_them() {
    let expected = [
        ("admitted paid", 3),
        ("refused check-unavailable", 2),
        ("refused expired", 2),
        ("refused unidentified", 3),
        ("waived check-unavailable", 1),
        ("waived expired", 2),
        ("waived unidentified", 1),
    ];
    let name = "statuary_members_total";
    let expected = expected.map(|(labels, count)| (format!("{name} {labels}"), count));
    assert_eq!(counted(list_all()), BTreeMap::from(expected));
}

/// What is counted while a future runs.
fn counted(future: impl Future<Output = ()>) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || run(future));
    let mut counted = BTreeMap::new();
    for (key, _, _, value) in recorder.snapshotter().snapshot().into_vec() {
        let labels: Vec<_> = key
            .key()
            .labels()
            .map(|label| label.value().to_owned())
            .collect();
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(times) => times.len() as u64,
            DebugValue::Gauge(_) => panic!("there are no gauges"),
        };
        counted.insert(format!("{} {}", key.key().name(), labels.join(" ")), count);
    }
    counted
}

#[test]
fn decisions_are_counted_and_checks_are_timed() {
    let expected = [
        ("statuary_paywall_check_seconds no", 3),
        ("statuary_paywall_check_seconds yes", 2),
        ("statuary_paywall_decisions_total admitted paid", 2),
        ("statuary_paywall_decisions_total exempt exempt", 1),
        (
            "statuary_paywall_decisions_total refused check-unavailable",
            2,
        ),
        ("statuary_paywall_decisions_total refused expired", 1),
        ("statuary_paywall_decisions_total refused paused", 1),
        (
            "statuary_paywall_decisions_total waived check-unavailable",
            1,
        ),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted(ask_all()), BTreeMap::from(expected));
}

#[test]
fn who_passes_is_counted_by_the_code_of_a_standing() {
    for grant in [Grant::free(), Grant::grace(), Grant::paid(), Grant::trial()] {
        let reason = grant.standing().code();
        let layer = PaywallLayer::new(Always(grant.into()));
        let counted = counted(async { drop(ask(layer, by("anyone")).await) });
        let name = format!("statuary_paywall_decisions_total admitted {reason}");
        assert_eq!(counted, BTreeMap::from([(name, 1)]));
    }
}

/// Asks a cache in each of several ways.
async fn remember_all() {
    let terms = Cache::new(100)
        .stale_while_revalidate(10 * SECOND)
        .stale_if_error(100 * SECOND);
    let (store, check) = remembering(terms);
    let check = &check;
    let ask = |name| async move { drop(decide(check, name).await) };

    // One asks and two join; what is remembered then is given twice.
    store.mood(Mood::Slow);
    tokio::join!(ask("alice"), ask("alice"), ask("alice"));
    ask("alice").await;
    ask("alice").await;

    // It is old, and nobody waits for the question that renews it.
    tokio::time::sleep(61 * SECOND).await;
    ask("alice").await;
    tokio::time::sleep(2 * SECOND).await;

    // Asking fails, and once more for another one, of whom nothing is known.
    store.mood(Mood::Fails);
    tokio::time::sleep(75 * SECOND).await;
    ask("alice").await;
    ask("alice").await;
    ask("carol").await;

    // Many: one that is old and spared, two that are asked about, one of them twice.
    store.mood(Mood::Quick);
    let names = ["alice", "bob", "dora", "bob"].map(str::to_owned);
    assert!(check.check_all(&names).await.is_ok());

    // Many, of whom one is being asked about.
    store.mood(Mood::Slow);
    let names = ["frank", "grace"].map(str::to_owned);
    let (_, many) = tokio::join!(ask("frank"), check.check_all(&names));
    assert!(many.is_ok());

    // A question that its one asker has left.
    drop(tokio::time::timeout(SECOND / 2, ask("erin")).await);
}

#[test]
fn a_cache_counts_how_each_was_met_and_how_its_own_questions_went() {
    let expected = [
        ("statuary_cache_lookups_total answered", 5),
        ("statuary_cache_lookups_total failed", 2),
        ("statuary_cache_requests_total coalesced", 3),
        ("statuary_cache_requests_total hit", 2),
        ("statuary_cache_requests_total miss", 8),
        ("statuary_cache_requests_total stale", 3),
        ("statuary_cache_reserves_total ", 1),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted(remember_all()), BTreeMap::from(expected));
}

/// A recorder with one counter, for all that is counted.
struct Tally(Arc<AtomicU64>);

impl Recorder for Tally {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::clone(&self.0))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn to_count_a_hit_allocates_nothing() {
    let tally = Tally(Arc::default());
    let alice = "alice".to_owned();
    run(async {
        let (_, check) = remembering(Cache::new(10));
        let _ = decide(&check, "alice").await.unwrap();
        metrics::with_local_recorder(&tally, || {
            let hits = measure(|| {
                for _ in 0..100 {
                    assert!(check.remembered(&alice).is_some());
                }
            });
            assert_eq!(hits.count_total, 0);
        });
    });
    assert_eq!(tally.0.load(Ordering::Relaxed), 100);
}

/// Charges for an answer before its hrefs are moved.
async fn list_charged() {
    let listing = service_fn(async |_: Request<Body>| {
        let gone = Resource::status(Href::path("/secret-file"), StatusCode::NOT_FOUND);
        Ok::<_, Infallible>(MultiStatus::from_iter([gone]).into_http())
    });
    let service = ServiceBuilder::new()
        .layer(MultiStatusLayer::new().mounted_at("/dav"))
        .layer(SettleLayer::new(Rail::default()))
        .service(listing);
    let request = paying("one", Script::default());
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// A charge that is left alone, since it has failed too often. Of that was told.
struct Resting;

impl Charge for Resting {
    type Bill = ();
    type Settlement = Toll;
    type Error = Unanswered;

    fn bill(&self, _: &Parts) -> Result<Price<()>, Unidentified> {
        Ok(Price::Due(()))
    }

    async fn reserve(&self, (): ()) -> Result<Reserved<Toll>, Unanswered> {
        Err(Unanswered::new(UnansweredKind::CircuitOpen))
    }
}

async fn charge_resting() {
    let handler =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::default())));
    let service = SettleLayer::new(Resting).layer(handler);
    let response = service
        .oneshot(Request::new(Body::default()))
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// Asks a charge that stands behind a paywall, and no paywall is there.
async fn charge_misplaced() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone()).behind(&PaywallLayer::new(Obedient));
    let response = behind(&layer, &rail).oneshot(paying("one", Script::default()));
    assert_eq!(
        response.await.unwrap().status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}

/// Opens a circuit, finds the check still failing, and then well again.
async fn trip() {
    let fails = Arc::new(AtomicBool::new(true));
    let mood = Arc::clone(&fails);
    let check = check_fn(
        |_| Ok(()),
        move |()| {
            let fails = mood.load(Ordering::Relaxed);
            async move {
                match fails {
                    true => Err("secret-account"),
                    false => Ok(Grant::paid().into()),
                }
            }
        },
    );
    let check = check.circuit_breaker(TripPolicy::new());
    for _ in 0..8 {
        drop(check.check(&()).await);
    }
    tokio::time::sleep(11 * SECOND).await;
    drop(check.check(&()).await);
    tokio::time::sleep(11 * SECOND).await;
    fails.store(false, Ordering::Relaxed);
    for _ in 0..3 {
        drop(check.check(&()).await);
    }
}

/// Logs to the standard output.
#[test]
#[ignore = "it is run by the test of what it logs, in a process of its own"]
fn log() {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        run(ask_all());
        run(charge_all());
        run(charge_resting());
        run(charge_misplaced());
        run(trip());
        run(send_all());
        run(replay_charged());
        run(list_all());
        run(list_charged());
    });
}

#[test]
fn the_log_says_what_was_decided_and_not_about_whom() {
    // Whether a place logs is found out by the first who passes it, for the whole process. Where that is
    // another test, to which nobody listens, the place stays silent.
    let test = env::current_exe().unwrap();
    let logging = Command::new(test)
        .args(["--ignored", "--exact", "watching::log", "--nocapture"])
        .output();
    let Output { status, stdout, .. } = logging.unwrap();
    let log = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{log}");
    for line in [
        r#"DEBUG statuary::paywall::watch: paywall outcome="admitted" reason="paid""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="exempt" reason="exempt""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="refused" reason="expired""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="waived" reason="check-unavailable""#,
        "WARN statuary::paywall::watch: the subscription check failed",
        "WARN statuary::paywall::watch: the subscription check took too long",
        r#"DEBUG statuary::settlement::watch: settlement outcome="committed""#,
        r#"DEBUG statuary::settlement::watch: settlement outcome="rolled-back""#,
        r#"WARN statuary::settlement::watch: the charge panicked step="bill""#,
        r#"WARN statuary::settlement::watch: the charge failed step="reserve""#,
        r#"WARN statuary::settlement::watch: the charge panicked step="announce""#,
        r#"ERROR statuary::settlement::watch: the charge took too long step="respond""#,
        r#"ERROR statuary::settlement::watch: the charge failed step="commit""#,
        r#"WARN statuary::settlement::watch: the charge failed step="roll_back""#,
        r#"DEBUG statuary::idempotency::watch: idempotency outcome="kept""#,
        r#"DEBUG statuary::idempotency::watch: idempotency outcome="replayed""#,
        r#"DEBUG statuary::idempotency::watch: idempotency outcome="idempotency-key-reused""#,
        "WARN statuary::idempotency::watch: the idempotency store failed",
        r#"DEBUG statuary::members::watch: members outcome="refused" reason="expired" members=2"#,
        "WARN statuary::members::watch: the subscription check failed",
        "WARN statuary::members::watch: a 207 cannot be seen into: the paywall over members stands",
        "WARN statuary::reply::future: a multistatus is charged for before its hrefs are moved",
    ] {
        assert!(log.contains(line), "{line} is missing in\n{log}");
    }
    for once in [
        "WARN statuary::checks::watch: a circuit breaker has opened: its subscription check failed too \
         often, and is left alone for a while",
        "INFO statuary::checks::watch: a circuit breaker has closed: its subscription check answers again",
        "WARN statuary::settlement::watch: the charge was not asked, since the request carries no grant \
         of a paywall: put its layer inside of the paywall, call `behind` when all else of the paywall is \
         settled, and let it show its grant",
    ] {
        assert_eq!(log.matches(once).count(), 1, "{once} in\n{log}");
    }
    let misplaced = "WARN statuary::idempotency::watch: an answer given again is charged for: a charge \
                     stands outside of the idempotency layer";
    assert_eq!(log.matches(misplaced).count(), 1, "{log}");
    assert!(!log.contains("its circuit breaker is open"), "{log}");
    for secret in [
        "secret-account",
        "secret-key",
        "secret-file",
        "alice",
        "hunter2",
        "postgres",
        "bounced",
    ] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}
