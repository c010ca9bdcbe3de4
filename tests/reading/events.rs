//! quick-xml as the judge of where an element is, and in which namespace.

use proptest::prelude::*;
use quick_xml::{
    NsReader,
    events::Event,
    name::ResolveResult::{Bound, Unbound},
};
use statuary::read::{ElementRef, Reader, Response};

use crate::memory::listing;

/// An expanded name.
type Expanded = (String, String);

/// The names of the properties of each response, in the order of the document.
fn by_events(body: &str) -> Result<Vec<Vec<Expanded>>, quick_xml::Error> {
    let dav = |local: &str| ("DAV:".to_owned(), local.to_owned());
    let property = ["multistatus", "response", "propstat", "prop"].map(dav);
    let mut reader = NsReader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    let (mut path, mut responses) = (Vec::new(), Vec::new());
    loop {
        match reader.read_resolved_event()? {
            (namespace, Event::Start(start)) => {
                let namespace = match namespace {
                    Bound(namespace) => namespace.as_ref().to_owned(),
                    Unbound => String::new(),
                    unknown => panic!("{unknown:?} in what was read"),
                };
                let local = start.local_name().as_ref().to_owned();
                if path == property {
                    let names: &mut Vec<_> = responses.last_mut().expect("a response is open");
                    names.push((namespace.clone(), local.clone()));
                }
                path.push((namespace, local));
                if path == property[..2] {
                    responses.push(Vec::new());
                }
            }
            (_, Event::End(_)) => drop(path.pop()),
            (_, Event::Eof) => return Ok(responses),
            _ => {}
        }
    }
}

fn names(response: &Response<'_>) -> Vec<Expanded> {
    let name = |property: ElementRef<'_>| {
        let name = property.name();
        (name.namespace().to_owned(), name.local().to_owned())
    };
    let propstats = response.propstats();
    propstats
        .flat_map(|it| it.properties().map(name).collect::<Vec<_>>())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn properties_are_where_quick_xml_sees_them(body in listing()) {
        let read: Result<Vec<_>, _> = Reader::new(body.as_bytes()).collect();
        if let Ok(responses) = read {
            let ours: Vec<_> = responses.iter().map(names).collect();
            prop_assert_eq!(by_events(&body).unwrap(), ours);
        }
    }
}

#[test]
fn both_see_something() {
    let body = "<m:multistatus xmlns:m='DAV:'><m:response><m:href>/</m:href><m:propstat>\
        <m:prop><a xmlns='urn:x'/><m:b/></m:prop></m:propstat></m:response></m:multistatus>";
    let response = Reader::new(body.as_bytes()).next().unwrap().unwrap();
    let expected = [("urn:x", "a"), ("DAV:", "b")];
    let expected = expected.map(|(namespace, local)| (namespace.to_owned(), local.to_owned()));
    assert_eq!(names(&response), expected);
    assert_eq!(by_events(body).unwrap(), [expected]);
}
