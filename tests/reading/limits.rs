//! Each limit, at its edge: what is allowed passes, one more does not.

use statuary::{
    Href, MultiStatus, Resource,
    dav::{LockToken, ZeroOrInfinity},
    prop::LockDiscovery,
    read::{Decoder, Reader},
    request::{
        Instruction, LockInfo, PropertyUpdate, Propfind, report::CalendarQuery, search::Search,
    },
    xml::{Element, Error, ErrorKind, Limits},
};

#[track_caller]
fn edge(limits: &Limits, within: &str, beyond: &str, kind: ErrorKind, sentence: &str) {
    Element::parse_with(within, limits).expect("this is within the limit");
    let error = Element::parse_with(beyond, limits).expect_err("this is beyond the limit");
    assert_eq!(error.kind(), kind);
    assert!(kind.is_limit());
    assert_eq!(error.to_string(), sentence);
}

#[test]
fn of_one_element() {
    let limits = Limits::request().depth(2);
    let sentence = "the elements nest deeper than 2 levels, nest fewer at line 1, column 7";
    edge(
        &limits,
        "<a><b/><c/></a>",
        "<a><b><c/></b></a>",
        ErrorKind::TooDeep,
        sentence,
    );

    let limits = Limits::request().elements(2);
    let sentence = "there are more than 2 elements, send fewer at line 1, column 8";
    edge(
        &limits,
        "<a><b/></a>",
        "<a><b/><c/></a>",
        ErrorKind::TooManyElements,
        sentence,
    );

    let limits = Limits::request().attributes(1);
    let sentence = "an element has more than 1 attributes, send fewer at line 1, column 10";
    edge(
        &limits,
        "<a b='1'/>",
        "<a b='1' c='2'/>",
        ErrorKind::TooManyAttributes,
        sentence,
    );

    let limits = Limits::request().namespaces(1);
    let sentence = "there are more than 1 namespaces in scope, declare fewer at line 1, column 20";
    let (within, beyond) = (
        "<a><b xmlns='u'/><b xmlns='v'/></a>",
        "<a xmlns='u'><b    xmlns='v'/></a>",
    );
    edge(
        &limits,
        within,
        beyond,
        ErrorKind::TooManyNamespaces,
        sentence,
    );

    let limits = Limits::request().name(3);
    let kind = ErrorKind::NameTooLong;
    let sentence = "a name, a namespace or a language is longer than 3 bytes, choose a shorter one at line 1, column";
    edge(&limits, "<abc/>", "<abcd/>", kind, &format!("{sentence} 2"));
    edge(
        &limits,
        "<a def=''/>",
        "<a defg=''/>",
        kind,
        &format!("{sentence} 4"),
    );
    let limits = Limits::request().name(5);
    let sentence = "a name, a namespace or a language is longer than 5 bytes, choose a shorter one at line 1, column 4";
    edge(
        &limits,
        "<a xmlns='12345'/>",
        "<a xmlns='123456'/>",
        kind,
        sentence,
    );

    let limits = Limits::request().text(3);
    let sentence = "a text is longer than 3 bytes, send less at line 1, column 4";
    edge(
        &limits,
        "<a b='123'/>",
        "<a b='1234'/>",
        ErrorKind::TextTooLong,
        sentence,
    );
    edge(
        &limits,
        "<a>123</a>",
        "<a>1234</a>",
        ErrorKind::TextTooLong,
        sentence,
    );
}

#[test]
fn of_a_text_that_is_an_element() {
    let sentence = "the document is longer than 10 bytes, send less at line 1, column 1";
    let (within, beyond) = (
        format!("<a/>{}", " ".repeat(6)),
        format!("<a/>{}", " ".repeat(7)),
    );
    edge(
        &Limits::request().bytes(10),
        &within,
        &beyond,
        ErrorKind::TooLarge,
        sentence,
    );
}

