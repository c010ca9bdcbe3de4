//! That a response is like one before makes no difference, nor does it into what chunks a body is cut.

use std::{env, fs};

use proptest::prelude::*;
use roxmltree::Document;
use statuary::{
    read::{Decoder, Reader, Response},
    xml::{Error, Limits},
};

/// What was read: the responses, what stands outside of them, and the error.
#[derive(Debug, PartialEq)]
pub(crate) struct Read {
    pub(crate) responses: Vec<Response<'static>>,
    pub(crate) description: Option<String>,
    pub(crate) sync_token: Option<String>,
    pub(crate) error: Option<Error>,
}

pub(crate) fn whole(body: &[u8], limits: &Limits) -> Read {
    let mut reader = Reader::with_limits(body, limits);
    let (mut responses, mut error) = (Vec::new(), None);
    for response in reader.by_ref() {
        match response {
            Ok(response) => responses.push(response.into_owned()),
            Err(found) => error = Some(found),
        }
    }
    Read {
        responses,
        description: reader.description().map(str::to_owned),
        sync_token: reader.sync_token().map(str::to_owned),
        error,
    }
}

pub(crate) fn chunked<'c>(chunks: impl IntoIterator<Item = &'c [u8]>, limits: &Limits) -> Read {
    let mut decoder = Decoder::with_limits(limits);
    let (mut responses, mut error) = (Vec::new(), None);
    let mut take = |decoder: &mut Decoder| loop {
        match decoder.next() {
            Ok(Some(response)) => responses.push(response.into_owned()),
            Ok(None) => break,
            Err(found) => error = Some(found),
        }
    };
    for chunk in chunks {
        decoder.feed(chunk);
        take(&mut decoder);
    }
    decoder.finish();
    take(&mut decoder);
    assert_eq!(decoder.is_complete(), error.is_none());
    Read {
        responses,
        description: decoder.description().map(str::to_owned),
        sync_token: decoder.sync_token().map(str::to_owned),
        error,
    }
}

/// Reads in all the ways there are, and says what all of them say.
fn read(body: &[u8], size: usize) -> Read {
    let limits = Limits::response();
    let by_parser = whole(body, &limits.without_memory());
    assert_eq!(whole(body, &limits), by_parser);
    for size in [1, size.max(1), body.len().max(1)] {
        assert_eq!(chunked(body.chunks(size), &limits), by_parser, "in {size}s");
    }
    assert_eq!(chunked(body.chunks(7), &limits.without_memory()), by_parser);
    by_parser
}

pub(crate) const RESPONSES: &[&str] = &[
    "<D:response><D:href>/a</D:href><D:propstat><D:prop><D:getetag>\"1\"</D:getetag><D:x/></D:prop>\
     <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>",
    "<D:response>\n <D:href>/a</D:href>\n <D:status>HTTP/1.1 404 Not Found</D:status>\n</D:response>",
    "<D:response xmlns:D='urn:x' xmlns:d='DAV:'><d:href>/a</d:href></D:response>",
    "<D:response xmlns:y='urn:y' xml:lang='en'><D:href>/</D:href><D:propstat><D:prop><y:a b='c'>d<y:e/>f\
     </y:a><E:g></E:g></D:prop></D:propstat><D:responsedescription> g </D:responsedescription></D:response>",
    "<D:response><D:href>a</D:href><D:href>b</D:href><D:error><D:c><D:href>/</D:href></D:c></D:error>\
     <D:location><D:href>/e</D:href></D:location></D:response>",
    "<D:response ><D:href >/a</D:href><D:propstat\n><D:prop\t><D:getetag >\"1\"</D:getetag ><D:x />\
     <E:x\r\n/><y ></y></D:prop><D:status >HTTP/1.1 200 OK</D:status></D:propstat ></D:response>",
    "<D:sync-token>urn:1</D:sync-token>",
    "<D:responsedescription>h</D:responsedescription>",
    "<E:other><D:response/></E:other>",
    "<E:other>1E:text><D:response/>/D:text></E:other>",
];

const TEXTS: &[&str] = &[
    "",
    "/b",
    "a longer text than the others, to be sure",
    "&amp;",
    "a&#x42;&lt;c",
    " \r\n\t ",
    "]]>",
    "]]&gt;",
    "&",
    "&nope;",
    "&#0;",
    "\u{1}",
    "\u{FFFE}",
    "\u{EFFF}",
    "\u{E9}\u{1F600}",
    "<!-- a -->",
    "<![CDATA[<&]]>",
    "<D:z/>",
    "<?p q?>",
    "HTTP/1.1 403 Forbidden",
    "'\">",
    "</D:href>",
];

