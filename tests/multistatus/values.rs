//! Values of properties and of errors: RFC 4918, sections 4.3, 14 and 15.

use std::time::{Duration, SystemTime};

use http::{StatusCode, header::RETRY_AFTER};
use roxmltree::{Document, Node};
use statuary::{
    Condition, DavError, Href, MultiStatus, PropertyUpdate, Propfind, Resource,
    dav::InvalidEntityTag,
    prop::{
        self, CreationDate, DisplayName, Encoded, GetContentLength, GetEtag, GetLastModified,
        LockDiscovery, ResourceType, SupportedLock, SupportedReportSet,
    },
    request::Instruction,
    subscription::{Unanswered, UnansweredKind},
    xml::{Element, IllegalChars, Limits, Name},
};

use crate::{
    documents::{body, one, resource},
    infoset::{all, text},
};

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// What a PROPPATCH sets, as a PROPFIND tells it.
fn set_and_found(propertyupdate: &str) -> String {
    let update = PropertyUpdate::parse(propertyupdate.as_bytes(), &Limits::request());
    let instructions = update.expect("an update").into_instructions();
    let mut resource = Resource::new(Href::path("/a"));
    for instruction in &instructions {
        if let Instruction::Set(value) = instruction {
            resource = resource.prop(value);
        }
    }
    MultiStatus::from_iter([resource]).to_string()
}

fn found<'a>(document: &'a Document<'_>, namespace: &str, local: &str) -> Node<'a, 'a> {
    let mut nodes = document.descendants();
    nodes
        .find(|node| node.has_tag_name((namespace, local)))
        .expect("the property")
}

#[test]
fn m22_an_error_has_elements_and_no_text() -> Result<(), statuary::xml::Error> {
    let own = Element::parse("<x:because xmlns:x='urn:x'>it said so</x:because>")?;
    let error = DavError::new(StatusCode::CONFLICT)
        .with_condition(Condition::Element(own))
        .with_condition(Condition::PreservedLiveProperties);
    let answers = [
        body(error.into_http()),
        MultiStatus::from_iter([Resource::new(Href::path("/a"))
            .name(&Name::dav("x"))
            .error(Condition::NoExternalEntities)])
        .to_string(),
    ];
    for answer in answers {
        let document = Document::parse(&answer).expect("well-formed");
        let errors = all(document.root(), "error");
        assert_eq!(errors.len(), 1);
        assert!(errors[0].has_children());
        assert!(
            errors[0].children().all(|code| code.is_element()),
            "{answer}"
        );
    }
    let nothing = MultiStatus::from_iter([Resource::status(Href::path("/a"), StatusCode::GONE)]);
    assert!(!nothing.to_string().contains("error"));
    let nothing = body(DavError::new(StatusCode::GONE).into_http());
    assert!(
        !nothing.contains("<"),
        "an error without a code is no XML: {nothing}"
    );
    Ok(())
}

/// What it carries for the layers outside is for no client.
#[test]
fn errors_are_equal_when_clients_are_told_the_same() {
    let carrying = DavError::from(Unanswered::new(UnansweredKind::Late));
    let conditions = carrying.conditions().iter().cloned();
    let plain = DavError::new(carrying.status()).with_description(carrying.description());
    let plain = conditions.fold(plain, DavError::with_condition);
    assert_eq!(plain, carrying);
    let busy = plain.clone().with_header(RETRY_AFTER, 7.into());
    assert_ne!(plain, busy);
    assert_ne!(plain, plain.clone().with_description(""));
}

#[test]
fn m36_what_is_not_there_may_be_removed() {
    let update = PropertyUpdate::parse(
        b"<propertyupdate xmlns='DAV:'><remove><prop><a xmlns='urn:x'/></prop></remove></propertyupdate>",
        &Limits::request(),
    );
    let answer = update
        .expect("an update")
        .outcome()
        .proppatch(Href::path("/a"))
        .to_string();
    let document = Document::parse(&answer).expect("well-formed");
    assert!(!found(&document, "urn:x", "a").has_children());
    assert_eq!(text(all(document.root(), "status")[0]), "HTTP/1.1 200 OK");
}

#[test]
fn m43_a_value_that_was_set_is_found_with_its_infoset() {
    let answer = set_and_found(
        "<D:propertyupdate xmlns:D='DAV:' xmlns:x='urn:x'><D:set><D:prop>\
         <x:v x:a='1' b='&#9;2' xml:space='preserve'> mixed <y:b xmlns:y='urn:y'>\u{1f980} &amp; </y:b>\n</x:v>\
         </D:prop></D:set></D:propertyupdate>",
    );
    let document = Document::parse(&answer).expect("well-formed");
    let value = found(&document, "urn:x", "v");
    assert_eq!(value.lookup_prefix("urn:x"), Some("x"));
    assert_eq!(value.attribute(("urn:x", "a")), Some("1"));
    assert_eq!(value.attribute("b"), Some("\t2"));
    assert_eq!(value.attribute((XML, "space")), Some("preserve"));
    assert_eq!(text(value), " mixed \u{1f980} & \n");
    assert_eq!(text(found(&document, "urn:y", "b")), "\u{1f980} & ");
}

