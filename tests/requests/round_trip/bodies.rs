//! Bodies without filters.

use std::collections::HashSet;

use proptest::prelude::*;
use statuary::{
    Propfind,
    dav::{LockScope, SyncToken},
    request::{
        LockInfo, Mkcol,
        report::{
            CalendarMultiget, ExpandProperty, PrincipalPropertySearch, SyncCollection, SyncLevel,
        },
    },
    xml::{Element, ErrorKind, Limits, Name},
};

use super::{Node, dav, local, names, node, prop, token, whims};
use crate::{report::CALDAV, support::read};

fn wanted(names: &[(String, String)]) -> Propfind {
    let name = |(namespace, local): &(String, String)| {
        Name::new(namespace.clone(), local.clone()).unwrap()
    };
    Propfind::Prop(names.iter().map(name).collect())
}

/// A tree of names: those of one parent differ.
#[derive(Clone, Debug)]
struct Expand(String, Vec<Self>);

fn expand() -> impl Strategy<Value = Vec<Expand>> {
    let once = |all: Vec<Expand>| -> Vec<Expand> {
        let mut seen = HashSet::new();
        all.into_iter()
            .filter(|it| seen.insert(it.0.clone()))
            .collect()
    };
    let leaf = local().prop_map(|name| Expand(name, vec![]));
    let tree = leaf.prop_recursive(4, 24, 4, move |inner| {
        (local(), prop::collection::vec(inner, 0..4))
            .prop_map(move |(name, all)| Expand(name, once(all)))
    });
    prop::collection::vec(tree, 0..4).prop_map(once)
}

fn written(tree: &[Expand]) -> Vec<Node> {
    let property = |Expand(name, inside): &Expand| {
        dav("property")
            .attribute("name", name)
            .with(written(inside))
    };
    tree.iter().map(property).collect()
}

fn locals(tree: &[Expand]) -> Propfind {
    let name = |it: &Expand| Name::new("DAV:", it.0.clone()).unwrap();
    Propfind::Prop(tree.iter().map(name).collect())
}

