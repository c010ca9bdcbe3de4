//! Responses inside of properties are members too.

use statuary::{
    Href, MemberPaywall, MemberRules, MultiStatus, Resource, prop,
    xml::{Element, Name},
};

use super::{Mood, Plans};

fn person(path: &'static str) -> Resource {
    let phone = Name::from_static("urn:secret", "phone");
    Resource::new(Href::path(path)).prop(prop::text(phone, format!("number of {path}")))
}

fn expanded(outer: &'static str, people: Vec<Resource>) -> Resource {
    let group = prop::with_content(Name::dav("group-member-set"), move |set| {
        for person in &people {
            person.write(set);
        }
    });
    Resource::new(Href::path(outer))
        .prop(prop::DisplayName("a group"))
        .prop(group)
        .missing(&Name::dav("getetag"))
}

async fn enforce(listing: MultiStatus) -> String {
    let rules = MemberRules::new()
        .path("/iron", "iron")
        .path("/gold", "gold");
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let answer = paywall.enforce(listing, &rules).await.to_string();
    roxmltree::Document::parse(&answer).expect("well-formed");
    answer
}

#[tokio::test]
async fn what_is_withheld_inside_leaves_its_href_and_nothing_else() {
    let people = vec![
        person("/iron/ann"),
        person("/gold/bob"),
        person("/iron/cid"),
    ];
    let answer = enforce(MultiStatus::from_iter([
        expanded("/groups/all", people),
        expanded("/groups/none", vec![]),
    ]))
    .await;
    assert_eq!(
        answer.matches("402 Payment Required").count(),
        2,
        "{answer}"
    );
    assert!(answer.contains("number of /gold/bob"), "{answer}");
    assert!(!answer.contains("number of /iron"), "{answer}");
    assert!(
        answer.contains("<D:href>/iron/ann</D:href><D:status>"),
        "{answer}"
    );
}