#[test]
fn m43_the_prefixes_in_a_value_keep_their_meaning() {
    let answer = set_and_found(
        "<D:propertyupdate xmlns:D='DAV:' xmlns:x='urn:x' xmlns:y='urn:y' xmlns:z='urn:z' \
         xmlns:u='urn:u' xmlns:é='urn:e'><D:set><D:prop>\
         <v xmlns='urn:v' of='x:a\ty:b'>at 12:30, u: (//z:c/é:d)</v>\
         </D:prop></D:set></D:propertyupdate>",
    );
    let document = Document::parse(&answer).expect("well-formed");
    let value = found(&document, "urn:v", "v");
    for (prefix, namespace) in [
        ("x", "urn:x"),
        ("y", "urn:y"),
        ("z", "urn:z"),
        ("u", "urn:u"),
        ("é", "urn:e"),
    ] {
        assert_eq!(value.lookup_namespace_uri(Some(prefix)), Some(namespace));
    }
}

#[test]
fn m43_no_default_namespace_of_a_client_becomes_one_of_ours() {
    let answer = set_and_found(
        "<propertyupdate xmlns='DAV:'><set><prop>\
         <owner><href>/ann</href></owner><v xmlns='urn:x'><href xmlns='DAV:'/></v>\
         </prop></set></propertyupdate>",
    );
    assert!(!answer.contains("xmlns=\"DAV:\""), "{answer}");
    assert!(!answer.contains("<href"), "{answer}");
    let document = Document::parse(&answer).expect("well-formed");
    let owner = found(&document, "DAV:", "owner");
    assert_eq!(
        all(owner, "href").into_iter().map(text).collect::<Vec<_>>(),
        ["/ann"]
    );
    assert_eq!(all(found(&document, "urn:x", "v"), "href").len(), 1);
}

#[test]
fn m44_the_language_around_what_is_set_comes_back_with_it() {
    let answer = set_and_found(
        "<propertyupdate xmlns='DAV:'><set><prop xml:lang='de'><a xmlns='urn:x'>Haus</a></prop></set>\
         <set xml:lang='fr'><prop><b xmlns='urn:x'>maison</b></prop></set></propertyupdate>",
    );
    let document = Document::parse(&answer).expect("well-formed");
    for (local, lang) in [("a", "de"), ("b", "fr")] {
        let value = found(&document, "urn:x", local);
        assert_eq!(value.attribute((XML, "lang")), Some(lang));
    }
}

#[test]
fn m45_lists_that_are_empty_are_there() {
    let answer = MultiStatus::from_iter([Resource::new(Href::path("/a"))
        .prop(LockDiscovery(&[]))
        .prop(SupportedLock::None)
        .prop(ResourceType::FILE)])
    .to_string();
    assert!(
        answer.contains("<D:prop><D:lockdiscovery/><D:supportedlock/><D:resourcetype/></D:prop>"),
        "{answer}"
    );
}

#[test]
fn m47_what_is_our_own_is_not_in_the_namespace_of_webdav() {
    let reason = Name::new("urn:statuary:payment", "x").expect("a name");
    let answer = MultiStatus::from_iter([Resource::new(Href::path("/a")).name(&reason)]);
    assert!(answer.to_string().contains("<P:x/>"));
    assert!(
        answer
            .to_string()
            .contains("xmlns:P=\"urn:statuary:payment\"")
    );
}

#[test]
fn m48_an_empty_element_is_the_same_in_both_forms() -> Result<(), statuary::xml::Error> {
    let [short, long] = ["<x:a xmlns:x='urn:x'/>", "<x:a xmlns:x='urn:x'></x:a>"];
    assert_eq!(Element::parse(short)?, Element::parse(long)?);
    Ok(())
}

#[test]
fn m54_the_type_of_a_collection_has_collection_in_it() {
    const ARCHIVE: Name<'static> = Name::from_static("http://example.com/ns", "archive");
    for kind in [
        ResourceType::COLLECTION,
        ResourceType::COLLECTION.with(&[ARCHIVE]),
        ResourceType::CALENDAR,
        ResourceType::ADDRESSBOOK,
    ] {
        let answer = MultiStatus::from_iter([Resource::new(Href::collection("/a")).prop(kind)]);
        let answer = answer.to_string();
        let document = Document::parse(&answer).expect("well-formed");
        let kind = found(&document, "DAV:", "resourcetype");
        assert_eq!(all(kind, "collection").len(), 1);
    }
}

