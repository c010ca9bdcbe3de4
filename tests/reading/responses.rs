//! What servers write, each quirk in a body of our own.

use std::iter;

use http::{StatusCode, Uri};
use statuary::{
    read::{Decoder, Reader, Response},
    xml::{Error, ErrorKind, Name},
};

fn multistatus(inside: &str) -> String {
    format!("<D:multistatus xmlns:D='DAV:' xmlns:x='urn:x'>{inside}</D:multistatus>")
}

fn read(inside: &str) -> Result<Vec<Response<'static>>, Error> {
    Reader::new(multistatus(inside).as_bytes())
        .map(|response| response.map(Response::into_owned))
        .collect()
}

/// The one response with this inside.
#[track_caller]
fn response(inside: &str) -> Response<'static> {
    let mut all = read(&format!("<D:response>{inside}</D:response>")).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn codes(response: &Response<'_>) -> Vec<Option<u16>> {
    response
        .propstats()
        .map(|p| p.status().map(|status| status.as_u16()))
        .collect()
}

#[test]
fn a_multistatus_may_be_empty() {
    assert_eq!(read("").unwrap(), []);
    let mut reader = Reader::new(b"<multistatus xmlns='DAV:'/>");
    assert!(reader.next().is_none());
    assert!(reader.next().is_none());
    assert_eq!((reader.description(), reader.sync_token()), (None, None));
}

#[test]
fn a_reader_is_complete_at_the_end_and_not_before() {
    let body = multistatus("<D:response><D:href>/</D:href></D:response> ");
    let mut reader = Reader::new(body.as_bytes());
    assert!(reader.next().unwrap().is_ok());
    assert!(!reader.is_complete());
    assert!(reader.next().is_none());
    assert!(reader.is_complete());

    let cut = &body[..body.len() - 3];
    let beside = format!("{body}<a/>");
    let broken = [body.as_bytes(), b"\xFF"].concat();
    for body in [cut.as_bytes(), beside.as_bytes(), &broken] {
        let mut reader = Reader::new(body);
        assert!(reader.by_ref().any(|response| response.is_err()));
        assert!(reader.next().is_none());
        assert!(!reader.is_complete());
    }
}

#[test]
fn what_stands_outside_of_the_responses() {
    let body = multistatus(
        "<D:sync-token> urn:1 </D:sync-token><D:response><D:href>/</D:href></D:response>
         <D:responsedescription>All &amp; <x:b>not</x:b>this</D:responsedescription>",
    );
    let mut reader = Reader::new(body.as_bytes());
    assert_eq!(reader.sync_token(), None);
    assert!(reader.next().unwrap().is_ok());
    assert_eq!(reader.sync_token(), Some("urn:1"));
    assert_eq!(reader.description(), None);
    assert!(reader.next().is_none());
    assert_eq!(reader.description(), Some("All & this"));
}

#[test]
fn several_hrefs_share_a_status() {
    let response = response(
        "<D:href>/a</D:href><D:href> /b\n</D:href><D:status>HTTP/1.1 424 Failed Dependency</D:status>
         <D:error><D:lock-token-submitted/><x:more/></D:error>
         <D:responsedescription>no</D:responsedescription>
         <D:location><D:href>/c</D:href></D:location>",
    );
    assert_eq!(response.href().as_deref(), Some("/a"));
    assert_eq!(response.hrefs().collect::<Vec<_>>(), ["/a", "/b"]);
    assert_eq!(response.status(), Some(StatusCode::FAILED_DEPENDENCY));
    assert_eq!(response.error().len(), 2);
    assert_eq!(
        response.error().next().unwrap().name(),
        Name::dav("lock-token-submitted")
    );
    assert_eq!(response.description().as_deref(), Some("no"));
    assert_eq!(response.location().as_deref(), Some("/c"));
    assert!(!response.is_ok());
}

#[test]
fn an_href_is_text() {
    let href = |inside: &str| {
        response(&format!("<D:href>{inside}</D:href>"))
            .href()
            .map(std::borrow::Cow::into_owned)
    };
    assert_eq!(href("/a&amp;b").as_deref(), Some("/a&b"));
    assert_eq!(href("<![CDATA[/a&b]]>").as_deref(), Some("/a&b"));
    assert_eq!(href("/a%20b<!-- c -->/d").as_deref(), Some("/a%20b/d"));
    assert_eq!(href("/a<x:b>c</x:b>d").as_deref(), Some("/ad"));
    assert_eq!(href("").as_deref(), Some(""));
}

#[test]
fn three_kinds_of_404() {
    let gone = response("<D:href>/a</D:href><D:status>HTTP/1.1 404 Not Found</D:status>");
    assert!(!gone.is_ok());
    assert_eq!(gone.property(&Name::dav("a")), None);

    let lacking = response(
        "<D:href>/a</D:href><D:propstat><D:prop><D:a/></D:prop>
         <D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>",
    );
    assert!(lacking.is_ok());
    assert_eq!(lacking.status(), None);
    let (status, _) = lacking.property(&Name::dav("a")).unwrap();
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(lacking.value(&Name::dav("a")), None);
    assert_eq!(lacking.property(&Name::dav("b")), None);
}

