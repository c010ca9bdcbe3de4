//! Random outcomes over all of Unicode: what roxmltree reads back is what was put in.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{FutureExt, stream};
use http::StatusCode;
use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use roxmltree::Document;
use statuary::{
    DavError, Href, MultiStatus, Resource,
    dav::SyncToken,
    outcome::{Change, Matches, PropertyChanges, SyncCollection, Synced, Tree, multiget},
    prop,
    read::Reader,
    xml::Name,
};

use crate::{
    any_text::any_text,
    documents::body,
    grammar::assert_strict,
    infoset::{all, text},
    properties::{any_path, decode, legal},
};

/// What is said of a path: a status and a sentence.
type Said = BTreeMap<Vec<u8>, (String, String)>;

fn failures() -> impl Strategy<Value = Vec<(Vec<u8>, u16, String)>> {
    let status = (400_u16..600).prop_filter("no dependent one", |status| *status != 424);
    vec((any_path(), status, any_text()), 1..8)
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

/// What a search found: the path, a name, and whether there is an entity tag.
type Match = (Vec<u8>, String, bool);

const TARGET: &[u8] = b"/the target of it all";

fn any_match() -> impl Strategy<Value = Match> {
    let path = prop_oneof![
        8 => any_path(),
        2 => "/[ab]".prop_map(String::into_bytes),
        1 => Just(TARGET.to_vec()),
    ];
    (path, any_text(), any::<bool>())
}

fn found((path, name, has_etag): &Match) -> Resource {
    let resource = Resource::new(Href::path(path)).prop(prop::DisplayName(name));
    match has_etag {
        true => resource.prop(prop::GetEtag::strong("1").expect("a tag")),
        false => resource.missing(&Name::dav("getetag")),
    }
}

/// The matches, and whether a 507 for the target ends them.
fn read_matches(answer: &str) -> (Vec<Match>, bool) {
    assert_strict(answer);
    let document = Document::parse(answer).expect("well-formed");
    let responses = all(document.root_element(), "response");
    let judged: Vec<_> = responses
        .iter()
        .map(|response| {
            let href = decode(&text(all(*response, "href")[0]));
            let name = all(*response, "displayname").first().map(|it| text(*it));
            let status = text(*all(*response, "status").last().expect("a status"));
            (href, name, status[9..12].to_owned())
        })
        .collect();
    let read: Vec<_> = Reader::new(answer.as_bytes())
        .map(|response| {
            let response = response.expect("a response");
            let href = decode(&response.href().expect("an href"));
            let name = response.value(&Name::dav("displayname"));
            let last = response.propstats().last().and_then(|it| it.status());
            let status = response.status().or(last).expect("a status");
            (
                href,
                name.map(|it| it.text().into_owned()),
                status.as_str().to_owned(),
            )
        })
        .collect();
    assert_eq!(read, judged, "{answer}");

    let is_cut_off = judged
        .last()
        .is_some_and(|(href, name, status)| name.is_none() && href == TARGET && status == "507");
    let matches = judged.into_iter().filter_map(|(href, name, status)| {
        let has_etag = match &*status {
            "200" => true,
            "404" => false,
            _ => return None,
        };
        Some((href, name?, has_etag))
    });
    (matches.collect(), is_cut_off)
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
        let said = first(&failures);
        let answer = multiget(&wanted, hrefs, |href, _| {
            let path = decode(&href.encoded());
            let (_, status, sentence) = failures.iter().find(|(it, ..)| *it == path).expect("asked");
            Err(reason(*status, sentence))
        });
        prop_assert_eq!(read(&answer.to_string()), said);
    }

    #[test]
    fn of_lists(paths in vec((any_path(), any_text()), 0..8), cut in any::<bool>()) {
        let found = |(path, value): &(Vec<u8>, String)| {
            Resource::new(Href::path(path)).prop(prop::DisplayName(value))
        };
        let values = |answer: &str| {
            assert_strict(answer);
            let document = Document::parse(answer).expect("well-formed");
            all(document.root_element(), "displayname").into_iter().map(text).collect::<Vec<_>>()
        };
        let mut seen = BTreeSet::new();
        let mut firsts = paths.clone();
        firsts.retain(|(path, _)| seen.insert(path.clone()));
        let expected: Vec<_> = firsts.iter().map(|(_, value)| legal(value)).collect();
        let target = || Href::path("/the target of it all");
        let token = || SyncToken::new("urn:token").expect("a URI");

        let mut matches = Matches::new(target());
        matches.extend(paths.iter().map(found));
        let matches = if cut { matches.truncated() } else { matches };
        prop_assert_eq!(values(&MultiStatus::from(matches).to_string()), expected.clone());

        let mut changes = SyncCollection::new(target(), token());
        paths.iter().for_each(|path| changes.changed(found(path)));
        let changes = if cut { changes.truncated() } else { changes };
        // What was told last is what became of it.
        let became = |path| paths.iter().rev().find(|(it, _)| it == path).expect("told");
        let last: Vec<_> = firsts.iter().map(|(path, _)| legal(&became(path).1)).collect();
        prop_assert_eq!(values(&MultiStatus::from(changes).to_string()), last);

        let changes: Vec<_> = firsts
            .iter()
            .map(|path| Ok::<_, DavError>(Change::Changed(found(path))))
            .collect();
        let synced = move || if cut { Synced::UpTo(token()) } else { Synced::Whole(token()) };
        let begin = SyncCollection::stream(target(), stream::iter(changes), synced).chunk_size(200);
        let stream = begin.now_or_never().expect("it is there").expect("no failure");
        prop_assert_eq!(values(&streamed(stream.into_http())), expected);
    }

    /// What is there of each match, whole and streamed, as roxmltree and our reader have it.
    #[test]
    fn of_matches(
        matches in vec(any_match(), 0..8),
        most in 0..9_usize,
        cut in any::<bool>(),
        chunk in 1..1_000_usize,
    ) {
        let cut_off = |matches: &[Match], is_cut_off: bool| {
            let mut told: Vec<Match> = Vec::new();
            for found in matches {
                let is_new = told.iter().all(|(path, ..)| *path != found.0);
                // The target tells that the list was cut off, and so is no match.
                if is_new && !(is_cut_off && found.0 == TARGET) {
                    told.push((found.0.clone(), legal(&found.1), found.2));
                }
            }
            told
        };

        let mut answer = Matches::new(Href::path(TARGET));
        answer.extend(matches.iter().map(found));
        let answer = if cut { answer.truncated() } else { answer };
        let answer = MultiStatus::from(answer).to_string();
        prop_assert_eq!(read_matches(&answer), (cut_off(&matches, cut), cut));

        let rows: Vec<_> = matches.iter().map(found).map(Ok::<_, DavError>).collect();
        let begin = Matches::stream(Href::path(TARGET), most, stream::iter(rows)).chunk_size(chunk);
        let begun = begin.now_or_never().expect("it is there").expect("no failure");
        let mut expected = cut_off(&matches, false);
        let cut = expected.len() > most;
        expected.truncate(most);
        expected.retain(|(path, ..)| !cut || path != TARGET);
        // Until the end, the target may still have to tell that.
        expected.sort_by_key(|(path, ..)| path == TARGET);
        prop_assert_eq!(read_matches(&streamed(begun.into_http())), (expected, cut));
    }

    #[test]
    fn of_property_changes(
        names in vec(("\\PC{1,8}", "[a-z]{1,4}"), 1..6),
        refused in 0..6_usize,
        sentence in any_text(),
    ) {
        let names: Vec<_> = names
            .into_iter()
            .map(|(namespace, local)| Name::new(namespace, local).expect("a name"))
            .collect();
        let mut outcome = PropertyChanges::from_iter(names.iter().map(Name::borrowed));
        if let Some(name) = names.get(refused) {
            outcome.refuse(name, reason(409, &sentence));
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
    fn of_errors(sentence in any_text(), path in any_path()) {
        let locked = DavError::from(statuary::Condition::LockTokenSubmitted(
            Href::path(&path).into(),
        ));
        let answer = body(locked.with_description(sentence).into_http());
        let document = Document::parse(&answer).expect("well-formed");
        prop_assert!(document.root_element().has_tag_name(("DAV:", "error")));
        let href = text(all(document.root_element(), "href")[0]);
        prop_assert_eq!(decode(&href), path);
    }
}
