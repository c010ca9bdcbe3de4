//! A client that goes away while its answer is on its way into a store over a network.

use std::{
    convert::Infallible,
    future::pending,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt, stream};
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode, Version, header::CONTENT_LENGTH,
};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use statuary::{
    IdempotencyLayer, SettleLayer,
    idempotency::{
        Answer, ClaimId, Claimed, Fingerprint, IdempotencyStore, Kept, MemoryFull, MemoryStore,
        ScopedKey,
    },
    quota::{self, ChargeAt, Counter, Limit, Window},
};
use tokio::{
    task::yield_now,
    time::{Instant, sleep, timeout},
};
use tokio_test::task;
use tower::{ServiceBuilder, ServiceExt, service_fn};

use super::orders::{answering, counting, data, layer, post, sender};
use crate::{
    settlement::rail::{PAYMENT, Rail, Script, Step},
    support::{Body, Inner, header, pieces},
};

/// The time after which a claim ends that was neither kept nor released.
const LEASE: Duration = Duration::from_secs(300);

/// A store that takes its time.
struct Distant {
    store: MemoryStore,
    hangs: bool,
    /// How many answers are on their way.
    keeping: Arc<AtomicUsize>,
}

struct OnItsWay(Arc<AtomicUsize>);

impl Distant {
    fn new() -> Self {
        let start = Instant::now();
        let now = move || SystemTime::UNIX_EPOCH + start.elapsed();
        Self {
            store: MemoryStore::with_bytes(1 << 20).lease(LEASE).clock(now),
            hangs: false,
            keeping: Arc::default(),
        }
    }
}

impl IdempotencyStore for Distant {
    type Error = MemoryFull;

    async fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> Result<Claimed, MemoryFull> {
        turns().await;
        self.store.claim(key, fingerprint).await
    }

    async fn keep(
        &self,
        key: &ScopedKey,
        claim: ClaimId,
        kept: Answer,
    ) -> Result<Kept, MemoryFull> {
        self.keeping.fetch_add(1, Ordering::Relaxed);
        let _on_its_way = OnItsWay(Arc::clone(&self.keeping));
        if self.hangs {
            pending::<()>().await;
        }
        turns().await;
        self.store.keep(key, claim, kept).await
    }

