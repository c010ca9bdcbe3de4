//! What members cost by their path, by a property, or by a predicate; and what is shown all the same.

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use allocation_counter::measure;
use futures_util::FutureExt;
use http::StatusCode;
use statuary::{
    Href, Member, MemberPaywall, MemberRules, MultiStatus, Propfind, Resource, prop,
    request::report::CalendarMultiget,
    subscription::{Unanswered, UnansweredKind},
    xml::{Element, Limits, Name},
};

use super::{Mood, Plans, layered::answered, seen};

const TIER: Name<'static> = Name::from_static("urn:shop", "tier");
const COUNT: Name<'static> = Name::from_static("DAV:", "quota-used-bytes");

async fn enforce(listing: MultiStatus, rules: MemberRules<&'static str>) -> Vec<(String, String)> {
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    seen(&paywall.enforce(listing, &rules).await)
}

fn statuses(seen: &[(String, String)]) -> Vec<&str> {
    seen.iter().map(|(_, status)| &**status).collect()
}

fn hrefs(encoded: &[&'static str]) -> MultiStatus {
    let resource = |encoded: &&'static str| {
        Resource::new(Href::parse(*encoded).expect("an href")).prop(prop::GetContentLength(1))
    };
    encoded.iter().map(resource).collect()
}

#[tokio::test]
async fn a_path_is_a_path_however_it_is_written() {
    let listing = hrefs(&[
        "/",
        "/iron",
        "/iron/",
        "/%69ron/a",
        "http://example.com/iron/b",
        "http://example.com/iron/b/c",
        "http://example.org/iron/b/c",
        "/ironing/a",
        "/free/iron",
    ]);
    let seen = enforce(listing, MemberRules::new().path("/iron/", "iron")).await;
    let closed: Vec<_> = seen.iter().filter(|(_, status)| status == "402").collect();
    let closed: Vec<_> = closed.iter().map(|(href, _)| &**href).collect();
    // What is below the collection is not even listed; of another form of href, nobody can tell.
    let expected = [
        "/iron",
        "/iron/",
        "http://example.com/iron/b",
        "http://example.org/iron/b/c",
    ];
    assert_eq!(closed, expected);
    assert_eq!(seen.len(), 7, "{seen:?}");
}

/// A client begins the hrefs of a report with the mount, and a handler does not.
#[tokio::test]
async fn below_a_mount_rules_see_what_the_routes_see() {
    const BODY: &[u8] = b"<C:calendar-multiget xmlns='DAV:' \
        xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getcontentlength/></prop>\
        <href>/dav/iron/a.ics</href><href>/d%61v/iron/b.ics</href>\
        <href>http://example.com/dav/iron/c.ics</href><href>/dav/free/d.ics</href>\
        <href>/elsewhere/iron/e.ics</href></C:calendar-multiget>";
    let report = CalendarMultiget::parse(BODY, &Limits::request()).expect("a report");
    let mut answer =
        report.outcome(|_, answer| Ok::<_, StatusCode>(answer.prop(prop::GetContentLength(1))));
    answer.push(Resource::new(Href::path("/iron/f.ics")));
    answer.push(Resource::new(Href::path("/dav/iron/g.ics")));

    let by_path = MemberRules::new().path("/iron", "iron");
    let by_predicate = MemberRules::new().predicate(|href| {
        let is_iron = href.encoded().starts_with("/iron/");
        is_iron.then_some(Member::Costs("iron"))
    });
    for rules in [by_path, by_predicate] {
        let seen = enforce(answer.clone(), rules.mounted_at("/dav")).await;
        assert_eq!(
            statuses(&seen),
            ["402", "402", "402", "-", "-", "402", "-"],
            "{seen:?}"
        );
    }
}

