//! Whatever is listed, nothing of what is withheld gets out.

use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use statuary::{
    DavError, Href, MemberPaywall, MemberRules, MultiStatus, MultiStatusStream, Resource, prop,
    xml::{Element, Name},
};
use tokio_test::block_on;

use super::{Mood, Plans, seen_in};
use crate::grammar::assert_strict;

/// A member: its folder, its name, and where its secrets are.
type Row = (usize, u8, Place);

#[derive(Clone, Copy, Debug)]
enum Place {
    Member,
    /// In a response inside of another member.
    Inside,
    /// There too, as another server wrote it.
    InsideForeign,
}

const FOLDERS: [&str; 4] = ["free", "gold", "iron", "own"];

/// A resource, all of whose content says in which folder it is.
fn resource((folder, name, place): Row) -> Resource {
    let path = format!("/{}/{name}", FOLDERS[folder]);
    let secret = match FOLDERS[folder] {
        "iron" | "own" => "withheld",
        _ => "shown",
    };
    let namespace = format!("urn:{secret}:{name}");
    let property = Name::new(namespace, secret.to_owned()).expect("a name");
    let inner = Resource::new(Href::path(&path)).prop(prop::text(property.clone(), secret));
    let outer = format!("/free/outer{name}");
    let outer = Resource::new(Href::path(&outer));
    match place {
        Place::Member => inner.missing(&property),
        Place::Inside => outer.prop(prop::with_content(Name::dav("set"), move |set| {
            inner.write(set);
        })),
        Place::InsideForeign => {
            let set = format!(
                "<d:set xmlns:d=\"DAV:\"><d:response><d:href>{path}</d:href><d:propstat><d:prop>\
                 <x:{secret} xmlns:x=\"urn:{secret}:{name}\">{secret}</x:{secret}></d:prop>\
                 <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:set>"
            );
            outer.prop(Element::parse(&set).expect("an element"))
        }
    }
}

fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::Member),
        Just(Place::Inside),
        Just(Place::InsideForeign)
    ]
}

fn rules() -> MemberRules<&'static str> {
    FOLDERS[1..]
        .iter()
        .fold(MemberRules::new(), |rules, folder| {
            rules.path(folder, folder)
        })
}

proptest! {
    #[test]
    fn nothing_of_what_is_withheld_gets_out(rows in vec((0..4_usize, 0..40_u8, places()), 0..40)) {
        let listing: MultiStatus = rows.iter().copied().map(resource).collect();
        let listed = listing.len();
        let shows = listing.to_string().contains(">shown<");
        let paywall = || MemberPaywall::new(Plans::new(Mood::Answers));

        let (at_once, its_rules) = (paywall(), rules());
        let whole = block_on(at_once.enforce(listing, &its_rules)).to_string();

        let resources: Vec<_> = rows.into_iter().map(resource).map(Ok::<_, DavError>).collect();
        let begin = MultiStatusStream::from_iterator(resources).chunk_size(700);
        let begin = paywall().batch(3.try_into().expect("not zero")).stream(begin, rules());
        let stream = block_on(begin).expect("no failure");
        let body = block_on(stream.into_http().into_body().collect());
        let body = body.expect("no failure").to_bytes();
        let streamed = String::from_utf8(body.to_vec()).expect("UTF-8");

        for answer in [&whole, &streamed] {
            assert_strict(answer);
            prop_assert!(!answer.contains("withheld"), "{answer}");
            prop_assert_eq!(answer.contains(">shown<"), shows);
        }
        prop_assert_eq!(seen_in(&whole), seen_in(&streamed));
        let document = roxmltree::Document::parse(&streamed).expect("well-formed");
        prop_assert_eq!(document.root_element().children().count(), listed);
    }
}