#[test]
fn of_a_request() {
    let limits = Limits::request().bytes(10);
    let error = Propfind::parse(b"<propfind/>", &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(
        error.to_string(),
        "the document is longer than 10 bytes, send less at line 1, column 1"
    );

    let limits = Limits::request().properties(1);
    let body = b"<propfind xmlns='DAV:'><prop><a/><a/><b/></prop></propfind>";
    let error = Propfind::parse(body, &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyProperties);
    assert_eq!(
        error.to_string(),
        "there are more than 1 properties, send fewer at line 1, column 38"
    );

    let body = b"<propertyupdate xmlns='DAV:'><set><prop><a/><a/></prop></set></propertyupdate>";
    let error = PropertyUpdate::parse(body, &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyProperties);
}

#[test]
fn of_a_response() {
    let limits = Limits::response().hrefs(1);
    let body = b"<multistatus xmlns='DAV:'><response><href/></response>\
        <response><href/><href/></response></multistatus>";
    let mut reader = Reader::with_limits(body, &limits);
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyHrefs);
    assert_eq!(
        error.to_string(),
        "there are more than 1 hrefs, send fewer at line 1, column 72"
    );
    assert!(reader.next().is_none());

    let limits = Limits::response().properties(2);
    let prop = |n: usize| format!("<propstat><prop>{}</prop></propstat>", "<a/>".repeat(n));
    let body = |inside: &str| {
        format!("<multistatus xmlns='DAV:'><response>{inside}</response></multistatus>")
    };
    let count = |inside: &str| {
        let body = body(inside);
        Reader::with_limits(body.as_bytes(), &limits)
            .next()
            .unwrap()
            .map(drop)
            .map_err(|error| {
                assert_eq!(error.kind(), ErrorKind::TooManyProperties);
                let said = error.to_string();
                let (_, what) = said.split_once("more than 2 ").unwrap();
                what.split(',').next().unwrap().to_owned()
            })
    };
    let too_many = |what: &str| Err(what.to_owned());
    assert_eq!(count(&prop(2)), Ok(()));
    assert_eq!(count(&prop(3)), too_many("properties"));
    assert_eq!(count(&format!("{}{}", prop(1), prop(1))), Ok(()));
    assert_eq!(
        count(&format!("{}{}", prop(2), prop(1))),
        too_many("properties")
    );
    assert_eq!(count(&prop(0).repeat(3)), too_many("propstats"));
    assert_eq!(count("<error><a/><b/><c/></error>"), too_many("conditions"));
    let failed = |n: usize| format!("<propstat><error>{}</error></propstat>", "<a/>".repeat(n));
    assert_eq!(count(&failed(2)), Ok(()));
    assert_eq!(
        count(&format!("{}{}", failed(2), failed(1))),
        too_many("conditions")
    );

    let limits = Limits::response().text(4);
    let body = body("<href>&#47;a<![CDATA[bcd]]></href>");
    let error = Reader::with_limits(body.as_bytes(), &limits)
        .next()
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TextTooLong);
    assert_eq!(
        error.to_string(),
        "a text is longer than 4 bytes, send less at line 1, column 43"
    );
}

/// One long declaration outside, many short elements inside that need it.
#[test]
fn of_what_is_kept() {
    let body = format!(
        "<propertyupdate xmlns='DAV:' xmlns:x='{}'><set><prop>{}</prop></set></propertyupdate>",
        "n".repeat(1000),
        "<x:a/>".repeat(100),
    );
    let limits = Limits::request().bytes(100_000);
    let error = PropertyUpdate::parse(body.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(
        error
            .to_string()
            .starts_with("the elements are longer than 100000 bytes when each")
    );
    let limits = Limits::request().bytes(200_000);
    assert_eq!(
        PropertyUpdate::parse(body.as_bytes(), &limits)
            .unwrap()
            .instructions()
            .len(),
        100
    );
}

/// One response is kept at a time, not longer than this, whether it is like others or not.
#[test]
fn of_one_response() {
    let response = |text: &str| format!("<response><href>/{text}</href></response>");
    let long = response(&"n".repeat(100));
    let length = long.len();
    for others in [String::new(), response("a"), long.clone(), "<!---->".into()] {
        let body = format!("<multistatus xmlns='DAV:'>{others}{long}</multistatus>");
        let limits = Limits::response().resource(length);
        assert!(Reader::with_limits(body.as_bytes(), &limits).all(|response| response.is_ok()));
        let error = Reader::with_limits(body.as_bytes(), &limits.resource(length - 1))
            .find_map(Result::err)
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::ResourceTooLarge);
        assert!(error.kind().is_limit());
        let sentence = format!(
            "a response, or what stands beside one, is longer than {} bytes, ask for less",
            length - 1
        );
        assert!(error.to_string().starts_with(&sentence));
    }
}

/// What a request is let through with, at each edge, is read back out of the answer and of a store.
mod what_is_kept_is_read_back {
    use super::*;

    #[track_caller]
    fn read_back(answer: MultiStatus) -> Vec<Element> {
        let body = answer.to_string();
        let mut reader = Reader::new(body.as_bytes());
        let response = reader.next().expect("one response");
        let response = response.expect("what this crate writes it reads");
        let properties = response.propstats().flat_map(|propstat| {
            let properties = propstat.properties();
            properties
                .map(|property| property.to_element())
                .collect::<Vec<_>>()
        });
        let properties: Vec<_> = properties.collect();
        assert!(reader.next().is_none() && reader.is_complete());

        let mut decoder = Decoder::new();
        decoder.feed(body.as_bytes());
        decoder.finish();
        assert_eq!(decoder.next().map(|response| response.is_some()), Ok(true));
        assert_eq!(decoder.next().map(drop), Ok(()));
        assert!(decoder.is_complete());
        properties
    }

    fn resource() -> Resource {
        Resource::new(Href::path("/"))
    }

