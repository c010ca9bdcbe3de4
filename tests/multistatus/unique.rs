//! M4: an href occurs once in a multistatus
//! ([RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)); M15: all have one
//! form ([section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)).

use std::{collections::HashSet, convert::Infallible};

use futures_util::FutureExt;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use proptest::prelude::*;
use roxmltree::Document;
use statuary::{
    Href, MultiStatus, MultiStatusLayer, MultiStatusStream, Resource,
    multistatus::Either,
    prop::{self, DisplayName},
    reply::Begin,
    xml::Name,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::infoset::{all, text};

/// What is added to a multistatus.
#[derive(Clone, Debug)]
enum Step {
    GivenUp(String),
    Properties(String),
    Pushed(String),
    Status(Vec<String>),
}

fn step() -> impl Strategy<Value = Step> {
    // Few enough to meet again; of all lengths that are hashed in another way.
    let href = || prop_oneof!["/[ab&]{0,2}", "/long/(1234567890){2,7}/[ab]", "urn:[ab]"];
    prop_oneof![
        href().prop_map(Step::GivenUp),
        href().prop_map(Step::Properties),
        href().prop_map(Step::Pushed),
        proptest::collection::vec(href(), 1..5).prop_map(Step::Status),
    ]
}

fn parse(href: &str) -> Href<'_> {
    Href::parse(href).expect("an href")
}

fn status(hrefs: &[String]) -> Resource<Either> {
    let first = Resource::status(parse(&hrefs[0]), StatusCode::LOCKED);
    let all = hrefs[1..].iter();
    all.fold(first, |resource, href| resource.and(parse(href)))
        .description("busy")
        .either()
}

fn pushed(href: &str) -> Resource<Either> {
    Resource::new(parse(href))
        .prop(DisplayName(href))
        .missing(&Name::dav("getetag"))
        .either()
}

fn foreign(value: &str) -> prop::Text<'_> {
    prop::text(const { Name::from_static("urn:x", "x") }, value)
}

fn add(answer: &mut MultiStatus, step: &Step) {
    match step {
        Step::GivenUp(href) => drop(answer.resource(parse(href)).prop(foreign("lost"))),
        Step::Properties(href) => answer
            .resource(parse(href))
            .prop(foreign(href))
            .missing(&Name::dav("getetag"))
            .end(),
        Step::Pushed(href) => answer.push(Resource::new(parse(href)).prop(foreign(href))),
        Step::Status(hrefs) => answer.push(status(hrefs)),
    }
}

/// The hrefs of each response.
fn hrefs(document: &str) -> Vec<Vec<String>> {
    let document = Document::parse(document).expect("well-formed");
    let responses = all(document.root_element(), "response");
    let hrefs = |response| all(response, "href").into_iter().map(text).collect();
    responses.into_iter().map(hrefs).collect()
}

/// What only the first of each href leaves.
fn model(steps: &[Step]) -> Vec<Vec<String>> {
    let mut taken = HashSet::new();
    let mut take = |href: &String| taken.insert(href.clone());
    let mut responses: Vec<Vec<_>> = Vec::new();
    for step in steps {
        let hrefs = match step {
            Step::GivenUp(_) => &[][..],
            Step::Properties(href) | Step::Pushed(href) => std::slice::from_ref(href),
            Step::Status(hrefs) => hrefs,
        };
        let left: Vec<_> = hrefs.iter().filter(|href| take(href)).cloned().collect();
        responses.extend((!left.is_empty()).then_some(left));
    }
    responses
}

/// What is given up is so by the call that has added the resource before it.
fn begin(steps: Vec<Step>, chunk_size: usize) -> Begin<Infallible> {
    let mut steps = steps.into_iter().peekable();
    let stream = MultiStatusStream::from_fn(move |answer| {
        let Some(step) = steps.next() else {
            return Ok(false);
        };
        add(answer, &step);
        while let Some(step) = steps.next_if(|step| matches!(step, Step::GivenUp(_))) {
            add(answer, &step);
        }
        Ok(true)
    });
    stream.chunk_size(chunk_size)
}

fn streamed(steps: Vec<Step>, chunk_size: usize) -> String {
    collected(begin(steps, chunk_size).now_or_never())
}

