//! The layer: whatever a handler answers goes through it, and what it cannot see into does not.

use std::{
    convert::Infallible,
    future::ready,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderName, Request, Response, StatusCode,
    header::{CACHE_CONTROL, COOKIE, ETAG, RETRY_AFTER, VARY},
    request::Parts,
};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use statuary::{
    DavError, Href, MemberPaywall, MemberRules, MultiStatus, MultiStatusLayer, MultiStatusStream,
    PaywallLayer, Resource, SubscriptionCheck, SubscriptionCheckExt,
    challenge::Terms,
    checks::TripPolicy,
    members::MemberPaywallService,
    paywall::{FailurePolicy, Waiver},
    prop,
    reply::{DavBody, StreamBody},
    subscription::{Unanswered, UnansweredKind},
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::{Mood, Plans, listing};

fn rules() -> MemberRules<&'static str> {
    MemberRules::new()
        .path("/gold", "gold")
        .path("/iron", "iron")
}

/// An answer after the layer, and after the one that lets it follow the request.
async fn through<B>(
    mood: Mood,
    response: Response<B>,
    method: &str,
) -> (StatusCode, Result<String, String>)
where
    B: http_body::Body<Data = Bytes, Error: std::fmt::Debug> + Send + 'static,
{
    let mut response = Some(response);
    let handler = service_fn(move |_: Request<()>| {
        ready(Ok::<_, Infallible>(response.take().expect("one request")))
    });
    let paywall = MemberPaywall::new(Plans::new(mood)).layer(|_| rules());
    let service = ServiceBuilder::new()
        .layer(MultiStatusLayer::new())
        .layer(paywall)
        .service(handler);
    let request = Request::builder()
        .method(method)
        .header("prefer", "return=minimal");
    let response = service
        .oneshot(request.body(()).expect("a request"))
        .await
        .expect("infallible");
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| format!("{error:?}"));
    let body = body.map(|body| String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8"));
    (head.status, body)
}

/// A minimal answer to a PROPFIND.
pub(super) async fn minimal(answer: MultiStatus) -> String {
    let handler =
        service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(answer.clone().into_http())));
    let request = Request::builder()
        .method("PROPFIND")
        .header("prefer", "return=minimal");
    let response = MultiStatusLayer::new()
        .layer(handler)
        .oneshot(request.body(()).expect("a request"))
        .await
        .expect("infallible");
    let body = response.into_body().collect().await.expect("infallible");
    String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8")
}

fn member(index: usize) -> Resource {
    let folder = if index % 3 == 1 { "iron" } else { "free" };
    Resource::new(Href::path(&format!("/{folder}/{index}")))
        .prop(prop::DisplayName(&format!("title of {folder}")))
        .missing(&statuary::xml::Name::dav("getetag"))
}

async fn streamed(count: usize) -> Response<StreamBody> {
    let resources = (0..count).map(|index| Ok::<_, DavError>(member(index)));
    let stream = MultiStatusStream::from_iterator(resources).chunk_size(1_000);
    stream.await.expect("no failure").into_http()
}

#[tokio::test]
async fn a_whole_answer_loses_what_was_not_paid_for_and_follows_the_request() {
    let (status, body) = through(Mood::Answers, listing().into_http(), "PROPFIND").await;
    let body = body.expect("a body");
    assert_eq!(status, StatusCode::MULTI_STATUS);
    assert!(!body.contains("secret of /iron") && body.contains("secret of /gold"));
    assert!(!body.contains("404 Not Found"), "it is minimal: {body}");
    assert_eq!(body.matches("402 Payment Required").count(), 1, "{body}");
    assert!(body.contains("urn:token"), "{body}");
}

