//! M8: a property occurs once in a response, and of what is said of it the first stays
//! ([RFC 4918, section 9.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.1)).

use std::{cmp::Ordering, collections::HashSet, convert::Infallible};

use futures_util::FutureExt;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use statuary::{
    Href, MultiStatus, MultiStatusLayer, MultiStatusStream, PropStat, Property, Propfind, Resource,
    prop::{DisplayName, Encoded, GetContentLength, text, with_content},
    read::Reader,
    xml::{Element, ErrorKind, Limits, Name, Tag, Written},
};
use tower::{Layer, ServiceExt, service_fn};

/// Few enough to meet again: two that are live, and three namespaces beside `DAV:` of which one has a
/// prefix of its own, and none. Some are longer than what is hashed at once.
const NAMES: [(&str, &str); 9] = [
    ("DAV:", "displayname"),
    ("DAV:", "getcontentlength"),
    ("urn:a", "x"),
    ("urn:b", "x"),
    ("urn:b?q=1&r=2", "x"),
    ("http://owncloud.org/ns", "x"),
    ("", "x"),
    ("urn:a", "a-name-of-more-than-sixteen-bytes"),
    ("urn:a", "a-name-of-more-than-sixteen-letters"),
];

const STATUSES: [u16; 5] = [200, 401, 403, 404, 507];

/// What is said of properties, by their places in `NAMES` and `STATUSES`.
#[derive(Clone, Debug)]
enum Step {
    /// An element with a prefix of its own, or with a default namespace.
    Element(usize, bool),
    Encoded(usize),
    /// Several of one status, with a description or without.
    Kept(usize, Vec<usize>, bool),
    Live(usize),
    Name(usize),
    /// A display name, and a length or none.
    Row(bool),
    Status(usize, usize),
    Text(usize),
}

/// A property as it is told: its name, its status and its value.
type Told = (String, String, u16, String);

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..NAMES.len();
    let status = || 0..STATUSES.len();
    prop_oneof![
        (name(), any::<bool>()).prop_map(|(name, prefixed)| Step::Element(name, prefixed)),
        name().prop_map(Step::Encoded),
        (
            status(),
            proptest::collection::vec(name(), 1..4),
            any::<bool>()
        )
            .prop_map(|(status, names, explained)| Step::Kept(status, names, explained)),
        (0..2_usize).prop_map(Step::Live),
        name().prop_map(Step::Name),
        any::<bool>().prop_map(Step::Row),
        (name(), status()).prop_map(|(name, status)| Step::Status(name, status)),
        name().prop_map(Step::Text),
    ]
}

/// Resources that are alike, in their order or another, so that what is known of one counts for more.
fn resources() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let steps = proptest::collection::vec(step(), 0..7).prop_shuffle();
    proptest::collection::vec(steps, 1..4).prop_flat_map(|kinds| {
        let kind = proptest::sample::select(kinds).prop_shuffle();
        proptest::collection::vec(kind, 1..8)
    })
}

fn name(index: usize) -> Name<'static> {
    let (namespace, local) = NAMES[index];
    Name::new(namespace, local).expect("a name")
}

fn status(index: usize) -> StatusCode {
    StatusCode::from_u16(STATUSES[index]).expect("a status")
}

fn element(index: usize, value: &str, prefixed: bool) -> Element {
    let (namespace, local) = NAMES[index];
    let namespace = namespace.replace('&', "&#38;");
    // What looks like the end of a tag, inside of one.
    let odd = "odd='/>'";
    let element = match prefixed && !namespace.is_empty() {
        true => {
            format!("<n0:{local} {odd} xmlns:n0='{namespace}'><n0:{local}/>{value}</n0:{local}>")
        }
        false => format!("<{local} {odd} xmlns='{namespace}'>{value}</{local}>"),
    };
    Element::parse(&element).expect("an element")
}

