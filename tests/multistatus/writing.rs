//! What RFC 4918 asks of a body, requirement by requirement, as roxmltree reads it.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use roxmltree::Document;
use statuary::{
    Condition, DavError, Href, MultiStatus, PropStat, Property, Resource,
    prop::{self, CreationDate, Displayname, GetContentLength, GetEtag, GetLastModified},
    xml::{Element, IllegalChars, Name, Tag, Written},
};

use crate::{
    documents::body,
    infoset::{all, text},
};

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");
const SIZE: Name<'static> = Name::from_static("urn:example:size", "size");

fn resource() -> Resource {
    Resource::new(Href::path("/a"))
}

fn one(resource: impl Into<Resource<statuary::multistatus::Either>>) -> String {
    MultiStatus::from_iter([resource]).to_string()
}

#[test]
fn section_13_an_empty_multistatus_is_legal() {
    assert_eq!(
        MultiStatus::new().to_string(),
        r#"<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:"></D:multistatus>"#
    );
}

#[test]
fn section_14_16_description_and_sync_token_follow_the_responses() {
    let mut answer = MultiStatus::new()
        .description("a < b")
        .sync_token("http://x/?a=1&b=2")
        .expect("a URI");
    answer.push(resource());
    let answer = answer.to_string();
    assert!(answer.ends_with(
        "</D:response><D:responsedescription>a &lt; b</D:responsedescription>\
         <D:sync-token>http://x/?a=1&amp;b=2</D:sync-token></D:multistatus>"
    ));
}

#[test]
fn section_14_24_a_response_is_never_without_status_or_propstat() {
    assert_eq!(
        resource().to_string(),
        "<D:response><D:href>/a</D:href><D:propstat><D:prop/>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    );
}

#[test]
fn section_14_24_children_are_in_the_order_of_the_dtd() {
    let moved = Resource::redirect(
        Href::path("/old"),
        StatusCode::MOVED_PERMANENTLY,
        Href::path("/new"),
    )
    .and(Href::path("/older"))
    .description("moved")
    .error(Condition::PreservedLiveProperties);
    assert_eq!(
        moved.to_string(),
        "<D:response><D:href>/old</D:href><D:href>/older</D:href>\
         <D:status>HTTP/1.1 301 Moved Permanently</D:status>\
         <D:error><D:preserved-live-properties/></D:error>\
         <D:responsedescription>moved</D:responsedescription>\
         <D:location><D:href>/new</D:href></D:location></D:response>"
    );
}

#[test]
fn section_14_22_properties_are_grouped_by_status() {
    let answer = one(resource()
        .missing(&Name::dav("getetag"))
        .prop(Displayname("a"))
        .withheld(&COLOR, StatusCode::FORBIDDEN)
        .missing(&SIZE)
        .withheld(&SIZE, StatusCode::UNAUTHORIZED)
        .prop(GetContentLength(1)));
    let document = Document::parse(&answer).expect("well-formed");
    let groups: Vec<_> = all(document.root_element(), "propstat")
        .into_iter()
        .map(|propstat| {
            let prop = all(propstat, "prop")[0];
            let names = prop
                .children()
                .map(|property| property.tag_name().name())
                .collect();
            (text(all(propstat, "status")[0]), names)
        })
        .collect::<Vec<(String, Vec<&str>)>>();
    assert_eq!(
        groups,
        [
            (
                "HTTP/1.1 200 OK".to_owned(),
                vec!["displayname", "getcontentlength"]
            ),
            ("HTTP/1.1 403 Forbidden".to_owned(), vec!["color"]),
            ("HTTP/1.1 401 Unauthorized".to_owned(), vec!["size"]),
            ("HTTP/1.1 404 Not Found".to_owned(), vec!["getetag", "size"]),
        ]
    );
}

#[test]
fn section_14_22_error_and_description_are_part_of_the_group() {
    let refused = |name: &Name<'_>, why: &str| {
        PropStat::new(StatusCode::FORBIDDEN)
            .name(name)
            .error(Condition::CannotModifyProtectedProperty)
            .description(why)
    };
    let answer = one(resource()
        .propstat(refused(&COLOR, "painted"))
        .propstat(refused(&SIZE, "measured"))
        .propstat(refused(&Name::dav("getetag"), "painted"))
        .withheld(&Name::dav("owner"), StatusCode::FORBIDDEN));
    let document = Document::parse(&answer).expect("well-formed");
    let told: Vec<_> = all(document.root_element(), "propstat")
        .into_iter()
        .map(|propstat| {
            let names = |node: roxmltree::Node<'_, '_>| {
                let names = node.children().map(|it| it.tag_name().name().to_owned());
                names.collect::<Vec<_>>().join(" ")
            };
            let inside = |local| all(propstat, local).into_iter().map(names).collect();
            let why = all(propstat, "responsedescription");
            let why: String = why.into_iter().map(text).collect();
            (names(propstat), inside("prop"), inside("error"), why)
        })
        .collect::<Vec<(String, String, String, String)>>();
    let code = "cannot-modify-protected-property";
    let explained = "prop status error responsedescription";
    let expected = [
        (explained, "color getetag", code, "painted"),
        (explained, "size", code, "measured"),
        ("prop status", "owner", "", ""),
    ];
    let expected = expected.map(|(children, names, code, why)| {
        let owned = [children, names, code, why].map(str::to_owned);
        <(String, String, String, String)>::from(owned)
    });
    assert_eq!(told, expected, "{answer}");
}

