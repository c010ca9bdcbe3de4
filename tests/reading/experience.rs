//! What one document teaches, the next one on the thread knows; but for the time, it makes no difference.

use allocation_counter::{AllocationInfo, measure};
use proptest::prelude::*;
use statuary::{
    read::{Reader, Response},
    xml::{Error, ErrorKind, Limits},
};

use super::memory::listing;

/// Roots with the same prefixes, which mean something else each time.
const ROOTS: [(&str, &str); 6] = [
    ("D:multistatus", "xmlns:D='DAV:' xmlns:E='urn:e'"),
    ("D:multistatus", "xmlns:D='DAV:' xmlns:E='urn:f'"),
    (
        "D:multistatus",
        "xmlns:D='DAV:' xmlns:E='urn:e' xml:lang='de'",
    ),
    (
        "D:multistatus",
        "xmlns:D='DAV:' xmlns:E='urn:e' xmlns='DAV:'",
    ),
    ("multistatus", "xmlns='DAV:' xmlns:D='urn:d' xmlns:E='DAV:'"),
    ("multistatus", "xmlns:E='DAV:' xmlns:D='DAV:'"),
];

type Responses = Vec<Response<'static>>;

fn read(body: &str, limits: &Limits) -> (Responses, Option<Error>) {
    let (mut responses, mut error) = (Vec::new(), None);
    for response in Reader::with_limits(body.as_bytes(), limits) {
        match response {
            Ok(response) => responses.push(response.into_owned()),
            Err(found) => error = Some(found),
        }
    }
    (responses, error)
}

/// The languages and the names of the properties, which an equal response may have in another scope.
fn said(responses: &Responses) -> Vec<String> {
    let propstats = responses.iter().flat_map(Response::propstats);
    let properties = propstats.flat_map(|propstat| propstat.properties());
    properties
        .map(|property| format!("{:?}", property.to_element()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_in_turn_are_read_as_by_the_parser(
        documents in prop::collection::vec((listing(), 0..ROOTS.len(), 1..4_usize), 1..8),
    ) {
        for (body, root, properties) in documents {
            let (name, scope) = ROOTS[root];
            let (_, inside) = body.split_once('>').unwrap();
            let inside = inside.strip_suffix("</D:multistatus>").unwrap();
            let body = format!("<{name} {scope}>{inside}</{name}>");
            let limits = Limits::response().properties(properties);
            let by_parser = read(&body, &limits.without_memory());
            let by_experience = read(&body, &limits);
            prop_assert_eq!(said(&by_experience.0), said(&by_parser.0));
            prop_assert_eq!(by_experience, by_parser);
        }
    }
}

/// A listing of a few members of one shape.
fn body(root: &str, value: &str) -> String {
    let members = (0..5).map(|at| {
        format!(
            "<response><href>/{at}</href><propstat><prop><getetag>\"{at}\"</getetag>{value}</prop>\
             <status>HTTP/1.1 200 OK</status></propstat></response>"
        )
    });
    format!(
        "<multistatus xmlns='DAV:'{root}>{}</multistatus>",
        members.collect::<String>()
    )
}

fn count(body: &str) -> AllocationInfo {
    measure(|| assert!(Reader::new(body.as_bytes()).all(|response| response.unwrap().is_ok())))
}

#[test]
fn the_second_document_is_read_without_a_parser() {
    let body = body("", "<displayname>a</displayname>");
    let (first, second) = (count(&body), count(&body));
    assert!(first.count_total > 15, "{first:?}");
    // What is open, what is in scope, and the tag of the root.
    assert!(second.count_total <= 9, "{second:?}");
}

#[test]
fn a_document_of_another_scope_begins_anew() {
    let bodies = ["", " xmlns:a='urn:a'", " xmlns:a='urn:b'", " xml:lang='en'"]
        .map(|root| body(root, "<a xmlns='urn:a'/>"));
    let first = bodies.each_ref().map(|body| count(body).count_total);
    let second = bodies.each_ref().map(|body| count(body).count_total);
    for (first, second) in first.into_iter().zip(second) {
        assert!(second + 10 < first, "{first} calls, then {second}");
    }
}

#[test]
fn stricter_limits_hold_for_what_is_known() {
    let body = body("", "<displayname>a</displayname>");
    assert_eq!(read(&body, &Limits::response()).1, None);
    for (limits, kind) in [
        (
            Limits::response().properties(1),
            ErrorKind::TooManyProperties,
        ),
        (Limits::response().name(4), ErrorKind::NameTooLong),
        (Limits::response().depth(3), ErrorKind::TooDeep),
        (Limits::response().text(2), ErrorKind::TextTooLong),
    ] {
        let (_, error) = read(&body, &limits);
        assert_eq!(error.map(|error| error.kind()), Some(kind));
    }
}

/// What is kept of a thousand documents that have nothing in common is bounded, however they are made.
#[test]
fn little_is_kept() {
    let values: [fn(usize) -> String; 4] = [
        |at| format!("<a b='{}'/>", "c".repeat(at * 12)),
        |at| "<a/>".repeat(at),
        |at| "<a>1</a>".repeat(at),
        |at| (0..at).map(|at| format!("<a{at}/>")).collect(),
    ];
    for value in values {
        let bodies: Vec<_> = (0..1_000)
            .map(|at| body(&format!(" xmlns:a='urn:{at}'"), &value(at)))
            .collect();
        let kept = measure(|| {
            for body in &bodies {
                assert!(Reader::new(body.as_bytes()).all(|response| response.unwrap().is_ok()));
            }
        });
        assert!(kept.bytes_current < 2 << 20, "{kept:?}");
    }
}

/// A server whose responses are never alike does not wear out what the next one could use.
#[test]
fn too_many_words_are_forgotten() {
    let odd: Vec<_> = (0..100).map(|at| format!("<p{at}>1</p{at}>")).collect();
    read(&body("", &odd.concat()), &Limits::response());
    let plain = body("", "<displayname>a</displayname>");
    let (first, second) = (count(&plain), count(&plain));
    assert!(
        second.count_total < first.count_total,
        "{first:?} {second:?}"
    );
}