fn kept(at: usize, of: &[usize], explained: bool) -> PropStat {
    let names = of.iter().map(|&index| name(index));
    let propstat = names.fold(PropStat::new(status(at)), |propstat, name| {
        propstat.name(&name)
    });
    match explained {
        true => propstat.description("because"),
        false => propstat,
    }
}

fn owned(path: &str, steps: &[Step]) -> Resource {
    let mut resource = Resource::new(Href::path(path));
    for (at, step) in steps.iter().enumerate() {
        let value = at.to_string();
        resource = match *step {
            Step::Element(index, prefixed) => resource.prop(element(index, &value, prefixed)),
            Step::Encoded(index) => resource.prop(Encoded::new(text(name(index), value))),
            Step::Kept(status, ref names, explained) => {
                resource.propstat(kept(status, names, explained))
            }
            Step::Live(0) => resource.prop(DisplayName(&value)),
            Step::Live(_) => resource.prop(GetContentLength(at as u64)),
            Step::Name(index) => resource.name(&name(index)),
            Step::Row(found) => resource.row(&(
                DisplayName(&value),
                found.then_some(GetContentLength(at as u64)),
            )),
            Step::Status(index, at) => resource.withheld(&name(index), status(at)),
            Step::Text(index) => resource.prop(text(name(index), value)),
        };
    }
    resource
}

fn in_place(answer: &mut MultiStatus, path: &str, steps: &[Step]) {
    let mut resource = answer.resource(Href::path(path));
    for (at, step) in steps.iter().enumerate() {
        let value = at.to_string();
        let _ = match *step {
            Step::Element(index, prefixed) => resource.prop(element(index, &value, prefixed)),
            Step::Encoded(index) => resource.prop(Encoded::new(text(name(index), value))),
            Step::Kept(status, ref names, explained) => {
                resource.propstat(kept(status, names, explained))
            }
            Step::Live(0) => resource.prop(DisplayName(&value)),
            Step::Live(_) => resource.prop(GetContentLength(at as u64)),
            Step::Name(index) => resource.name(&name(index)),
            Step::Row(found) => resource.row(&(
                DisplayName(&value),
                found.then_some(GetContentLength(at as u64)),
            )),
            Step::Status(index, at) => resource.withheld(&name(index), status(at)),
            Step::Text(index) => resource.prop(text(name(index), value)),
        };
    }
    resource.end();
}

/// The first that is said of each property.
fn model(steps: &[Step]) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let mut say = |index: usize, status: u16, value: String| {
        let (namespace, local) = NAMES[index];
        if !told
            .iter()
            .any(|told| told.0 == namespace && told.1 == local)
        {
            told.push((namespace.into(), local.into(), status, value));
        }
    };
    for (at, step) in steps.iter().enumerate() {
        let value = at.to_string();
        match *step {
            Step::Element(index, _)
            | Step::Encoded(index)
            | Step::Live(index)
            | Step::Text(index) => say(index, 200, value),
            Step::Kept(status, ref names, _) => {
                for &index in names {
                    say(index, STATUSES[status], String::new());
                }
            }
            Step::Name(index) => say(index, 200, String::new()),
            Step::Row(true) => {
                say(0, 200, value.clone());
                say(1, 200, value);
            }
            Step::Row(false) => {
                say(0, 200, value);
                say(1, 404, String::new());
            }
            Step::Status(index, status) => say(index, STATUSES[status], String::new()),
        }
    }
    told.sort();
    told
}

/// What an independent parser reads of each response.
fn read(document: &str) -> Vec<Vec<Told>> {
    let document = Document::parse(document).unwrap_or_else(|error| panic!("{error}: {document}"));
    let responses = document.root_element().children();
    responses.map(|response| properties(response)).collect()
}