#[tokio::test]
async fn what_the_handler_says_of_the_listing_is_not_said_of_what_is_left() {
    let streamed = streamed(500).await;
    let whole = listing().into_http().map(BodyExt::boxed_unsync);
    for mut response in [
        whole,
        streamed.map(|body| body.map_err(|_| unreachable!()).boxed_unsync()),
    ] {
        let said = [
            "etag",
            "last-modified",
            "content-digest",
            "repr-digest",
            "digest",
            "content-md5",
        ];
        for name in said {
            let value = http::HeaderValue::from_static("of the listing");
            response.headers_mut().insert(name, value);
        }
        let mut response = Some(response);
        let handler = service_fn(move |_: Request<()>| {
            ready(Ok::<_, Infallible>(response.take().expect("one request")))
        });
        let paywall = MemberPaywall::new(Plans::new(Mood::Answers)).layer(|_| rules());
        let response = paywall.layer(handler).oneshot(Request::new(())).await;
        let headers = response.expect("infallible").into_parts().0.headers;
        assert!(
            said.iter().all(|name| !headers.contains_key(*name)),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn a_streamed_answer_does_too() {
    for count in [1, 2, 500] {
        let (status, body) = through(Mood::Answers, streamed(count).await, "PROPFIND").await;
        let body = body.expect("a body");
        assert_eq!(status, StatusCode::MULTI_STATUS);
        let document = roxmltree::Document::parse(&body).expect("well-formed");
        assert_eq!(document.root_element().children().count(), count);
        assert!(!body.contains("title of iron") && body.contains("title of free"));
        assert!(!body.contains("404 Not Found"), "it is minimal");
        assert_eq!(
            body.matches("402 Payment Required").count(),
            (count + 1) / 3
        );
    }
}

/// A failure is told by a response, or by an end that is none.
#[tokio::test]
async fn a_failure_that_cannot_be_told_breaks_the_transfer_off() {
    let failing = async |href: &'static str| {
        let root = Resource::new(Href::path("/")).prop(prop::DisplayName("root"));
        let members = [root].into_iter().chain((0..500).map(member));
        let resources = members.map(Ok).chain([Err("full")]);
        let stream = MultiStatusStream::from_iterator(resources)
            .chunk_size(1_000)
            .end_with(move |_| {
                Resource::status(Href::path(href), StatusCode::INSUFFICIENT_STORAGE)
            });
        stream.await.expect("it begins well").into_http()
    };
    let (_, told) = through(Mood::Answers, failing("/free/").await, "PROPFIND").await;
    let told = told.expect("a whole answer");
    assert!(told.contains("507 Insufficient Storage"), "{told}");

    // It was told of before, or is withheld.
    for href in ["/", "/free/0", "/iron/", "/iron/1/below"] {
        let (status, broken) = through(Mood::Answers, failing(href).await, "PROPFIND").await;
        assert_eq!(status, StatusCode::MULTI_STATUS);
        let error = broken.expect_err(href);
        assert!(error.contains("the source failed"), "{error}");
    }

    // Two paywalls, one inside of the other.
    for (href, is_whole) in [("/free/", true), ("/", false)] {
        let (inner, outer) = (Plans::new(Mood::Answers), Plans::new(Mood::Answers));
        let inner = MemberPaywall::new(inner).layer(|_| rules());
        let outer = MemberPaywall::new(outer).layer(|_| rules());
        let mut response = Some(failing(href).await);
        let handler = service_fn(move |_: Request<()>| {
            ready(Ok::<_, Infallible>(response.take().expect("one request")))
        });
        let service = outer.layer(inner.layer(handler));
        let response = service.oneshot(Request::new(())).await.expect("infallible");
        let body = response.into_body().collect().await;
        assert_eq!(body.is_ok(), is_whole, "{href}");
    }
}

#[tokio::test(start_paused = true)]
async fn not_to_know_is_503_before_a_streamed_answer_begins() {
    for mood in [Mood::Fails, Mood::Hangs, Mood::MissesOne, Mood::Panics] {
        let (status, body) = through(mood, streamed(500).await, "PROPFIND").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{mood:?}");
        let body = body.expect("a body");
        assert!(
            body.contains("check-unavailable") && !body.contains("title"),
            "{body}"
        );
        let (status, body) = through(mood, listing().into_http(), "PROPFIND").await;
        let body = body.expect("a body");
        assert_eq!(status, StatusCode::MULTI_STATUS);
        assert!(!body.contains("secret of /gold") && !body.contains("secret of /iron"));
    }
}

#[tokio::test]
async fn what_it_cannot_see_into_does_not_get_through() {
    let foreign = || {
        let mut response = Response::new(Full::new(Bytes::from_static(b"<secret/>")));
        *response.status_mut() = StatusCode::MULTI_STATUS;
        response
    };
    let mut renamed = listing().into_http();
    *renamed.status_mut() = StatusCode::OK;
    let mut compressed = listing().into_http();
    let gzip = "gzip".parse().expect("a value");
    compressed.headers_mut().insert("content-encoding", gzip);
    let replaced = streamed(100).await.map(|_| foreign().into_body());
    let closed = [
        through(Mood::Answers, foreign(), "PROPFIND").await,
        through(Mood::Answers, replaced, "PROPFIND").await,
        through(Mood::Answers, renamed, "GET").await,
        through(Mood::Answers, compressed, "PROPFIND").await,
    ];
    for (status, body) in closed {
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!body.expect("a body").contains("secret"));
    }

    // Outside of the layer that follows the request, all of them are closed.
    let handler = service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(listing().into_http())));
    let service = MemberPaywall::new(Plans::new(Mood::Answers))
        .layer(|_| rules())
        .layer(MultiStatusLayer::new().layer(handler));
    let response = service.oneshot(Request::new(())).await.expect("infallible");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// The response of the layer to one request.
