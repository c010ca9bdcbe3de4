//! `addressbook-query` and `addressbook-multiget`: RFC 6352.

use statuary::request::report::{AddressbookMultiget, AddressbookQuery, FilterTest, MatchType};

use super::CARDDAV;
use crate::support::{assert_refused, assert_whole, read};

fn query(inside: &str) -> String {
    format!(
        "<C:addressbook-query xmlns:D='DAV:' xmlns:C='{CARDDAV}'>{inside}</C:addressbook-query>"
    )
}

#[test]
fn the_example_of_section_8_6_3() {
    let body = include_str!("../rfc6352/8.6.3-addressbook-query.xml");
    let query = read(AddressbookQuery::parse, body);
    let names: Vec<_> = query
        .data()
        .unwrap()
        .properties
        .iter()
        .map(|it| &*it.name)
        .collect();
    assert_eq!(names, ["VERSION", "UID", "NICKNAME", "EMAIL", "FN"]);
    assert_eq!((query.test(), query.limit()), (FilterTest::AnyOf, None));
    let [filter] = query.filters() else {
        panic!("one filter")
    };
    let [text] = &filter.text_matches[..] else {
        panic!("one text")
    };
    assert_eq!((&*filter.name, &*text.text), ("NICKNAME", "me"));
    assert_eq!(
        (&*text.collation, text.match_type),
        ("i;unicode-casemap", MatchType::Equals)
    );
    assert_whole(AddressbookQuery::parse, body);
}

#[test]
fn the_example_of_section_8_6_4() {
    let body = include_str!("../rfc6352/8.6.4-addressbook-query.xml");
    let query = read(AddressbookQuery::parse, body);
    assert_eq!((query.test(), query.limit()), (FilterTest::AnyOf, None));
    let names: Vec<_> = query.filters().iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["FN", "EMAIL"]);
    for filter in query.filters() {
        let [text] = &filter.text_matches[..] else {
            panic!("one text")
        };
        assert_eq!(
            (&*text.text, text.match_type),
            ("daboo", MatchType::Contains)
        );
    }
    assert_whole(AddressbookQuery::parse, body);
}

#[test]
fn the_example_of_section_8_6_5() {
    let body = include_str!("../rfc6352/8.6.5-addressbook-query.xml");
    let query = read(AddressbookQuery::parse, body);
    assert_eq!(query.limit(), Some(2));
    let endless = body.replace(">2<", &format!(">{}<", "9".repeat(50)));
    assert_eq!(
        read(AddressbookQuery::parse, &endless).limit(),
        Some(usize::MAX)
    );
    assert!(query.data().is_none());
    assert_whole(AddressbookQuery::parse, body);
}

#[test]
fn the_example_of_section_8_7_1() {
    let body = include_str!("../rfc6352/8.7.1-addressbook-multiget.xml");
    let report = read(AddressbookMultiget::parse, body);
    let hrefs: Vec<_> = report.hrefs().iter().map(ToString::to_string).collect();
    let expected =
        ["vcf102.vcf", "vcf1.vcf"].map(|name| format!("/home/bernard/addressbook/{name}"));
    assert_eq!(hrefs, expected);
    let data = report.data().unwrap();
    assert_eq!(data.properties.len(), 5);
    assert!(data.asks_for("fn") && !data.asks_for("TEL"));
    assert_whole(AddressbookMultiget::parse, body);
}

#[test]
fn the_example_of_section_8_7_2() {
    let body = include_str!("../rfc6352/8.7.2-addressbook-multiget.xml");
    let report = read(AddressbookMultiget::parse, body);
    let hrefs: Vec<_> = report.hrefs().iter().map(ToString::to_string).collect();
    assert_eq!(hrefs, ["/home/bernard/addressbook/vcf3.vcf"]);
    let data = report.data().unwrap();
    assert_eq!(data.content_type.as_deref(), Some("text/vcard"));
    assert_eq!(data.version.as_deref(), Some("4.0"));
    assert!(data.properties.is_empty() && data.asks_for("TEL"));
    assert_whole(AddressbookMultiget::parse, body);
}

#[test]
fn filters_of_contacts() {
    let body = query(
        "<C:filter test='allof'><C:prop-filter name='EMAIL' test='allof'>\
         <C:text-match negate-condition='yes'> a </C:text-match>\
         <C:text-match match-type='ends-with' collation='i;octet'>b</C:text-match>\
         <C:param-filter name='TYPE'/></C:prop-filter><C:prop-filter name='FN'/></C:filter>\
         <C:limit><C:nresults>3</C:nresults></C:limit><D:allprop/>",
    );
    let query = read(AddressbookQuery::parse, &body);
    assert_eq!((query.test(), query.limit()), (FilterTest::AllOf, Some(3)));
    let [email, name] = query.filters() else {
        panic!("two filters")
    };
    assert_eq!(
        (email.test, name.test),
        (FilterTest::AllOf, FilterTest::AnyOf)
    );
    let [first, second] = &email.text_matches[..] else {
        panic!("two texts")
    };
    assert_eq!(
        (&*first.text, first.negated, first.match_type),
        (" a ", true, MatchType::Contains)
    );
    assert_eq!(
        (&*first.collation, &*second.collation),
        ("i;unicode-casemap", "i;octet")
    );
    assert_eq!(second.match_type, MatchType::EndsWith);
    assert!(!email.params[0].is_not_defined && email.params[0].text_match.is_none());
}

#[test]
fn what_is_no_query() {
    let refused = |body: &str, sentence| {
        assert_refused(AddressbookQuery::parse, &query(body), 400, sentence);
    };
    refused("", "`addressbook-query` holds no `filter`");
    refused(
        "<C:filter/><C:filter/>",
        "`addressbook-query` holds more than one `filter`",
    );
    refused(
        "<C:filter test='none'/>",
        "`test` is neither `allof` nor `anyof`",
    );
    let limit = "<C:limit><C:nresults>1</C:nresults></C:limit>";
    refused(
        &format!("{limit}{limit}"),
        "`addressbook-query` holds more than one `limit`",
    );
    let nothing = "`nresults` is 0, which lets no result through, send a greater number";
    refused("<C:limit><C:nresults>0</C:nresults></C:limit>", nothing);
    let text = "<C:filter><C:prop-filter name='a'><C:text-match match-type='is'/></C:prop-filter>\
                </C:filter>";
    let sentence = "`match-type` is not one of `contains`, `ends-with`, `equals` and `starts-with`";
    refused(text, sentence);
    let all = "<D:prop><C:address-data><C:prop name='a'/><C:allprop/></C:address-data></D:prop>";
    refused(
        all,
        "`address-data` asks for all properties, and then for some",
    );
    let twice = "<D:prop><C:address-data/><C:address-data/></D:prop>";
    refused(twice, "`prop` holds more than one `address-data`");
}
