//! The body of SEARCH: RFC 5323.

use http::Uri;
use statuary::{
    Depth,
    request::search::{BasicSearch, Comparison, Literal, Operator, OrderBy, Search},
    xml::{ErrorKind, Limits, Name},
};

use crate::support::{assert_refused, assert_whole, read};

const EXAMPLE: &str = include_str!("rfc5323/5.2.1-basicsearch.xml");
const SELECT: &str = "<select><allprop/></select>";
const FROM: &str = "<from><scope><href>/</href><depth>0</depth></scope></from>";

fn basic(inside: &str) -> String {
    format!("<searchrequest xmlns='DAV:'><basicsearch>{inside}</basicsearch></searchrequest>")
}

fn condition(inside: &str) -> String {
    basic(&format!("{SELECT}{FROM}<where>{inside}</where>"))
}

#[track_caller]
fn search(body: &str) -> BasicSearch {
    match read(Search::parse, body) {
        Search::Basic(search) => search,
        other => panic!("{other:?}"),
    }
}

fn operators(inside: &str) -> Vec<Operator> {
    search(&condition(inside))
        .condition()
        .values()
        .cloned()
        .collect()
}

/// The text and the type of a literal.
fn said(literal: &Literal) -> (&str, Option<String>) {
    (
        &literal.text,
        literal.data_type.as_ref().map(ToString::to_string),
    )
}

#[test]
fn the_example_of_section_5_2_1() {
    let search = search(EXAMPLE);
    let length = Name::dav("getcontentlength");
    assert_eq!(search.wanted().names(), std::slice::from_ref(&length));
    let [scope] = search.scopes() else {
        panic!("one scope")
    };
    assert_eq!(
        (&*scope.href, scope.depth),
        ("/container1/", Depth::Infinity)
    );
    assert!(!scope.include_versions);
    let operators: Vec<_> = search.condition().values().collect();
    let [
        Operator::Compare {
            comparison,
            property,
            literal,
            caseless,
            ..
        },
    ] = operators[..]
    else {
        panic!("one comparison")
    };
    assert_eq!((*comparison, property), (Comparison::Greater, &length));
    assert_eq!((said(literal), *caseless), (("10000", None), None));
    let [order] = search.order() else {
        panic!("one order")
    };
    assert_eq!(
        (&order.by, order.descending),
        (&OrderBy::Property(length), false)
    );
    assert_eq!(search.limit(), None);
    assert_whole(Search::parse, EXAMPLE);
}

/// Sections 5.5.6, 5.11.1, 5.12.3 and 5.13 to 5.16.
#[test]
fn each_operator() {
    let found = operators(
        "<or><and><eq caseless='yes'><prop><a/></prop><literal> x </literal></eq>\
         <lte caseless='no'><literal/><prop><a/></prop></lte></and><not><is-collection/></not>\
         <is-defined><prop><b/></prop></is-defined><contains>Peter Forsberg</contains>\
         <language-defined><prop><c/></prop></language-defined>\
         <language-matches><prop><c/></prop><literal>en</literal></language-matches>\
         <like><prop><d/></prop><literal>image%</literal></like></or>",
    );
    assert_eq!(found.len(), 11);
    assert!(matches!(
        found[..3],
        [
            Operator::Or,
            Operator::And,
            Operator::Compare {
                caseless: Some(true),
                ..
            }
        ]
    ));
    let Operator::Compare {
        literal,
        comparison,
        caseless,
        ..
    } = &found[3]
    else {
        panic!()
    };
    assert_eq!(
        (said(literal).0, *comparison, *caseless),
        ("", Comparison::LessOrEqual, Some(false))
    );
    assert_eq!(found[4..6], [Operator::Not, Operator::IsCollection]);
    assert_eq!(found[6], Operator::IsDefined(Name::dav("b")));
    assert_eq!(found[7], Operator::Contains("Peter Forsberg".to_owned()));
    assert_eq!(found[8], Operator::LanguageDefined(Name::dav("c")));
    assert!(matches!(&found[9], Operator::LanguageMatches { language, .. } if language == "en"));
}

#[test]
fn literals_with_types() {
    let typed = |attributes: &str| {
        let found = operators(&format!(
            "<lt xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \
             xmlns:xs='http://www.w3.org/2001/XMLSchema'><prop><a/></prop>\
             <typed-literal {attributes}>3</typed-literal></lt>"
        ));
        let [Operator::Compare { literal, .. }] = &found[..] else {
            panic!("one comparison")
        };
        said(literal).1
    };
    let xs = |local| Some(format!("{{http://www.w3.org/2001/XMLSchema}}{local}"));
    assert_eq!(typed("xsi:type='xs:integer'"), xs("integer"));
    assert_eq!(typed("type='xs:integer'"), xs("string"));
    assert_eq!(typed("xsi:type='mine'"), Some("{DAV:}mine".to_owned()));
}

#[test]
fn orders_scopes_and_limits() {
    let search = search(&basic(
        "<limit><nresults>10</nresults></limit><orderby><order caseless='no'><score/><descending/>\
         </order><order><prop><x xmlns='urn:x'/></prop></order></orderby><from><scope><depth>1</depth>\
         <href>a b</href><include-versions/></scope><scope><href/><depth> 0 </depth></scope></from>\
         <select><prop/></select>",
    ));
    assert_eq!(search.limit(), Some(10));
    let [first, second] = search.order() else {
        panic!("two orders")
    };
    assert_eq!(
        (&first.by, first.descending, first.caseless),
        (&OrderBy::Score, true, Some(false))
    );
    assert_eq!(
        second.by,
        OrderBy::Property(Name::from_static("urn:x", "x"))
    );
    let [one, two] = search.scopes() else {
        panic!("two scopes")
    };
    assert!(one.include_versions && one.href == "a b" && one.depth == Depth::One);
    assert_eq!((&*two.href, two.depth), ("", Depth::Zero));
    let target = Uri::from_static("/docs/x");
    assert_eq!(one.resolve(&target).unwrap(), "/docs/a%20b");
    assert_eq!(two.resolve(&target).unwrap(), target);
    assert!(search.condition().is_empty());
}