async fn answered<B, C>(
    paywall: MemberPaywall<C>,
    rules: fn() -> MemberRules<&'static str>,
    response: Response<B>,
) -> Response<String>
where
    C: SubscriptionCheck<Subject = &'static str>,
    B: http_body::Body<Data = Bytes, Error: std::fmt::Debug> + Send + 'static,
{
    let mut response = Some(response);
    let handler = service_fn(move |_: Request<()>| {
        ready(Ok::<_, Infallible>(response.take().expect("one request")))
    });
    let service = paywall.layer(move |_| rules()).layer(handler);
    let response = service.oneshot(Request::new(())).await.expect("infallible");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Response::from_parts(head, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

fn field<B>(response: &Response<B>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

#[tokio::test(start_paused = true)]
async fn a_503_is_a_refusal_like_the_others() {
    let paywall =
        |mood| PaywallLayer::new(Plans::new(mood)).retry_after(Duration::from_millis(6_500));
    let foreign = || {
        let mut response = Response::new(Full::new(Bytes::from_static(b"<secret/>")));
        *response.status_mut() = StatusCode::MULTI_STATUS;
        response
    };
    let unmade = || panic!("told to");
    for (response, cause) in [
        (
            answered(paywall(Mood::Hangs).members(), rules, streamed(5).await).await,
            Some(UnansweredKind::Late),
        ),
        (
            answered(
                paywall(Mood::Answers).members(),
                unmade,
                listing().into_http(),
            )
            .await,
            Some(UnansweredKind::Panicked),
        ),
        (
            answered(paywall(Mood::Answers).members(), unmade, streamed(5).await).await,
            Some(UnansweredKind::Panicked),
        ),
        (
            answered(paywall(Mood::Answers).members(), rules, foreign()).await,
            None,
        ),
    ] {
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(field(&response, CACHE_CONTROL), Some("no-store"));
        assert_eq!(field(&response, VARY), Some("authorization"));
        let unanswered = response.extensions().get::<Unanswered>();
        assert_eq!(unanswered.map(Unanswered::kind), cause);
        // What cannot be seen into can be seen into no better later.
        assert_eq!(field(&response, RETRY_AFTER), cause.map(|_| "7"));
    }
}

/// It tells no client to come back before there can be an answer.
#[tokio::test]
async fn a_503_tells_how_long_a_check_rests() {
    let policy = TripPolicy::new()
        .failures(NonZeroU32::MIN)
        .rest(Duration::from_secs(60));
    for (delay, told) in [("5", "60"), ("90", "90")] {
        let check = Plans::new(Mood::Fails).circuit_breaker(policy);
        let seconds = Duration::from_secs(delay.parse().expect("a number"));
        let paywall = MemberPaywall::new(check).terms(Terms::new().retry_after(seconds));
        for (kind, told) in [
            (UnansweredKind::Failed, delay),
            (UnansweredKind::CircuitOpen, told),
        ] {
            let response = answered(paywall.clone(), rules, streamed(5).await).await;
            let unanswered = response.extensions().get::<Unanswered>();
            assert_eq!(unanswered.map(Unanswered::kind), Some(kind));
            assert_eq!(field(&response, RETRY_AFTER), Some(told));
        }
    }
}

#[tokio::test]
async fn rules_that_panic_are_heard_of_and_bring_nothing_down() {
    let heard = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&heard);
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers)).on_unanswered(move |unanswered| {
        assert_eq!(unanswered.kind(), UnansweredKind::Panicked);
        counts.fetch_add(1, Ordering::Relaxed);
        panic!("told to");
    });
    let unmade = || panic!("told to");
    let response = answered(paywall.clone(), unmade, listing().into_http()).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(heard.load(Ordering::Relaxed), 1);

    // What is no multistatus needs none.
    let page = Response::new(Full::new(Bytes::from_static(b"a page")));
    let response = answered(paywall.clone(), unmade, page).await;
    assert_eq!(response.body(), "a page");

    let of_gold = || {
        rules().predicate(|href| match href.segments().first() {
            Some(name) if name == b"own" => panic!("told to"),
            _ => None,
        })
    };
    let response = answered(paywall, of_gold, listing().into_http()).await;
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    let seen = super::seen_in(response.body());
    let statuses: Vec<_> = seen.iter().map(|(_, status)| &**status).collect();
    assert_eq!(
        statuses,
        ["-", "-", "-", "-", "402", "503", "-"],
        "{seen:?}"
    );
}

