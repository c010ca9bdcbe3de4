//! What holds for every outcome, whatever a handler says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use http::StatusCode;
use proptest::prelude::*;
use statuary::{
    Href, MultiStatus, Resource,
    dav::SyncToken,
    outcome::{Matches, PropertyChanges, SyncCollection, Tree, Unsynced},
    xml::Name,
};

use super::{Told, responses};
use crate::documents::body;

/// The href of a path, now and then one that was there before, as it is or in another spelling.
fn href() -> impl Strategy<Value = Href<'static>> {
    let path = prop_oneof!["/[ab&]{1,2}(/[ab ]{1,2}){0,2}/?", "/\\PC{0,4}"];
    (path, any::<bool>()).prop_map(|(path, is_spelled_out)| {
        let href = Href::path(&path).into_owned();
        if is_spelled_out {
            spelled_out(&href)
        } else {
            href
        }
    })
}

/// The same href, with all of its bytes percent-encoded.
fn spelled_out(href: &Href<'_>) -> Href<'static> {
    let mut encoded = String::new();
    for segment in href.segments() {
        encoded.push('/');
        for byte in segment {
            write!(encoded, "%{byte:02x}").expect("room");
        }
    }
    if href.is_collection() {
        encoded.push('/');
    }
    Href::parse(encoded).expect("an href")
}

/// What an href is known by.
type Key = Vec<Vec<u8>>;

fn key(told: &str) -> Key {
    Href::parse(told).expect("an href").segments()
}

fn status() -> impl Strategy<Value = StatusCode> {
    (100_u16..1000).prop_map(|code| StatusCode::from_u16(code).expect("three digits"))
}

/// No URL is listed twice, and nothing has both a status and properties, or neither.
fn assert_legal(told: &[Told]) {
    let mut hrefs = BTreeSet::new();
    for (href, status, propstats) in told {
        assert!(hrefs.insert(key(href)), "{href} is twice");
        assert_ne!(status.is_some(), !propstats.is_empty());
    }
}

proptest! {
    #[test]
    fn a_tree_lists_failures_and_only_them(
        members in prop::collection::vec((href(), status()), 0..8),
    ) {
        let mut tree = Tree::new(Href::collection("/a"));
        tree.extend(members.iter().cloned());
        let all_succeeded = members.iter().all(|(_, status)| status.is_success());
        prop_assert_eq!(tree.is_done(), all_succeeded);

        let response = tree.done(StatusCode::NO_CONTENT);
        prop_assert_eq!(response.status() == StatusCode::NO_CONTENT, all_succeeded);
        if response.status() == StatusCode::MULTI_STATUS {
            let told = responses(&body(response));
            assert_legal(&told);
            for (_, status, _) in told {
                let status = status.expect("a tree has statuses");
                prop_assert!(status.starts_with("HTTP/1.1 4") || status.starts_with("HTTP/1.1 5"));
                prop_assert!(!status.starts_with("HTTP/1.1 424"));
            }
        } else if !all_succeeded {
            let status = response.status();
            prop_assert!(status.is_client_error() || status.is_server_error());
        }
    }

    #[test]
    fn property_changes_succeed_together_or_not_at_all(
        names in prop::collection::vec("[a-c]{1,2}", 1..6),
        refusals in prop::collection::vec(("[a-c]{1,2}", status()), 0..3),
    ) {
        let mut outcome = PropertyChanges::from_iter(names.iter().map(|name| Name::dav(name)));
        for (name, status) in &refusals {
            outcome.refuse(&Name::dav(name), *status);
        }
        let told = responses(&outcome.proppatch(Href::path("/a")).to_string());
        assert_legal(&told);
        let (_, _, propstats) = &told[0];
        let succeeded = propstats.iter().filter(|(status, _)| status.contains(" 200 ")).count();
        prop_assert_eq!(succeeded, usize::from(refusals.is_empty()));
        prop_assert!(succeeded == 0 || propstats.len() == 1);

        let told: Vec<_> = propstats.iter().flat_map(|(_, names)| names).collect();
        let once: BTreeSet<_> = told.iter().copied().collect();
        prop_assert_eq!(told.len(), once.len());
        let asked = names.iter().chain(refusals.iter().map(|(name, _)| name));
        prop_assert_eq!(once, asked.collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_list_of_changes_or_matches_is_legal_and_says_when_it_was_cut_off(
        members in prop::collection::vec((href(), 0..3), 0..8),
        is_truncated: bool,
    ) {
        let target = || Href::collection("/~target");
        let token = SyncToken::new("urn:x").expect("a URI");
        let (mut changes, mut matches) =
            (SyncCollection::new(target(), token), Matches::new(target()));
        for (href, kind) in &members {
            let href = || href.borrowed();
            matches.push(Resource::new(href()));
            match kind {
                0 => changes.changed(Resource::new(href())),
                1 => changes.removed(href()),
                _ => changes.unsynced(href(), Unsynced::SupportedReport),
            }
        }
        let keys: BTreeSet<_> = members.iter().map(|(href, _)| href.segments()).collect();
        prop_assert_eq!(changes.len(), keys.len());
        prop_assert_eq!(matches.len(), keys.len());
        if is_truncated {
            (changes, matches) = (changes.truncated(), matches.truncated());
        }
        let (mut last, mut removals) = (BTreeMap::new(), BTreeMap::new());
        for (at, (href, kind)) in members.iter().enumerate() {
            let href = href.segments();
            if *kind == 1 {
                removals.insert(href.clone(), at);
            }
            let last = last.entry(href).or_insert((0, at));
            *last = (if (last.0, *kind) == (2, 0) { 2 } else { *kind }, at);
        }
        let is_below = |href: &Key, above: &Key| href != above && href.starts_with(above);
        for (href, (kind, at)) in &mut last {
            let mut above = removals.iter().filter(|(above, _)| is_below(href, above));
            if above.any(|(_, later)| *at < *later) {
                *kind = 1;
            }
        }
        let went_along = |href: &Key| {
            last.iter().any(|(above, (kind, _))| *kind == 1 && is_below(href, above))
        };
        let expected: BTreeMap<_, _> = last
            .iter()
            .filter(|(href, (kind, _))| *kind != 1 || !went_along(href))
            .map(|(href, (kind, _))| (href.clone(), *kind))
            .collect();
        let changes = MultiStatus::from(changes);
        let told: BTreeMap<_, _> = responses(&changes.to_string())
            .into_iter()
            .filter_map(|(href, status, _)| {
                let kind = match status.as_deref().map(|status| &status[9..12]) {
                    None => 0,
                    Some("404") => 1,
                    Some("403") => 2,
                    _ => return None,
                };
                Some((key(&href), kind))
            })
            .collect();
        prop_assert_eq!(told, expected);
        for answer in [changes, MultiStatus::from(matches)] {
            let told = responses(&answer.to_string());
            assert_legal(&told);
            let cut_off = told.iter().filter(|(_, status, _)| {
                status.as_ref().is_some_and(|status| status.contains(" 507 "))
            });
            prop_assert_eq!(cut_off.count(), usize::from(is_truncated));
        }
    }
}