#[test]
fn rfc4791_section_4_2_rfc6352_section_5_2_rfc3744_section_4_the_types_of_extensions() {
    let types = |kind| {
        let answer = one(resource().prop(kind));
        let document = Document::parse(&answer).expect("well-formed");
        let types = found(&document, "DAV:", "resourcetype").children();
        let types = types.map(|it| {
            let (namespace, name) = (it.tag_name().namespace(), it.tag_name().name());
            format!("{{{}}}{name}", namespace.unwrap_or_default())
        });
        types.collect::<Vec<_>>()
    };
    assert_eq!(
        types(ResourceType::CALENDAR),
        [
            "{DAV:}collection",
            "{urn:ietf:params:xml:ns:caldav}calendar"
        ]
    );
    assert_eq!(
        types(ResourceType::ADDRESSBOOK),
        [
            "{DAV:}collection",
            "{urn:ietf:params:xml:ns:carddav}addressbook"
        ]
    );
    assert_eq!(types(ResourceType::PRINCIPAL), ["{DAV:}principal"]);
    static ARCHIVE: [Name<'_>; 1] = [Name::from_static("urn:x", "archive")];
    assert_eq!(
        types(ResourceType::PRINCIPAL.with(&ARCHIVE)),
        ["{DAV:}principal", "{urn:x}archive"]
    );
    assert_eq!(types(ResourceType::FILE.with(&ARCHIVE)), ["{urn:x}archive"]);
}

#[test]
fn a_value_may_be_where_other_resources_are() {
    let ann = || Href::path("/people/ann & bob");
    let by_hand = prop::with_content(Name::dav("owner"), |owner| ann().write(owner));
    let owner = prop::href(Name::dav("owner"), ann());
    assert_eq!(one(resource().prop(&owner)), one(resource().prop(by_hand)));
    assert_eq!(
        one(resource().prop(Encoded::new(&owner))),
        one(resource().prop(&owner))
    );

    let set = |hrefs: &[Href<'_>]| one(resource().prop(prop::hrefs(COLOR, hrefs)));
    assert!(
        set(&[ann(), Href::parse("urn:x:1").expect("a URI")]).contains(
            "<n0:color><D:href>/people/ann%20&amp;%20bob</D:href><D:href>urn:x:1</D:href></n0:color>"
        )
    );
    assert!(set(&[]).contains("<D:prop><n0:color/></D:prop>"));
}

#[test]
fn rfc_3253_section_3_1_5_reports_are_told_by_their_root_elements() {
    let set = |names: &[Name<'_>]| one(resource().prop(SupportedReportSet(names)));
    let answer = set(&[Name::dav("sync-collection"), COLOR]);
    let document = Document::parse(&answer).expect("well-formed");
    let reports = found(&document, "DAV:", "supported-report-set");
    let names = reports.children().map(|report| {
        let inside: Vec<_> = report.descendants().map(|node| node.tag_name()).collect();
        assert_eq!(inside[0], ("DAV:", "supported-report").into());
        assert_eq!(inside[1], ("DAV:", "report").into());
        inside[2]
    });
    let names: Vec<_> = names.map(|name| name.name().to_owned()).collect();
    assert_eq!(names, ["sync-collection", "color"]);
    assert!(set(&[]).contains("<D:supported-report-set/>"));
}

#[test]
fn e34_the_properties_of_windows_have_the_prefix_that_it_knows() {
    let name = Name::new("urn:schemas-microsoft-com:", "Win32FileAttributes").expect("a name");
    let answer =
        MultiStatus::from_iter(
            [Resource::new(Href::path("/a")).prop(prop::text(name, "00000020"))],
        );
    assert!(
        answer
            .to_string()
            .contains("<Z:Win32FileAttributes>00000020</Z:Win32FileAttributes>")
    );
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
fn section_15_6_an_entity_tag_is_quoted() -> Result<(), InvalidEntityTag> {
    let answer = one(resource().prop(GetEtag::weak("a&b")?));
    let weak = "<D:getetag>W/\"a&amp;b\"</D:getetag>";
    assert!(answer.contains(weak), "{answer}");
    for tag in ["\t W/\"a&b\" ", "\"\""] {
        assert_eq!(tag.parse(), GetEtag::parse(tag));
        assert_eq!(GetEtag::try_from(tag), GetEtag::parse(tag));
    }
    let answer = one(resource().prop(GetEtag::parse("\t W/\"a&b\" ")?));
    assert!(answer.contains(weak), "{answer}");
    for tag in ["abc", "\"a\"b\"", "w/\"a\"", "\"a b\"", "\"\u{7}\"", "\""] {
        assert!(GetEtag::parse(tag).is_err(), "{tag}");
        assert!(tag.parse::<GetEtag<'_>>().is_err(), "{tag}");
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
            .prop(DisplayName(name))
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
        .prop(DisplayName("a\u{1}b"));
    assert!(removed.to_string().contains(">ab<"));
    let answered = Propfind::default()
        .answer(Href::path("/a"))
        .illegal_chars(IllegalChars::Remove)
        .prop(DisplayName("a\u{1}b"))
        .into_resource();
    assert!(answered.to_string().contains(">ab<"));
}