/// The same below a mount, which every chunk is edited for.
fn mounted(steps: Vec<Step>, chunk_size: usize) -> String {
    let service = service_fn(move |_: Request<()>| {
        let begin = begin(steps.clone(), chunk_size);
        async { begin.await.map(MultiStatusStream::into_http) }
    });
    let app = MultiStatusLayer::new().mounted_at("/m").layer(service);
    let response = app.oneshot(Request::new(())).now_or_never();
    let response = response.expect("nothing to wait for").expect("infallible");
    let body = response.into_body().collect().now_or_never();
    let body = body.expect("nothing to wait for").expect("no failure");
    String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8")
}

fn collected(stream: Option<Result<MultiStatusStream, Infallible>>) -> String {
    let stream = stream.expect("nothing to wait for").expect("infallible");
    let body = stream.into_http().into_body().collect().now_or_never();
    let body = body.expect("nothing to wait for").expect("no failure");
    String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8")
}

proptest! {
    #[test]
    fn m4_the_first_response_of_each_href_stays(
        steps in proptest::collection::vec(step(), 0..60),
        chunk_size in 1_usize..4_000,
    ) {
        let mut answer = MultiStatus::new();
        steps.iter().for_each(|step| add(&mut answer, step));
        let expected = model(&steps);
        prop_assert_eq!(hrefs(&answer.to_string()), expected.clone());
        prop_assert_eq!(answer.len(), expected.len());

        let flat: Vec<_> = expected.concat();
        for href in &flat {
            prop_assert!(answer.contains(&parse(href)));
        }
        prop_assert!(!answer.contains(&parse("/c")));
        let paths = flat.iter().filter(|href| href.starts_with('/')).count();
        prop_assert_eq!(answer.hrefs_agree(), paths == 0 || paths == flat.len());

        prop_assert_eq!(hrefs(&streamed(steps.clone(), chunk_size)), expected.clone());

        let moved = |href: String| if href.starts_with('/') { format!("/m{href}") } else { href };
        let moved: Vec<Vec<_>> = expected
            .into_iter()
            .map(|hrefs| hrefs.into_iter().map(moved).collect())
            .collect();
        prop_assert_eq!(hrefs(&mounted(steps, chunk_size)), moved);
    }
}

#[test]
fn m4_a_response_that_is_left_out_leaves_nothing_else() {
    let whole = MultiStatus::from_iter([pushed("/a"), pushed("/b")]);
    let mut answer = whole.clone();
    let foreign = Name::from_static("urn:x", "x");
    answer.push(Resource::new(parse("/a")).prop(prop::text(foreign.clone(), "again")));
    answer
        .resource(parse("/b"))
        .prop(prop::text(foreign, "again"))
        .end();
    assert_eq!(answer.to_string(), whole.to_string());
    assert_eq!(answer, whole);
    // Nor does it stand in the way of the next.
    answer.extend([pushed("/b"), pushed("/c")]);
    assert_eq!(hrefs(&answer.to_string()).concat(), ["/a", "/b", "/c"]);
}

#[test]
fn m4_of_several_hrefs_the_repeated_go_and_what_is_said_stays() {
    let hrefs = ["/a", "/b", "/a", "/c", "/b", "/d&d"].map(String::from);
    let answer = MultiStatus::from_iter([pushed("/c"), status(&hrefs), pushed("/d&d")]);
    let answer = answer.to_string();
    assert!(
        answer.ends_with(
            "<D:response><D:href>/a</D:href><D:href>/b</D:href><D:href>/d&amp;d</D:href>\
             <D:status>HTTP/1.1 423 Locked</D:status>\
             <D:responsedescription>busy</D:responsedescription></D:response></D:multistatus>"
        ),
        "{answer}"
    );
}

#[test]
fn m4_hrefs_are_the_same_when_they_are_written_the_same() {
    let mut answer = MultiStatus::new();
    for href in [
        "/a",
        "/a/",
        "/%61",
        "/A",
        "/a?",
        "/ab",
        "http://x/a",
        "/a&b",
    ] {
        answer.push(pushed(href));
    }
    assert_eq!(answer.len(), 8);
    for (again, is_there) in [
        (Href::path("/a"), true),
        (Href::path("a"), true),
        (Href::collection("/x/../a"), true),
        (Href::path("/a").of_server(), true),
        (Href::path("/a&b"), true),
        (Href::path("/a&"), false),
    ] {
        assert_eq!(answer.contains(&again), is_there, "{again}");
        answer.push(Resource::new(again));
    }
    assert_eq!(answer.len(), 9);
}