#[test]
fn section_14_28_a_status_is_a_whole_status_line() {
    let line = |code: u16| {
        let status = StatusCode::from_u16(code).expect("a status");
        let [of_resource, of_property, of_propstat] = [
            one(Resource::status(Href::path("/a"), status)),
            one(resource().withheld(&COLOR, status)),
            one(resource().propstat(PropStat::new(status).name(&COLOR))),
        ]
        .map(|answer| {
            let document = Document::parse(&answer).expect("well-formed");
            text(all(document.root_element(), "status")[0])
        });
        assert_eq!(of_resource, of_property, "{code}");
        assert_eq!(of_resource, of_propstat, "{code}");
        of_resource
    };
    assert_eq!(line(402), "HTTP/1.1 402 Payment Required");
    assert_eq!(line(424), "HTTP/1.1 424 Failed Dependency");
    assert_eq!(line(507), "HTTP/1.1 507 Insufficient Storage");
    assert_eq!(
        line(299),
        "HTTP/1.1 299 ",
        "no registered phrase, and so an empty one"
    );
    // Section 13: an interim status should not appear; and a client could not read the others.
    assert_eq!(line(102), "HTTP/1.1 500 Internal Server Error");
    assert_eq!(line(999), "HTTP/1.1 500 Internal Server Error");
}

#[test]
fn section_8_3_hrefs_are_encoded_once_and_then_escaped() {
    let written = |path: &[u8]| {
        let answer = one(Resource::new(Href::path(path)));
        let document = Document::parse(&answer).expect("well-formed");
        text(all(document.root_element(), "href")[0])
    };
    assert_eq!(written(b"/a b"), "/a%20b");
    assert_eq!(written(b"/50%"), "/50%25");
    assert_eq!(
        written(b"/a&b;(c)'d'!"),
        "/a&b;(c)'d'!",
        "sub-delimiters stay"
    );
    assert_eq!(written(b"/<\"#?>"), "/%3C%22%23%3F%3E");
    assert_eq!(
        written("/\u{FFFE}\n\u{1F600}".as_bytes()),
        "/%EF%BF%BE%0A%F0%9F%98%80"
    );
    assert_eq!(written(b"/caf\xE9"), "/caf%E9", "a name need not be UTF-8");
    assert_eq!(written(b"no/slash"), "/no/slash");
    assert_eq!(written(b"//host/x"), "/host/x", "never a network path");
    assert_eq!(written(b"/a/../b/./c"), "/b/c", "dot segments are resolved");
    assert_eq!(written(b"/../../a/.."), "/", "and not above the root");
    assert_eq!(written(b""), "/");
    assert_eq!(Href::collection("/a").to_string(), "/a/");
    assert_eq!(Href::collection("/").to_string(), "/");
}

