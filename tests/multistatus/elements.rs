//! The elements of a multistatus, as roxmltree reads them: RFC 4918, sections 13 and 14.

use http::StatusCode;
use roxmltree::Document;
use statuary::{
    Condition, DavError, Href, MultiStatus, PropStat, Resource,
    dav::SyncToken,
    multistatus::Description,
    outcome::Tree,
    prop::{DisplayName, GetContentLength, with_content},
    xml::Name,
};

use crate::{
    documents::{body, one, resource},
    grammar::assert_strict,
    infoset::{all, text},
};

const COLOR: Name<'static> = Name::from_static("urn:example:paint", "color");
const SIZE: Name<'static> = Name::from_static("urn:example:size", "size");

#[test]
fn section_13_an_empty_multistatus_is_legal() {
    assert_eq!(
        MultiStatus::new().to_string(),
        r#"<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:"></D:multistatus>"#
    );
}

#[test]
fn section_14_16_description_and_sync_token_follow_the_responses() {
    let token = SyncToken::new("http://x/?a=1&b=2").expect("a URI");
    let mut answer = MultiStatus::new().description("a < b").sync_token(&token);
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
        .prop(DisplayName("a"))
        .withheld(&COLOR, StatusCode::FORBIDDEN)
        .missing(&SIZE)
        .withheld(&Name::dav("owner"), StatusCode::UNAUTHORIZED)
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
            ("HTTP/1.1 401 Unauthorized".to_owned(), vec!["owner"]),
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
fn an_attribute_is_not_taken_for_one_that_a_value_ends_like() {
    let marked = with_content(Name::dav("owner"), |owner| {
        let (color, size) = (COLOR, Name::new("", "size").expect("a name"));
        let note = Name::new("", "note").expect("a name");
        let mark = owner.element(&color).attribute(&note, "see size=");
        mark.attribute(&size, "3").attribute(&note, "again").empty();
    });
    let answer = one(resource().prop(marked));
    let document = Document::parse(&answer).expect("well-formed");
    let mut elements = document.descendants();
    let color = elements.find(|node| node.tag_name().name() == "color");
    let color = color.expect("the element");
    assert_eq!(color.attribute("note"), Some("see size="));
    assert_eq!(color.attribute("size"), Some("3"));
}

/// RFC 4918, section 19: what is for people has a language.
#[test]
fn a_description_says_its_language_wherever_it_stands() {
    const WRITTEN: &str =
        "<D:responsedescription xml:lang=\"d&quot;e\">groß &amp; klein</D:responsedescription>";
    let german = || Description::new("groß & klein").lang("d\"e");
    let status = StatusCode::FORBIDDEN;
    let error = DavError::new(status).with_description(german());
    let refused = PropStat::new(status).name(&COLOR).description(german());
    let mut tree = Tree::new(Href::path("/a"));
    tree.member(Href::path("/a/b"), error.clone());
    let mut written = MultiStatus::new();
    written
        .resource(Href::path("/a"))
        .description(german())
        .end();
    for answer in [
        one(resource().description(german())),
        one(resource().propstat(refused)),
        one(resource().propstat(PropStat::from(error).name(&COLOR))),
        body(tree.done(StatusCode::NO_CONTENT)),
        written.to_string(),
        MultiStatus::new().description(german()).to_string(),
    ] {
        assert!(answer.contains(WRITTEN), "{answer}");
        assert_strict(&answer);
    }
    let nothing = one(resource().description(Description::new("").lang("de")));
    assert!(!nothing.contains("responsedescription"), "{nothing}");

    let german = DavError::new(status).with_description(Description::new("nein").lang("de"));
    assert_ne!(german, DavError::new(status).with_description("nein"));
    let response = german.into_http();
    assert_eq!(response.headers()["content-language"], "de");
    assert_eq!(body(response), "nein");
}
