//! A 402 for one member inside a 207 for many.

mod asked;
mod closed;
mod inner;
mod layered;
mod rules;
mod secrets;
mod streamed;
mod unanswered;

use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{StatusCode, request::Parts};
use roxmltree::Document;
use statuary::{
    Decision, Denial, Grant, Href, Member, MemberPaywall, MultiStatus, PaywallLayer, Reason,
    Remedies, Resource, SubscriptionCheck, Unidentified, dav::SyncToken, paywall::FailurePolicy,
    prop, xml::Name,
};

use crate::infoset::{all, text};

/// What a check does when it is asked.
#[derive(Clone, Copy, Debug)]
enum Mood {
    Answers,
    Fails,
    Hangs,
    MissesOne,
    Panics,
}

/// Admits `gold` and refuses everybody else; counts the questions and the subjects.
#[derive(Debug)]
struct Plans {
    mood: Mood,
    questions: AtomicUsize,
    subjects: AtomicUsize,
}

impl Plans {
    fn new(mood: Mood) -> Arc<Self> {
        Arc::new(Self {
            mood,
            questions: AtomicUsize::new(0),
            subjects: AtomicUsize::new(0),
        })
    }
}

impl SubscriptionCheck for Plans {
    type Subject = &'static str;
    type Error = std::fmt::Error;

    fn subject(&self, _: &Parts) -> Result<&'static str, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, plan: &&'static str) -> Result<Decision, std::fmt::Error> {
        Ok(match *plan {
            "gold" => Grant::paid().into(),
            "own" => Denial::new(Reason::PastDue)
                .with_remedies(
                    Remedies::new()
                        .with_update_payment_method("https://example.com/card?a=1&b=2")
                        .expect("a URL"),
                )
                .into(),
            _ => Reason::NeverSubscribed.into(),
        })
    }

    async fn check_all(&self, plans: &[&'static str]) -> Result<Vec<Decision>, std::fmt::Error> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        self.subjects.fetch_add(plans.len(), Ordering::Relaxed);
        let mut decisions = Vec::new();
        for plan in plans {
            decisions.push(self.check(plan).await?);
        }
        match self.mood {
            Mood::Answers => Ok(decisions),
            Mood::Fails => Err(std::fmt::Error),
            Mood::Hangs => pending().await,
            Mood::MissesOne => Ok(decisions.split_off(1)),
            Mood::Panics => panic!("out of memory"),
        }
    }
}

/// The plan is the name of the member's first folder; what is in no folder is free.
fn cost(href: &Href<'_>) -> Member<&'static str> {
    match href.segments().first().map(|segment| &**segment) {
        Some(b"gold") => Member::Costs("gold"),
        Some(b"iron") => Member::Costs("iron"),
        Some(b"own") => Member::Costs("own"),
        Some(b"who") => Member::Unidentified,
        _ => Member::Free,
    }
}

fn listing() -> MultiStatus {
    [
        "/",
        "/free.txt",
        "/gold/",
        "/gold/a",
        "/iron/",
        "/iron/a",
        "/iron/sub/",
        "/own/x",
        "/who/x",
    ]
    .iter()
    .map(|path| {
        Resource::new(Href::path(path))
            .prop(prop::text(
                Name::from_static("urn:secret", "value"),
                format!("secret of {path}"),
            ))
            .missing(&Name::dav("getetag"))
    })
    .collect::<MultiStatus>()
    .sync_token(&SyncToken::new("urn:token").expect("a URI"))
}

/// Each response as its href and its status, or `-` where it has properties.
fn seen(answer: &MultiStatus) -> Vec<(String, String)> {
    seen_in(&answer.to_string())
}

fn seen_in(answer: &str) -> Vec<(String, String)> {
    let document = Document::parse(answer).expect("well-formed");
    let children = |node: roxmltree::Node<'_, '_>, name: &'static str| {
        node.children()
            .filter(|child| child.has_tag_name(("DAV:", name)))
            .map(text)
            .collect::<Vec<_>>()
    };
    all(document.root_element(), "response")
        .into_iter()
        .map(|response| {
            let status = children(response, "status");
            (
                children(response, "href").join(" "),
                status.first().map_or("-", |s| &s[9..12]).to_owned(),
            )
        })
        .collect()
}