#[test]
fn section_8_3_only_a_simple_ref_is_an_href() {
    #[track_caller]
    fn refused(href: &str, sentence: &str) {
        let error = Href::parse(href).expect_err("refused");
        assert_eq!(error.to_string(), sentence);
    }
    for href in [
        "/",
        "/a%20b?x=1&y",
        "http://example.com",
        "http://[::1]/a",
        "urn:uuid:1-2",
    ] {
        assert_eq!(
            Href::parse(href).map(|href| href.to_string()),
            Ok(href.to_owned())
        );
    }
    refused(
        "",
        "invalid href: nothing where a path or a URI is due at byte 0",
    );
    refused(
        "a/b",
        "invalid href: neither an absolute path nor an absolute URI at byte 0",
    );
    refused(
        "//host/a",
        "invalid href: neither an absolute path nor an absolute URI at byte 0",
    );
    refused("http://h:x/", "invalid href: no host and port at byte 7");
    refused("http://[::1/", "invalid href: no host and port at byte 7");
    refused(
        "/a[b]",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused("/a#b", "invalid href: a fragment at byte 2");
    refused(
        "/a b",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused(
        "/a%2",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused(
        "/a%g0",
        "invalid href: a character that must be percent-encoded at byte 2",
    );
    refused(
        "/\u{e9}",
        "invalid href: a character that must be percent-encoded at byte 1",
    );
    refused("/a/../b", "invalid href: a dot segment at byte 3");
    refused("http://x/%2E%2e/b", "invalid href: a dot segment at byte 9");
}

#[test]
fn section_16_a_condition_is_inside_error() {
    let conditions = [
        (
            Condition::CannotModifyProtectedProperty,
            "cannot-modify-protected-property",
            403,
        ),
        (
            Condition::LockTokenMatchesRequestUri,
            "lock-token-matches-request-uri",
            409,
        ),
        (
            Condition::LockTokenSubmitted(vec![Href::path("/l")]),
            "lock-token-submitted",
            423,
        ),
        (
            Condition::NoConflictingLock(vec![Href::path("/l")]),
            "no-conflicting-lock",
            423,
        ),
        (Condition::NoExternalEntities, "no-external-entities", 403),
        (
            Condition::PreservedLiveProperties,
            "preserved-live-properties",
            409,
        ),
        (Condition::PropfindFiniteDepth, "propfind-finite-depth", 403),
    ];
    for (condition, local, status) in conditions {
        assert_eq!(condition.name(), Name::dav(local));
        assert_eq!(
            condition.status().map(|status| status.as_u16()),
            Some(status)
        );
        let hrefs = matches!(local, "lock-token-submitted" | "no-conflicting-lock");
        let answer = one(Resource::status(Href::path("/a"), StatusCode::LOCKED).error(condition));
        let document = Document::parse(&answer).expect("well-formed");
        let error = all(document.root_element(), "error")[0];
        assert!(
            error
                .first_element_child()
                .expect("a child")
                .has_tag_name(("DAV:", local))
        );
        assert_eq!(all(error, "href").len(), usize::from(hrefs));
    }
}

#[test]
fn section_16_an_error_is_a_document_of_its_own() {
    let error =
        DavError::from(Condition::PropfindFiniteDepth).with_description("ask for less & less");
    assert_eq!(error.status(), StatusCode::FORBIDDEN);
    let response = error.into_http();
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    let document = body(response);
    let document = Document::parse(&document).expect("well-formed");
    let root = document.root_element();
    assert!(root.has_tag_name(("DAV:", "error")));
    let code = root.first_element_child().expect("a code");
    assert!(code.has_tag_name(("DAV:", "propfind-finite-depth")));

    let plain = DavError::new(StatusCode::CONFLICT).with_description("the parent is missing");
    assert_eq!(plain.to_string(), "409 Conflict: the parent is missing");
    let response = plain.into_http();
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(body(response), "the parent is missing");
}

#[test]
fn section_4_3_a_dead_property_keeps_its_infoset() -> Result<(), statuary::xml::Error> {
    let given = "<x:poem xmlns:x=\"urn:x\" xml:lang=\"de\" x:by=\"A &amp; B\">\n mixed <b xmlns=\"\">bold</b> \
                 <x:c xmlns:n0=\"urn:n\"><n0:d/></x:c></x:poem>";
    let poem = Element::parse(given)?;
    // Another property makes `n0` mean something else around it.
    let answer = one(resource().prop(prop::text(COLOR, "red")).prop(&poem));
    let document = Document::parse(&answer).expect("well-formed");
    let read = document
        .descendants()
        .find(|node| node.has_tag_name(("urn:x", "poem")))
        .expect("the property");
    assert_eq!(text(read), "\n mixed bold ");
    assert_eq!(
        read.attribute(("http://www.w3.org/XML/1998/namespace", "lang")),
        Some("de")
    );
    assert_eq!(read.attribute(("urn:x", "by")), Some("A & B"));
    assert_eq!(read.lookup_prefix("urn:x"), Some("x"), "even the prefix");
    assert!(
        read.descendants()
            .any(|node| node.has_tag_name(("urn:n", "d")))
    );
    assert!(read.descendants().any(|node| node.has_tag_name("b")));
    Ok(())
}

#[test]
fn section_4_3_a_text_keeps_its_language() {
    let answer = one(resource().prop(prop::text(COLOR, "bleu").lang("fr")));
    assert!(
        answer.contains(r#"<n0:color xml:lang="fr">bleu</n0:color>"#),
        "{answer}"
    );
}

#[test]
fn section_15_values_are_written_as_headers_and_rfc_3339_have_them() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_900);
    let answer = one(resource().prop(CreationDate(at)).prop(GetLastModified(at)));
    assert!(answer.contains("<D:creationdate>1994-11-06T08:49:37Z</D:creationdate>"));
    assert!(
        answer.contains("<D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified>")
    );

    let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1);
    let answer = one(resource().prop(CreationDate(before)));
    assert!(answer.contains("1969-12-31T23:59:59Z"), "{answer}");

    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    let answer = one(resource()
        .prop(CreationDate(far))
        .prop(GetLastModified(far)));
    assert!(answer.contains("9999-12-31T23:59:59Z"), "{answer}");
    assert!(answer.contains("Fri, 31 Dec 9999 23:59:59 GMT"), "{answer}");

    let answer = one(resource()
        .prop(prop::GetContentType(" text/html "))
        .prop(prop::GetContentLanguage("\ten "))
        .prop(GetContentLength(u64::MAX)));
    assert!(
        answer.contains("<D:getcontenttype>text/html</D:getcontenttype>"),
        "{answer}"
    );
    assert!(
        answer.contains("<D:getcontentlanguage>en</D:getcontentlanguage>"),
        "{answer}"
    );
    assert!(
        answer.contains("<D:getcontentlength>18446744073709551615<"),
        "{answer}"
    );
}

#[test]
fn section_15_6_an_entity_tag_is_quoted() -> Result<(), prop::InvalidEtag> {
    let answer = one(resource().prop(GetEtag::weak("a&b")?));
    let weak = "<D:getetag>W/\"a&amp;b\"</D:getetag>";
    assert!(answer.contains(weak), "{answer}");
    let answer = one(resource().prop(GetEtag::parse("\t W/\"a&b\" ")?));
    assert!(answer.contains(weak), "{answer}");
    for tag in ["abc", "\"a\"b\"", "w/\"a\"", "\"a b\"", "\"\u{7}\"", "\""] {
        assert!(GetEtag::parse(tag).is_err(), "{tag}");
    }
    Ok(())
}

#[test]
fn one_bad_name_does_not_kill_a_listing() {
    let names = [
        "\u{0}",
        "\u{8}\u{B}\u{1F}",
        "\u{FFFE}\u{FFFF}",
        "]]>",
        "a\rb",
        "\t\n",
        "<&>'\"",
    ];
    for name in names {
        let answer = one(Resource::new(Href::path(name))
            .prop(Displayname(name))
            .prop(prop::text(Name::dav("x"), name).lang(name)));
        let document = Document::parse(&answer).expect(name);
        let replaced: String = name
            .chars()
            .map(|c| match c {
                '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'.. => c,
                _ => '\u{FFFD}',
            })
            .collect();
        assert_eq!(
            text(all(document.root_element(), "displayname")[0]),
            replaced
        );
    }
    let removed = resource()
        .illegal_chars(IllegalChars::Remove)
        .prop(Displayname("a\u{1}b"));
    assert!(removed.to_string().contains(">ab<"));
}

#[test]
fn namespaces_are_declared_once_and_never_collide() -> Result<(), statuary::xml::InvalidName> {
    let first = |path| {
        Resource::new(Href::path(path))
            .prop(prop::text(COLOR, "1"))
            .prop(prop::text(SIZE, "2"))
    };
    let second = Resource::new(Href::path("/b"))
        .prop(prop::text(SIZE, "3"))
        .prop(prop::text(COLOR, "4"));
    let foreign = PropStat::new(StatusCode::FORBIDDEN).name(&Name::new("urn:third", "t")?);
    let third = Resource::new(Href::path("/c"))
        .prop(prop::text(COLOR, "5"))
        .propstat(foreign)
        .missing(&SIZE);
    let answer = MultiStatus::from_iter([first("/a1"), first("/a2"), second, third]).to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let read: Vec<_> = document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "color" | "size" | "t"))
        .map(|node| (node.tag_name().namespace().unwrap_or_default(), text(node)))
        .collect();
    let (paint, size) = ("urn:example:paint", "urn:example:size");
    let expected = [
        (paint, "1"),
        (size, "2"),
        (paint, "1"),
        (size, "2"),
        (size, "3"),
        (paint, "4"),
        (paint, "5"),
        ("urn:third", ""),
        (size, ""),
    ];
    assert!(
        read.iter().map(|(ns, text)| (*ns, &**text)).eq(expected),
        "{answer}"
    );
    assert_eq!(
        answer.matches("xmlns:n0=").count(),
        3,
        "root, second, third's propstat: {answer}"
    );
    Ok(())
}