#[tokio::test]
async fn what_is_inside_of_what_is_withheld_is_gone_with_it() {
    let friends = prop::with_content(Name::dav("friends"), |friends| {
        person("/gold/bob").write(friends);
        person("/iron/cid").write(friends);
    });
    let ann = person("/iron/ann").prop(friends);
    let answer = enforce(MultiStatus::from_iter([expanded("/groups/all", vec![ann])])).await;
    assert!(!answer.contains("number of"), "{answer}");
    assert!(
        !answer.contains("bob") && !answer.contains("cid"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_answer_can_still_go_without_what_is_missing() {
    let people = vec![person("/iron/ann")];
    let rules = MemberRules::new().path("/iron", "iron");
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let listing = MultiStatus::from_iter([expanded("/groups/all", people)]);
    let answer = paywall.enforce(listing, &rules).await;
    let body = super::layered::minimal(answer).await;
    roxmltree::Document::parse(&body).expect("well-formed");
    assert!(!body.contains("404") && body.contains("a group"), "{body}");
}

/// A client may have stored elements that look like responses.
#[tokio::test]
async fn what_looks_like_a_response_does_no_harm() {
    let stored = [
        r#"<x:a xmlns:x="urn:x"><D:response/></x:a>"#,
        r#"<x:a xmlns:x="urn:x"><D:response x:b="&lt;/D:response>"/></x:a>"#,
        r#"<x:a xmlns:x="urn:x"><D:response x:b="/>"><D:href>/iron/x</D:href></D:response></x:a>"#,
        r#"<x:a xmlns:x="urn:x"><D:responses>&lt;D:response></D:responses></x:a>"#,
    ];
    for stored in stored {
        let value = Element::parse(stored).expect("an element");
        let resource = person("/free").prop(value).missing(&Name::dav("getetag"));
        let answer = enforce(MultiStatus::from_iter([resource, person("/iron/x")])).await;
        assert!(answer.contains("number of /free"), "{answer}");
        assert!(!answer.contains("number of /iron"), "{answer}");
    }
}

/// A value that came from another server, as it wrote it.
fn foreign(people: &[(&str, &str)]) -> Element {
    foreign_under("HTTP/1.1 200 OK", people)
}

/// One whose properties are under this status.
fn foreign_under(status: &str, people: &[(&str, &str)]) -> Element {
    let responses: String = people
        .iter()
        .map(|(href, phone)| {
            format!(
                "<d:response><d:href>{href}</d:href><d:propstat><d:prop>\
                 <s:phone xmlns:s=\"urn:secret\">{phone}</s:phone></d:prop>\
                 <d:status>{status}</d:status></d:propstat></d:response>"
            )
        })
        .collect();
    Element::parse(&format!(
        "<d:group-member-set xmlns:d=\"DAV:\">{responses}</d:group-member-set>"
    ))
    .expect("an element")
}

#[tokio::test]
async fn it_is_a_response_by_whatever_prefix() {
    let people = foreign(&[
        ("/iron/ann", "number of /iron/ann"),
        ("/gold/bob", "number of /gold/bob"),
        ("https://example.com/%69ron/a&amp;b", "number of /iron/a"),
    ]);
    let listing = MultiStatus::from_iter([Resource::new(Href::path("/groups")).prop(people)]);
    let answer = enforce(listing).await;
    assert!(!answer.contains("number of /iron"), "{answer}");
    assert!(answer.contains("number of /gold/bob"), "{answer}");
    assert_eq!(answer.matches("402 Payment").count(), 2, "{answer}");
}

/// What XML takes for white space may stand around an href. Any other space is a part of it, and makes it
/// none.
#[tokio::test]
async fn white_space_around_an_href_is_that_of_xml() {
    for (href, is_read) in [
        ("\n\t/gold/bob\r ", true),
        ("/gold/bob\u{3000}", false),
        ("\u{A0}/gold/bob", false),
    ] {
        let people = foreign(&[(href, "number of /gold/bob")]);
        let listing = MultiStatus::from_iter([Resource::new(Href::path("/groups")).prop(people)]);
        let answer = enforce(listing).await;
        assert_eq!(answer.contains("number of"), is_read, "{href:?}: {answer}");
    }
}

/// Where a client stored what looks like a response, the real one is looked at all the same.
#[tokio::test]
async fn a_property_inside_is_that_of_its_own_response() {
    let tier = Name::from_static("urn:secret", "phone");
    let rules = MemberRules::new().property(tier, |value| {
        value.and_then(|value| (&*value.text() == "number of /iron/ann").then_some("iron"))
    });
    let stored = [
        foreign(&[("/free/x", "none")]),
        Element::parse("<D:a xmlns:D=\"urn:x\"><D:response><D:href>/y</D:href></D:response></D:a>")
            .expect("an element"),
    ];
    for stored in stored {
        let set = prop::with_content(Name::dav("set"), |set| person("/iron/ann").write(set));
        let outer = Resource::new(Href::path("/groups")).prop(stored).prop(set);
        let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
        let answer = paywall.enforce(MultiStatus::from_iter([outer]), &rules);
        let answer = answer.await.to_string();
        assert!(!answer.contains("number of"), "{answer}");
        assert_eq!(answer.matches("402 Payment").count(), 1, "{answer}");
    }
}

/// Other servers write no phrase, or one of their own.
#[tokio::test]
async fn a_property_inside_is_found_by_the_code_of_its_status() {
    let phone = Name::from_static("urn:secret", "phone");
    let rules = MemberRules::new().property(phone, |value| value.map(|_| "iron"));
    for (status, refused) in [
        ("HTTP/1.1 200 OK", 1),
        ("HTTP/1.1 200", 1),
        (" HTTP/1.1  200 OK\n", 1),
        ("HTTP/1.1 404 no 200 here", 0),
        ("HTTP/1.1 500", 0),
        ("", 0),
    ] {
        let people = foreign_under(status, &[("/ann", "number of ann")]);
        let outer = Resource::new(Href::path("/groups")).prop(people);
        let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
        let answer = paywall.enforce(MultiStatus::from_iter([outer]), &rules);
        let answer = answer.await.to_string();
        assert_eq!(answer.matches("402 Payment").count(), refused, "{status}");
    }
}

#[tokio::test]
async fn what_is_shown_all_the_same_shows_nothing_of_others() {
    let set = Name::dav("group-member-set");
    let people = vec![person("/own/ann"), person("/gold/bob")];
    let rules = MemberRules::new()
        .path("/iron", "iron")
        .path("/own", "own")
        .path("/gold", "gold");
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers)).show([set]);
    let listing = MultiStatus::from_iter([expanded("/iron/group", people)]);
    let answer = paywall.enforce(listing, &rules).await.to_string();
    assert!(!answer.contains("number of /own"), "{answer}");
    assert!(answer.contains("number of /gold/bob"), "{answer}");
}

/// What a client stored may give the prefix `D` to another namespace.
#[tokio::test]
async fn what_is_told_instead_is_of_dav_by_whatever_prefix() {
    let value = r#"<D:set xmlns:D="urn:other" xmlns:d="DAV:">
        <d:response><d:href>/iron/ann</d:href></d:response>
        <D:response xmlns:D="DAV:"><D:href>/iron/bob</D:href></D:response>
    </D:set>"#;
    let value = Element::parse(value).expect("an element");
    let answer = enforce(MultiStatus::from_iter([person("/free").prop(value)])).await;
    let document = roxmltree::Document::parse(&answer).expect("well-formed");
    let told = document.descendants().filter(|it| {
        it.has_tag_name(("DAV:", "status")) && it.text() == Some("HTTP/1.1 402 Payment Required")
    });
    assert_eq!(told.count(), 2, "{answer}");
}

#[tokio::test]
async fn what_cannot_be_told_of_an_href_is_gone_though_nothing_else_is() {
    let people = foreign(&[
        ("iron/ann", "number of /iron/ann"),
        ("/gold/bob", "number of bob"),
    ]);
    let answer = enforce(MultiStatus::from_iter([person("/free").prop(people)])).await;
    assert!(!answer.contains("number of /iron"), "{answer}");
    assert!(answer.contains("number of bob"), "{answer}");
}

#[tokio::test]
async fn an_href_around_others_is_read_to_its_end() {
    let value = r#"<D:response>
        <D:href>/iron/ann<D:response><D:href>/free</D:href></D:response></D:href>
        <s:phone xmlns:s="urn:secret">number of /iron/ann</s:phone>
    </D:response>"#;
    let value = format!(r#"<x:set xmlns:x="urn:x">{value}</x:set>"#);
    let value = Element::parse(&value).expect("an element");
    let answer = enforce(MultiStatus::from_iter([person("/free").prop(value)])).await;
    assert!(!answer.contains("number of /iron"), "{answer}");
}

#[tokio::test]
async fn a_path_that_no_mount_moves_stays_such_a_one() {
    let value =
        r#"<x:set xmlns:x="urn:x"><D:response><D:href> /iron/ann</D:href></D:response></x:set>"#;
    let value = Element::parse(value).expect("an element");
    let answer = enforce(MultiStatus::from_iter([person("/free").prop(value)])).await;
    assert!(
        answer.contains("<D:href >/iron/ann</D:href><D:status>"),
        "{answer}"
    );
}
