//! Random answers: what roxmltree reads back is what was put in.

use std::{collections::BTreeSet, convert::Infallible};

use futures_util::FutureExt;
use http::StatusCode;
use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use roxmltree::Document;
use statuary::{
    Href, MultiStatus, MultiStatusStream, Resource, multistatus::Either, prop, xml::Name,
};

use crate::{
    any_text::any_text,
    grammar::assert_strict,
    infoset::{all, text},
};

#[derive(Clone, Debug)]
enum Given {
    Properties {
        path: Vec<u8>,
        properties: Vec<Property>,
    },
    Status {
        path: Vec<u8>,
        status: u16,
    },
}

#[derive(Clone, Debug)]
struct Property {
    namespace: String,
    local: String,
    status: u16,
    text: String,
    lang: Option<String>,
}

/// What XML can hold of a text.
pub(crate) fn legal(text: &str) -> String {
    let replaced = |c: char| match c {
        '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'.. => c,
        _ => '\u{FFFD}',
    };
    text.chars().map(replaced).collect()
}

pub(crate) fn any_path() -> impl Strategy<Value = Vec<u8>> {
    let segment = vec(any::<u8>().prop_filter("a segment", |b| *b != b'/'), 1..9);
    let segment = segment.prop_filter("no dot segment", |s| s != b"." && s != b"..");
    vec(segment, 1..4).prop_map(|segments| {
        segments
            .iter()
            .flat_map(|segment| [b"/", &**segment].concat())
            .collect()
    })
}

fn any_property() -> impl Strategy<Value = Property> {
    let namespace = prop_oneof![
        Just("DAV:".to_owned()),
        Just(String::new()),
        Just("urn:ietf:params:xml:ns:carddav".to_owned()),
        "urn:[a-c]",
        "\\PC{1,8}",
    ];
    let status = prop_oneof![Just(200), Just(404), Just(403), 200..600u16];
    (
        namespace,
        "[a-zA-Z_\u{e9}][a-z0-9.\\-\u{b7}]{0,6}",
        status,
        any_text(),
        proptest::option::of(any_text()),
    )
        .prop_map(|(namespace, local, status, text, lang)| Property {
            namespace,
            local,
            status,
            text,
            lang,
        })
}

fn any_given() -> impl Strategy<Value = Given> {
    prop_oneof![
        4 => (any_path(), vec(any_property(), 0..6)).prop_map(|(path, mut properties)| {
            // Each may occur once.
            let mut names = BTreeSet::new();
            properties.retain(|it| names.insert((it.namespace.clone(), it.local.clone())));
            Given::Properties { path, properties }
        }),
        1 => (any_path(), prop_oneof![200..300u16, 400..600u16]).prop_map(|(path, status)| Given::Status { path, status }),
    ]
}

/// Resources with an href each: one that is written twice is in an answer once.
fn any_listing() -> impl Strategy<Value = Vec<Given>> {
    vec(any_given(), 0..6).prop_map(|mut listing| {
        let mut paths = BTreeSet::new();
        listing.retain(|given| {
            let (Given::Properties { path, .. } | Given::Status { path, .. }) = given;
            paths.insert(path.clone())
        });
        listing
    })
}

fn build(given: &Given) -> Resource<Either> {
    match given {
        Given::Status { path, status } => {
            let status = StatusCode::from_u16(*status).expect("a status");
            Resource::status(Href::path(path), status).either()
        }
        Given::Properties { path, properties } => {
            let mut resource = Resource::new(Href::path(path));
            for property in properties {
                let name = Name::new(&*property.namespace, &*property.local).expect("legal");
                let status = StatusCode::from_u16(property.status).expect("a status");
                let mut value = prop::text(name, &*property.text);
                if let Some(lang) = &property.lang {
                    value = value.lang(&**lang);
                }
                resource = match property.status {
                    200 => resource.prop(value),
                    _ => resource.propstat(statuary::PropStat::new(status).prop(value)),
                };
            }
            resource.either()
        }
    }
}

/// The same, written in place.
fn write(answer: &mut MultiStatus, given: &Given) {
    let Given::Properties { path, properties } = given else {
        return answer.push(build(given));
    };
    let mut writer = answer.resource(Href::path(path));
    for property in properties {
        let name = Name::new(&*property.namespace, &*property.local).expect("legal");
        let status = StatusCode::from_u16(property.status).expect("a status");
        let mut value = prop::text(name, &*property.text);
        if let Some(lang) = &property.lang {
            value = value.lang(&**lang);
        }
        match property.status {
            200 => writer.prop(value),
            _ => writer.propstat(statuary::PropStat::new(status).prop(value)),
        };
    }
    writer.end();
}