#[test]
fn properties_are_grouped_by_status() {
    let response = response(
        "<D:href>/a</D:href>
         <D:propstat><D:prop><D:getetag>\"1\"</D:getetag><x:a><x:b/></x:a></D:prop>
            <D:status>HTTP/1.1 200 OK</D:status></D:propstat>
         <D:propstat><D:prop><D:c/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status>
            <D:error><D:cannot-modify-protected-property/></D:error>
            <D:responsedescription>no</D:responsedescription></D:propstat>",
    );
    assert_eq!(codes(&response), [Some(200), Some(403)]);
    let [ok, forbidden] = response.propstats().collect::<Vec<_>>()[..] else {
        unreachable!()
    };
    assert_eq!(ok.properties().len(), 2);
    assert_eq!(
        ok.properties().nth(1).unwrap().to_element().as_str(),
        "<x:a xmlns:x=\"urn:x\"><x:b/></x:a>"
    );
    assert_eq!((ok.error().len(), ok.description()), (0, None));
    assert_eq!(
        forbidden.error().next().unwrap().name(),
        Name::dav("cannot-modify-protected-property")
    );
    assert_eq!(forbidden.description().as_deref(), Some("no"));
    assert_eq!(
        response.value(&Name::dav("getetag")).unwrap().text(),
        "\"1\""
    );
}

#[test]
fn children_come_in_any_order() {
    let response = response(
        "<D:propstat><D:status>HTTP/1.1 200 OK</D:status><D:prop><D:a/></D:prop></D:propstat>
         <D:responsedescription/><D:href>/a</D:href>",
    );
    assert_eq!(response.href().as_deref(), Some("/a"));
    assert_eq!(codes(&response), [Some(200)]);
    assert_eq!(response.propstats().next().unwrap().properties().len(), 1);
}

#[test]
fn what_is_not_known_is_passed_over() {
    let read = read(
        "text<x:response><D:href>/x</D:href></x:response><D:new><D:response/></D:new>
         <D:response x:a='b'>c<x:href>/x</x:href><D:href x:d=''>/a</D:href>
         <x:status>500</x:status><D:propstat><x:y/><D:prop>e<D:f/></D:prop>
         <D:status>HTTP/1.1 200 OK<x:z>!</x:z></D:status></D:propstat><D:score>1</D:score></D:response>",
    )
    .unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].hrefs().collect::<Vec<_>>(), ["/a"]);
    assert_eq!(read[0].status(), None);
    assert_eq!(codes(&read[0]), [Some(200)]);
}

#[test]
fn status_lines() {
    let status = |line: &str| {
        response(&format!("<D:href>/</D:href><D:status>{line}</D:status>"))
            .status()
            .map(|s| s.as_u16())
    };
    for (line, code) in [
        ("HTTP/1.1 200 OK", Some(200)),
        ("HTTP/1.1 200", Some(200)),
        ("HTTP/2 207 Multi-Status", Some(207)),
        ("http/1.0 404 not found", Some(404)),
        ("200 OK", Some(200)),
        ("\n 423 \n", Some(423)),
        ("HTTP/1.1 599 Whatever", Some(599)),
        ("HTTP/1.1", None),
        ("HTTP/1.1 OK", None),
        ("HTTP/1.1 20 OK", None),
        ("HTTP/1.1 2000 OK", None),
        ("HTTP/1.1 099 OK", None),
        ("Invalid Status Line", None),
        ("", None),
    ] {
        assert_eq!(status(line), code, "{line}");
    }
}

