//! What holds for every outcome, whatever a handler says.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use proptest::prelude::*;
use statuary::{
    Href, MultiStatus, Resource,
    dav::SyncToken,
    outcome::{Instructions, Matches, SyncCollection, Tree, Unsynced},
    xml::Name,
};

use super::{Told, responses};
use crate::documents::body;

/// A path, now and then one that was there before.
fn path() -> impl Strategy<Value = String> {
    prop_oneof!["/[ab&]{1,2}(/[ab ]{1,2}){0,2}/?", "/\\PC{0,4}"]
}

/// What an href is known by: a collection is the same with its last slash and without.
fn key(href: &str) -> String {
    href.strip_suffix('/').unwrap_or(href).to_owned()
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
        members in prop::collection::vec((path(), status()), 0..8),
    ) {
        let mut tree = Tree::new(Href::collection("/a"));
        tree.extend(members.iter().map(|(path, status)| (Href::path(path), *status)));
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
    fn instructions_succeed_together_or_not_at_all(
        names in prop::collection::vec("[a-c]{1,2}", 1..6),
        refusals in prop::collection::vec(("[a-c]{1,2}", status()), 0..3),
    ) {
        let mut outcome = Instructions::from_iter(names.iter().map(|name| Name::dav(name)));
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
        members in prop::collection::vec((path(), 0..3), 0..8),
        is_truncated: bool,
    ) {
        let target = || Href::collection("/~target");
        let token = SyncToken::new("urn:x").expect("a URI");
        let (mut changes, mut matches) =
            (SyncCollection::new(target(), token), Matches::new(target()));
        for (path, kind) in &members {
            let href = || Href::path(path);
            matches.push(Resource::new(href()));
            match kind {
                0 => changes.changed(Resource::new(href())),
                1 => changes.removed(href()),
                _ => changes.unsynced(href(), Unsynced::SupportedReport),
            }
        }
        let hrefs: BTreeSet<_> = members.iter().map(|(path, _)| Href::path(path)).collect();
        let keys: BTreeSet<_> = hrefs.iter().map(|href| key(&href.encoded())).collect();
        prop_assert_eq!(changes.len(), keys.len());
        prop_assert_eq!(matches.len(), hrefs.len());
        if is_truncated {
            (changes, matches) = (changes.truncated(), matches.truncated());
        }
        let (mut last, mut removals) = (BTreeMap::new(), BTreeMap::new());
        for (at, (path, kind)) in members.iter().enumerate() {
            let href = key(&Href::path(path).encoded());
            if *kind == 1 {
                removals.insert(href.clone(), at);
            }
            let last = last.entry(href).or_insert((0, at));
            *last = (if (last.0, *kind) == (2, 0) { 2 } else { *kind }, at);
        }
        let is_below = |href: &str, above: &str| {
            href.strip_prefix(above).is_some_and(|it| it.starts_with('/'))
        };
        for (href, (kind, at)) in &mut last {
            let mut above = removals.iter().filter(|(above, _)| is_below(href, above));
            if above.any(|(_, later)| *at < *later) {
                *kind = 1;
            }
        }
        let went_along = |href: &str| {
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
