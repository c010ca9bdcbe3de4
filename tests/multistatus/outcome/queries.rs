//! SEARCH, queries and multigets: RFC 5323; RFC 4791, sections 7.8 and 7.9; RFC 6352, section 8.6.

use http::StatusCode;
use roxmltree::Document;
use statuary::{
    DavError, Href, MultiStatus, Propfind, Resource,
    dav::condition::{Carddav, Search},
    outcome::{Matches, multiget},
    prop::{self, GetContentLength, GetEtag},
    xml::{Element, Name},
};

use super::{href, responses};
use crate::{
    documents::body,
    infoset::{all, said, text},
};

const SCHEMA: &str = "http://example.org/propschema";

#[test]
fn e11_rfc5323_section_2_3_3_search() {
    let rating = prop::with_content(Name::from_static(SCHEMA, "rating"), |rating| {
        rating
            .element(&Name::from_static(SCHEMA, "stars"))
            .text("4");
    });
    let location = prop::text(Name::from_static(SCHEMA, "location"), "259 W. Hollywood");
    let found = Resource::new(href("http://siamiam.example/"))
        .prop(location)
        .prop(rating);
    let mut matches = Matches::new(Href::path("/"));
    matches.push(found);
    let ours = MultiStatus::from(matches).to_string();
    assert_eq!(
        said(&ours),
        said(include_str!("../rfc5323/2.3.3-search.xml"))
    );
}

#[test]
fn rfc5323_section_2_4_1_an_invalid_scope() -> Result<(), statuary::xml::Error> {
    let gone = Element::parse(
        "<D:response><D:href>http://www.example.com/X</D:href>\
         <D:status>HTTP/1.1 404 Object Not Found</D:status></D:response>",
    )?;
    let error = DavError::from(Search::SearchScopeValid(vec![gone]));
    assert_eq!(error.status(), StatusCode::CONFLICT);
    let example = include_str!("../rfc5323/2.4.1-invalid-scope.xml");
    assert_eq!(said(&body(error.into_http())), said(example));
    Ok(())
}

#[test]
fn e6_e9_e11_no_match_is_an_empty_multistatus() {
    let matches = Matches::new(Href::path("/search"));
    assert!(matches.is_empty());
    let answer = MultiStatus::from(matches);
    assert!(answer.is_empty());
    assert_eq!(answer.into_http().status(), StatusCode::MULTI_STATUS);
}

#[test]
fn e11_e17_a_list_that_was_cut_off_keeps_its_order_and_ends_with_507() {
    let mut matches = Matches::new(Href::path("/search"));
    matches.extend(["/c", "/a", "/b", "/a"].map(|it| Resource::new(Href::path(it))));
    let matches = matches.truncated();
    assert_eq!(matches.len(), 3, "the 507 does not count");
    let answer = MultiStatus::from(matches).to_string();
    let responses = responses(&answer);
    let hrefs: Vec<_> = responses.iter().map(|(href, ..)| &**href).collect();
    assert_eq!(hrefs, ["/c", "/a", "/b", "/search"]);
    let (last, matches) = responses.split_last().unwrap();
    assert_eq!(last.1.as_deref(), Some("HTTP/1.1 507 Insufficient Storage"));
    assert!(
        matches
            .iter()
            .all(|(_, status, propstats)| { status.is_none() && propstats.len() == 1 })
    );
    assert!(answer.contains("<D:error><D:number-of-matches-within-limits/></D:error>"));
}

#[test]
fn e11_a_match_is_the_same_however_it_is_encoded() {
    let mut matches = Matches::new(href("/%28docs%29/"));
    matches.push(Resource::new(Href::collection("/(docs)")));
    matches.push(Resource::new(Href::path("/(docs)/a b")));
    matches.push(Resource::new(href("/%28docs%29/a%20%62/")));
    assert_eq!(matches.len(), 2);
    let hrefs = |matches: Matches| {
        let responses = responses(&MultiStatus::from(matches).to_string());
        let hrefs = responses.into_iter().map(|(href, ..)| href);
        hrefs.collect::<Vec<_>>()
    };
    assert_eq!(hrefs(matches.clone()), ["/(docs)/", "/(docs)/a%20b"]);
    assert_eq!(
        hrefs(matches.truncated()),
        ["/(docs)/a%20b", "/%28docs%29/"],
        "the target has to tell that the list is cut off"
    );
}

