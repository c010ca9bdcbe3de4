//! Trees of filters and of operators.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use statuary::request::{
    Branch,
    report::{
        AddressbookQuery, CalendarQuery, CompFilter, FilterTest, MatchType, ParamFilter,
        PropFilter, TextMatch,
    },
    search::{Operator, Search},
};

use super::{Node, dav, node, token, whims};
use crate::{
    report::{CALDAV, CARDDAV},
    support::read,
};

// === calendars ===

/// A component filter: its name, what it holds.
#[derive(Clone, Debug)]
enum Comp {
    Absent(String),
    Present(String, Option<u8>, Vec<Prop>, Vec<Self>),
}

/// A property filter: its name, and a text or none.
#[derive(Clone, Debug)]
struct Prop {
    name: String,
    is_absent: bool,
    texts: Vec<Text>,
    params: Vec<(String, Option<Text>)>,
}

/// A text, whether it is negated, and a collation.
type Text = (String, bool, Option<String>);

fn text() -> impl Strategy<Value = Text> {
    (
        "[ -~é]{0,8}",
        any::<bool>(),
        prop::option::of("i;[a-z-]{1,5}"),
    )
}

fn property(texts: usize) -> impl Strategy<Value = Prop> {
    let texts = prop::collection::vec(text(), 0..=texts);
    let params = prop::collection::vec((token(), prop::option::of(text())), 0..3);
    (token(), any::<bool>(), texts, params).prop_map(|(name, is_absent, texts, params)| {
        match is_absent {
            true => Prop {
                name,
                is_absent,
                texts: vec![],
                params: vec![],
            },
            false => Prop {
                name,
                is_absent,
                texts,
                params,
            },
        }
    })
}

fn comp() -> impl Strategy<Value = Comp> {
    let leaf = prop_oneof![
        token().prop_map(Comp::Absent),
        (
            token(),
            prop::option::of(1..28_u8),
            prop::collection::vec(property(1), 0..3)
        )
            .prop_map(|(name, day, properties)| Comp::Present(
                name,
                day,
                properties,
                vec![]
            )),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        (
            token(),
            prop::collection::vec(property(1), 0..2),
            prop::collection::vec(inner, 0..4),
        )
            .prop_map(|(name, properties, inside)| Comp::Present(name, None, properties, inside))
    })
}

fn text_node(namespace: &str, (text, negated, collation): &Text) -> Node {
    let mut written = node(namespace, "text-match").text(text);
    if *negated {
        written = written.attribute("negate-condition", "yes");
    }
    match collation {
        Some(collation) => written.attribute("collation", collation),
        None => written,
    }
}

fn property_node(namespace: &str, property: &Prop) -> Node {
    let filter = node(namespace, "prop-filter").attribute("name", &property.name);
    if property.is_absent {
        return filter.with([node(namespace, "is-not-defined")]);
    }
    let param = |(name, text): &(String, Option<Text>)| {
        let filter = node(namespace, "param-filter").attribute("name", name);
        filter.with(text.iter().map(|text| text_node(namespace, text)))
    };
    filter
        .with(property.params.iter().map(param))
        .with(property.texts.iter().map(|text| text_node(namespace, text)))
}

fn comp_node(comp: &Comp) -> Node {
    let filter = |name| node(CALDAV, "comp-filter").attribute("name", name);
    match comp {
        Comp::Absent(name) => filter(name).with([node(CALDAV, "is-not-defined")]),
        Comp::Present(name, day, properties, inside) => {
            let range = |day| {
                let start = format!("197001{day:02}T000000Z");
                node(CALDAV, "time-range").attribute("start", &start)
            };
            // The children in an order that is not the declared one.
            filter(name)
                .with(inside.iter().map(comp_node))
                .with(properties.iter().map(|it| property_node(CALDAV, it)))
                .with(day.map(range))
        }
    }
}

/// A value as the parser normalises it in an attribute.
fn attribute(value: &str) -> String {
    value.replace('\n', " ")
}

fn is_text(found: &TextMatch, (text, negated, collation): &Text, default: &str) -> bool {
    found.text == *text
        && found.negated == *negated
        && found.collation == collation.as_deref().unwrap_or(default)
}

fn is_property(found: &PropFilter, property: &Prop, default: &str) -> bool {
    let is_param = |(found, (name, text)): (&ParamFilter, &(String, Option<Text>))| {
        found.name == attribute(name)
            && !found.is_not_defined
            && match (&found.text_match, text) {
                (Some(found), Some(text)) => is_text(found, text, default),
                (None, None) => true,
                _ => false,
            }
    };
    let mut texts = found.text_matches.iter().zip(&property.texts);
    found.name == attribute(&property.name)
        && found.is_not_defined == property.is_absent
        && found.params.len() == property.params.len()
        && found.text_matches.len() == property.texts.len()
        && texts.all(|(found, text)| is_text(found, text, default))
        && found.params.iter().zip(&property.params).all(is_param)
}

fn is_comp(found: Branch<'_, CompFilter>, comp: &Comp) -> bool {
    let filter = found.value();
    match comp {
        Comp::Absent(name) => filter.is_not_defined && filter.name == attribute(name),
        Comp::Present(name, day, properties, inside) => {
            let midnight =
                |&day: &u8| UNIX_EPOCH + Duration::from_secs(86_400 * (u64::from(day) - 1));
            let start = filter.time_range.and_then(|range| range.start());
            let mut all = filter.properties.iter().zip(properties);
            let branches: Vec<_> = found.branches().collect();
            !filter.is_not_defined
                && filter.name == attribute(name)
                && start == day.as_ref().map(midnight)
                && filter.properties.len() == properties.len()
                && all.all(|(found, it)| is_property(found, it, "i;ascii-casemap"))
                && branches.len() == inside.len()
                && branches
                    .into_iter()
                    .zip(inside)
                    .all(|(found, it)| is_comp(found, it))
        }
    }
}

