//! Random outcomes over all of Unicode: what roxmltree reads back is what was put in.

use std::collections::BTreeMap;

use futures_util::{FutureExt, stream};
use http::StatusCode;
use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use roxmltree::Document;
use statuary::{
    DavError, Href, MultiStatus, Resource,
    outcome::{Change, Instructions, Matches, SyncCollection, Synced, Tree, multiget},
    prop,
    xml::Name,
};

use crate::{
    documents::body,
    grammar::assert_strict,
    infoset::{all, text},
    properties::{any_path, decode, legal},
};

/// What is said of a path: a status and a sentence.
type Said = BTreeMap<Vec<u8>, (String, String)>;

fn failures() -> impl Strategy<Value = Vec<(Vec<u8>, u16, String)>> {
    let status = (400_u16..600).prop_filter("no dependent one", |status| *status != 424);
    vec((any_path(), status, any::<String>()), 1..8)
}

fn reason(status: u16, sentence: &str) -> DavError {
    let status = StatusCode::from_u16(status).expect("a status");
    DavError::new(status).with_description(sentence)
}

/// The first that is said of each path. One with a slash at its end is the same.
fn first(failures: &[(Vec<u8>, u16, String)]) -> Said {
    let mut said = Said::new();
    for (path, status, sentence) in failures {
        said.entry(path.clone())
            .or_insert_with(|| (status.to_string(), legal(sentence)));
    }
    said
}

fn read(answer: &str) -> Said {
    assert_strict(answer);
    let document = Document::parse(answer).expect("well-formed");
    let responses = document.root_element().children();
    let responses = responses.filter(|child| child.has_tag_name(("DAV:", "response")));
    responses
        .map(|response| {
            let one = |name| all(response, name).first().map(|node| text(*node));
            let status = one("status").expect("a status")[9..12].to_owned();
            let sentence = one("responsedescription").unwrap_or_default();
            (decode(&one("href").expect("an href")), (status, sentence))
        })
        .collect()
}

fn streamed(response: http::Response<statuary::reply::StreamBody>) -> String {
    let body = response.into_body().collect().now_or_never();
    let body = body.expect("it is there").expect("no failure").to_bytes();
    String::from_utf8(body.to_vec()).expect("UTF-8")
}

proptest! {
    #[test]
    fn of_a_tree(failures in failures()) {
        let target = || Href::path("/the target of it all").into_owned();
        let mut tree = Tree::new(target());
        let outcomes = failures
            .iter()
            .map(|(path, status, sentence)| (Href::path(path).into_owned(), reason(*status, sentence)));
        tree.extend(outcomes.clone());
        let expected = first(&failures);
        prop_assert_eq!(read(&body(tree.done(StatusCode::NO_CONTENT))), expected.clone());
        let outcomes: Vec<_> = outcomes.collect();
        let response = Tree::stream(target(), stream::iter(outcomes), StatusCode::NO_CONTENT);
        let response = response.now_or_never().expect("it is there");
        prop_assert_eq!(read(&streamed(response)), expected);
    }

    #[test]
    fn of_a_multiget(failures in failures()) {
        let wanted = statuary::Propfind::default();
        let hrefs = failures.iter().map(|(path, ..)| Href::path(path));
        let mut said = first(&failures).into_iter().collect::<BTreeMap<_, _>>();
        let answer = multiget(&wanted, hrefs, |href, _| {
            let path = decode(&href.encoded());
            let (_, status, sentence) = failures.iter().find(|(it, ..)| *it == path).expect("asked");
            Err(reason(*status, sentence))
        });
        let told = read(&answer.to_string());
        said.retain(|path, _| told.contains_key(path));
        prop_assert_eq!(told, said);
    }

    #[test]
    fn of_lists(paths in vec((any_path(), any::<String>()), 0..8), cut in any::<bool>()) {
        let found = |(path, value): &(Vec<u8>, String)| {
            Resource::new(Href::path(path)).prop(prop::Displayname(value))
        };
        let values = |answer: &str| {
            assert_strict(answer);
            let document = Document::parse(answer).expect("well-formed");
            all(document.root_element(), "displayname").into_iter().map(text).collect::<Vec<_>>()
        };
        let mut seen = std::collections::BTreeSet::new();
        let first = paths.iter().filter(|(path, _)| seen.insert(path.clone()));
        let expected: Vec<_> = first.map(|(_, value)| legal(value)).collect();
        let target = || Href::path("/the target of it all");
        let token = || Href::parse("urn:token").expect("a URI");

        let mut matches = Matches::new(target());
        matches.extend(paths.iter().map(found));
        let matches = if cut { matches.truncated() } else { matches };
        prop_assert_eq!(values(&MultiStatus::from(matches).to_string()), expected.clone());

        let mut changes = SyncCollection::new(target(), &token());
        paths.iter().for_each(|path| changes.changed(found(path)));
        let changes = if cut { changes.truncated() } else { changes };
        prop_assert_eq!(values(&MultiStatus::from(changes).to_string()), expected.clone());

        let changes: Vec<_> = paths
            .iter()
            .map(|path| Ok::<_, DavError>(Change::Changed(found(path))))
            .collect();
        let synced = move || if cut { Synced::UpTo(token()) } else { Synced::Whole(token()) };
        let begin = SyncCollection::stream(target(), stream::iter(changes), synced).chunk_size(200);
        let stream = begin.now_or_never().expect("it is there").expect("no failure");
        prop_assert_eq!(values(&streamed(stream.into_http())), expected);
    }

    #[test]
    fn of_instructions(
        names in vec(("\\PC{1,8}", "[a-z]{1,4}"), 1..6),
        refused in 0..6_usize,
        sentence in any::<String>(),
    ) {
        let names: Vec<_> = names
            .into_iter()
            .map(|(namespace, local)| Name::new(namespace, local).expect("a name"))
            .collect();
        let mut outcome = Instructions::of(names.iter().map(Name::borrowed));
        if let Some(name) = names.get(refused) {
            outcome = outcome.refuse(name, reason(409, &sentence));
        }
        let answer = outcome.proppatch(Href::path("/a")).to_string();
        assert_strict(&answer);
        let document = Document::parse(&answer).expect("well-formed");
        let mut read: Vec<_> = all(document.root_element(), "prop")
            .into_iter()
            .flat_map(|prop| prop.children())
            .map(|it| (it.tag_name().namespace().unwrap_or_default().to_owned(), it.tag_name().name().to_owned()))
            .collect();
        let mut put: Vec<_> = names
            .iter()
            .map(|name| (name.namespace().to_owned(), name.local().to_owned()))
            .collect();
        read.sort();
        put.sort();
        put.dedup();
        prop_assert_eq!(read, put);
        let sentences = all(document.root_element(), "responsedescription");
        if refused < names.len() && !sentence.is_empty() {
            prop_assert_eq!(text(sentences[0]), legal(&sentence));
        }
    }

    #[test]
    fn of_errors(sentence in any::<String>(), path in any_path()) {
        let locked = DavError::from(statuary::Condition::LockTokenSubmitted(vec![
            Href::path(&path).into_owned(),
        ]));
        let answer = body(locked.with_description(sentence).into_http());
        let document = Document::parse(&answer).expect("well-formed");
        prop_assert!(document.root_element().has_tag_name(("DAV:", "error")));
        let href = text(all(document.root_element(), "href")[0]);
        prop_assert_eq!(decode(&href), path);
    }
}
