//! Outcomes that are told while they are still being found.

use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{FutureExt, StreamExt, stream};
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use proptest::prelude::*;
use statuary::{
    DavError, Href, MultiStatus, MultiStatusStream, Propfind, Resource,
    dav::SyncToken,
    outcome::{Change, Matches, SyncCollection, Synced, Tree, Unsynced, multiget, multiget_stream},
    prop,
    reply::StreamBody,
    request::report,
    xml::Limits,
};
use tokio::sync::oneshot;

use super::{href, responses};

fn text(response: Response<StreamBody>) -> String {
    let body = response.into_body().collect();
    let body = body
        .now_or_never()
        .expect("it is there")
        .expect("no failure");
    String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8")
}

fn told<E: std::fmt::Debug>(stream: Option<Result<MultiStatusStream, E>>) -> String {
    let stream = stream.expect("it is there").expect("no failure");
    text(stream.into_http())
}

fn found(at: &'static str) -> Resource {
    Resource::new(href(at)).prop(prop::GetContentLength(3))
}

fn outcomes(
    outcomes: &[(&'static str, StatusCode)],
) -> impl futures_util::Stream<Item = (Href<'static>, StatusCode)> + Send + 'static + use<> {
    let outcomes: Vec<_> = outcomes
        .iter()
        .map(|(path, status)| (href(path), *status))
        .collect();
    stream::iter(outcomes)
}

#[tokio::test]
async fn m37_the_status_of_a_tree_is_known_before_anything_is_sent() {
    const OK: StatusCode = StatusCode::NO_CONTENT;
    const DEPENDENT: StatusCode = StatusCode::FAILED_DEPENDENCY;
    let rows: [(&[(&str, StatusCode)], u16); 5] = [
        (&[("/d/a", OK), ("/d/", OK)], 204),
        (&[("/d/a", OK), ("/d/", StatusCode::FORBIDDEN)], 403),
        (&[("/d/", StatusCode::FORBIDDEN), ("/d/a", OK)], 403),
        (&[("/d/", DEPENDENT)], 424),
        (
            &[("/d/", StatusCode::FORBIDDEN), ("/d/a", StatusCode::LOCKED)],
            207,
        ),
    ];
    for (row, status) in rows {
        let response = Tree::stream(href("/d/"), outcomes(row), OK).await;
        assert_eq!(response.status(), status, "{row:?}");
    }
    let row = [
        ("/d/a", OK),
        ("/d/b", StatusCode::LOCKED),
        ("/d/c", OK),
        ("/d/", DEPENDENT),
        ("/d/e", StatusCode::CONTINUE),
        ("/d/b", StatusCode::FORBIDDEN),
        ("/d/b/", StatusCode::FORBIDDEN),
        ("/d/f/", StatusCode::LOCKED),
        ("/d/f", StatusCode::FORBIDDEN),
        ("/d/%62", StatusCode::FORBIDDEN),
        ("/d/%66", StatusCode::FORBIDDEN),
    ];
    // The future borrows nothing of the target.
    let answer = {
        let target = "/d/".to_owned();
        Tree::stream(Href::path(&target), outcomes(&row), OK)
    };
    let response = answer.await;
    let seen = responses(&text(response));
    let seen: Vec<_> = seen
        .iter()
        .map(|(href, status, _)| (&**href, status.as_deref()))
        .collect();
    let expected = [
        ("/d/b", Some("HTTP/1.1 423 Locked")),
        ("/d/e", Some("HTTP/1.1 500 Internal Server Error")),
        ("/d/f/", Some("HTTP/1.1 423 Locked")),
    ];
    assert_eq!(seen, expected, "only failures, and each once");
}

#[tokio::test]
async fn what_is_long_comes_in_chunks_and_ends_with_its_source() {
    let (here, gone) = oneshot::channel::<Infallible>();
    let endless = stream::iter(0..).map(move |index| {
        let _ = &here;
        let path = format!("/d/{index}");
        (Href::path(&path).into_owned(), StatusCode::LOCKED)
    });
    let response = Tree::stream(href("/d/"), endless, StatusCode::NO_CONTENT).await;
    let mut body = response.into_body();
    for _ in 0..3 {
        let chunk = body.frame().await.expect("endless").expect("no failure");
        let length = chunk.into_data().expect("data").len();
        assert!((64 * 1024..66 * 1024).contains(&length), "{length}");
    }
    drop(body);
    assert!(gone.await.is_err(), "the source is dropped");

    // And while the status is not known yet.
    let (here, gone) = oneshot::channel::<Infallible>();
    let silent = stream::once(async move {
        let _here = here;
        pending::<(Href<'static>, StatusCode)>().await
    });
    let waiting = Tree::stream(href("/d/"), silent, StatusCode::NO_CONTENT);
    assert!(waiting.now_or_never().is_none());
    assert!(gone.await.is_err());
}

#[test]
fn e11_e17_a_search_that_finds_too_much_is_cut_off_and_says_so() {
    let all = &["/a", "/target", "/b", "/c"][..];
    for (all, most, expected) in [
        (all, 0, vec!["/target 507"]),
        (all, 2, vec!["/a", "/target 507"]),
        (all, 3, vec!["/a", "/b", "/target 507"]),
        (all, 4, vec!["/a", "/b", "/c", "/target"]),
        (all, 9, vec!["/a", "/b", "/c", "/target"]),
        // What is found again is no match more.
        (&["/a", "/a"], 1, vec!["/a"]),
        (&["/a/", "/a"], 1, vec!["/a/"]),
        (&["/(a)", "/%28a%29"], 1, vec!["/(a)"]),
        (&["/a", "/a", "/b"], 1, vec!["/a", "/target 507"]),
        (&["/target", "/a", "/target/"], 2, vec!["/a", "/target"]),
    ] {
        let found = stream::iter(all.iter().map(|path| Ok::<_, DavError>(found(path))));
        let answer = Matches::stream(href("/target/"), most, found).now_or_never();
        let seen: Vec<_> = responses(&told(answer))
            .into_iter()
            .map(|(href, status, _)| match status {
                None => href,
                Some(status) => format!("{} {}", href.trim_end_matches('/'), &status[9..12]),
            })
            .collect();
        assert_eq!(seen, expected, "{most} of {all:?}");
    }
}

#[test]
fn a_search_that_fails_late_ends_as_was_chosen() {
    let failing = || {
        let found = stream::iter(["/a", "/b"].map(|path| Ok(found(path))));
        let failure = stream::iter([Err(DavError::new(StatusCode::FORBIDDEN))]);
        Matches::stream(href("/s"), 9, found.chain(failure)).chunk_size(100)
    };
    let broken = failing()
        .now_or_never()
        .expect("it is there")
        .expect("it begins");
    let body = broken.into_http().into_body().collect();
    assert!(body.now_or_never().expect("it is there").is_err());
    let ended = failing().end_with(|error| Resource::status(href("/rest"), error.status()));
    assert!(
        told(ended.now_or_never())
            .ends_with("403 Forbidden</D:status></D:response></D:multistatus>")
    );
    let at_once = stream::iter([Err::<Resource, _>(DavError::new(StatusCode::FORBIDDEN))]);
    let refused = Matches::stream(href("/s"), 9, at_once).now_or_never();
    assert_eq!(
        refused.expect("it is there").expect_err("refused").status(),
        403
    );
}

#[test]
fn e19_e22_changes_end_with_the_token_of_the_state_up_to_there() {
    let token = || SyncToken::new("http://example.com/sync/2").expect("a URI");
    for (synced, rest) in [
        (Synced::Whole(token()), ""),
        (
            Synced::UpTo(token()),
            "<D:response><D:href>/home/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>\
             <D:error><D:number-of-matches-within-limits/></D:error></D:response>",
        ),
    ] {
        let changes = [
            Change::Changed(found("/home/new")),
            Change::Changed(found("/home")),
            Change::Removed(href("/home/old")),
            Change::Unsynced(href("/home/sub/"), Unsynced::SupportedReport),
        ];
        let mut collected = SyncCollection::new(href("/home/"), token());
        collected.extend(changes.clone());
        let changes = stream::iter(changes.map(Ok::<_, DavError>));
        let answer = SyncCollection::stream(href("/home/"), changes, || synced).now_or_never();
        let answer = told(answer);
        let end =
            format!("{rest}<D:sync-token>http://example.com/sync/2</D:sync-token></D:multistatus>");
        assert!(answer.ends_with(&end), "{answer}");
        let sorted = |answer: &str| {
            let mut told = responses(answer);
            told.retain(|(href, _, _)| href != "/home/");
            told.sort();
            told
        };
        let collected = MultiStatus::from(collected).to_string();
        assert_eq!(sorted(&answer), sorted(&collected));
    }
}

#[test]
fn section_3_5_2_of_a_removed_collection_no_members_are_told_after_it() {
    for old in ["/home/old/", "/home/old", "/home/%6Fld/"] {
        let changes = [
            Change::Removed(href("/home/a")),
            Change::Removed(href(old)),
            Change::Changed(found("/home/new")),
            Change::Removed(href("/home/old/b")),
            Change::Removed(href("/home/old/deep/")),
            Change::Removed(href("/home/older")),
            // Whatever was removed in between.
            Change::Removed(href("/home/old/c")),
            Change::Changed(found("/home/new/")),
            Change::Changed(Resource::new(href("/home/n%65w"))),
        ];
        let changes = stream::iter(changes.map(Ok::<_, DavError>));
        let token = SyncToken::new("urn:2").expect("a URI");
        let answer = SyncCollection::stream(href("/home/"), changes, || Synced::Whole(token));
        let told = responses(&told(answer.now_or_never()));
        let hrefs: Vec<_> = told.iter().map(|(href, ..)| &**href).collect();
        assert_eq!(hrefs, ["/home/a", old, "/home/new", "/home/older"]);
    }
}

#[test]
fn e24_an_initial_answer_has_no_removals_and_none_has_the_collection() {
    let body = |token| {
        format!(
            "<sync-collection xmlns='DAV:'><sync-token>{token}</sync-token>\
             <sync-level>1</sync-level><prop/></sync-collection>"
        )
    };
    for (token, told_of) in [
        ("", &["/home/new"][..]),
        ("urn:1", &["/home/new", "/home/old"]),
    ] {
        let body = body(token);
        let report = report::SyncCollection::parse(body.as_bytes(), &Limits::request());
        let report = report.expect("a report");
        let changes = [
            Change::Changed(found("/home/new")),
            Change::Changed(found("/home")),
            Change::Removed(href("/home/old")),
            Change::Removed(href("/%68ome")),
        ];
        let changes = stream::iter(changes.map(Ok::<_, DavError>));
        let token = SyncToken::new("urn:2").expect("a URI");
        let answer = report.stream(href("/%68ome"), changes, || Synced::Whole(token));
        let told = responses(&told(answer.now_or_never()));
        let hrefs: Vec<_> = told.iter().map(|(href, ..)| &**href).collect();
        assert_eq!(hrefs, told_of);
    }
}

#[test]
fn section_3_2_changes_that_end_with_a_failure_leave_the_token_as_it_was() {
    let body = |token| {
        format!(
            "<sync-collection xmlns='DAV:'><sync-token>{token}</sync-token>\
             <sync-level>1</sync-level><prop/></sync-collection>"
        )
    };
    let failing = |token| {
        let body = body(token);
        let report = report::SyncCollection::parse(body.as_bytes(), &Limits::request());
        let change = Ok(Change::Changed(found("/home/new")));
        let changes = stream::iter([change, Err(DavError::new(StatusCode::FORBIDDEN))]);
        let report = report.expect("a report");
        let never = || unreachable!("not all changes were found");
        let answer = report.stream(href("/home/"), changes, never);
        answer.end_with(|error| Resource::status(href("/home/rest"), error.status()))
    };
    for chunk in [1, 1_000] {
        let since = failing("urn:1").chunk_size(chunk);
        let end = "403 Forbidden</D:status></D:response>\
            <D:sync-token>urn:1</D:sync-token></D:multistatus>";
        let since = told(since.now_or_never());
        assert!(since.ends_with(end), "{since}");
        let none_yet = SyncToken::new("urn:0").expect("a URI");
        let initial = failing("").chunk_size(chunk).sync_token(&none_yet);
        let initial = told(initial.now_or_never());
        assert!(
            initial.ends_with("<D:sync-token>urn:0</D:sync-token></D:multistatus>"),
            "{initial}"
        );
    }
}

/// With its last slash and without, a path is the same; a slash at the end of a query is of the query.
#[test]
fn e10_e11_a_slash_that_ends_a_query_is_told_from_that_of_a_path() {
    let hrefs = ["/s?at=", "/s?at=/", "/s/?at="].map(href);
    let assert_two = |answer: &str| {
        let told = responses(answer);
        let told: Vec<_> = told.iter().map(|(href, ..)| &**href).collect();
        assert_eq!(told, ["/s?at=", "/s?at=/"]);
    };
    let found = hrefs.clone().map(Resource::new);
    let mut matches = Matches::new(href("/search"));
    matches.extend(found.clone());
    assert_two(&MultiStatus::from(matches).to_string());
    let found = stream::iter(found.map(Ok::<_, DavError>));
    assert_two(&told(
        Matches::stream(href("/search"), 3, found).now_or_never(),
    ));

    let wanted = Propfind::default();
    let get = |_: &Href<'_>, answer| Ok::<_, StatusCode>(answer);
    assert_two(&multiget(&wanted, hrefs.clone(), get).to_string());
    let fetched = hrefs.map(|href| (href.clone(), Ok::<_, StatusCode>(Resource::new(href))));
    assert_two(&told(multiget_stream(stream::iter(fetched)).now_or_never()));
}

#[tokio::test]
async fn e10_a_multiget_fetches_each_href_once_and_one_after_the_other() {
    let body = |kind: &str, namespace: &str| {
        format!(
            "<X:{kind} xmlns:X='{namespace}' xmlns='DAV:'><prop><getcontentlength/></prop>\
             <href>/a</href><href>/b</href><href>/a</href><href>/c/</href><href>/c</href></X:{kind}>"
        )
    };
    let under_way = Arc::new(AtomicUsize::new(0));
    let fetch = move |href: Href<'static>, wanted: Arc<Propfind>| {
        let under_way = Arc::clone(&under_way);
        async move {
            assert_eq!(under_way.fetch_add(1, Ordering::Relaxed), 0);
            tokio::task::yield_now().await;
            under_way.fetch_sub(1, Ordering::Relaxed);
            match &*href.encoded() {
                "/b" => Err(StatusCode::LOCKED),
                _ => Ok(wanted
                    .answer(href.borrowed())
                    .prop(prop::GetContentLength(3))
                    .into()),
            }
        }
    };
    let caldav = body("calendar-multiget", "urn:ietf:params:xml:ns:caldav");
    let report = report::CalendarMultiget::parse(caldav.as_bytes(), &Limits::request());
    let report = report.expect("a report");
    let whole = report.outcome(|href, answer| match &*href.encoded() {
        "/b" => Err(StatusCode::LOCKED),
        _ => Ok(answer.prop(prop::GetContentLength(3))),
    });
    let expected = responses(&whole.to_string());
    let hrefs: Vec<_> = expected.iter().map(|(href, ..)| &**href).collect();
    assert_eq!(hrefs, ["/a", "/b", "/c/"]);
    let Ok(streamed) = report.stream(fetch.clone()).await;
    assert_eq!(responses(&text(streamed.into_http())), expected);

    let carddav = body("addressbook-multiget", "urn:ietf:params:xml:ns:carddav");
    let report = report::AddressbookMultiget::parse(carddav.as_bytes(), &Limits::request());
    let Ok(streamed) = report.expect("a report").stream(fetch).await;
    assert_eq!(responses(&text(streamed.into_http())), expected);
}

proptest! {
    #[test]
    fn e10_what_is_fetched_one_by_one_is_what_is_fetched_at_once(
        fetched in proptest::collection::vec(("/([ab]|\\PC{1,6}[^/])/?", 200_u16..600), 0..30),
    ) {
        let hrefs: Vec<_> = fetched.iter().map(|(path, _)| Href::path(path).into_owned()).collect();
        let outcome = |status: u16| match StatusCode::from_u16(status) {
            Ok(status) if status.as_u16() < 400 => Ok(()),
            status => Err(status.expect("a status")),
        };
        let wanted = statuary::Propfind::default();
        let mut statuses = fetched.iter().map(|(_, status)| *status);
        // Each href is fetched once; so is its first fate the one that counts.
        let mut seen = Vec::new();
        let (mut at_once, mut one_by_one) = (Vec::new(), Vec::new());
        for href in hrefs {
            let status = statuses.next().expect("as many");
            let key = href.encoded().trim_end_matches('/').to_owned();
            if !seen.contains(&key) {
                seen.push(key);
                at_once.push((href.clone(), status));
            }
            let resource = outcome(status)
                .map(|()| wanted.answer(href.borrowed()).prop(prop::GetContentLength(3)).into());
            one_by_one.push((href, resource as Result<Resource, StatusCode>));
        }
        let mut statuses = at_once.iter().map(|(_, status)| *status);
        let hrefs = at_once.iter().map(|(href, _)| href.borrowed());
        let collected = multiget(&wanted, hrefs, |_, answer| {
            outcome(statuses.next().expect("as many"))?;
            Ok::<_, StatusCode>(answer.prop(prop::GetContentLength(3)))
        });
        let streamed = multiget_stream(stream::iter(one_by_one)).chunk_size(300).now_or_never();
        prop_assert_eq!(responses(&told(streamed)), responses(&collected.to_string()));
    }
}