/// A shadow changes no answer, whatever it would have become.
#[tokio::test(start_paused = true)]
async fn the_members_of_a_shadow_are_withheld_from_nobody() {
    let whole = || {
        let mut response = listing().into_http();
        let etag = "of the listing".parse().expect("a value");
        response.headers_mut().insert(ETAG, etag);
        response.map(BodyExt::boxed_unsync)
    };
    let streamed = async || {
        let body = streamed(500).await;
        body.map(|body| body.map_err(|_| unreachable!()).boxed_unsync())
    };
    let foreign = || {
        let body = Full::new(Bytes::from_static(b"<secret/>")).boxed_unsync();
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::MULTI_STATUS;
        response
    };
    let read = async |response: Response<UnsyncBoxBody<Bytes, Infallible>>| {
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("infallible").to_bytes();
        (
            head.headers,
            String::from_utf8(body.to_vec()).expect("UTF-8"),
        )
    };
    let as_it_is = [
        read(whole()).await,
        read(streamed().await).await,
        read(foreign()).await,
    ];
    let unmade: fn() -> MemberRules<_> = || panic!("told to");
    for (mood, rules, is_asked) in [
        (Mood::Answers, rules as fn() -> _, true),
        (Mood::Hangs, rules, true),
        (Mood::Answers, unmade, false),
    ] {
        let plans = Plans::new(mood);
        let shadow = || PaywallLayer::new(Arc::clone(&plans)).shadow().members();
        let shadowed = [
            answered(shadow(), rules, whole()).await,
            answered(shadow(), rules, streamed().await).await,
            answered(shadow(), rules, foreign()).await,
        ];
        for (shadowed, (headers, body)) in shadowed.iter().zip(&as_it_is) {
            assert_eq!(shadowed.headers(), headers);
            assert_eq!(shadowed.body(), body);
        }
        assert_eq!(plans.questions.load(Ordering::Relaxed) > 0, is_asked);
    }
}

/// That there was no answer is told to the layers outside, whatever becomes of the members.
#[tokio::test]
async fn a_response_carries_that_there_was_no_answer() {
    let kind = |response: &Response<String>| {
        let unanswered = response.extensions().get::<Unanswered>();
        unanswered.map(Unanswered::kind)
    };
    let waived = |response: &Response<String>| {
        let waiver = response.extensions().get::<Waiver>();
        waiver.map(|waiver| waiver.refusal().code())
    };
    let whole = || listing().into_http().map(BodyExt::boxed_unsync);
    let streamed = async || {
        let body = streamed(5).await;
        body.map(|body| body.map_err(|_| unreachable!()).boxed_unsync())
    };
    let unmade: fn() -> MemberRules<_> = || panic!("told to");
    let plain = || PaywallLayer::new(Plans::new(Mood::Fails));
    let open = || plain().on_failure(FailurePolicy::Open).members();
    let shadow = || plain().shadow().members();

    let closed = answered(plain().members(), rules, whole()).await;
    assert_eq!(closed.status(), StatusCode::MULTI_STATUS);
    assert_eq!(kind(&closed), Some(UnansweredKind::Failed));
    assert_eq!(waived(&closed), None);
    for passed in [
        answered(open(), rules, whole()).await,
        answered(open(), rules, streamed().await).await,
        answered(shadow(), rules, whole()).await,
        answered(shadow(), rules, streamed().await).await,
        answered(shadow(), unmade, whole()).await,
    ] {
        assert_eq!(passed.status(), StatusCode::MULTI_STATUS);
        assert!(!passed.body().contains("402") && !passed.body().contains("503"));
        assert_eq!(kind(&passed), None);
        assert_eq!(waived(&passed), Some("check-unavailable"));
    }
    let paid = PaywallLayer::new(Plans::new(Mood::Answers)).members();
    let paid = answered(paid, rules, whole()).await;
    assert_eq!((kind(&paid), waived(&paid)), (None, None));
}