/// RFC 4918 forbids all of these; servers in use write them.
#[test]
fn responses_that_break_the_rules() {
    let both = response(
        "<D:href>/a</D:href><D:status>HTTP/1.1 200 OK</D:status>
         <D:propstat><D:prop><D:b/></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>",
    );
    assert_eq!(both.status(), Some(StatusCode::OK));
    assert_eq!(codes(&both), [Some(200)]);

    let neither = response("<D:href>/a</D:href>");
    assert_eq!((neither.status(), neither.propstats().len()), (None, 0));
    assert!(neither.is_ok());

    let nameless = response("<D:status>HTTP/1.1 200 OK</D:status>");
    assert_eq!((nameless.href(), nameless.hrefs().len()), (None, 0));

    let unclear = response("<D:href>/a</D:href><D:propstat><D:prop><D:b/></D:prop></D:propstat>");
    assert_eq!(codes(&unclear), [None]);
    assert_eq!(unclear.property(&Name::dav("b")), None);

    let twice = response(
        "<D:href>/a</D:href><D:status>404</D:status><D:status>200</D:status>
         <D:propstat><D:prop><D:b/></D:prop><D:prop><D:c/></D:prop><D:status>404</D:status></D:propstat>
         <D:propstat><D:prop><D:b>1</D:b></D:prop><D:status>200</D:status></D:propstat>",
    );
    assert_eq!(twice.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(twice.propstats().next().unwrap().properties().len(), 2);
    assert_eq!(twice.value(&Name::dav("b")).unwrap().text(), "1");
}

#[test]
fn the_root_is_a_multistatus() {
    let nowhere =
        b"<multistatus xmlns:D='DAV:'><D:response><D:href>/</D:href></D:response></multistatus>";
    assert_eq!(Reader::new(nowhere).count(), 1);
    // What is not of WebDAV is passed over, but not if nothing is.
    let stranger = "<response><href>/</href></response>";
    assert_eq!(read(stranger), Ok(vec![]));
    for before in ["", "<D:response><D:href>/</D:href></D:response>"] {
        let bare = format!("<multistatus xmlns:D='DAV:'>{before}{stranger}</multistatus>");
        let error = Reader::new(bare.as_bytes()).find_map(Result::err).unwrap();
        assert_eq!(error.kind(), ErrorKind::UnexpectedRoot);
        assert_eq!(error.position().offset(), 28 + before.len());
        let mut decoder = Decoder::new();
        decoder.feed(bare.as_bytes());
        decoder.finish();
        let decoded = iter::from_fn(|| decoder.next().map(|it| it.map(drop)).transpose());
        assert_eq!(decoded.filter_map(Result::err).last(), Some(error));
    }

    let sentence = "the root element is not `multistatus` in the namespace `DAV:`, see whether the answer is a 207 at line 1, column 1";
    for body in [
        "<html/>",
        "<D:response xmlns:D='DAV:'/>",
        "<multistatus xmlns='urn:x'/>",
    ] {
        let mut reader = Reader::new(body.as_bytes());
        let error = reader.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedRoot);
        assert_eq!(error.to_string(), sentence);
        assert!(reader.next().is_none());
    }
}

#[test]
fn a_prefix_is_never_compared() {
    let body = b"<?xml version='1.0'?><?a b?><!-- c -->
        <lp1:multistatus xmlns:lp1='DAV:' xmlns='DAV:' xmlns:D='urn:x'>
        <D:response><href>/x</href></D:response>
        <response xmlns:lp2='DAV:'><lp2:href>/a</lp2:href><lp1:status>200</lp1:status></response>
        </lp1:multistatus>";
    let read: Vec<_> = Reader::new(body).collect::<Result<_, _>>().unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].href().as_deref(), Some("/a"));
    assert!(read[0].is_ok());
}

/// What was read before an error stands; after it there is nothing.
#[test]
fn an_error_ends_the_reading() {
    let body = multistatus(
        "<D:response><D:href>/a</D:href></D:response><D:response><y:b/></D:response>
         <D:response><D:href>/c</D:href></D:response>",
    );
    let mut reader = Reader::new(body.as_bytes());
    assert_eq!(
        reader.next().unwrap().unwrap().href().as_deref(),
        Some("/a")
    );
    assert_eq!(
        reader.next().unwrap().unwrap_err().kind(),
        ErrorKind::UndeclaredPrefix
    );
    assert!(reader.next().is_none());
    assert!(reader.next().is_none());

    let body = format!("{}<a/>", multistatus(""));
    let mut reader = Reader::new(body.as_bytes());
    assert_eq!(
        reader.next().unwrap().unwrap_err().kind(),
        ErrorKind::Syntax
    );
    assert!(reader.next().is_none());
}

#[test]
fn the_language_of_a_property() {
    let response = response(
        "<D:href>/</D:href><D:propstat><D:prop xml:lang='en'><D:displayname>a</D:displayname></D:prop>
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat>",
    );
    let name = response
        .value(&Name::dav("displayname"))
        .unwrap()
        .to_element();
    assert_eq!(name.lang(), Some("en"));
    assert_eq!(
        name.as_str(),
        "<D:displayname xml:lang=\"en\">a</D:displayname>"
    );
}

#[test]
fn rfc6578_section_3_6_a_507_for_the_target_says_that_there_is_more() {
    let status = |code: u16, href: &str| {
        response(&format!(
            "<D:href>{href}</D:href><D:status>HTTP/1.1 {code} Phrase</D:status>"
        ))
    };
    let request = Uri::from_static("http://Example.com/cal/a%20b/");
    for (href, is_more) in [
        ("/cal/a%20b/", true),
        ("/cal/a%20b", true),
        ("/cal/%61 b/", true),
        ("http://example.com/cal/a%20b/", true),
        ("", true),
        ("/cal/a%20b/c.ics", false),
        ("/cal/", false),
        ("http://example.org/cal/a%20b/", false),
    ] {
        assert_eq!(
            status(507, href).is_truncation_of(&request),
            is_more,
            "{href}"
        );
        assert!(!status(404, href).is_truncation_of(&request), "{href}");
    }
    let doubled = Uri::from_static("http://h//cal/");
    assert!(status(507, "http://h//cal/").is_truncation_of(&doubled));
    let target = Uri::from_static("/cal/?x");
    assert!(status(507, "/cal/").is_truncation_of(&target));
    assert!(status(507, "http://example.com/cal/").is_truncation_of(&target));
}