/// A long listing looks at its last hrefs together, so that some of them wait.
#[tokio::test]
async fn an_href_that_comes_again_in_a_long_listing_is_none() {
    let members = (0..20_000).chain([0, 7]).chain(20_000..20_003);
    let member = |index: u32| {
        let folder = if index % 2 == 0 { "iron" } else { "free" };
        Resource::new(Href::path(&format!("/{folder}/{index}")))
            .prop(prop::DisplayName(&index.to_string()))
    };
    let answer: MultiStatus = members.map(member).collect();
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let left = paywall.apply(answer, cost).await;
    assert_eq!(left.len(), 20_003);
    let refused = seen(&left);
    assert_eq!(refused[20_000], ("/iron/20000".into(), "402".into()));
    assert_eq!(refused[20_001], ("/free/20001".into(), "-".into()));
}

#[tokio::test]
async fn what_was_not_paid_for_keeps_its_href_and_nothing_else() {
    let plans = Plans::new(Mood::Answers);
    let layer = PaywallLayer::new(Arc::clone(&plans)).upgrade("https://example.com/plans?x=1&y=2");
    let answer = layer.members().apply(listing(), cost).await;
    let expected = [
        ("/", "-"),
        ("/free.txt", "-"),
        ("/gold/", "-"),
        ("/gold/a", "-"),
        ("/iron/", "402"),
        ("/own/x", "402"),
        ("/who/x", "401"),
    ];
    let expected = expected.map(|(href, status)| (href.to_owned(), status.to_owned()));
    assert_eq!(
        seen(&answer),
        expected,
        "what is below a closed collection is not listed"
    );
    let answer = answer.to_string();
    assert!(
        !answer.contains("secret of /iron") && !answer.contains("secret of /own"),
        "{answer}"
    );
    assert!(
        answer.contains("secret of /gold/a") && answer.contains("urn:token"),
        "{answer}"
    );
    assert!(answer.contains(
        "<D:status>HTTP/1.1 402 Payment Required</D:status><D:error><P:never-subscribed/></D:error>"
    ));
    assert!(answer.contains("https://example.com/plans?x=1&amp;y=2</D:responsedescription>"));
    assert!(answer.contains("https://example.com/card?a=1&amp;b=2</D:responsedescription>"));
    assert_eq!(
        plans.questions.load(Ordering::Relaxed),
        1,
        "one question for all members"
    );
    assert_eq!(
        plans.subjects.load(Ordering::Relaxed),
        3,
        "each subject once"
    );
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_costs() {
    let plans = Plans::new(Mood::Panics);
    let paywall = MemberPaywall::new(Arc::clone(&plans));
    assert_eq!(paywall.apply(listing(), |_| Member::Free).await, listing());
    assert_eq!(plans.questions.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn not_to_know_is_503_and_never_402() {
    for mood in [Mood::Fails, Mood::Hangs, Mood::MissesOne, Mood::Panics] {
        let paywall = MemberPaywall::new(Plans::new(mood)).deadline(Duration::from_secs(1));
        let answer = paywall.apply(listing(), cost).await;
        let statuses: Vec<_> = seen(&answer)
            .into_iter()
            .map(|(_, status)| status)
            .collect();
        assert_eq!(statuses, ["-", "-", "503", "503", "503", "401"], "{mood:?}");
        assert!(!answer.to_string().contains("secret of /gold"), "{mood:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_gate_lets_those_pass_of_whom_nothing_is_known() {
    for mood in [Mood::Fails, Mood::Hangs, Mood::MissesOne, Mood::Panics] {
        let open = PaywallLayer::new(Plans::new(mood)).on_failure(FailurePolicy::Open);
        for paywall in [
            open.members(),
            MemberPaywall::new(Plans::new(mood)).on_failure(FailurePolicy::Open),
        ] {
            let answer = paywall.apply(listing(), cost).await;
            let seen = seen(&answer);
            let statuses = seen.iter().map(|(_, status)| &**status);
            let expected = ["-", "-", "-", "-", "-", "-", "-", "-", "401"];
            assert!(statuses.eq(expected), "{mood:?}: {seen:?}");
        }
    }
    let paywall = PaywallLayer::new(Plans::new(Mood::Answers)).on_failure(FailurePolicy::Open);
    let answer = paywall.members().apply(listing(), cost).await;
    assert!(answer.to_string().contains("402 Payment Required"));
}

#[tokio::test]
async fn of_several_hrefs_under_one_status_each_has_its_own_fate() {
    let shared = Resource::status(Href::path("/free.txt"), StatusCode::LOCKED)
        .and(Href::path("/iron/a & b"))
        .and(Href::path("/gold/c"))
        .description("busy");
    let lost = Resource::status(Href::path("/iron/x"), StatusCode::LOCKED);
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let answer = paywall
        .apply(MultiStatus::from_iter([shared, lost]), cost)
        .await;
    let expected = [
        ("/free.txt /gold/c", "423"),
        ("/iron/a%20&%20b", "402"),
        ("/iron/x", "402"),
    ];
    let expected = expected.map(|(href, status)| (href.to_owned(), status.to_owned()));
    assert_eq!(seen(&answer), expected);
}

/// What the root declares goes when nothing uses it any more.
#[tokio::test]
async fn what_an_attribute_says_declares_nothing() {
    let note = prop::with_content(Name::dav("note"), |note| {
        let tag = note.element(const { &Name::dav("said") });
        let name = const { &Name::from_static("urn:x", "by") };
        tag.attribute(name, "Write xmlns:n0='urn:x'").empty();
    });
    let free = Resource::new(Href::path("/free.txt")).prop(note);
    let lost = Resource::new(Href::path("/iron/x"));
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let answer = paywall
        .apply(MultiStatus::from_iter([free, lost]), cost)
        .await;
    Document::parse(&answer.to_string()).expect("well-formed");
}

#[tokio::test]
async fn what_is_withheld_leaves_no_trace() {
    let secret = |path: &'static str, namespace: &'static str| {
        Resource::new(Href::path(path))
            .prop(prop::text(Name::from_static("urn:free", "a"), "b"))
            .prop(prop::text(
                Name::from_static(namespace, "codename"),
                "secret",
            ))
    };
    let listing = MultiStatus::from_iter([
        secret("/iron", "urn:secret-project"),
        // Without a slash it is closed all the same.
        secret("/iron/below", "urn:ietf:params:xml:ns:caldav"),
        secret("/free.txt", "urn:open"),
    ]);
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let answer = paywall.apply(listing, cost).await.to_string();
    Document::parse(&answer).expect("well-formed");
    for trace in ["secret-project", "caldav", "below"] {
        assert!(!answer.contains(trace), "{trace}: {answer}");
    }
    assert!(
        answer.contains("urn:open") && answer.contains("urn:free"),
        "{answer}"
    );

    let shared = Resource::status(Href::path("/free.txt"), StatusCode::LOCKED)
        .and(Href::path("/iron/x"))
        .error(statuary::Condition::LockTokenSubmitted(
            Href::path("/iron/x").into(),
        ))
        .description("/iron/x is locked");
    let answer = paywall
        .apply(MultiStatus::from_iter([shared]), cost)
        .await
        .to_string();
    assert!(
        answer.contains(
            "<D:href>/free.txt</D:href><D:status>HTTP/1.1 423 Locked</D:status></D:response>"
        ),
        "{answer}"
    );
}

#[tokio::test]
async fn who_runs_the_check_hears_of_its_failure() {
    let heard = Arc::new(AtomicUsize::new(0));
    let hears = Arc::clone(&heard);
    let paywall = MemberPaywall::new(Plans::new(Mood::Fails)).on_unanswered(move |unanswered| {
        assert!(std::error::Error::source(unanswered).is_some());
        hears.fetch_add(1, Ordering::Relaxed);
    });
    let _ = paywall.apply(listing(), cost).await;
    assert_eq!(heard.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_answer_still_follows_the_request() {
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let answer = paywall.apply(listing(), cost).await;
    let service = tower::ServiceBuilder::new()
        .layer(statuary::MultiStatusLayer::new())
        .service(tower::service_fn(move |_: http::Request<()>| {
            std::future::ready(Ok::<_, Infallible>(answer.clone().into_http()))
        }));
    let request = http::Request::builder()
        .method("PROPFIND")
        .header("prefer", "return=minimal");
    let request = request.body(()).expect("a request");
    let response = tower::ServiceExt::oneshot(service, request)
        .await
        .expect("infallible");
    let body = http_body_util::BodyExt::collect(response.into_body())
        .await
        .expect("infallible");
    let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    assert!(!body.contains("404 Not Found"), "{body}");
    assert_eq!(body.matches("402 Payment Required").count(), 2, "{body}");
    Document::parse(&body).expect("well-formed");
}