    fn release(&self, key: &ScopedKey, claim: ClaimId) {
        self.store.release(key, claim);
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn turns() {
    for _ in 0..3 {
        yield_now().await;
    }
}

fn paying(token: &str) -> Request<Body> {
    let mut request = post("k");
    let token = token.parse().unwrap();
    request.headers_mut().insert(PAYMENT, token);
    request.extensions_mut().insert(Script {
        reserve: Step::Waits(1),
        respond: Step::Waits(1),
        commit: Step::Waits(1),
        confirm: Step::Waits(2),
        ..Script::default()
    });
    request
}

/// Whatever it has seen of the first try, a client that tries again has paid once.
async fn is_paid_for_once(answer: fn() -> Response<Inner>) {
    is_paid_for_once_over(Version::HTTP_11, answer).await;
}

async fn is_paid_for_once_over(version: Version, answer: fn() -> Response<Inner>) {
    let paying = |token| {
        let mut request = paying(token);
        *request.version_mut() = version;
        request
    };
    let (mut polls, mut replays, mut doubts) = (0, 0, 0);
    loop {
        let rail = Rail::default();
        let service = ServiceBuilder::new()
            .layer(IdempotencyLayer::new(Distant::new(), sender))
            .layer(SettleLayer::new(rail.clone()))
            .service(service_fn(move |_: Request<Body>| async move {
                yield_now().await;
                Ok::<_, Infallible>(answer())
            }));
        let mut first = task::spawn(service.clone().oneshot(paying("first")));
        let is_answered = (0..polls).any(|_| first.poll().is_ready());
        drop(first);
        // It tries again at once, but for what goes on without it.
        sleep(Duration::from_secs(1)).await;
        let retry = || timeout(LEASE, service.clone().oneshot(paying("second")));
        let mut again = retry().await.expect("an answer").unwrap();
        if again.status() == 409 {
            doubts += rail.charges();
            if rail.charges() == 0 {
                sleep(LEASE).await;
                again = retry().await.expect("an answer").unwrap();
            }
        }
        assert_eq!(rail.charges(), 1, "given up after {polls} polls");
        let is_replay = again.headers().contains_key("idempotent-replayed");
        replays += usize::from(is_replay);
        if is_answered {
            assert_eq!(header(&again, "payment-receipt"), "first");
            break;
        }
        polls += 1;
    }
    assert!(polls > 10, "each wait is a poll");
    // The one that was answered, and those that were given up while the answer was being kept.
    assert_eq!(replays, 4);
    // Those that were given up between the charge and the answer.
    assert_eq!(doubts, 2);
}

#[tokio::test(start_paused = true)]
async fn given_up_at_every_poll_a_request_is_paid_for_once() {
    is_paid_for_once(|| Response::new(pieces(vec![data(3), data(4)]))).await;
}

#[tokio::test(start_paused = true)]
async fn so_is_one_whose_answer_has_no_body() {
    is_paid_for_once(|| {
        let mut response = Response::new(pieces(Vec::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    })
    .await;
}

/// It is paid for with its last byte, behind which nothing comes for a long time, or what is no good.
#[tokio::test(start_paused = true)]
async fn so_is_one_whose_answer_says_its_length() {
    let ends = || of_length(pieces(vec![data(3), data(4)]));
    let waits = || {
        let body = stream::iter([data(3), data(4)]).chain(stream::pending());
        of_length(StreamBody::new(body).boxed_unsync())
    };
    let fails = || {
        let behind = Err(io::Error::other("gone"));
        of_length(pieces(vec![data(3), data(4), behind]))
    };
    for version in [Version::HTTP_11, Version::HTTP_2] {
        is_paid_for_once_over(version, ends).await;
        is_paid_for_once_over(version, waits).await;
        is_paid_for_once_over(version, fails).await;
    }
}

fn of_length(body: Inner) -> Response<Inner> {
    let mut response = Response::new(body);
    let length = "7".parse().unwrap();
    response.headers_mut().insert("content-length", length);
    response
}

/// Of many pieces that are there at once some are left for the next turn, but none of those that are paid
/// for.
#[tokio::test(start_paused = true)]
async fn what_is_paid_for_with_many_pieces_is_kept_in_the_same_turn() {
    for count in [1, 127, 128, 129, 256, 300] {
        let rail = Rail::default();
        let calls = Arc::<AtomicUsize>::default();
        let answer = answering(&calls, move || {
            let sum = ("x-sum".parse().unwrap(), HeaderValue::from_static("7"));
            let trailers = Frame::trailers(HeaderMap::from_iter([sum]));
            let data = (0..count).map(|_| data(1));
            pieces(data.chain([Ok(trailers)]))
        });
        let service = ServiceBuilder::new()
            .layer(layer())
            .layer(SettleLayer::new(rail.clone()))
            .map_response(move |mut response: Response<Inner>| {
                response.headers_mut().insert(CONTENT_LENGTH, count.into());
                response
            })
            .service(answer);
        let paying = || {
            let mut request = post("k");
            let token = HeaderValue::from_static("token");
            request.headers_mut().insert(PAYMENT, token);
            request
        };
        let mut first = task::spawn(service.clone().oneshot(paying()));
        while rail.charges() == 0 {
            drop(first.poll());
        }
        drop(first);
        let again = service.oneshot(paying()).await.unwrap();
        assert_eq!(again.status(), 200, "of {count}");
        assert!(again.headers().contains_key("idempotent-replayed"));
        let read = again.into_body().collect().await.unwrap();
        assert_eq!(read.trailers().unwrap()["x-sum"], "7", "of {count}");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }
}

/// What a settlement makes of a response may be to take the money.
#[tokio::test(start_paused = true)]
async fn a_charge_that_gives_no_answer_is_not_made_again_at_once() {
    for respond in [Step::Fails, Step::Hangs, Step::Panics] {
        let calls = Arc::<AtomicUsize>::default();
        let service = ServiceBuilder::new()
            .layer(IdempotencyLayer::new(Distant::new(), sender))
            .layer(SettleLayer::new(Rail::default()))
            .service(counting(&calls));
        for status in [503, 409] {
            let mut request = paying("token");
            request.extensions_mut().insert(Script {
                respond,
                ..Script::default()
            });
            let response = service.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{respond:?}");
        }
        sleep(LEASE).await;
        let again = service.oneshot(paying("token")).await.unwrap();
        assert_eq!(again.status(), 200);
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }
}

/// What was spent when the answer began is spent, even if nothing of it gets to the client.
#[tokio::test(start_paused = true)]
async fn what_was_taken_before_the_body_is_not_taken_again_at_once() {
    let breaks_off = || pieces(vec![data(3), Err(io::Error::other("gone"))]);
    let waits = || StreamBody::new(stream::pending()).boxed_unsync();
    for body in [breaks_off as fn() -> Inner, waits] {
        let quota = Counter::new(quota::MemoryStore::with_counts(10), sender)
            .limit("orders", Limit::new(2, Window::MONTH))
            .charge_at(ChargeAt::Beginning);
        let calls = Arc::default();
        let service = ServiceBuilder::new()
            .layer(IdempotencyLayer::new(Distant::new(), sender))
            .layer(SettleLayer::new(quota))
            .service(answering(&calls, body));
        let first = timeout(Duration::from_secs(1), service.clone().oneshot(post("k"))).await;
        drop(first);
        let again = service.oneshot(post("k")).await.unwrap();
        assert_eq!(again.status(), 409);
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_to_be_done_is_given_up_at_the_deadline() {
    let store = Distant {
        hangs: true,
        ..Distant::new()
    };
    let keeping = Arc::clone(&store.keeping);
    let service = ServiceBuilder::new()
        .layer(IdempotencyLayer::new(store, sender).deadline(Duration::from_secs(3)))
        .service(counting(&Arc::default()));
    let mut first = task::spawn(service.clone().oneshot(post("k")));
    while keeping.load(Ordering::Relaxed) == 0 {
        assert!(matches!(first.poll(), Poll::Pending));
    }
    drop(first);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(keeping.load(Ordering::Relaxed), 1);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(keeping.load(Ordering::Relaxed), 0);
    // Whether it was kept is not known, so that it is not done again at once.
    let again = service.clone().oneshot(post("k")).await.unwrap();
    assert_eq!(again.status(), 409);
    sleep(LEASE).await;
    let mut again = task::spawn(service.oneshot(post("k")));
    while keeping.load(Ordering::Relaxed) == 0 {
        assert!(matches!(again.poll(), Poll::Pending));
    }
}
