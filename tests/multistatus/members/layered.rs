//! The layer: whatever a handler answers goes through it, and what it cannot see into does not.

use std::{
    convert::Infallible,
    future::ready,
    sync::{Arc, atomic::Ordering},
};

use bytes::Bytes;
use http::{
    HeaderName, Request, Response, StatusCode,
    header::{CACHE_CONTROL, COOKIE, VARY},
    request::Parts,
    uri::{Authority, Scheme},
};
use http_body_util::{BodyExt, Full};
use statuary::{
    DavError, Href, MemberPaywall, MemberRules, MultiStatus, MultiStatusLayer, MultiStatusStream,
    PaywallLayer, Resource, SubscriptionCheck,
    challenge::Terms,
    members::MemberPaywallService,
    prop,
    reply::{DavBody, StreamBody},
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::{Mood, Plans, listing};

pub(super) fn rules() -> MemberRules<&'static str> {
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

pub(super) async fn streamed(count: usize) -> Response<StreamBody> {
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

/// An answer whose source fails at its end, which is told by the status of an href; whether it is streamed,
/// or fits one chunk.
pub(super) async fn failing(href: &'static str, is_streamed: bool) -> Response<StreamBody> {
    let root = Resource::new(Href::path("/")).prop(prop::DisplayName("root"));
    let members = [root].into_iter().chain((0..50).map(member));
    let resources = members.map(Ok).chain([Err("full")]);
    let stream = MultiStatusStream::from_iterator(resources)
        .end_with(move |_| Resource::status(Href::path(href), StatusCode::INSUFFICIENT_STORAGE));
    let stream = match is_streamed {
        true => stream.chunk_size(1_000),
        false => stream,
    };
    stream.await.expect("it begins well").into_http()
}

/// A failure is told by a response, or by an end that is none.
#[tokio::test]
async fn a_failure_that_cannot_be_told_breaks_the_transfer_off() {
    let failing = async |href| failing(href, true).await;
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

/// As long as nothing is sent, there is another way to tell it.
#[tokio::test]
async fn a_failure_that_cannot_be_told_in_the_first_chunk_is_503() {
    let failing = async |href| failing(href, false).await;
    // What was told before gives way.
    for href in ["/free/", "/", "/free/0"] {
        let (status, told) = through(Mood::Answers, failing(href).await, "PROPFIND").await;
        let told = told.expect("a whole answer");
        assert_eq!(status, StatusCode::MULTI_STATUS);
        assert_eq!(told.matches("507 Insufficient Storage").count(), 1);
    }
    // It is withheld, or below what is.
    for href in ["/iron/", "/iron/1", "/iron/1/below"] {
        for mood in [Mood::Answers, Mood::Fails] {
            let (status, told) = through(mood, failing(href).await, "PROPFIND").await;
            let told = told.expect("a whole answer");
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{href}: {told}");
            assert!(!told.contains("title"), "{told}");
        }
        let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
        let refused = answered(paywall, rules, failing(href).await).await;
        assert_eq!(field(&refused, CACHE_CONTROL), Some("no-store"));
        assert_eq!(field(&refused, VARY), Some("authorization"));

        let shadow = MemberPaywall::new(Plans::new(Mood::Answers)).shadow();
        let shadowed = answered(shadow, rules, failing(href).await).await;
        assert!(shadowed.body().contains("507 Insufficient Storage"));
    }

    // Two paywalls, one inside of the other.
    for (rules_inside, rules_outside) in [
        (rules as fn() -> _, MemberRules::new as fn() -> _),
        (MemberRules::new, rules),
    ] {
        for (href, status) in [("/free/", 207), ("/iron/", 503)] {
            let paywall = || MemberPaywall::new(Plans::new(Mood::Answers));
            let mut response = Some(failing(href).await);
            let handler = service_fn(move |_: Request<()>| {
                ready(Ok::<_, Infallible>(response.take().expect("one request")))
            });
            let inner = paywall().layer(move |_| rules_inside()).layer(handler);
            let outer = paywall().layer(move |_| rules_outside()).layer(inner);
            let response = outer.oneshot(Request::new(())).await.expect("infallible");
            assert_eq!(response.status(), status, "{href}");
        }
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
pub(super) async fn answered<B, C>(
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

pub(super) fn field<B>(response: &Response<B>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
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

/// Clients begin the hrefs of a report with the mount; the layer outside tells the rules what it is.
#[tokio::test]
async fn below_a_mount_rules_see_what_the_routes_see() {
    let members = || {
        let member = |href: Href<'static>| Resource::new(href).prop(prop::GetContentLength(1));
        [
            member(Href::path("/iron/a.ics")),
            member(Href::path("/dav/iron/b.ics").of_server()),
            member(Href::path("/dav/free/c.ics").of_server()),
        ]
    };
    let whole = || {
        let answer = MultiStatus::from_iter(members()).into_http();
        answer.map(BodyExt::boxed_unsync)
    };
    let streamed = async || {
        let stream = MultiStatusStream::from_iterator(members().map(Ok::<_, DavError>));
        let answer = stream.await.expect("no failure").into_http();
        answer.map(|body| body.map_err(|_| unreachable!()).boxed_unsync())
    };
    let shop = || Authority::from_static("dav.example.com");
    let plain = MultiStatusLayer::new();
    for (outside, rules, expected) in [
        (
            plain.clone().mounted_at("/dav"),
            rules(),
            ["402", "402", "-"],
        ),
        (
            plain.clone().mounted_at("/dav"),
            rules().mounted_at("/dav"),
            ["402", "402", "-"],
        ),
        // They may know better.
        (
            plain.clone().mounted_at("/dav"),
            rules().mounted_at("/x"),
            ["402", "-", "-"],
        ),
        (plain.clone().mounted_at("/"), rules(), ["402", "-", "-"]),
        (
            plain.clone().origin(Scheme::HTTPS, shop()),
            rules(),
            ["402", "-", "-"],
        ),
        (plain, rules(), ["402", "-", "-"]),
    ] {
        for response in [whole(), streamed().await] {
            let mut response = Some(response);
            let handler = service_fn(move |_: Request<()>| {
                ready(Ok::<_, Infallible>(response.take().expect("one request")))
            });
            let rules = rules.clone();
            let service = ServiceBuilder::new()
                .layer(outside.clone())
                .layer(MemberPaywall::new(Plans::new(Mood::Answers)).layer(move |_| rules.clone()))
                .service(handler);
            let response = service.oneshot(Request::new(())).await.expect("infallible");
            let body = response.into_body().collect().await.expect("infallible");
            let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
            let seen = super::seen_in(&body);
            let statuses: Vec<_> = seen.iter().map(|(_, status)| &**status).collect();
            assert_eq!(statuses, expected, "{outside:?}: {seen:?}");
        }
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
