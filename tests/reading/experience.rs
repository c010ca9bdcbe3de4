//! What one document teaches, the next one on the thread knows; but for the time, it makes no difference.

use allocation_counter::{AllocationInfo, measure};
use proptest::prelude::*;
use statuary::{
    read::{Reader, Response},
    xml::{ErrorKind, Limits},
};

use super::memory::{listing, whole};

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

/// The languages and the names of the properties, which an equal response may have in another scope.
fn said(responses: &[Response<'static>]) -> Vec<String> {
    let propstats = responses.iter().flat_map(Response::propstats);
    let properties = propstats.flat_map(|propstat| propstat.properties());
    properties
        .map(|property| format!("{:?}", property.to_element()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

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
            let by_parser = whole(body.as_bytes(), &limits.without_memory());
            let by_experience = whole(body.as_bytes(), &limits);
            prop_assert_eq!(said(&by_experience.responses), said(&by_parser.responses));
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
    assert_eq!(whole(body.as_bytes(), &Limits::response()).error, None);
    for (limits, kind) in [
        (
            Limits::response().properties(1),
            ErrorKind::TooManyProperties,
        ),
        (Limits::response().name(4), ErrorKind::NameTooLong),
        (Limits::response().depth(3), ErrorKind::TooDeep),
        (Limits::response().text(2), ErrorKind::TextTooLong),
    ] {
        let error = whole(body.as_bytes(), &limits).error;
        assert_eq!(error.map(|error| error.kind()), Some(kind));
    }
}

/// What is kept of documents that have nothing in common is bounded, however they are made.
#[test]
fn little_is_kept() {
    let many = |count: usize, what: fn(usize) -> String| (0..count).map(what).collect::<String>();
    let declarations = many(60, |at| format!(" xmlns:p{at}='urn:{at}'"));
    let language = format!(" xml:lang='{}'", "e".repeat(1_000));
    let bodies: [&dyn Fn(usize) -> String; 6] = [
        &|at| body("", &format!("<a b='{}'/>", "c".repeat(at * 12))),
        &|at| body("", &"<a/>".repeat(at)),
        &|at| body("", &"<a>1</a>".repeat(at)),
        &|at| body("", &many(at, |at| format!("<a{at}/>"))),
        &|at| {
            let props = "<prop/>".repeat(at);
            let inside = format!("<response{declarations}><propstat>{props}</propstat></response>");
            format!("<multistatus xmlns='DAV:'{language}{declarations}>{inside}</multistatus>")
        },
        &|at| {
            let shape = |of| format!("<response><q{of}/>{}</response>", "<a></a>".repeat(2_320));
            let last = format!("<response>{}</response>", "<a></a>".repeat(at));
            let shapes = (0..8).map(shape).collect::<String>();
            format!("<multistatus xmlns='DAV:'>{shapes}{last}</multistatus>")
        },
    ];
    for body in bodies {
        let bodies: Vec<_> = (0..200)
            .map(|at| {
                body(at * 10).replacen(
                    "xmlns='DAV:'",
                    &format!("xmlns='DAV:' xmlns:z='urn:{at}'"),
                    1,
                )
            })
            .collect();
        let kept = measure(|| {
            for body in &bodies {
                assert!(Reader::new(body.as_bytes()).all(|response| response.is_ok()));
            }
        });
        assert!(
            kept.bytes_current < 2 << 20,
            "{kept:?} of {:.300}",
            bodies[1]
        );
    }
}

/// A client pays for the long names of one document once.
#[test]
fn a_long_scope_is_not_kept() {
    let long = "u".repeat(1_000);
    let declare = |at| format!(" xmlns:p{at}{long}='urn:{at}:{long}'");
    let long: String = (0..100).map(declare).collect();
    let body = body(&long, "<a/>");
    let kept = measure(|| {
        let limits = [1, 2].map(|hrefs| Limits::response().hrefs(hrefs));
        for limits in limits {
            let mut reader = Reader::with_limits(body.as_bytes(), &limits);
            assert!(reader.all(|response| response.is_ok()));
        }
    });
    assert!(kept.bytes_current < 1 << 10, "{kept:?}");
}

/// A scope costs what was declared in it, not what was declared around it.
#[test]
fn scopes_share_what_they_have_in_common() {
    let declarations: String = (0..60)
        .map(|at| format!(" xmlns:p{at}='urn:{at}'"))
        .collect();
    let parts = [
        "<prop/>",
        "<prop xmlns:q='v'/>",
        "<prop xml:lang='en'><p1:a/></prop>",
        "<error/>",
    ];
    for part in parts {
        let inside = format!("<propstat>{}</propstat>", part.repeat(5_000));
        let body = format!(
            "<multistatus xmlns='DAV:'{declarations}><response xmlns:r='v'>{inside}</response></multistatus>"
        );
        let read = measure(|| {
            assert!(Reader::new(body.as_bytes()).all(|response| response.is_ok()));
        });
        let most = 16 * body.len() as u64 + (64 << 10);
        assert!(
            read.bytes_max < most,
            "{part} of {} takes {read:?}",
            body.len()
        );
    }
}

#[test]
fn a_language_is_no_longer_than_a_name() {
    let root = format!(" xml:lang='{}'", "e".repeat(2_049));
    let error = whole(body(&root, "").as_bytes(), &Limits::response()).error;
    assert_eq!(
        error.map(|error| error.kind()),
        Some(ErrorKind::NameTooLong)
    );
}

#[test]
fn nobody_is_shown_another_document() {
    let before = "<multistatus xmlns='DAV:'><response xml:lang='alice'><href><![CDATA[/alice]]></href>\
                  <propstat><prop><p xmlns='urn:alice'/></prop></propstat></response></multistatus>";
    whole(before.as_bytes(), &Limits::response());
    let document = body("", "");
    let mut reader = Reader::new(document.as_bytes());
    assert!(reader.next().unwrap().is_ok());
    let shown = format!("{reader:?}");
    assert!(shown.contains("Experience"));
    assert!(
        !shown.contains("alice") && !shown.contains(&format!("{:?}", b"alice")[1..20]),
        "{shown}"
    );
}

/// Readers of one root that are open at once do not put out what others left.
#[test]
fn parallel_readers_leave_one_experience() {
    let (one, other) = (
        body("", "<displayname>a</displayname>"),
        body(" xmlns:a='urn:a'", "<a:b/>"),
    );
    count(&other);
    let known = count(&other).count_total;
    let mut readers: [_; 6] = std::array::from_fn(|_| Reader::new(one.as_bytes()));
    assert!(
        readers
            .iter_mut()
            .all(|reader| reader.next().unwrap().is_ok())
    );
    drop(readers);
    assert_eq!(count(&other).count_total, known);
}

/// A server whose responses are never alike does not wear out what the next one could use.
#[test]
fn too_many_words_are_forgotten() {
    let odd: Vec<_> = (0..100).map(|at| format!("<p{at}>1</p{at}>")).collect();
    whole(body("", &odd.concat()).as_bytes(), &Limits::response());
    let plain = body("", "<displayname>a</displayname>");
    let (first, second) = (count(&plain), count(&plain));
    assert!(
        second.count_total < first.count_total,
        "{first:?} {second:?}"
    );
}