fn properties(response: Node<'_, '_>) -> Vec<Told> {
    let is_propstat = |node: &Node<'_, '_>| node.has_tag_name(("DAV:", "propstat"));
    let propstats: Vec<_> = response.children().filter(is_propstat).collect();
    let mut told = Vec::new();
    for propstat in &propstats {
        let part = |local| {
            let mut parts = propstat
                .children()
                .filter(|it| it.has_tag_name(("DAV:", local)));
            let part = parts.next();
            assert!(parts.next().is_none(), "one {local}");
            part
        };
        let status = part("status")
            .and_then(|status| status.text())
            .expect("a status");
        let code = status
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a code");
        let prop = part("prop").expect("a prop");
        assert!(
            prop.has_children() || propstats.len() == 1,
            "an empty propstat"
        );
        for property in prop.children() {
            let tag = property.tag_name();
            let namespace = tag.namespace().unwrap_or_default().to_owned();
            let value = crate::infoset::text(property);
            told.push((namespace, tag.name().to_owned(), code, value));
        }
    }
    told.sort();
    told
}

fn streamed(resources: Vec<Vec<Step>>, chunk_size: usize) -> String {
    let mut resources = resources.into_iter().enumerate();
    let stream = MultiStatusStream::from_fn(move |answer| {
        let Some((index, steps)) = resources.next() else {
            return Ok(false);
        };
        in_place(answer, &format!("/{index}"), &steps);
        Ok::<_, Infallible>(true)
    });
    let stream = stream.chunk_size(chunk_size).now_or_never();
    let stream = stream.expect("nothing to wait for").expect("infallible");
    let body = stream.into_http().into_body().collect().now_or_never();
    let body = body.expect("nothing to wait for").expect("no failure");
    String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8")
}

/// The answer to a client that does not want to know what is missing.
fn minimal(answer: &MultiStatus) -> String {
    let answer = answer.clone();
    let service = service_fn(move |_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(answer.clone().into_http()))
    });
    let request = Request::builder()
        .method("PROPFIND")
        .header("prefer", "return=minimal")
        .body(())
        .expect("a request");
    let response = MultiStatusLayer::new().layer(service).oneshot(request);
    let response = response.now_or_never().expect("nothing to wait for");
    let body = response.expect("infallible").into_body().collect();
    let body = body.now_or_never().expect("nothing to wait for");
    String::from_utf8(body.expect("infallible").to_bytes().to_vec()).expect("UTF-8")
}

proptest! {
    #[test]
    fn m8_the_first_that_is_said_of_a_property_stays(
        resources in resources(),
        chunk_size in 1_usize..2_000,
    ) {
        let expected: Vec<_> = resources.iter().map(|steps| model(steps)).collect();
        let paths: Vec<_> = (0..resources.len()).map(|index| format!("/{index}")).collect();
        let all = || paths.iter().zip(&resources);

        let mut answer = MultiStatus::new();
        all().for_each(|(path, steps)| in_place(&mut answer, path, steps));
        prop_assert_eq!(read(&answer.to_string()), expected.clone());

        let found = |told: &Vec<Told>| told.iter().filter(|told| told.2 != 404).cloned().collect();
        let found: Vec<Vec<_>> = expected.iter().map(found).collect();
        prop_assert_eq!(read(&minimal(&answer)), found);

        let answer = MultiStatus::from_iter(all().map(|(path, steps)| owned(path, steps)));
        prop_assert_eq!(read(&answer.to_string()), expected.clone());

        prop_assert_eq!(read(&streamed(resources, chunk_size)), expected);
    }
}

fn one(steps: &[Step]) -> Vec<Told> {
    let mut answer = MultiStatus::new();
    in_place(&mut answer, "/a", steps);
    read(&answer.to_string()).remove(0)
}