/// Rules are made for each request, perhaps of what it says: nothing is free by mistake, and nothing panics.
#[tokio::test]
async fn below_a_pattern_nothing_is_known_and_somebody_hears_of_it() {
    let answer = || {
        let paths = ["/free/a.ics", "/free/b.ics"];
        MultiStatus::from_iter(paths.map(|path| Resource::new(Href::path(path))))
    };
    let paywall = || MemberPaywall::new(Plans::new(Mood::Answers));
    for (mount, status) in [("/dav/{user}", "503"), ("/{*rest}", "503"), ("/{dav", "-")] {
        let heard = Arc::<Mutex<Vec<_>>>::default();
        let hears = Arc::clone(&heard);
        let paywall = paywall().on_unanswered(move |it| hears.lock().unwrap().push(it.clone()));
        let rules = MemberRules::new().mounted_at(mount).path("/iron", "iron");
        let left = seen(&paywall.enforce(answer(), &rules).await);
        assert_eq!(statuses(&left), [status; 2], "{mount}");

        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), usize::from(status == "503"), "once for both");
        for unanswered in &*heard {
            assert_eq!(unanswered.kind(), UnansweredKind::Failed);
            assert_eq!(unanswered.to_string(), "the rules over members failed");
            assert_eq!(
                unanswered.source().expect("a source").to_string(),
                format!("the path at which they are mounted has a parameter: `{mount}`")
            );
        }
    }
    let listing = answer().into_http();
    let below = || MemberRules::new().mounted_at("/{user}");
    let response = answered(paywall(), below, listing).await;
    let unanswered = response.extensions().get::<Unanswered>();
    assert_eq!(
        unanswered.map(Unanswered::kind),
        Some(UnansweredKind::Failed)
    );
}

#[tokio::test]
async fn the_first_rule_that_knows_a_member_counts() {
    let rules = MemberRules::new()
        .predicate(|href| href.encoded().ends_with("README").then_some(Member::Free))
        .predicate(|href| {
            href.encoded()
                .ends_with("who")
                .then_some(Member::Unidentified)
        })
        .predicate(|href| href.encoded().ends_with("when").then_some(Member::Unknown))
        .path("/shop", "iron");
    let listing = hrefs(&["/shop/README", "/shop/who", "/shop/when", "/shop/x", "/x"]);
    let seen = enforce(listing, rules).await;
    assert_eq!(statuses(&seen), ["-", "401", "503", "402", "-"]);
    let free = enforce(hrefs(&["/shop/x"]), MemberRules::default()).await;
    assert_eq!(statuses(&free), ["-"]);
}

#[tokio::test]
async fn a_property_tells_what_a_member_costs() {
    let tier = |path: &'static str, tier: &'static str| {
        Resource::new(Href::path(path)).prop(prop::text(TIER, tier))
    };
    let listing = MultiStatus::from_iter([
        tier("/a", "gold").either(),
        tier("/b", "iron").either(),
        tier("/c", "none").either(),
        Resource::new(Href::path("/d")).missing(&TIER).either(),
        Resource::status(Href::path("/e"), StatusCode::LOCKED).either(),
    ]);
    let rules = MemberRules::new().property(TIER, |value| match value {
        Some(value) => match &*value.text() {
            "gold" => Some("gold"),
            "iron" => Some("iron"),
            _ => None,
        },
        None => Some("iron"),
    });
    let seen = enforce(listing, rules).await;
    assert_eq!(statuses(&seen), ["-", "402", "-", "402", "402"]);
}

/// It is there under 200, as one that has no value is.
#[tokio::test]
async fn of_a_name_without_its_value_a_rule_sees_an_empty_element() {
    let rules = MemberRules::new().property(TIER, |value| {
        let tier = value.map(Element::text).filter(|tier| !tier.is_empty());
        match tier.as_deref() {
            Some("gold") => Some("gold"),
            Some(_) => None,
            None => Some("iron"),
        }
    });
    for (wanted, status) in [
        (Propfind::default(), "-"),
        (Propfind::PropName, "402"),
        (Propfind::Prop(vec![COUNT]), "402"),
    ] {
        let answer = wanted.answer(Href::path("/a"));
        let listing = MultiStatus::from_iter([answer.prop(prop::text(TIER, "gold"))]);
        let seen = enforce(listing, rules.clone()).await;
        assert_eq!(statuses(&seen), [status], "{wanted:?}");
    }
}

