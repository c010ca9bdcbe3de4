//! The layer, where there is no answer: what it says then, and what passes an open gate or a shadow.

use std::{
    convert::Infallible,
    num::{NonZeroU32, NonZeroUsize},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{
    Response, StatusCode,
    header::{CACHE_CONTROL, ETAG, RETRY_AFTER, VARY},
};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use statuary::{
    DavError, Href, MemberPaywall, MemberRules, MultiStatusStream, PaywallLayer, Resource,
    SubscriptionCheckExt,
    challenge::Terms,
    checks::TripPolicy,
    members::Member,
    paywall::{FailurePolicy, Waiver},
    subscription::{Unanswered, UnansweredKind},
};

use super::{
    Mood, Plans,
    layered::{answered, failing, field, rules, streamed},
    listing,
};

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
            assert_eq!(rests(unanswered), kind == UnansweredKind::CircuitOpen);
            assert_eq!(field(&response, RETRY_AFTER), Some(told));
        }
    }
}

/// Whether it is known how long there will be no answer; that the terms say when to come back is no news of
/// the check.
fn rests(unanswered: Option<&Unanswered>) -> bool {
    let rest = unanswered.and_then(Unanswered::retry_after);
    rest.is_some_and(|rest| rest <= Duration::from_secs(60))
}

/// So it is where a handler asks by itself, and what it returns is an error.
#[tokio::test]
async fn a_streamed_answer_that_does_not_begin_is_the_same_503() {
    let policy = TripPolicy::new()
        .failures(NonZeroU32::MIN)
        .rest(Duration::from_secs(60));
    let check = Plans::new(Mood::Fails).circuit_breaker(policy);
    let terms = Terms::new().retry_after(Duration::from_millis(6_500));
    let paywall = MemberPaywall::new(check).terms(terms);
    for (kind, delay) in [
        (UnansweredKind::Failed, "7"),
        (UnansweredKind::CircuitOpen, "60"),
    ] {
        let members = ["/gold/1", "/iron/1"].map(|path| Ok(Resource::new(Href::path(path))));
        let begin = MultiStatusStream::from_iterator(members);
        let error: DavError = paywall.stream(begin, rules()).await.expect_err("no answer");
        let response = error.into_http();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(field(&response, RETRY_AFTER), Some(delay));
        let unanswered = response.extensions().get::<Unanswered>();
        assert_eq!(unanswered.map(Unanswered::kind), Some(kind));
        assert_eq!(rests(unanswered), kind == UnansweredKind::CircuitOpen);
        let source = unanswered.and_then(std::error::Error::source);
        assert_eq!(source.is_some(), kind == UnansweredKind::Failed);
    }
    // Of what nobody knows when it ends, nothing is told.
    let unknown = DavError::from(Unanswered::new(UnansweredKind::Late));
    assert_eq!(field(&unknown.into_http(), RETRY_AFTER), None);
}

#[tokio::test]
async fn rules_that_panic_are_heard_of_and_bring_nothing_down() {
    let heard = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&heard);
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers)).on_unanswered(move |unanswered| {
        assert_eq!(unanswered.kind(), UnansweredKind::Panicked);
        assert_eq!(unanswered.to_string(), "the rules over members panicked");
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

    let response = answered(paywall.clone(), unsteady, listing().into_http()).await;
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    let seen = super::seen_in(response.body());
    let statuses: Vec<_> = seen.iter().map(|(_, status)| &**status).collect();
    assert_eq!(
        statuses,
        ["-", "-", "-", "-", "402", "503", "503"],
        "{seen:?}"
    );
    assert_eq!(heard.load(Ordering::Relaxed), 2, "once for all members");
    let _ = paywall.enforce(listing(), &unsteady()).await;
    assert_eq!(heard.load(Ordering::Relaxed), 3);
}

/// It may be withheld, and nobody knows whether it is.
#[tokio::test]
async fn a_failure_that_rules_panic_on_is_a_503_for_want_of_an_answer() {
    let paywall = || MemberPaywall::new(Plans::new(Mood::Answers));
    let response = answered(paywall(), unsteady, failing("/own/rest", false).await).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.body().contains("check-unavailable"));
    assert_eq!(field(&response, RETRY_AFTER), Some("5"));
    let unanswered = response.extensions().get::<Unanswered>();
    let kind = unanswered.map(Unanswered::kind);
    assert_eq!(kind, Some(UnansweredKind::Panicked));
}