#[test]
fn m8_what_is_left_is_as_if_nothing_had_been_there_twice() {
    let [a, b] = ["a", "b"].map(|local| Name::from_static("urn:example:paint", local));
    let mut twice = MultiStatus::new();
    twice
        .resource(Href::path("/a"))
        .missing(&a)
        .prop(text(a.clone(), "late"))
        .withheld(&b, StatusCode::FORBIDDEN)
        .propstat(
            PropStat::new(StatusCode::FORBIDDEN)
                .name(&b)
                .description("late"),
        )
        .prop(DisplayName("A"))
        .prop(DisplayName("late"))
        .missing(&b)
        .end();
    let mut once = MultiStatus::new();
    once.resource(Href::path("/a"))
        .missing(&a)
        .withheld(&b, StatusCode::FORBIDDEN)
        .prop(DisplayName("A"))
        .end();
    assert_eq!(twice.to_string(), once.to_string());
    assert_eq!(twice, once);
}

#[test]
fn propstats_that_agree_are_joined_in_every_chunk() {
    let kept = |name| Step::Kept(1, vec![name], true);
    let alike = vec![vec![Step::Text(8), kept(2), kept(7)]; 5];
    for chunk_size in [1, 1 << 20] {
        let answer = streamed(alike.clone(), chunk_size);
        assert_eq!(read(&answer).len(), 5);
        assert_eq!(answer.matches("<D:propstat>").count(), 2 * 5, "{answer}");
    }
}

#[test]
fn m8_what_is_known_of_one_resource_is_not_believed_of_another() {
    let [once, other] = [Step::Text(2), Step::Text(3)];
    let clean = vec![once.clone(), other.clone()];
    let dirty = [vec![once.clone(), once.clone()], vec![other.clone(), other]];
    let mut answer = MultiStatus::new();
    for (index, steps) in [&clean, &dirty[0], &dirty[1], &dirty[0], &clean]
        .into_iter()
        .enumerate()
    {
        in_place(&mut answer, &format!("/{index}"), steps);
    }
    let told = read(&answer.to_string());
    let counts: Vec<_> = told.iter().map(Vec::len).collect();
    assert_eq!(counts, [2, 1, 1, 1, 2]);
    // Nor is what is known of a propstat that is kept.
    assert_eq!(one(&[Step::Kept(2, vec![2, 2, 3, 2], true)]).len(), 2);
}

#[test]
fn m8_a_name_is_one_name_whether_the_compiler_made_it_or_not() {
    const CONSTANT: Name<'static> = Name::from_static("urn:a", "x");
    let made = Name::new("urn:a", "x").unwrap();
    assert_eq!(CONSTANT, made);
    assert_eq!(CONSTANT.cmp(&made), Ordering::Equal);
    assert!(HashSet::from([CONSTANT]).contains(&made));
    let both = [&CONSTANT, &made, &CONSTANT];
    let resource = Resource::new(Href::path("/a"));
    let resource = both.into_iter().fold(resource, Resource::missing);
    let answer = MultiStatus::from_iter([resource]).to_string();
    assert_eq!(answer.matches("<n0:x/>").count(), 1, "{answer}");
}

#[test]
fn m8_all_that_a_resource_has_may_be_offered_twice() {
    let question = |inside: &str| {
        let body = format!("<D:propfind xmlns:D='DAV:'>{inside}</D:propfind>");
        Propfind::parse(body.as_bytes(), &Limits::request()).expect("a propfind")
    };
    let by_hand = Propfind::Prop(vec![name(0), name(2), name(0), name(2)]);
    for (wanted, count) in [
        (question("<D:allprop/>"), 2),
        (question("<D:propname/>"), 3),
        (question("<D:allprop/><D:include><D:owner/></D:include>"), 3),
        (by_hand, 2),
    ] {
        let answer = wanted
            .answer(Href::path("/a"))
            .prop(DisplayName("first"))
            .prop(GetContentLength(1))
            .prop(text(name(0), "late"))
            .row(&(DisplayName("late"), GetContentLength(2)))
            .prop_by_name(text(Name::dav("owner"), "first"))
            .prop_by_name(text(Name::dav("owner"), "late"));
        let answer = MultiStatus::from_iter([answer]).to_string();
        assert_eq!(read(&answer)[0].len(), count, "{answer}");
        assert!(!answer.contains("late"), "{answer}");
    }
}

