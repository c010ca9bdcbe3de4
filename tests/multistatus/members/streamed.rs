//! Streamed answers: one question for each batch, and the order is kept.

use std::{
    convert::Infallible,
    future::pending,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::stream;
use http::{Request, StatusCode, request::Parts};
use http_body_util::BodyExt;
use statuary::{
    DavError, Decision, Grant, Href, MemberPaywall, MemberRules, MultiStatusStream, Reason,
    Resource, SubscriptionCheck, Unidentified,
    dav::SyncToken,
    outcome::{Change, Matches, SyncCollection, Synced},
    prop,
    reply::Begin,
    xml::Name,
};
use tokio::{sync::oneshot, time::sleep};
use tower::{Layer, ServiceExt, service_fn};

use super::seen_in;

/// Admits even numbers; the batches are answered in an order of their own.
#[derive(Default)]
struct Numbers {
    batches: Mutex<Vec<usize>>,
    running: AtomicUsize,
    most: AtomicUsize,
    /// Which question has no answer, from one on.
    fails: usize,
    hangs: bool,
}

impl SubscriptionCheck for Numbers {
    type Subject = usize;
    type Error = std::fmt::Error;

    fn subject(&self, _: &Parts) -> Result<usize, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, number: &usize) -> Result<Decision, std::fmt::Error> {
        Ok(match number % 2 {
            0 => Grant::paid().into(),
            _ => Reason::NeverSubscribed.into(),
        })
    }

    async fn check_all(&self, numbers: &[usize]) -> Result<Vec<Decision>, std::fmt::Error> {
        let question = {
            let mut batches = self.batches.lock().unwrap();
            batches.push(numbers.len());
            batches.len()
        };
        let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(running, Ordering::Relaxed);
        if self.hangs {
            return pending().await;
        }
        // Odd questions take longer than those after them.
        sleep(Duration::from_millis(if question % 2 == 1 {
            50
        } else {
            10
        }))
        .await;
        self.running.fetch_sub(1, Ordering::Relaxed);
        if question == self.fails {
            return Err(std::fmt::Error);
        }
        let mut decisions = Vec::new();
        for number in numbers {
            decisions.push(self.check(number).await?);
        }
        Ok(decisions)
    }
}

fn number(href: &Href<'_>) -> usize {
    let name = href.segments().pop().expect("a name");
    std::str::from_utf8(&name).unwrap().parse().unwrap()
}

fn rules() -> MemberRules<usize> {
    MemberRules::new().predicate(|href| Some(statuary::Member::Costs(number(href))))
}

fn member(index: usize) -> Resource {
    Resource::new(Href::path(&format!("/m/{index}")))
        .prop(prop::DisplayName(&format!("title {index}")))
}

fn some(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn paywall(numbers: &Arc<Numbers>) -> MemberPaywall<Arc<Numbers>> {
    MemberPaywall::new(Arc::clone(numbers))
        .batch(some(10))
        .concurrency(some(3))
}

fn members(count: usize) -> impl Iterator<Item = Result<Resource, DavError>> + Send + 'static {
    (0..count).map(|index| Ok(member(index)))
}