#[tokio::test]
async fn what_is_no_multistatus_passes_and_nothing_is_asked() {
    let error = || DavError::new(StatusCode::NOT_FOUND).with_description("no such note");
    let (status, body) = through(Mood::Panics, error().into_http(), "PROPFIND").await;
    assert_eq!(
        (status, body.as_deref()),
        (StatusCode::NOT_FOUND, Ok("no such note"))
    );

    let plans = Plans::new(Mood::Panics);
    let page =
        service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(DavBody::default()))));
    let paywall = MemberPaywall::new(Arc::clone(&plans));
    let service = MemberPaywallService::new(page, paywall, |_: &Parts| rules());
    let response = service.oneshot(Request::new(())).await.expect("infallible");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(plans.questions.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn rules_are_made_of_the_head_of_the_request() {
    for (plan, status) in [("gold", "-"), ("iron", "402")] {
        let handler = service_fn(|_: Request<()>| {
            let one = MultiStatus::from_iter([member(0)]);
            ready(Ok::<_, Infallible>(one.into_http()))
        });
        let service = MemberPaywall::new(Plans::new(Mood::Answers))
            .layer(|head: &http::request::Parts| {
                let plan = match head.headers["x-plan"].as_bytes() {
                    b"gold" => "gold",
                    _ => "iron",
                };
                MemberRules::new().path("/", plan)
            })
            .layer(handler);
        let request = Request::builder().header("x-plan", plan).body(());
        let response = service.oneshot(request.expect("a request")).await;
        let body = response.expect("infallible").into_body().collect().await;
        let body = body.expect("infallible").to_bytes();
        assert_eq!(
            super::seen_in(std::str::from_utf8(&body).expect("UTF-8"))[0].1,
            status
        );
    }
}

/// What was shown to one who has paid is not for the next one who asks a shared cache.
#[tokio::test]
async fn what_gets_through_is_for_its_caller_alone() {
    async fn said<B>(
        paywall: MemberPaywall<Arc<Plans>>,
        response: Response<B>,
    ) -> [Option<String>; 2]
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
    {
        let mut response = Some(response);
        let handler = service_fn(move |_: Request<()>| {
            ready(Ok::<_, Infallible>(response.take().expect("one request")))
        });
        let service = paywall.layer(|_| rules()).layer(handler);
        let response = service.oneshot(Request::new(())).await.expect("infallible");
        [CACHE_CONTROL, VARY].map(|name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        })
    }
    let own = |vary: &str| [Some("private".to_owned()), Some(vary.to_owned())];
    let plain = || MemberPaywall::new(Plans::new(Mood::Answers));
    let whole = || listing().into_http();

    assert_eq!(said(plain(), whole()).await, own("authorization"));
    assert_eq!(
        said(plain(), streamed(500).await).await,
        own("authorization")
    );
    assert_eq!(
        said(plain().terms(Terms::new().vary([COOKIE])), whole()).await,
        own("cookie")
    );
    let shared = PaywallLayer::new(Plans::new(Mood::Answers)).vary([COOKIE]);
    assert_eq!(said(shared.members(), whole()).await, own("cookie"));

    let mut public = whole();
    let value = "public, max-age=60".parse().expect("a value");
    public.headers_mut().insert(CACHE_CONTROL, value);
    let [cache_control, _] = said(plain(), public).await;
    assert_eq!(cache_control.as_deref(), Some("private, max-age=60"));

    // What holds no members is nobody's.
    let other = Response::new(Full::new(Bytes::from_static(b"a page")));
    assert_eq!(said(plain(), other).await, [None, None]);
}