#[test]
fn e10_a_multiget_answers_each_encoding_that_it_is_asked_for() {
    let wanted = Propfind::default();
    let hrefs = [href("/%28a%29"), href("/(a)"), href("/%28a%29")];
    let answer = multiget(&wanted, hrefs, |_, answer| Ok::<_, StatusCode>(answer));
    assert_eq!(answer.len(), 2);
}

#[test]
fn e11_rfc5323_section_5_16_1_a_match_has_a_score() {
    for (score, written) in [(0, "0"), (7, "7"), (10_000, "10000"), (u16::MAX, "10000")] {
        let found = Resource::new(Href::path("/a"))
            .description("good")
            .score(score);
        let answer = MultiStatus::from_iter([found]).to_string();
        let document = Document::parse(&answer).unwrap();
        let scores = all(document.root_element(), "score");
        assert_eq!(text(scores[0]), written);
        let before = scores[0].prev_sibling_element().unwrap();
        assert!(before.has_tag_name(("DAV:", "responsedescription")));
    }
}

#[test]
fn e10_rfc4791_section_7_9_1_multiget() {
    const DATA: Name<'static> = Name::caldav("calendar-data");
    let example = include_str!("../rfc4791/7.9.1-multiget.xml");
    let document = Document::parse(example).unwrap();
    let data = document
        .descendants()
        .find(|node| node.tag_name().name() == "calendar-data")
        .map(text)
        .unwrap();
    let wanted = Propfind::Prop(vec![Name::dav("getetag"), DATA]);
    let hrefs = [
        href("http://cal.example.com/bernard/work/abcd1.ics"),
        href("http://cal.example.com/bernard/work/mtg1.ics"),
    ];
    let ours = multiget(&wanted, hrefs, |href, answer| {
        if href.encoded().ends_with("mtg1.ics") {
            return Err(StatusCode::NOT_FOUND);
        }
        let etag = GetEtag::strong("fffff-abcd1").map_err(|_| StatusCode::BAD_GATEWAY)?;
        Ok(answer.prop(etag).prop(prop::text(DATA, &*data)))
    });
    assert_eq!(said(&ours.to_string()), said(example));
}

#[test]
fn e10_e18_there_is_one_response_for_each_href_and_its_error_is_its_status() {
    let wanted = Propfind::Prop(vec![Name::dav("getcontentlength"), Name::dav("getetag")]);
    let hrefs = ["/a", "/b", "/a", "/c", "/d"].map(Href::path);
    let answer = multiget(&wanted, hrefs, |href, answer| match &*href.encoded() {
        "/a" => Ok(answer.prop(GetContentLength(3))),
        "/b" => Err(DavError::from(Carddav::SupportedAddressDataConversion)),
        "/c" => Err(DavError::from(StatusCode::NOT_FOUND)),
        _ => Err(DavError::from(StatusCode::OK)),
    });
    let answer = answer.to_string();
    let responses = responses(&answer);
    let told: Vec<_> = responses
        .iter()
        .map(|(href, status, propstats)| (&**href, status.as_deref(), propstats.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("/a", None, 2),
            ("/b", Some("HTTP/1.1 415 Unsupported Media Type"), 0),
            ("/c", Some("HTTP/1.1 404 Not Found"), 0),
            ("/d", Some("HTTP/1.1 500 Internal Server Error"), 0),
        ]
    );
    assert!(answer.contains("<D:error><CR:supported-address-data-conversion/></D:error>"));
}