#[test]
fn m4_a_stream_knows_the_last_2048_hrefs_at_least() {
    let member = |index: usize| format!("/member/{index}");
    for distance in [1, 2_000, 2_047] {
        let steps = (0..10_000).flat_map(|index| {
            let again = usize::checked_sub(index, distance);
            [Some(index), again].into_iter().flatten()
        });
        let steps: Vec<_> = steps.map(|index| Step::Pushed(member(index))).collect();
        let told = hrefs(&streamed(steps, 4_096)).concat();
        let expected: Vec<_> = (0..10_000).map(member).collect();
        assert!(told == expected, "{distance}");
    }
}

#[test]
fn hrefs_that_are_much_alike_are_told_apart() {
    const COUNT: usize = 40_000;
    let zeros = "\0".repeat(64);
    let alike: [(&dyn Fn(usize) -> String, usize); 5] = [
        (&|_| "/the/same/again/and/again".to_owned(), 1),
        (&|index| format!("/{index:064b}"), COUNT),
        (
            &|index| format!("/{index:064b}").replace('0', "a").replace('1', "b"),
            COUNT,
        ),
        (&|index| format!("/{zeros}{index:016b}{zeros}"), COUNT),
        (&|index| format!("/{}/{}", index % 200, index / 200), COUNT),
    ];
    for (href, distinct) in alike {
        let mut answer = MultiStatus::new();
        for index in 0..COUNT {
            answer.resource(Href::path(&href(index))).end();
        }
        assert_eq!(answer.len(), distinct);
    }
}

/// So many that the hrefs after them are looked up together, and not each when it is written.
const MANY: usize = 40_000;

/// Some hrefs are those of long before, some have just been there, most are new.
fn returning(step: usize) -> String {
    let index = match step.checked_sub(MANY) {
        Some(more) if more % 7 == 3 => more,
        Some(more) if more % 5 == 1 => step - 1,
        _ => step,
    };
    format!("/{index:b}")
}

#[test]
fn m4_of_a_long_listing_too_the_first_response_of_each_href_stays() {
    let mut answer = MultiStatus::new();
    let mut expected = Vec::new();
    let mut taken = HashSet::new();
    for step in 0..MANY + 500 {
        let href = returning(step);
        if taken.insert(href.clone()) {
            expected.push(href.clone());
        }
        match step % 11 {
            3 => answer.push(pushed(&href)),
            _ => add(&mut answer, &Step::Properties(href.clone())),
        }
        if step < MANY {
            continue;
        }
        assert_eq!(answer.len(), expected.len(), "{step}");
        assert!(answer.contains(&parse(&href)), "{step}");
        assert!(!answer.contains(&parse("/a")), "{step}");
        if step % 167 == 100 {
            let mut pushed_to = answer.clone();
            assert_eq!(pushed_to, answer);
            assert_eq!(hrefs(&answer.to_string()).concat(), expected, "{step}");
            pushed_to.push(pushed(&href));
            assert_eq!(pushed_to, answer);
            assert_eq!(pushed_to.to_string(), answer.to_string());
        }
    }
    let foreign = || prop::text(Name::from_static("urn:x", "x"), "again");
    let before = answer.clone();
    answer.resource(parse(&returning(0))).prop(foreign()).end();
    assert_eq!(answer, before, "nothing else is left of it");
    add(&mut answer, &Step::Properties(returning(0)));
    let body = answer.into_http().into_body().collect().now_or_never();
    let body = body.expect("nothing to wait for").expect("infallible");
    let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    assert_eq!(hrefs(&body).concat(), expected);
}

#[test]
fn m4_of_a_long_first_chunk_too_the_first_response_of_each_href_stays() {
    let steps = (0..MANY + 500).map(returning).map(Step::Properties);
    let steps: Vec<_> = steps.collect();
    let expected = model(&steps).concat();
    let whole = streamed(steps.clone(), usize::MAX);
    assert_eq!(hrefs(&whole).concat(), expected);
    for chunk_size in [whole.len() - 10_000, whole.len() - 500] {
        let stream = begin(steps.clone(), chunk_size).now_or_never();
        let stream = stream.expect("nothing to wait for").expect("infallible");
        let mut body = stream.into_http().into_body();
        let first = body.frame().now_or_never().flatten();
        let first = first.expect("nothing to wait for").expect("infallible");
        assert!(
            first
                .data_ref()
                .is_some_and(|data| data.len() >= chunk_size)
        );
    }
}