    /// What a PROPPATCH sets.
    #[track_caller]
    fn kept(update: &str) {
        let update = PropertyUpdate::parse(update.as_bytes(), &Limits::request());
        let update = update.expect("this is within the limits");
        let [Instruction::Set(value)] = update.instructions() else {
            panic!("{update:?}");
        };
        let stored = format!("<D:prop>{value}</D:prop>");
        let stored = Element::parse(&stored).expect("it is read out of a store");
        assert_eq!(stored.children().next().as_ref(), Some(value));
        let answer = MultiStatus::from_iter([resource().prop(value)]);
        assert_eq!(read_back(answer), std::slice::from_ref(value));
    }

    /// The answer declares each namespace that an update names.
    #[test]
    fn namespaces() {
        let values = |numbers: std::ops::Range<usize>| -> String {
            let value = |number| format!("<a xmlns='urn:{number}'/>");
            numbers.map(value).collect()
        };
        let update = format!(
            "<propertyupdate xmlns='DAV:'><set><prop>{}</prop></set><remove><prop>{}</prop></remove>\
             </propertyupdate>",
            values(0..90),
            values(80..128),
        );
        let update = PropertyUpdate::parse(update.as_bytes(), &Limits::request());
        let update = update.expect("this is within the limits");
        let answer = update.outcome().proppatch(Href::path("/"));
        assert_eq!(read_back(answer).len(), 128);
    }

    #[test]
    fn attributes_and_declarations() {
        let declared = |numbers: std::ops::Range<usize>| -> String {
            let declare = |number| format!(" xmlns:p{number}='urn:{number}'");
            numbers.map(declare).collect()
        };
        let attributes: String = (0..64)
            .map(|number| format!(" p{number}:a='p{}:b'", number + 62))
            .collect();
        kept(&format!(
            "<propertyupdate xmlns='DAV:' xmlns:D='urn:d'{}><set{}><prop xml:lang='en'>\
             <a{attributes}><b>D:c</b></a></prop></set></propertyupdate>",
            declared(0..62),
            declared(62..126),
        ));
    }

    #[test]
    fn depth() {
        let (start, end) = ("<a>".repeat(125), "</a>".repeat(125));
        kept(&format!(
            "<propertyupdate xmlns='DAV:'><set><prop>{start}{end}</prop></set></propertyupdate>"
        ));

        let (start, end) = ("<a>".repeat(126), "</a>".repeat(126));
        let lock = format!(
            "<lockinfo xmlns='DAV:'><lockscope><shared/></lockscope><locktype><write/></locktype>\
             <owner>{start}{end}</owner></lockinfo>"
        );
        let lock = LockInfo::parse(lock.as_bytes(), &Limits::request());
        let lock = lock.expect("this is within the limits");
        let token = LockToken::new("urn:uuid:1").expect("a URI");
        let lock = [lock.active_lock(token, Href::path("/"), ZeroOrInfinity::Zero)];
        let answer = MultiStatus::from_iter([resource().prop(LockDiscovery(&lock))]);
        assert_eq!(read_back(answer).len(), 1);
    }

    #[test]
    fn names() {
        let local = "a".repeat(1 << 10);
        kept(&format!(
            "<propertyupdate xmlns='DAV:'><set><prop><{local}/></prop></set></propertyupdate>"
        ));
        let asked = |names: String| {
            let body = format!("<propfind xmlns='DAV:'><prop>{names}</prop></propfind>");
            let wanted = Propfind::parse(body.as_bytes(), &Limits::request());
            let wanted = wanted.expect("this is within the limits");
            let answer = wanted.answer(Href::path("/")).into_resource();
            read_back(MultiStatus::from_iter([answer])).len()
        };
        assert_eq!(asked(format!("<{local} xmlns='urn:x'/>")), 1);
        let one = |number| format!("<a xmlns='urn:{number}'/>");
        assert_eq!(asked((0..128).map(one).collect()), 128);
    }
}

#[test]
fn the_defaults_are_those_of_a_request() {
    assert_eq!(Limits::default(), Limits::request());
    assert_ne!(Limits::default(), Limits::response());
}

#[test]
fn of_a_text_in_pieces() {
    let piece = "a".repeat(20);
    let text = format!("{piece}<![CDATA[{piece}]]><x/>{piece}");
    let search = format!(
        "<searchrequest xmlns='DAV:'><basicsearch><select><allprop/></select><from><scope>\
         <href>/</href><depth>0</depth></scope></from><where><contains>{text}</contains></where>\
         </basicsearch></searchrequest>"
    );
    let query = format!(
        "<calendar-query xmlns='urn:ietf:params:xml:ns:caldav'><filter><comp-filter name='VCALENDAR'>\
         <prop-filter name='b'><text-match>{text}</text-match></prop-filter></comp-filter></filter>\
         </calendar-query>"
    );
    let search = |limits| Search::parse(search.as_bytes(), &limits).map(drop);
    let query = |limits| CalendarQuery::parse(query.as_bytes(), &limits).map(drop);
    let read: [&dyn Fn(Limits) -> Result<(), Error>; 2] = [&search, &query];
    for read in read {
        assert_eq!(read(Limits::request().text(60)), Ok(()));
        let error = read(Limits::request().text(59)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TextTooLong);
    }
}