/// What another binding has told of already costs what it costs there.
#[tokio::test]
async fn a_rule_sees_what_is_found_under_208() {
    let rules = MemberRules::new().property(TIER, |value| {
        let is_iron = value.is_some_and(|tier| tier.text() == "iron");
        is_iron.then_some("iron")
    });
    let wanted = Propfind::default();
    let tier = || prop::text(TIER, "iron");
    let listing = MultiStatus::from_iter([
        wanted.answer(Href::collection("/a")).prop(tier()),
        wanted.already_reported(Href::collection("/b")).prop(tier()),
    ]);
    let seen = enforce(listing, rules).await;
    assert_eq!(statuses(&seen), ["402", "402"]);
}

#[tokio::test]
async fn counts_of_a_closed_collection_are_shown_if_its_owner_says_so() {
    let listing = || {
        let resource = Resource::new(Href::collection("/iron"))
            .prop(prop::text(COUNT, "4711"))
            .prop(prop::text(
                Name::from_static("urn:secret", "codename"),
                "secret",
            ))
            .missing(&TIER);
        MultiStatus::from_iter([resource])
    };
    let rules = MemberRules::new().path("/iron", "iron");
    let plain = MemberPaywall::new(Plans::new(Mood::Answers));
    let withheld = plain.enforce(listing(), &rules).await.to_string();
    assert!(!withheld.contains("4711"), "{withheld}");

    let shown = plain.show([COUNT]).enforce(listing(), &rules).await;
    let shown = shown.to_string();
    assert!(
        shown.contains(
            "<D:propstat><D:prop><D:quota-used-bytes>4711</D:quota-used-bytes></D:prop>\
             <D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("<D:prop/><D:status>HTTP/1.1 402")
            || shown.contains("<D:prop></D:prop><D:status>HTTP/1.1 402"),
        "{shown}"
    );
    assert!(shown.contains("never-subscribed"), "{shown}");
    for trace in ["secret", "tier"] {
        assert!(!shown.contains(trace), "{trace}: {shown}");
    }
    roxmltree::Document::parse(&shown).expect("well-formed");
}

/// Values hold responses, too, and may be stored by clients: to look at them takes no more memory than to
/// hold a few copies of the listing.
#[tokio::test]
async fn responses_in_a_value_cost_no_copies() {
    let namespaces = (0..50).map(|at| format!(" xmlns:p{at}='urn:{}'", "x".repeat(1_000)));
    let namespaces: String = namespaces.collect();
    let prefixes: String = (0..50).map(|at| format!("p{at}:")).collect();
    let inside = format!("<D:response><D:href>/x</D:href>{prefixes}</D:response>").repeat(200);
    let (open, close) = ("<D:response>".repeat(100), "</D:response>".repeat(100));
    for note in [
        format!("<note{namespaces}>{inside}</note>"),
        format!("<note>{open}{}{close}</note>", "y".repeat(100_000)),
    ] {
        let note = Element::parse(&note).expect("an element");
        let length = note.as_str().len();
        let member = |at| Resource::new(Href::path(&format!("/{at}"))).prop(&note);
        let listing: MultiStatus = (0..4).map(member).collect();
        let rules = MemberRules::new().property(TIER, |value| value.map(|_| "gold"));
        let paywall = MemberPaywall::new(Plans::new(Mood::Answers)).show([TIER]);
        let cost = measure(|| {
            let answer = paywall.enforce(listing, &rules).now_or_never();
            assert!(answer.expect("an answer").to_string().len() > 4 * length);
        });
        assert!(cost.bytes_max < 16 * length as u64, "{cost:?}, {length}");
    }
}