/// Whatever is not known of others.
#[tokio::test]
async fn a_failure_that_is_withheld_for_a_reason_is_a_503_without_a_cause() {
    let panics_on_others = || {
        rules().predicate(|href| match href.segments().first() {
            Some(name) if name == b"free" => panic!("told to"),
            Some(name) if name == b"busy" => Some(Member::Unknown),
            _ => None,
        })
    };
    let unidentified = || {
        rules().predicate(|href| {
            let is_nobodys = href.segments().first().is_some_and(|name| name == b"who");
            is_nobodys.then_some(Member::Unidentified)
        })
    };
    let failing_check = || MemberPaywall::new(Plans::new(Mood::Fails));
    let open = || failing_check().on_failure(FailurePolicy::Open);
    let steady = || MemberPaywall::new(Plans::new(Mood::Answers));
    for (paywall, rules, end) in [
        (open(), unidentified as fn() -> _, "/who/rest"),
        (failing_check(), unidentified, "/who/rest"),
        (steady(), panics_on_others, "/iron/rest"),
        (steady(), panics_on_others, "/busy/rest"),
    ] {
        let response = answered(paywall, rules, failing(end, false).await).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{end}");
        assert!(response.extensions().get::<Unanswered>().is_none(), "{end}");
        assert_eq!(field(&response, RETRY_AFTER), None, "{end}");
    }
}

/// Rules that panic on members of some folders.
fn unsteady() -> MemberRules<&'static str> {
    rules().predicate(|href| match href.segments().first() {
        Some(name) if name == b"own" || name == b"who" => panic!("told to"),
        _ => None,
    })
}

#[tokio::test]
async fn rules_that_panic_on_a_streamed_answer_are_heard_of_in_each_batch() {
    let heard = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&heard);
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers))
        .batch(NonZeroUsize::new(10).expect("not zero"))
        .on_unanswered(move |_| _ = counts.fetch_add(1, Ordering::Relaxed));
    let member = |index| {
        let folder = if (20..40).contains(&index) {
            "own"
        } else {
            "free"
        };
        Ok::<_, DavError>(Resource::new(Href::path(&format!("/{folder}/{index}"))))
    };
    let resources = MultiStatusStream::from_iterator((0..100).map(member));
    let stream = paywall.stream(resources, unsteady()).await;
    let body = stream.expect("no failure").into_http().into_body();
    let body = body.collect().await.expect("no failure").to_bytes();
    let body = std::str::from_utf8(&body).expect("UTF-8");
    assert_eq!(body.matches("HTTP/1.1 503").count(), 20, "{body}");
    assert_eq!(heard.load(Ordering::Relaxed), 2);
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
    let failing = || MemberRules::new().predicate(|_| panic!("told to"));
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
    // A gate is open where a check fails, and not where a rule does.
    let paid = || PaywallLayer::new(Plans::new(Mood::Answers));
    for withheld in [
        answered(paid().members(), unsteady, whole()).await,
        answered(
            paid().on_failure(FailurePolicy::Open).members(),
            unsteady,
            whole(),
        )
        .await,
        answered(paid().members(), failing, streamed().await).await,
    ] {
        assert_eq!(withheld.status(), StatusCode::MULTI_STATUS);
        assert!(withheld.body().contains("503 Service Unavailable"));
        assert_eq!(kind(&withheld), Some(UnansweredKind::Panicked));
        assert_eq!(waived(&withheld), None);
    }
    let shadow = answered(paid().shadow().members(), unsteady, whole()).await;
    assert!(!shadow.body().contains("503"));
    assert_eq!(kind(&shadow), None);
    assert_eq!(waived(&shadow), Some("check-unavailable"));
    // Of the two that fail, the check is told of.
    let both = answered(plain().members(), unsteady, whole()).await;
    assert_eq!(kind(&both), Some(UnansweredKind::Failed));

    let paid = answered(paid().members(), rules, whole()).await;
    assert_eq!((kind(&paid), waived(&paid)), (None, None));
}