/// A listing of some responses again and again, some of them with another text somewhere.
pub(crate) fn listing() -> impl Strategy<Value = String> {
    let change = prop::option::weighted(0.4, (any::<prop::sample::Index>(), 0..TEXTS.len()));
    let response = (0..RESPONSES.len(), change);
    let outside = prop::sample::select(vec!["", "\n  ", "<!-- -->", "<D:a/>"]);
    prop::collection::vec((response, outside), 0..30).prop_map(|responses| {
        let mut body = String::from("<D:multistatus xmlns:D='DAV:' xmlns:E='urn:e'>");
        for ((response, change), outside) in responses {
            let response = RESPONSES[response];
            body.push_str(outside);
            let Some((at, text)) = change else {
                body.push_str(response);
                continue;
            };
            // After one of its tags.
            let ends: Vec<_> = response.match_indices('>').map(|(at, _)| at + 1).collect();
            let start = ends[at.index(ends.len())];
            let end = response[start..]
                .find('<')
                .map_or(start, |length| start + length);
            body.push_str(&response[..start]);
            body.push_str(TEXTS[text]);
            body.push_str(&response[end..]);
        }
        body + "</D:multistatus>"
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_listing_is_read_as_by_the_parser(body in listing(), size in 1..200_usize) {
        let read = read(body.as_bytes(), size);
        match Document::parse(&body) {
            Ok(document) => {
                prop_assert!(read.error.is_none(), "{:?}", read.error);
                let theirs = document.root_element().children().filter(|child| {
                    child.has_tag_name(("DAV:", "response"))
                });
                prop_assert_eq!(theirs.clone().count(), read.responses.len());
                for (theirs, ours) in theirs.zip(&read.responses) {
                    let hrefs = theirs.children().filter(|child| child.has_tag_name(("DAV:", "href")));
                    let hrefs = hrefs.map(|href| {
                        let texts = href.children().filter(roxmltree::Node::is_text);
                        let text: String = texts.filter_map(|text| text.text()).collect();
                        text.trim().to_owned()
                    });
                    prop_assert_eq!(hrefs.collect::<Vec<_>>(), ours.hrefs().collect::<Vec<_>>());
                }
            }
            // roxmltree takes a reference to what is no character for U+FFFD.
            Err(_) => prop_assert!(read.error.is_some()),
        }
    }
}

/// More shapes than are kept, and documents that seem to have none.
#[test]
fn shapes_come_and_go() {
    let mut body = String::from("<multistatus xmlns='DAV:'>");
    for at in 0..600_usize {
        let shape = match at {
            0..200 => at % 3,
            200..400 => at,
            _ => at % 12,
        };
        body += &format!(
            "<response><href>/{at}</href><propstat><prop><p{shape}>{at}</p{shape}></prop>\
             <status>HTTP/1.1 200 OK</status></propstat></response>"
        );
    }
    body += "</multistatus>";
    let read = read(body.as_bytes(), 500);
    assert_eq!(read.error, None);
    for (at, response) in read.responses.iter().enumerate() {
        assert_eq!(response.href().unwrap(), format!("/{at}"));
        let property = response.propstats().next().unwrap().properties().next();
        assert_eq!(property.unwrap().text(), at.to_string());
    }
}

/// Properties that are there or not, in any order, in the scope of the root and in others.
#[test]
fn known_tags_in_any_order() {
    let properties = [
        "<D:getetag>&lt;1</D:getetag>",
        "<D:getcontentlength>12</D:getcontentlength>",
        "<D:resourcetype><D:collection/></D:resourcetype>",
        "<D:resourcetype></D:resourcetype>",
        "<E:a-name-longer-than-sixteen-bytes/>",
        "<E:a-name-longer-than-sixteen-letters>b</E:a-name-longer-than-sixteen-letters>",
        "<D:getetag xmlns:D='urn:other'>2</D:getetag>",
        "<g/>",
    ];
    let mut body = String::from("<D:multistatus xmlns:D='DAV:' xmlns:E='urn:e'>");
    let mut chance = 1_usize;
    for at in 0..300 {
        chance = chance.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(at);
        let (bits, turn) = (chance >> 48, chance >> 40);
        let open = if bits % 5 == 0 {
            "<D:prop xmlns:E='DAV:'>"
        } else {
            "<D:prop>"
        };
        body += "<D:response><D:href>/</D:href><D:propstat>";
        body += open;
        for place in 0..properties.len() {
            let place = (place + turn) % properties.len();
            if bits >> place & 1 == 1 {
                body += properties[place];
            }
        }
        body += "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
    }
    body += "</D:multistatus>";
    let read = read(body.as_bytes(), 100);
    assert_eq!(read.error, None);
    assert_eq!(read.responses.len(), 300);
}

#[test]
fn limits_count_what_is_remembered() {
    let response = "<response><href>/a</href></response>";
    let body = format!(
        "<multistatus xmlns='DAV:'>{}</multistatus>",
        response.repeat(10)
    );
    for elements in 18..24 {
        let limits = Limits::response().elements(elements);
        let by_parser = whole(body.as_bytes(), &limits.without_memory());
        assert_eq!(whole(body.as_bytes(), &limits), by_parser);
        assert_eq!(by_parser.error.is_none(), elements >= 21);
    }
    let body = body.replace("/a</href></response></", "/a long one</href></response></");
    for text in 1..15 {
        let limits = Limits::response().text(text);
        let by_parser = whole(body.as_bytes(), &limits.without_memory());
        assert_eq!(whole(body.as_bytes(), &limits), by_parser);
        assert_eq!(by_parser.error.is_none(), text >= 11);
    }
}

/// Bodies of real servers, in chunks; what is in them is compared elsewhere.
#[test]
#[ignore = "needs STATUARY_CORPUS"]
fn real_bodies_in_chunks() {
    let folder = env::var_os("STATUARY_CORPUS").expect("STATUARY_CORPUS points to a corpus");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            let body = fs::read(&path).unwrap();
            for size in [3, 64, 1000] {
                read(&body, size);
            }
            count += 1;
        }
    }
    assert!(count > 0);
    println!("{count} bodies read alike");
}

#[test]
fn encodings_in_chunks() {
    let text = "<?xml version='1.0'?><multistatus xmlns='DAV:'><response><href>/\u{E9}\u{1F600}</href>\
                </response></multistatus>";
    let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let mark = "\u{FEFF}".as_bytes();
    for body in [
        text.as_bytes().to_vec(),
        [mark, text.as_bytes()].concat(),
        utf16(u16::to_be_bytes),
        utf16(u16::to_le_bytes),
    ] {
        for end in 0..=body.len() {
            let read = read(&body[..end], 3);
            assert_eq!(read.error.is_none(), end == body.len());
        }
    }
}