// === conditions ===

/// An operator, as far as its shape goes.
#[derive(Clone, Debug)]
enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Contains(String),
    Equal(String, Option<bool>),
    Not(Box<Self>),
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        "[ -~é]{0,8}".prop_map(Condition::Contains),
        ("[ -~é]{0,8}", any::<Option<bool>>())
            .prop_map(|(text, case)| Condition::Equal(text, case)),
    ];
    leaf.prop_recursive(6, 32, 4, |inner| {
        let many = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            many.clone().prop_map(Condition::All),
            many.prop_map(Condition::Any),
            inner.prop_map(|it| Condition::Not(Box::new(it))),
        ]
    })
}

fn condition_node(condition: &Condition) -> Node {
    match condition {
        Condition::All(inside) => dav("and").with(inside.iter().map(condition_node)),
        Condition::Any(inside) => dav("or").with(inside.iter().map(condition_node)),
        Condition::Not(inside) => dav("not").with([condition_node(inside)]),
        Condition::Contains(text) => dav("contains").text(text),
        Condition::Equal(text, caseless) => {
            let operands = [dav("literal").text(text), dav("prop").with([dav("a")])];
            let equal = dav("eq").with(operands);
            match caseless {
                Some(true) => equal.attribute("caseless", "yes"),
                Some(false) => equal.attribute("caseless", "no"),
                None => equal,
            }
        }
    }
}

fn is_condition(found: Branch<'_, Operator>, condition: &Condition) -> bool {
    let branches: Vec<_> = found.branches().collect();
    let inside: Vec<&Condition> = match (found.value(), condition) {
        (Operator::And, Condition::All(inside)) | (Operator::Or, Condition::Any(inside)) => {
            inside.iter().collect()
        }
        (Operator::Not, Condition::Not(inside)) => vec![inside],
        (Operator::Contains(found), Condition::Contains(text)) if found == text => vec![],
        (
            Operator::Compare {
                literal,
                caseless: found,
                ..
            },
            Condition::Equal(text, caseless),
        ) if literal.text == *text && found == caseless => {
            vec![]
        }
        _ => return false,
    };
    branches.len() == inside.len()
        && branches
            .into_iter()
            .zip(inside)
            .all(|(found, it)| is_condition(found, it))
}

proptest! {
    #[test]
    fn calendar_query(comp in comp(), mut whims in whims()) {
        let comp = Comp::Present("VCALENDAR".to_owned(), None, vec![], vec![comp]);
        let filter = node(CALDAV, "filter").with([comp_node(&comp)]);
        let body = node(CALDAV, "calendar-query").with([filter]).write(&mut whims);
        let query = read(CalendarQuery::parse, &body);
        let found = query.filter().branches().next().unwrap();
        prop_assert!(is_comp(found, &comp), "{query:#?}");
    }

    #[test]
    fn addressbook_query(
        properties in prop::collection::vec(property(3), 0..4), is_all: bool, mut whims in whims(),
    ) {
        let test = if is_all { "allof" } else { "anyof" };
        let filter = node(CARDDAV, "filter")
            .attribute("test", test)
            .with(properties.iter().map(|it| property_node(CARDDAV, it)));
        let body = node(CARDDAV, "addressbook-query").with([filter]).write(&mut whims);
        let query = read(AddressbookQuery::parse, &body);
        prop_assert_eq!(query.test() == FilterTest::AllOf, is_all);
        prop_assert_eq!(query.filters().len(), properties.len());
        for (found, property) in query.filters().iter().zip(&properties) {
            prop_assert!(is_property(found, property, "i;unicode-casemap"), "{found:#?}");
            let mut types = found.text_matches.iter().map(|it| it.match_type);
            prop_assert!(types.all(|it| it == MatchType::Contains));
        }
    }

    #[test]
    fn search(condition in condition(), mut whims in whims()) {
        let scope = dav("scope").with([dav("href").text("/"), dav("depth").text("0")]);
        let parts = [
            dav("where").with([condition_node(&condition)]),
            dav("from").with([scope]),
            dav("select").with([dav("allprop")]),
        ];
        // A stranger beside a query is another query.
        let body = dav("basicsearch").with(parts).write(&mut whims);
        let body = format!("<searchrequest xmlns='DAV:'>{}</searchrequest>", strip(&body));
        let Search::Basic(search) = read(Search::parse, &body) else { panic!("no basicsearch") };
        let found = search.condition().branches().next().unwrap();
        prop_assert!(is_condition(found, &condition), "{search:#?}");
    }

    #[test]
    fn no_body_panics(body in "(<(D:|C:)?[a-z-]{0,9}( [a-z]{0,4}='[a-z]{0,3}')?/?>|</[a-z]{0,3}>|[&;a-z]{0,4}){0,8}") {
        let limits = statuary::xml::Limits::request();
        let _ = statuary::request::report::Report::parse(body.as_bytes(), &limits);
        let _ = Search::parse(body.as_bytes(), &limits);
    }
}

/// The document without its declaration and byte order mark, so that it may be put into another.
fn strip(document: &str) -> &str {
    let document = document.trim_start_matches('\u{FEFF}');
    match document.strip_prefix("<?xml") {
        Some(rest) => &rest[rest.find("?>").map_or(0, |end| end + 2)..],
        None => document,
    }
}