#[test]
fn names_without_a_namespace_and_odd_namespaces_come_back_declared() {
    let names = [
        ("", "bare"),
        ("http://a/?x=1&y=\"2\"<3>", "odd"),
        ("urn:ietf:params:xml:ns:caldav", "c"),
    ];
    let asked = names.map(|(namespace, local)| Name::new(namespace, local).expect("legal"));
    let answer = one(asked
        .iter()
        .fold(resource(), |resource, name| resource.missing(name)));
    let document = Document::parse(&answer).expect("well-formed");
    for (namespace, local) in names {
        let found = document.descendants().any(|node| {
            node.tag_name().name() == local
                && node.tag_name().namespace().unwrap_or_default() == namespace
        });
        assert!(found, "{namespace} {local}: {answer}");
    }
    assert!(
        answer.contains(r#"xmlns:C="urn:ietf:params:xml:ns:caldav""#),
        "{answer}"
    );
    for (namespace, local) in [
        ("DAV:", ""),
        ("DAV:", "a b"),
        ("DAV:", "1a"),
        ("DAV:", "a:b"),
        ("a\u{1}", "a"),
        ("http://www.w3.org/2000/xmlns/", "a"),
        ("http://www.w3.org/XML/1998/namespace", "lang"),
    ] {
        assert!(Name::new(namespace, local).is_err(), "{namespace} {local}");
    }
}

#[test]
fn many_namespaces_are_found_again() {
    let name = |index: usize| Name::new(format!("urn:{index}"), "x").expect("legal");
    let indices = (0..60).chain((0..60).rev());
    let made = indices.clone().fold(resource(), |resource, index| {
        resource.prop(prop::text(name(index), index.to_string()))
    });
    let mut answer = MultiStatus::from_iter([made]);
    {
        let mut writer = answer.resource(Href::path("/b"));
        for index in indices {
            let _ = writer.prop(prop::text(name(index), index.to_string()));
        }
        writer.end();
    }
    let answer = answer.to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let read: Vec<_> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "x")
        .map(|node| {
            (
                node.tag_name().namespace().unwrap_or_default().to_owned(),
                text(node),
            )
        })
        .collect();
    assert_eq!(read.len(), 240);
    assert!(
        read.iter()
            .all(|(namespace, text)| *namespace == format!("urn:{text}"))
    );
    assert_eq!(answer.matches("xmlns:n").count(), 60);
}

