//! What is below a collection that is closed is not listed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use http_body::Body;
use http_body_util::BodyExt;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use statuary::{
    DavError, Href, Member, MemberPaywall, MemberRules, MultiStatus, MultiStatusStream, Resource,
    reply::Begin,
};

use super::{Mood, Plans, seen, seen_in};

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

/// A free member, so many in a collection that is closed, and another free one; and how many of them were
/// asked for.
fn large(members: usize) -> (Begin<DavError>, Arc<AtomicUsize>) {
    let asked_for = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&asked_for);
    let below = (0..members).map(|index| format!("/iron/{index}"));
    let paths = ["/a".to_owned(), "/iron/".to_owned()].into_iter();
    let paths = paths.chain(below).chain(["/z".to_owned()]);
    let resources = paths.map(move |path| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(Resource::new(Href::path(&path)))
    });
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let begin = MultiStatusStream::from_iterator(resources).chunk_size(1_000);
    let rules = MemberRules::new().path("/iron", "iron");
    (paywall.stream(begin, rules), asked_for)
}

/// Only the latest that are closed are known, and those below are not among them.
#[tokio::test]
async fn a_collection_that_is_closed_stays_so_however_much_is_in_it() {
    let (begin, _) = large(5_000);
    let body = begin.await.expect("no failure").into_http().into_body();
    let body = body.collect().await.expect("no failure").to_bytes();
    let seen = seen_in(std::str::from_utf8(&body).expect("UTF-8"));
    let expected = [("/a", "-"), ("/iron/", "402"), ("/z", "-")];
    let expected = expected.map(|(href, status)| (href.to_owned(), status.to_owned()));
    assert!(seen == expected, "{} are listed", seen.len());
}

/// It is walked through without a pause that the source would make.
#[test]
fn others_have_their_turn_while_it_is_walked_through() {
    const BATCH: usize = 256;
    let behind_another = |begin| {
        let gate = MemberPaywall::new(Plans::new(Mood::Answers));
        gate.stream(begin, MemberRules::new())
    };
    let (one, other) = (large(5_000), large(5_000));
    for (begin, asked_for) in [one, (behind_another(other.0), other.1)] {
        let mut begin = tokio_test::task::spawn(begin);
        let mut before = 0;
        let begun = loop {
            let polled = begin.poll();
            let now = asked_for.load(Ordering::Relaxed);
            assert!(now - before <= 2 * BATCH, "{} in one turn", now - before);
            before = now;
            match polled {
                Poll::Ready(begun) => break begun,
                Poll::Pending => assert!(begin.is_woken(), "there is nothing to wait for"),
            }
        };
        let body = begun.expect("no failure").into_http().into_body();
        assert!(body.size_hint().exact().is_some(), "it fits one chunk");
    }
}