#[test]
fn of_a_status_with_many_hrefs_that_all_come_twice_each_stays_once() {
    let hrefs: Vec<_> = (0..20_000).map(|index| format!("/{index}")).collect();
    let twice = [hrefs.clone(), hrefs.clone()].concat();
    let answer = MultiStatus::from_iter([status(&twice), status(&hrefs)]);
    assert_eq!(answer.len(), 1);
    assert_eq!(self::hrefs(&answer.to_string()).concat(), hrefs);
}

#[tokio::test]
async fn a_late_failure_is_told_of_an_href_that_has_a_response_or_is_never_a_clean_end() {
    // Chunks of four, so that the last two are not sent when the source fails.
    const COUNT: usize = 502;
    let stream = |failed: &'static str, chunk_size| {
        let members = (0..COUNT).map(|index| Ok(pushed(&format!("/{index}"))));
        MultiStatusStream::from_iterator(members.chain([Err("full")]))
            .chunk_size(chunk_size)
            .end_with(move |_| Resource::status(parse(failed), StatusCode::INSUFFICIENT_STORAGE))
    };
    // As long as that response is not sent, the failure takes its place.
    for (failed, chunk_size) in [("/0", 1 << 20), ("/500", 1_000), ("/501", 1_000)] {
        let answer = stream(failed, chunk_size).await;
        let answer = answer.expect("it ends with the failure");
        let told = hrefs(&collected(Some(Ok(answer)))).concat();
        assert_eq!(told.len(), COUNT);
        assert_eq!(told[COUNT - 1], failed);
    }
    // What was sent cannot be taken back, and the href may not be repeated.
    let answer = stream("/0", 1_000).await.expect("it begins well");
    let error = answer.into_http().into_body().collect().await;
    let error = error.expect_err("broken off").to_string();
    assert_eq!(error, "the source failed, and no response can report it");
}

/// What was written of a resource before the source failed leaves nothing, and no prefix taken for declared.
#[tokio::test]
async fn a_late_failure_within_a_resource_is_told_by_one_that_declares_what_it_uses() {
    let mut members = 0..4;
    let failing = MultiStatusStream::from_fn(move |answer| {
        let Some(index) = members.next() else {
            let _begun = answer.resource(parse("/lost")).prop(foreign("lost"));
            return Err("full");
        };
        answer.push(pushed(&format!("/{index}")));
        Ok(true)
    });
    let stream = failing
        .chunk_size(1)
        .end_with(|why| Resource::new(parse("/end")).prop(foreign(why)));
    let told = collected(Some(Ok(stream.await.expect("it begins well"))));
    assert_eq!(hrefs(&told).concat(), ["/0", "/1", "/2", "/3", "/end"]);
    assert!(told.contains("full") && !told.contains("lost"), "{told}");
}

#[test]
fn m15_whether_all_hrefs_have_one_form_can_be_asked() {
    let mut answer = MultiStatus::new();
    assert!(answer.hrefs_agree());
    answer.push(pushed("/a"));
    drop(answer.resource(parse("http://example.com/b")));
    assert!(answer.hrefs_agree(), "that was given up");
    answer.push(pushed("http://example.com/b"));
    assert!(!answer.hrefs_agree());

    let uris = ["http://example.com/a", "http://example.com/b"];
    let uris = MultiStatus::from_iter(uris.map(pushed));
    assert!(uris.hrefs_agree());
}

#[test]
fn m4_what_was_cleared_is_free_again_however_much_it_was() {
    let mut answer = MultiStatus::new();
    for count in [3, 5_000, 2, 300, 0, 40] {
        answer.clear();
        let paths: Vec<_> = (0..count).map(|index| format!("/{index}")).collect();
        for path in &paths {
            assert!(!answer.contains(&Href::path(path)), "{path} of {count}");
            answer.resource(Href::path(path)).end();
            answer.resource(Href::path(path)).end();
        }
        assert_eq!(answer.len(), count);
        assert!(paths.iter().all(|path| answer.contains(&Href::path(path))));
        assert!(!answer.contains(&Href::path(&format!("/{count}"))));
    }
}