#[tokio::test(start_paused = true)]
async fn there_is_one_question_for_each_batch_and_the_order_is_kept() {
    let numbers = Arc::new(Numbers::default());
    let begin = MultiStatusStream::from_iterator(members(95)).chunk_size(1_000);
    let stream = paywall(&numbers).stream(begin, rules());
    let response = stream.await.expect("no failure").into_http();
    let body = response.into_body().collect().await.expect("no failure");
    let body = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    let seen = seen_in(&body);
    let expected: Vec<_> = (0..95)
        .map(|index| {
            let status = if index % 2 == 0 { "-" } else { "402" };
            (format!("/m/{index}"), status.to_owned())
        })
        .collect();
    assert_eq!(seen, expected);
    assert_eq!(
        *numbers.batches.lock().unwrap(),
        [10, 10, 10, 10, 10, 10, 10, 10, 10, 5]
    );
    assert_eq!(
        numbers.most.load(Ordering::Relaxed),
        3,
        "as many at once as may be"
    );
    for odd in (1..95).step_by(2) {
        assert!(!body.contains(&format!("title {odd}<")), "{odd}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_at_once_is_503() {
    let numbers = Arc::new(Numbers {
        fails: 1,
        ..Numbers::default()
    });
    let begin = MultiStatusStream::from_iterator(members(95)).chunk_size(1_000);
    let failed = paywall(&numbers).stream(begin, rules()).await;
    let failed = failed.expect_err("nothing was sent");
    assert_eq!(failed.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = failed
        .into_http()
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("check-unavailable"));
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_later_breaks_the_transfer_off() {
    let numbers = Arc::new(Numbers {
        fails: 7,
        ..Numbers::default()
    });
    let begin = MultiStatusStream::from_iterator(members(95)).chunk_size(1_000);
    let stream = paywall(&numbers)
        .stream(begin, rules())
        .await
        .expect("it begins");
    let mut body = stream.into_http().into_body();
    let mut sent = Vec::new();
    let broken = loop {
        match body.frame().await {
            Some(Ok(frame)) => sent.extend(frame.into_data().expect("data")),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broken, "no clean end");
    let sent = String::from_utf8(sent).unwrap();
    assert!(
        sent.contains("title 0<") && !sent.contains("title 60<"),
        "{sent}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_later_is_told_where_an_end_was_chosen() {
    let numbers = Arc::new(Numbers {
        fails: 7,
        ..Numbers::default()
    });
    let begin = MultiStatusStream::from_iterator(members(95))
        .chunk_size(1_000)
        .end_with(|error| Resource::status(Href::path("/rest"), error.status()));
    let stream = paywall(&numbers).stream(begin, rules());
    let response = stream.await.expect("it begins").into_http();
    let body = response.into_body().collect().await.expect("a clean end");
    let seen = seen_in(std::str::from_utf8(&body.to_bytes()).unwrap());
    assert_eq!(seen.len(), 61);
    assert_eq!(seen[60], ("/rest".to_owned(), "503".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_is_late() {
    let numbers = Arc::new(Numbers {
        hangs: true,
        ..Numbers::default()
    });
    let begin = MultiStatusStream::from_iterator(members(95));
    let late = paywall(&numbers)
        .deadline(Duration::from_secs(1))
        .stream(begin, rules());
    let late = late.await.expect_err("late");
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// A client that is slow to read makes no question late that it was not waiting for.
#[tokio::test(start_paused = true)]
async fn by_default_nothing_is_asked_before_it_is_wanted() {
    let numbers = Arc::new(Numbers::default());
    let begin = MultiStatusStream::from_iterator(members(95)).chunk_size(1_000);
    let stream = MemberPaywall::new(Arc::clone(&numbers))
        .batch(some(10))
        .deadline(Duration::from_secs(1))
        .stream(begin, rules())
        .await
        .expect("it begins");
    let mut body = stream.into_http().into_body();
    while let Some(frame) = body.frame().await {
        frame.expect("no failure");
        assert_eq!(numbers.running.load(Ordering::Relaxed), 0);
        sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(numbers.batches.lock().unwrap().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn cancelled_halfway_the_source_is_dropped() {
    let (here, gone) = oneshot::channel::<Infallible>();
    let endless = (0..).map(move |index| {
        let _ = &here;
        Ok::<_, DavError>(member(index))
    });
    let numbers = Arc::new(Numbers::default());
    let begin = MultiStatusStream::from_iterator(endless).chunk_size(1_000);
    let stream = paywall(&numbers)
        .stream(begin, rules())
        .await
        .expect("it begins");
    let mut body = stream.into_http().into_body();
    body.frame().await.expect("endless").expect("no failure");
    drop(body);
    assert!(gone.await.is_err());
    assert!(
        numbers.batches.lock().unwrap().len() < 10,
        "the source was held back"
    );

    // And while it has not begun.
    let (here, gone) = oneshot::channel::<Infallible>();
    let resources = (0..95).map(move |index| {
        let _ = &here;
        Ok::<_, DavError>(member(index))
    });
    let numbers = Arc::new(Numbers {
        hangs: true,
        ..Numbers::default()
    });
    let begin = paywall(&numbers).stream(MultiStatusStream::from_iterator(resources), rules());
    let cancelled = tokio::time::timeout(Duration::from_millis(1), begin).await;
    assert!(cancelled.is_err());
    assert!(gone.await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_source_comes_after_what_was_before_it() {
    let failing = members(25).chain([Err(DavError::new(StatusCode::FORBIDDEN))]);
    let begin = MultiStatusStream::from_iterator(failing)
        .end_with(|error| Resource::status(Href::path("/rest"), error.status()));
    let numbers = Arc::new(Numbers::default());
    let stream = paywall(&numbers)
        .stream(begin, rules())
        .await
        .expect("an end was chosen");
    let body = stream
        .into_http()
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes();
    let seen = seen_in(std::str::from_utf8(&body).unwrap());
    assert_eq!(seen.len(), 26);
    assert_eq!(seen[25], ("/rest".to_owned(), "403".to_owned()));
}

/// Without its token a client would have to ask for everything again.
#[tokio::test(start_paused = true)]
async fn what_is_said_of_the_whole_at_its_end_gets_through() {
    fn token() -> SyncToken {
        SyncToken::new("urn:2").expect("a URI")
    }
    fn changes() -> Begin<DavError> {
        let changes = members(95).map(|member| member.map(Change::Changed));
        SyncCollection::stream(Href::collection("/m"), stream::iter(changes), || {
            Synced::Whole(token())
        })
    }
    fn described() -> Begin<DavError> {
        let mut members = members(95);
        MultiStatusStream::from_fn(move |answer| {
            let member = members.next().transpose()?;
            if member.is_none() {
                *answer = std::mem::take(answer)
                    .description("all")
                    .sync_token(&token());
            }
            let more = member.is_some();
            answer.extend(member);
            Ok(more)
        })
    }
    for (begin, end) in [
        (
            changes as fn() -> Begin<DavError>,
            "<D:sync-token>urn:2</D:sync-token></D:multistatus>",
        ),
        (
            described,
            "<D:responsedescription>all</D:responsedescription>\
             <D:sync-token>urn:2</D:sync-token></D:multistatus>",
        ),
    ] {
        for chunk_size in [1_000, 1 << 20] {
            for answer in both_ways(move || begin().chunk_size(chunk_size)).await {
                assert!(answer.ends_with(end), "{chunk_size}: {answer}");
                assert_eq!(seen_in(&answer).len(), 95);
            }
        }
    }
}

/// A source may fill documents of its own; what their roots declare is not lost with the roots.
#[tokio::test(start_paused = true)]
async fn a_page_that_takes_the_place_of_the_answer_is_told_with_its_namespaces() {
    fn pages() -> Begin<DavError> {
        let mut pages = (0..3).map(|page| 10 * page..10 * (page + 1));
        MultiStatusStream::from_fn(move |answer| {
            let Some(page) = pages.next() else {
                return Ok(false);
            };
            *answer = page.map(named).collect();
            Ok(true)
        })
    }
    fn named(index: usize) -> Resource {
        let namespace = ["urn:open", "urn:secret"][index % 2];
        let color = Name::from_static(namespace, "color");
        member(index)
            .prop(prop::text(color, "red"))
            .missing(&Name::dav("getetag"))
    }
    for answer in both_ways(|| pages().chunk_size(1_000)).await {
        assert_eq!(seen_in(&answer).len(), 30, "{answer}");
        let document = roxmltree::Document::parse(&answer).expect("well-formed");
        let told = document.descendants();
        let told = told.filter(|node| node.has_tag_name(("urn:open", "color")));
        assert_eq!(told.count(), 15, "{answer}");
        assert!(!answer.contains("urn:secret"), "{answer}");
    }
}

/// An answer through the method of a paywall, and through its layer.
async fn both_ways(begin: impl Fn() -> Begin<DavError> + Clone) -> [String; 2] {
    let numbers = Arc::new(Numbers::default());
    let by_method = paywall(&numbers).stream(begin(), rules()).await;
    let body = by_method.expect("no failure").into_http().into_body();
    let by_method = body.collect().await.expect("no failure").to_bytes();

    let handler = service_fn(move |_: Request<()>| {
        let begin = begin();
        async { begin.await.map(MultiStatusStream::into_http) }
    });
    let service = paywall(&numbers).layer(|_: &Parts| rules()).layer(handler);
    let by_layer = service.oneshot(Request::new(())).await;
    let body = by_layer.expect("no failure").into_body();
    let by_layer = body.collect().await.expect("no failure").to_bytes();
    [by_method, by_layer].map(|body| String::from_utf8(body.to_vec()).expect("UTF-8"))
}

#[tokio::test(start_paused = true)]
async fn what_is_found_again_in_another_batch_is_no_match_more() {
    fn matches() -> Begin<DavError> {
        // With a last slash it is the same.
        let again =
            (0..25).map(|index| Ok(Resource::new(Href::collection(&format!("/m/{index}")))));
        let found = stream::iter(members(25).chain(members(25)).chain(again));
        Matches::stream(Href::path("/search"), 25, found)
    }
    for chunk_size in [1, 500, 1 << 20] {
        for answer in both_ways(move || matches().chunk_size(chunk_size)).await {
            let seen = seen_in(&answer);
            assert_eq!(
                seen.len(),
                25,
                "and nobody is told that there are more: {seen:?}"
            );
        }
    }
}