#[test]
fn what_is_reserved_for_xml_is_no_name() {
    for namespace in [
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/2000/xmlns/",
    ] {
        assert!(std::panic::catch_unwind(|| Name::from_static(namespace, "base")).is_err());
    }
    let declares = prop::with_content(COLOR, |content| {
        let xmlns = Name::new("", "xmlns").expect("a name");
        content
            .element(&SIZE)
            .attribute(&xmlns, "urn:evil")
            .content(|content| {
                content
                    .element(&Name::new("", "plain").expect("a name"))
                    .empty();
            });
    });
    let answer = one(resource().prop(declares));
    let document = Document::parse(&answer).expect("well-formed");
    let plain = document
        .descendants()
        .find(|node| node.has_tag_name("plain"));
    assert_eq!(
        plain.expect("the element").tag_name().namespace(),
        None,
        "{answer}"
    );
}

/// A property that hands its element on to another one.
struct Delegates<P>(Name<'static>, P);

impl<P: Property> Property for Delegates<P> {
    fn name(&self) -> Name<'_> {
        self.0.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        self.1.value(tag.lang("en"))
    }
}

#[test]
fn a_property_may_hand_on_to_another() -> Result<(), statuary::xml::Error> {
    let answer = one(resource().prop(Delegates(Name::dav("displayname"), Displayname("x"))));
    assert!(
        answer.contains("<D:displayname xml:lang=\"en\">x</D:displayname>"),
        "{answer}"
    );
    let answer = one(resource().prop(Delegates(COLOR, Displayname("x"))));
    assert!(
        answer.contains("<n0:color xml:lang=\"en\">x</n0:color>"),
        "{answer}"
    );
    let answer = one(resource().prop(Delegates(COLOR, prop::ResourceType::COLLECTION)));
    assert!(
        answer.contains("<n0:color xml:lang=\"en\"><D:collection/></n0:color>"),
        "{answer}"
    );
    let element = Element::parse("<x:a xmlns:x=\"urn:x\" x:b=\"c\">d</x:a>")?;
    let answer = one(resource().prop(Delegates(Name::dav("a"), &element)));
    assert!(
        answer.contains("<D:prop><x:a xmlns:x=\"urn:x\" x:b=\"c\">d</x:a></D:prop>"),
        "{answer}"
    );
    Ok(())
}