proptest! {
    #[test]
    fn propfind(names in names(), mut whims in whims()) {
        let body = dav("propfind").with([prop(&names)]).write(&mut whims);
        prop_assert_eq!(read(Propfind::parse, &body), wanted(&names));
    }

    #[test]
    fn a_name_asked_for_often_is_asked_for_once(
        names in prop::collection::vec(("(DAV:|urn:[a-e])", "[a-h]"), 0..80), mut whims in whims(),
    ) {
        let mut once: Vec<(String, String)> = Vec::new();
        for name in &names {
            if !once.contains(name) {
                once.push(name.clone());
            }
        }
        let namespaces: HashSet<_> = once.iter().map(|(namespace, _)| namespace).collect();
        let body = dav("propfind").with([prop(&names)]).write(&mut whims);
        prop_assert_eq!(read(Propfind::parse, &body), wanted(&once));

        let parse = |limits: Limits| Propfind::parse(body.as_bytes(), &limits);
        let enough = Limits::request().properties(once.len()).namespaces(namespaces.len().max(8));
        prop_assert!(parse(enough).is_ok());
        if let Some(few) = once.len().checked_sub(1) {
            let error = parse(Limits::request().properties(few)).unwrap_err();
            prop_assert_eq!(error.kind(), ErrorKind::TooManyProperties);
        }
    }

    #[test]
    fn lockinfo(is_shared: bool, owner in prop::option::of(token()), mut whims in whims()) {
        let scope = dav(if is_shared { "shared" } else { "exclusive" });
        let mut lock = dav("lockinfo")
            .with([dav("locktype").with([dav("write")]), dav("lockscope").with([scope])]);
        if let Some(owner) = &owner {
            lock = lock.with([dav("owner").text(owner)]);
        }
        let lock = read(LockInfo::parse, &lock.write(&mut whims));
        prop_assert_eq!(lock.scope() == LockScope::Shared, is_shared);
        prop_assert_eq!(lock.owner().map(Element::text), owner);
    }

    #[test]
    fn mkcol(values in prop::collection::vec((local(), token()), 1..5), mut whims in whims()) {
        let value = |(local, text): &(String, String)| node("urn:x", local).text(text);
        let set = |it| dav("set").with([dav("prop").with([value(it)])]);
        let body = dav("mkcol").with(values.iter().map(set)).write(&mut whims);
        let mkcol = read(Mkcol::parse, &body);
        let found: Vec<_> = mkcol
            .values()
            .iter()
            .map(|it| (it.name().local().to_owned(), it.text()))
            .collect();
        prop_assert_eq!(found, values);
    }

    #[test]
    fn sync_collection(
        token in "(urn:[a-z0-9:.&'()?=-]{1,6})?", is_infinite: bool,
        limit in prop::option::of(1..=u32::MAX), names in names(), mut whims in whims(),
    ) {
        let level = if is_infinite { "infinite" } else { "1" };
        let mut body = dav("sync-collection")
            .with([dav("sync-token").text(&token), prop(&names), dav("sync-level").text(level)]);
        if let Some(limit) = limit {
            body = body.with([dav("limit").with([dav("nresults").text(&limit.to_string())])]);
        }
        let report = read(SyncCollection::parse, &body.write(&mut whims));
        prop_assert_eq!(report.token().map(SyncToken::as_str).unwrap_or_default(), token);
        prop_assert_eq!(report.level() == SyncLevel::Infinite, is_infinite);
        prop_assert_eq!(report.limit(), limit.map(|most| most as usize));
        prop_assert_eq!(report.wanted(), &wanted(&names));
    }

    #[test]
    fn multiget(
        hrefs in prop::collection::vec("/[a-z0-9&'()]{1,3}(%25)?(/[a-z])?", 1..6), names in names(),
        mut whims in whims(),
    ) {
        let href = |href: &String| dav("href").text(href);
        let body = node(CALDAV, "calendar-multiget")
            .with(hrefs.iter().map(href))
            .with([prop(&names)]);
        let report = read(CalendarMultiget::parse, &body.write(&mut whims));
        let found: Vec<_> = report.hrefs().iter().map(ToString::to_string).collect();
        prop_assert_eq!(found, hrefs);
        prop_assert_eq!(report.wanted(), &wanted(&names));
    }

    #[test]
    fn expand_property(tree in expand(), mut whims in whims()) {
        let body = dav("expand-property").with(written(&tree)).write(&mut whims);
        let report = read(ExpandProperty::parse, &body);
        prop_assert_eq!(report.wanted(), &locals(&tree));
        let mut open: Vec<_> = tree
            .iter()
            .map(|it| (it, report.inside(&Name::new("DAV:", it.0.clone()).unwrap())))
            .collect();
        while let Some((Expand(_, inside), found)) = open.pop() {
            prop_assert_eq!(found.is_none(), inside.is_empty());
            let Some(found) = found else { continue };
            prop_assert_eq!(found.wanted(), &locals(inside));
            let deeper = |it| found.inside(&Name::new("DAV:", Expand::clone(it).0).unwrap());
            open.extend(inside.iter().map(|it| (it, deeper(it))));
        }
    }

    #[test]
    fn principal_property_search(
        searches in prop::collection::vec((names(), "[ -~é]{0,6}"), 1..4), names in names(),
        everywhere: bool, mut whims in whims(),
    ) {
        let searches: Vec<_> = searches.into_iter().filter(|(names, _)| !names.is_empty()).collect();
        prop_assume!(!searches.is_empty());
        let search = |(names, text): &(Vec<_>, String)| {
            dav("property-search").with([prop(names), dav("match").text(text)])
        };
        let mut body = dav("principal-property-search")
            .with(searches.iter().map(search))
            .with([prop(&names)]);
        if everywhere {
            body = body.with([dav("apply-to-principal-collection-set")]);
        }
        let report = read(PrincipalPropertySearch::parse, &body.write(&mut whims));
        prop_assert_eq!(report.wanted(), &wanted(&names));
        prop_assert_eq!(report.applies_to_principal_collection_set(), everywhere);
        prop_assert_eq!(report.searches().len(), searches.len());
        for (found, (names, text)) in report.searches().iter().zip(&searches) {
            prop_assert_eq!(&found.text, text);
            prop_assert_eq!(Propfind::Prop(found.properties.clone()), wanted(names));
        }
    }
}