/// Decodes a path without the crate's decoder.
pub(crate) fn decode(href: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = href.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).expect("a digit") as u8;
                decoded.push(digit(high) * 16 + digit(low));
                rest = tail;
            }
            _ => decoded.push(*first),
        }
    }
    decoded
}

/// Reads an answer back, and compares it with what was put in.
fn check(answer: &str, given: &[Given]) -> Result<(), TestCaseError> {
    let document = Document::parse(answer)
        .map_err(|error| TestCaseError::fail(format!("{error}: {answer}")))?;
    assert_strict(answer);
    let responses: Vec<_> = document.root_element().children().collect();
    prop_assert_eq!(responses.len(), given.len());
    for (response, given) in responses.into_iter().zip(given) {
        let href = text(response.first_element_child().expect("href first"));
        prop_assert!(href.bytes().all(|byte| byte.is_ascii_graphic()));
        match given {
            Given::Status { path, status } => {
                prop_assert_eq!(decode(&href), path.clone());
                let line = text(all(response, "status")[0]);
                prop_assert_eq!(&line[9..12], status.to_string());
                prop_assert!(all(response, "propstat").is_empty());
            }
            Given::Properties { path, properties } => {
                prop_assert_eq!(decode(&href), path.clone());
                let propstats: Vec<_> = response
                    .children()
                    .filter(|child| child.has_tag_name(("DAV:", "propstat")))
                    .collect();
                prop_assert!(!propstats.is_empty());
                let mut read: Vec<_> = propstats
                    .iter()
                    .flat_map(|propstat| {
                        let status = propstat.children().nth(1).map(text).unwrap_or_default();
                        let prop = propstat.first_element_child().expect("prop first");
                        prop.children()
                            .map(move |property| (status[9..12].to_owned(), property))
                    })
                    .map(|(status, property)| {
                        (
                            status,
                            property
                                .tag_name()
                                .namespace()
                                .unwrap_or_default()
                                .to_owned(),
                            property.tag_name().name().to_owned(),
                            text(property),
                            property
                                .attribute(("http://www.w3.org/XML/1998/namespace", "lang"))
                                .map(ToOwned::to_owned),
                        )
                    })
                    .collect();
                let mut put: Vec<_> = properties
                    .iter()
                    .map(|property| {
                        (
                            match property.status {
                                // It would have to say where to.
                                300..400 => "500".to_owned(),
                                status => status.to_string(),
                            },
                            property.namespace.clone(),
                            property.local.clone(),
                            legal(&property.text),
                            property.lang.as_deref().map(legal),
                        )
                    })
                    .collect();
                read.sort();
                put.sort();
                prop_assert_eq!(read, put, "{}", answer);
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_read_back_is_what_was_put_in(given in any_listing()) {
        let collected = given.iter().map(build).collect::<MultiStatus>();
        check(&collected.to_string(), &given)?;
        let mut written = MultiStatus::new();
        given.iter().for_each(|given| write(&mut written, given));
        prop_assert_eq!(written.len(), given.len());
        check(&written.to_string(), &given)?;
    }

    #[test]
    fn what_is_streamed_is_what_was_put_in(given in any_listing(), chunk in 1..2_000_usize) {
        let rows: Vec<_> = given.iter().map(build).map(Ok::<_, Infallible>).collect();
        let mut rest = given.clone().into_iter();
        let in_place = MultiStatusStream::from_fn(move |answer| {
            let Some(given) = rest.next() else { return Ok(false) };
            write(answer, &given);
            Ok::<_, Infallible>(true)
        });
        for begin in [MultiStatusStream::from_iterator(rows), in_place] {
            let Ok(stream) = begin.chunk_size(chunk).now_or_never().expect("it is there");
            let body = stream.into_http().into_body().collect().now_or_never();
            let body = body.expect("it is there").expect("no failure").to_bytes();
            check(std::str::from_utf8(&body).expect("UTF-8"), &given)?;
        }
    }

    #[test]
    fn any_text_over_all_of_unicode_is_kept(value in any_text()) {
        let resource = Resource::new(Href::path("/")).prop(prop::DisplayName(&value));
        let answer = MultiStatus::from_iter([resource]).to_string();
        let document = Document::parse(&answer).expect("well-formed");
        prop_assert_eq!(text(all(document.root_element(), "displayname")[0]), legal(&value));
    }

    #[test]
    fn an_href_that_is_parsed_is_written_as_it_was(path in any_path()) {
        let written = Href::path(&path).to_string();
        let parsed = Href::parse(&*written).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(parsed.to_string(), &*written);
        prop_assert!(parsed.same_path(&Href::path(&path)));
    }

    #[test]
    fn no_text_makes_the_href_parser_panic(text in any_text()) {
        if let Ok(href) = Href::parse(&*text) {
            prop_assert_eq!(href.to_string(), text);
        }
    }
}
