//! What is below a collection that is closed is not listed.

use std::collections::BTreeMap;

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use statuary::{Href, Member, MemberPaywall, MultiStatus, Resource};

use super::{Mood, Plans, seen};

/// What is left of a listing of these paths, of which some are withheld.
fn left(paths: &BTreeMap<String, bool>) -> Vec<(String, String)> {
    let listing: MultiStatus = paths
        .keys()
        .map(|path| Resource::new(Href::path(path)))
        .collect();
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let cost = |href: &Href<'_>| match paths[&*href.encoded()] {
        true => Member::Costs("iron"),
        false => Member::Free,
    };
    seen(&tokio_test::block_on(paywall.apply(listing, cost)))
}

/// The same, by looking at every pair.
fn model(paths: &BTreeMap<String, bool>) -> Vec<(String, String)> {
    let is_closed = |above: &str, path: &str| {
        let rest = path.strip_prefix(above.trim_end_matches('/'));
        path != above && rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let listed = paths.iter().filter(|&(path, &is_withheld)| {
        let mut withheld = paths.iter().filter(|&(_, &is_withheld)| is_withheld);
        !is_withheld || !withheld.any(|(above, _)| is_closed(above, path))
    });
    let listed = listed.map(|(path, is_withheld)| match is_withheld {
        true => (path.clone(), "402".to_owned()),
        false => (path.clone(), "-".to_owned()),
    });
    listed.collect()
}

proptest! {
    #[test]
    fn what_is_below_a_withheld_member_and_withheld_itself_is_not_listed(
        paths in btree_map(vec("[ab]{1,2}", 0..6), any::<bool>(), 0..40),
    ) {
        let paths = paths.into_iter();
        let paths = paths.map(|(path, is_withheld)| (format!("/{}", path.join("/")), is_withheld));
        let paths = paths.collect();
        prop_assert_eq!(left(&paths), model(&paths));
    }
}

/// This would take an hour if each of the folders above were looked at from the root on.
#[test]
fn a_path_is_walked_once_however_deep_it_is() {
    let folder = "/a".repeat(100_000);
    let paths = (10..30).map(|index| (format!("{folder}/{index}"), true));
    let paths = paths.collect();
    assert_eq!(left(&paths), model(&paths));
}