#[test]
fn a_resource_that_is_given_up_was_never_there() {
    let mut answer = MultiStatus::new();
    answer
        .resource(Href::path("/a"))
        .prop(Displayname("a"))
        .end();
    let whole = answer.to_string();
    let _ = answer.resource(Href::path("/b")).prop(Displayname("b"));
    std::mem::forget(answer.resource(Href::path("/c")));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let panics = prop::with_content(COLOR, |content| {
            content
                .element(&Name::dav("d"))
                .content(|_| panic!("midway"));
        });
        answer.resource(Href::path("/d")).prop(panics).end();
    }));
    assert!(panicked.is_err());
    assert_eq!(answer.len(), 1);
    assert_eq!(
        answer
            .to_string()
            .replace(" xmlns:n0=\"urn:example:paint\"", ""),
        whole
    );
    // What was given up may be begun again.
    answer.resource(Href::path("/b")).end();
    assert_eq!(answer.len(), 2);
    Document::parse(&answer.to_string()).expect("well-formed");
}

#[test]
fn what_was_given_up_does_not_count_when_others_are_added() {
    let mut answer = MultiStatus::new();
    let long = "x".repeat(5_000);
    let _ = answer.resource(Href::path("/a")).prop(Displayname(&long));
    answer.extend([resource(), Resource::new(Href::path("/b"))]);
    assert_eq!(answer.len(), 2);
    assert!(!answer.to_string().contains(&long));
}

#[test]
fn a_panic_inside_an_element_leaves_it_ended() {
    let caught = prop::with_content(COLOR, |content| {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            content
                .element(&Name::dav("d"))
                .content(|_| panic!("midway"));
        }));
        assert!(panicked.is_err());
    });
    let answer = one(resource().prop(caught));
    assert!(
        answer.contains("<n0:color><D:d></D:d></n0:color>"),
        "{answer}"
    );
}

#[test]
fn an_element_is_whole_whatever_its_writer_does() {
    let careless = prop::with_content(COLOR, |content| {
        let shade = Name::dav("shade");
        let by = Name::new("", "by").expect("a name");
        let dropped = content
            .element(&shade)
            .attribute(&by, "a\" b=\"c")
            .attribute(&by, "again");
        drop(dropped);
        drop(content.element(&shade));
        content.element(&shade).lang("de").lang("fr").text("<");
    });
    let answer = one(resource().prop(careless));
    assert!(
        answer.contains(
            "<n0:color><D:shade by=\"a&quot; b=&quot;c\"/>\
             <D:shade xml:lang=\"de\">&lt;</D:shade></n0:color>"
        ),
        "{answer}"
    );
}