#[test]
fn what_is_unknown_is_handed_over() {
    // The example of section 2.3.3.
    let body = "<D:searchrequest xmlns:D='DAV:' xmlns:F='http://example.com/foo'>\
                <F:natural-language-query>Find Thai restaurants</F:natural-language-query>\
                </D:searchrequest>";
    let Search::Other(query) = read(Search::parse, body) else {
        panic!("it is known")
    };
    assert_eq!(query.text(), "Find Thai restaurants");
    let body = "<query-schema-discovery xmlns='DAV:'><basicsearch/></query-schema-discovery>";
    let Search::Discovery(grammar) = read(Search::parse, body) else {
        panic!("a query")
    };
    assert_eq!(grammar.name(), Name::dav("basicsearch"));
    for operator in ["<x:near xmlns:x='urn:x'>a</x:near>", "<near>a</near>"] {
        let found = operators(operator);
        assert!(
            matches!(&found[..], [Operator::Other(near)] if near.text() == "a"),
            "{found:?}"
        );
    }
}

#[test]
fn what_is_no_search() {
    let refused = |body: &str, sentence| assert_refused(Search::parse, body, 400, sentence);
    refused(
        "<a/>",
        "the root element is not `searchrequest` in the namespace `DAV:`, send that one",
    );
    refused("<searchrequest xmlns='DAV:'/>", "there is no query");
    refused(
        "<searchrequest xmlns='DAV:'><a/><b/></searchrequest>",
        "there is more than one query",
    );
    refused(&basic(FROM), "`basicsearch` holds no `select`");
    refused(&basic(SELECT), "`basicsearch` holds no `scope` to search");
    refused(
        &basic(&format!("{SELECT}<from/>")),
        "`basicsearch` holds no `scope` to search",
    );
    refused(
        &basic("<select/>"),
        "`select` holds neither `prop` nor `allprop`",
    );
    refused(
        &basic(&format!("{FROM}{FROM}")),
        "`basicsearch` holds more than one `from`",
    );
    let scope = |inside: &str| basic(&format!("<from><scope>{inside}</scope></from>"));
    refused(
        &scope("<href/>"),
        "`scope` does not hold an `href` and a `depth`",
    );
    refused(
        &scope("<depth>2</depth>"),
        "`depth` is not one of `0`, `1` and `infinity`",
    );
    let order = |inside: &str| basic(&format!("<orderby><order>{inside}</order></orderby>"));
    refused(&order(""), "`order` holds neither `prop` nor `score`");
    refused(
        &order("<score/><prop><a/></prop>"),
        "`order` holds more than one of `prop` and `score`",
    );
    refused(
        &order("<ascending/><descending/>"),
        "`order` has more than one direction",
    );
    refused(&condition(""), "`where` does not hold one operator");
    refused(
        &condition("<is-collection/><is-collection/>"),
        "`where` does not hold one operator",
    );
    refused(&condition("<not/>"), "`not` does not hold one operator");
    refused(
        &condition("<or><and/></or>"),
        "`and` and `or` hold at least one operator",
    );
    refused(
        &condition("<eq><literal/></eq>"),
        "an operator holds no `prop`",
    );
    refused(
        &condition("<eq><prop><a/></prop></eq>"),
        "an operator holds no literal",
    );
    refused(
        &condition("<eq><prop/></eq>"),
        "an operator does not name one property",
    );
    let typed = "<eq><typed-literal p:type='q:a' xmlns:p='http://www.w3.org/2001/XMLSchema-instance'/></eq>";
    refused(&condition(typed), "the type of a literal is not a name");
}

#[test]
fn a_condition_may_be_as_deep_as_the_limits_let_it() {
    const DEEP: usize = 20_000;
    let body = condition(&("<not>".repeat(DEEP) + "<is-collection/>" + &"</not>".repeat(DEEP)));
    let error = Search::parse(body.as_bytes(), &Limits::request()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooDeep);
    let limits = Limits::request().depth(usize::MAX).elements(usize::MAX);
    let Ok(Search::Basic(search)) = Search::parse(body.as_bytes(), &limits) else {
        panic!()
    };
    assert_eq!(search.condition().values().count(), DEEP + 1);
}

#[test]
fn scopes_are_counted_by_their_hrefs_and_orders_by_their_properties() {
    let scope = "<scope><href>/</href><depth>0</depth></scope>".repeat(2);
    let order = "<order><prop><a/></prop></order>".repeat(2);
    let body = basic(&format!(
        "{SELECT}<from>{scope}</from><orderby>{order}</orderby>"
    ));
    let read = |limits: Limits| Search::parse(body.as_bytes(), &limits).map_err(|it| it.kind());
    let enough = Limits::request().hrefs(2).properties(2);
    assert!(read(enough).is_ok());
    assert_eq!(read(enough.hrefs(1)), Err(ErrorKind::TooManyHrefs));
    assert_eq!(
        read(enough.properties(1)),
        Err(ErrorKind::TooManyProperties)
    );
}