/// A property that has another one written in its place.
struct InThePlaceOf<P>(Name<'static>, P);

impl<P: Property> Property for InThePlaceOf<P> {
    fn name(&self) -> Name<'_> {
        self.0.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        self.1.value(tag)
    }
}

#[test]
fn m8_a_property_is_told_by_the_name_that_was_written() {
    let element = |local: &str| Element::parse(&format!("<n:{local} xmlns:n='urn:a'/>"));
    let [x, y] = ["x", "y"].map(|local| element(local).expect("an element"));
    let mut answer = MultiStatus::new();
    for (path, named_x) in [("/1", &y), ("/2", &x), ("/3", &y)] {
        let encoded = Encoded::new(InThePlaceOf(name(1), named_x));
        answer
            .resource(Href::path(path))
            .prop(&x)
            .prop(InThePlaceOf(name(0), named_x))
            .end();
        answer.push(
            Resource::new(Href::path(&format!("{path}/e")))
                .prop(&x)
                .prop(encoded),
        );
    }
    let told = read(&answer.to_string());
    let counts: Vec<_> = told.iter().map(Vec::len).collect();
    assert_eq!(counts, [2, 2, 1, 1, 2, 2]);
}

#[test]
fn m8_a_resource_inside_of_a_property_has_each_once_as_well() {
    let inner = Resource::new(Href::path("/b"))
        .prop(DisplayName("b"))
        .prop(DisplayName("late"));
    let owner = with_content(Name::dav("owner"), |owner| inner.write(owner));
    let outer = Resource::new(Href::path("/a"))
        .prop(DisplayName("a"))
        .prop(owner);
    let answer = MultiStatus::from_iter([outer]).to_string();
    assert_eq!(answer.matches("<D:displayname>").count(), 2, "{answer}");
    assert!(!answer.contains("late"), "{answer}");
}

#[test]
fn m8_many_properties_that_all_come_twice_are_each_told_once() {
    let names: Vec<_> = (0..5_000).map(|index| format!("p{index}")).collect();
    let name = |index: usize| Name::new(format!("urn:{}", index % 50), &*names[index]);
    let mut answer = MultiStatus::new();
    let mut resource = answer.resource(Href::path("/a"));
    for index in (0..names.len()).chain(0..names.len()) {
        let status = StatusCode::from_u16(400 + (index % 40) as u16).expect("a status");
        let _ = resource.withheld(&name(index).expect("a name"), status);
    }
    resource.end();
    assert_eq!(read(&answer.to_string())[0].len(), names.len());
}

/// If each property were looked for among all that came before, or each that is read, this would take
/// hours.
#[test]
fn very_many_properties_are_written_and_read() {
    const COUNT: usize = 50_000;
    let names: Vec<_> = (0..COUNT)
        .map(|index| Name::new("urn:a", format!("p{index}")).expect("a name"))
        .collect();
    let found = names
        .iter()
        .fold(Resource::new(Href::path("/")), |resource, name| {
            resource.prop(text(name.borrowed(), "v"))
        });
    let again = names.iter().fold(found, Resource::missing);
    let answer = MultiStatus::from_iter([again]).to_string();

    let mut reader = Reader::new(answer.as_bytes());
    let error = reader.next().expect("a response").expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::TooManyProperties);

    let limits = Limits::response().properties(COUNT);
    let mut reader = Reader::with_limits(answer.as_bytes(), &limits);
    let response = reader.next().expect("a response").expect("no more");
    let read = response.propstats().flat_map(|it| it.properties());
    assert!(
        read.map(|it| it.name())
            .eq(names.iter().map(Name::borrowed))
    );
}
