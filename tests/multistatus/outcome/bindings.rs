//! Collections with several bindings: RFC 5842, section 7.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use statuary::{
    DavError, Href, MultiStatus, MultiStatusStream, Propfind, Resource,
    outcome::{Binding, Bindings},
    prop,
    read::Reader,
    xml::Name,
};

use super::{href, responses};
use crate::{grammar::assert_strict, infoset::said};

const RESOURCE_ID: Name<'static> = Name::dav("resource-id");

fn knows(classes: &[&'static str]) -> Bindings {
    let mut headers = HeaderMap::new();
    for class in classes {
        headers.append("dav", HeaderValue::from_static(class));
    }
    Bindings::from_headers(&headers)
}

#[test]
fn a_client_knows_bindings_by_its_dav_header() -> Result<(), DavError> {
    for (classes, met_again) in [
        (&["1, Bind"][..], Some(Binding::AlreadyReported)),
        (&["1", "bind,"], Some(Binding::AlreadyReported)),
        (&[], None),
        (&["bindings"], None),
        (&["<http://example.com/a,bind,c>"], None),
    ] {
        let mut bindings = knows(classes);
        bindings.enter(&href("urn:uuid:1"))?;
        let again = bindings.enter(&href("urn:uuid:1")).ok();
        assert_eq!(again, met_again, "{classes:?}");
    }
    Ok(())
}

#[test]
fn e14_rfc5842_section_7_1_1_a_client_that_knows_bindings() -> Result<(), DavError> {
    let wanted = Propfind::Prop(vec![Name::dav("displayname"), RESOURCE_ID]);
    let coll = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf8";
    let foo = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf9";
    let id = |id| prop::href(RESOURCE_ID, href(id));

    let mut bindings = knows(&["bind"]);
    assert_eq!(bindings.enter(&href(coll))?, Binding::New);
    let listing = [
        wanted
            .answer(href("http://www.example.com/Coll/"))
            .prop(prop::DisplayName("Loop Demo"))
            .prop(id(coll)),
        wanted
            .answer(href("http://www.example.com/Coll/Foo"))
            .prop(prop::DisplayName("Bird Inventory"))
            .prop(id(foo)),
        match bindings.enter(&href(coll))? {
            Binding::AlreadyReported => {
                wanted.already_reported(href("http://www.example.com/Coll/Bar"))
            }
            _ => wanted.answer(Href::path("/wrong")),
        }
        .prop(prop::DisplayName("Loop Demo"))
        .prop_by_name_with(&RESOURCE_ID, || id(coll)),
    ];
    let ours = MultiStatus::from_iter(listing).to_string();
    let example = include_str!("../rfc5842/7.1.1-already-reported.xml");
    assert_eq!(said(&ours), said(example));
    Ok(())
}

#[test]
fn e14_rfc5842_section_7_1_2_a_client_that_does_not() -> Result<(), DavError> {
    let (one, two) = (href("urn:1"), href("urn:2"));
    let mut bindings = knows(&["1, 2", "bindings"]);
    assert_eq!(bindings.enter(&one)?, Binding::New);
    assert_eq!(bindings.enter(&two)?, Binding::New);
    let looped = bindings.enter(&one).unwrap_err();
    assert_eq!(looped.status(), StatusCode::LOOP_DETECTED);

    bindings.leave();
    assert_eq!(
        bindings.enter(&two)?,
        Binding::New,
        "beside itself is no loop"
    );
    Ok(())
}

/// 508 is for the whole as long as it can be, and then for the binding that was met.
#[tokio::test]
async fn e14_rfc5842_section_7_2_a_loop_that_is_met_late_ends_the_answer() {
    let walk = |members: usize| {
        let mut bindings = knows(&[]);
        bindings.enter(&href("urn:1")).expect("it is new");
        let members = (0..members).map(|index| {
            let path = format!("/coll/{index}");
            Ok(Resource::new(Href::path(&path)))
        });
        MultiStatusStream::from_iterator(members.chain([()].into_iter().map(move |()| {
            bindings
                .enter(&href("urn:1"))
                .map(|_| Resource::new(Href::path("/coll/loop")))
        })))
        .chunk_size(500)
    };
    let at_once = walk(0).await.expect_err("nothing was sent");
    assert_eq!(at_once.status(), StatusCode::LOOP_DETECTED);

    let late = walk(100).await.expect("it begins").into_http();
    assert_eq!(late.status(), StatusCode::MULTI_STATUS);
    assert!(late.into_body().collect().await.is_err(), "no clean end");

    let late = walk(100).end_with(|error| Resource::status(href("/coll/loop"), error.status()));
    let late = late.await.expect("it begins").into_http().into_body();
    let late = late.collect().await.expect("a clean end").to_bytes();
    let told = responses(std::str::from_utf8(&late).expect("UTF-8"));
    let (last, before) = told.split_last().expect("responses");
    assert_eq!(before.len(), 100);
    assert_eq!(last.0, "/coll/loop");
    assert_eq!(last.1.as_deref(), Some("HTTP/1.1 508 Loop Detected"));
}

#[test]
fn section_8_2_the_header_is_a_list_in_any_number_of_fields() -> Result<(), DavError> {
    for classes in [&["bind"][..], &["1,2 , BIND"], &["1", "bind"]] {
        let mut bindings = knows(classes);
        bindings.enter(&href("urn:1"))?;
        bindings.leave();
        let again = bindings.enter(&href("urn:1"))?;
        assert_eq!(again, Binding::AlreadyReported, "{classes:?}");
    }
    Ok(())
}

#[test]
fn section_7_1_names_and_missing_properties_of_another_binding() {
    let wanted = Propfind::PropName;
    let answer = wanted
        .already_reported(Href::path("/a"))
        .prop(prop::GetContentLength(1));
    let answer = MultiStatus::from_iter([answer]).to_string();
    assert!(
        answer.contains("<D:getcontentlength/></D:prop><D:status>HTTP/1.1 208 Already Reported")
    );

    // Nothing that was asked for is there, and the collection is.
    let wanted = Propfind::Prop(vec![Name::dav("getetag"), Name::dav("quota-used-bytes")]);
    let withheld = wanted
        .already_reported(Href::path("/b"))
        .withheld(&Name::dav("quota-used-bytes"), StatusCode::FORBIDDEN);
    let answer = [wanted.already_reported(Href::path("/a")), withheld];
    let answer = MultiStatus::from_iter(answer).to_string();
    assert_strict(&answer);
    let told = responses(&answer).into_iter().map(|(_, _, propstats)| {
        let told = propstats.iter();
        told.map(|(status, names)| (status[9..12].to_owned(), names.len()))
            .collect()
    });
    let told: Vec<Vec<_>> = told.collect();
    let told_as = |status: &str, names| (status.to_owned(), names);
    let expected = [
        vec![told_as("208", 0), told_as("404", 2)],
        vec![told_as("208", 0), told_as("403", 1), told_as("404", 1)],
    ];
    assert_eq!(told, expected);
}

// === walks over any collections ===

/// The members of each collection, which are collections.
type Members = Vec<BTreeSet<usize>>;

/// Lists a collection and what is in it, as a handler does.
fn list(
    at: usize,
    path: &str,
    members: &Members,
    bindings: &mut Bindings,
    listing: &mut MultiStatus,
) -> Result<(), DavError> {
    let id = format!("urn:x:{at}");
    let binding = bindings.enter(&Href::parse(&*id).expect("a URI"))?;
    let (wanted, href) = (Propfind::default(), Href::collection(path));
    let answer = match binding {
        Binding::AlreadyReported => wanted.already_reported(href),
        _ => wanted.answer(href),
    };
    listing.push(answer.prop(prop::DisplayName(&id)));
    if binding == Binding::New {
        for member in &members[at] {
            list(
                *member,
                &format!("{path}/{member}"),
                members,
                bindings,
                listing,
            )?;
        }
        bindings.leave();
    }
    Ok(())
}

/// Which collections can be reached from which, by one step or more.
fn reachable(members: &Members) -> Vec<BTreeSet<usize>> {
    let mut reachable = members.clone();
    for _ in 0..members.len() {
        for at in 0..members.len() {
            let further: Vec<_> = reachable[at]
                .iter()
                .flat_map(|it| reachable[*it].clone())
                .collect();
            reachable[at].extend(further);
        }
    }
    reachable
}

/// What is told of a listing, as roxmltree and our reader have it: the path, the status, and the name.
fn told(listing: &MultiStatus) -> Vec<(String, String, String)> {
    let listing = listing.to_string();
    assert_strict(&listing);
    let read: Vec<_> = Reader::new(listing.as_bytes())
        .map(|response| {
            let response = response.expect("a response");
            let propstat = response.propstats().next().expect("a propstat");
            let name = propstat.properties().next().expect("a property");
            assert_eq!(name.name(), Name::dav("displayname"));
            let status = propstat.status().expect("a status").as_str().to_owned();
            let href = response.href().expect("an href").into_owned();
            (href, status, name.text().into_owned())
        })
        .collect();
    let judged = responses(&listing)
        .into_iter()
        .map(|(href, status, propstats)| {
            assert_eq!((status, propstats.len()), (None, 1));
            (href, propstats[0].0[9..12].to_owned())
        });
    assert!(
        judged.eq(read
            .iter()
            .map(|(href, status, _)| (href.clone(), status.clone())))
    );
    read
}

proptest! {
    #[test]
    fn e14_each_collection_is_reported_once_or_is_no_loop(
        members in vec(proptest::collection::btree_set(0..5_usize, 0..3), 5..6),
    ) {
        let reachable = reachable(&members);
        let met: BTreeSet<_> = reachable[0].iter().copied().chain([0]).collect();

        let mut listing = MultiStatus::new();
        list(0, "/c", &members, &mut knows(&["bind"]), &mut listing)?;
        let told_once = told(&listing);
        let with = |status: &str| {
            let with = told_once.iter().filter(|it| it.1 == status);
            with.map(|it| it.2.clone()).collect::<Vec<_>>()
        };
        let reported = with("200");
        prop_assert_eq!(reported.len(), met.len());
        let expected: BTreeSet<_> = met.iter().map(|at| format!("urn:x:{at}")).collect();
        prop_assert_eq!(reported.into_iter().collect::<BTreeSet<_>>(), expected);
        let bindings: usize = met.iter().map(|at| members[*at].len()).sum();
        prop_assert_eq!(with("208").len(), bindings + 1 - met.len());
        prop_assert_eq!(told_once.len(), bindings + 1);

        let mut listing = MultiStatus::new();
        let outcome = list(0, "/c", &members, &mut knows(&[]), &mut listing);
        let has_loop = met.iter().any(|at| reachable[*at].contains(at));
        prop_assert_eq!(outcome.is_err(), has_loop);
        match outcome {
            Err(error) => prop_assert_eq!(error.status(), StatusCode::LOOP_DETECTED),
            Ok(()) => {
                for (href, status, name) in told(&listing) {
                    let last = href.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                    prop_assert_eq!(status, "200");
                    prop_assert_eq!(name, format!("urn:x:{}", last.replace('c', "0")));
                }
            }
        }
    }
}
