//! `calendar-query`, `calendar-multiget` and `free-busy-query`: RFC 4791.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use statuary::{
    Href, Propfind,
    dav::condition::Caldav,
    request::{
        Rejection,
        report::{
            CalendarMultiget, CalendarQuery, CompFilter, FreeBusyQuery, MatchType, Recurrence,
            TextMatch, Timezone,
        },
    },
    xml::{ErrorKind, Limits, Name},
};

use super::{CALDAV, caldav};
use crate::support::{assert_refused, assert_whole, read};

const EXAMPLES: [&str; 10] = [
    include_str!("../rfc4791/7.8.1-calendar-query.xml"),
    include_str!("../rfc4791/7.8.2-calendar-query.xml"),
    include_str!("../rfc4791/7.8.3-calendar-query.xml"),
    include_str!("../rfc4791/7.8.4-calendar-query.xml"),
    include_str!("../rfc4791/7.8.5-calendar-query.xml"),
    include_str!("../rfc4791/7.8.6-calendar-query.xml"),
    include_str!("../rfc4791/7.8.7-calendar-query.xml"),
    include_str!("../rfc4791/7.8.8-calendar-query.xml"),
    include_str!("../rfc4791/7.8.9-calendar-query.xml"),
    include_str!("../rfc4791/7.8.10-calendar-query.xml"),
];

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The n-th of January 2006.
pub(super) fn january(day: u64) -> SystemTime {
    at(1_136_073_600 + (day - 1) * 86_400)
}

fn query(inside: &str) -> String {
    format!("<C:calendar-query xmlns:D='DAV:' xmlns:C='{CALDAV}'>{inside}</C:calendar-query>")
}

fn filter(inside: &str) -> String {
    query(&format!("<C:filter>{inside}</C:filter>"))
}

/// The filters of a query, each with how deep it is.
fn filters(query: &CalendarQuery) -> Vec<(usize, &CompFilter)> {
    let mut found = Vec::new();
    let mut open = vec![query.filter().branches()];
    while let Some(branches) = open.last_mut() {
        match branches.next() {
            Some(branch) => {
                found.push((open.len(), branch.value()));
                open.push(branch.branches());
            }
            None => drop(open.pop()),
        }
    }
    found
}

/// The innermost filter of an example, when each holds one.
fn innermost(example: usize) -> CompFilter {
    let query = read(CalendarQuery::parse, EXAMPLES[example - 1]);
    let filters = filters(&query);
    assert_eq!((filters[0].0, &*filters[0].1.name), (1, "VCALENDAR"));
    let (depth, innermost) = filters[filters.len() - 1];
    assert_eq!(depth, filters.len());
    innermost.clone()
}

#[test]
fn the_examples_of_section_7_8_ask_for_data() {
    let query = read(CalendarQuery::parse, EXAMPLES[0]);
    let wanted = vec![Name::dav("getetag"), caldav("calendar-data")];
    assert_eq!(*query.wanted(), Propfind::Prop(wanted));
    let data = query.data().unwrap();
    let [calendar] = data.components.branches().collect::<Vec<_>>()[..] else {
        panic!("one")
    };
    assert_eq!(calendar.value().name, "VCALENDAR");
    assert_eq!(calendar.value().properties[0].name, "VERSION");
    let [event, zone] = calendar.branches().collect::<Vec<_>>()[..] else {
        panic!("two")
    };
    assert_eq!(
        (event.value().properties.len(), &*zone.value().name),
        (10, "VTIMEZONE")
    );
    assert!(!event.value().allprop && !event.value().allcomp);

    let recurrence = |example: usize| {
        let query = read(CalendarQuery::parse, EXAMPLES[example - 1]);
        query.data().unwrap().recurrence.unwrap()
    };
    let Recurrence::Limit(span) = recurrence(2) else {
        panic!("a limit")
    };
    assert_eq!((span.start(), span.end()), (january(3), january(5)));
    assert!(matches!(recurrence(3), Recurrence::Expand(same) if same == span));
    let query = read(CalendarQuery::parse, EXAMPLES[3]);
    let span = query.data().unwrap().limit_freebusy_set.unwrap();
    assert_eq!((span.start(), span.end()), (january(2), january(3)));
}

#[test]
fn the_examples_of_section_7_8_filter() {
    let event = innermost(1);
    let range = event.time_range.unwrap();
    assert_eq!(
        (range.start(), range.end()),
        (Some(january(4)), Some(january(5)))
    );
    let alarm = innermost(5);
    assert_eq!(alarm.name, "VALARM");
    assert_eq!(
        alarm.time_range.unwrap().start(),
        Some(january(6) + Duration::from_secs(36_000))
    );

    let text = |found: &TextMatch| (found.text.clone(), found.collation.clone(), found.negated);
    let uid = &innermost(6).properties[0];
    let expected = (
        "DC6C50A017428C5216A2F1CD@example.com".into(),
        "i;octet".into(),
        false,
    );
    assert_eq!((&*uid.name, text(&uid.text_matches[0])), ("UID", expected));
    let default = EXAMPLES[5].replace("i;octet", "default");
    assert_ne!(default, EXAMPLES[5]);
    let query = read(CalendarQuery::parse, &default);
    let (_, event) = filters(&query).pop().unwrap();
    let collation = &event.properties[0].text_matches[0].collation;
    assert_eq!(collation, "i;ascii-casemap");
    let attendee = &innermost(7).properties[0];
    let expected = (
        "mailto:lisa@example.com".into(),
        "i;ascii-casemap".into(),
        false,
    );
    assert_eq!(text(&attendee.text_matches[0]), expected);
    let [status] = &attendee.params[..] else {
        panic!("one parameter")
    };
    assert_eq!(
        (&*status.name, &*status.text_match.as_ref().unwrap().text),
        ("PARTSTAT", "NEEDS-ACTION")
    );
    let any = innermost(8);
    assert!(any.properties.is_empty() && any.time_range.is_none() && !any.is_not_defined);
    let todo = innermost(9);
    assert!(todo.properties[0].is_not_defined && !todo.properties[1].is_not_defined);
    let expected = ("CANCELLED".into(), "i;ascii-casemap".into(), true);
    assert_eq!(text(&todo.properties[1].text_matches[0]), expected);
    assert_eq!(innermost(10).properties[0].name, "X-ABC-GUID");
    for example in EXAMPLES {
        assert_whole(CalendarQuery::parse, example);
    }
}

#[test]
fn the_example_of_section_7_9_1() {
    let body = include_str!("../rfc4791/7.9.1-calendar-multiget.xml");
    let report = read(CalendarMultiget::parse, body);
    assert_eq!(
        report.hrefs(),
        ["/bernard/work/abcd1.ics", "/bernard/work/mtg1.ics"].map(Href::path)
    );
    assert_eq!(report.wanted().names()[1], caldav("calendar-data"));
    assert!(
        report.data().unwrap().components.is_empty(),
        "the whole object"
    );
    let answer = report.outcome(|href, answer| match &*href.encoded() {
        "/bernard/work/mtg1.ics" => Err(StatusCode::NOT_FOUND),
        _ => Ok(answer.prop(statuary::prop::GetEtag::strong("1").unwrap())),
    });
    assert_eq!(answer.to_string().matches("<D:response>").count(), 2);
    assert_whole(CalendarMultiget::parse, body);
}

#[test]
fn the_example_of_section_7_10_1() {
    let body = include_str!("../rfc4791/7.10.1-free-busy-query.xml");
    let range = read(FreeBusyQuery::parse, body).time_range();
    let hours = |hours: u64| Duration::from_secs(hours * 3_600);
    assert_eq!(range.start(), Some(january(4) + hours(14)));
    assert_eq!(range.end(), Some(january(5) + hours(22)));
    assert_whole(FreeBusyQuery::parse, body);
}

#[test]
fn e27_a_time_zone_is_a_calendar_or_a_name() {
    let zone = |zone: &str| {
        let body = query(&format!(
            "{zone}<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>"
        ));
        read(CalendarQuery::parse, &body).timezone().cloned()
    };
    assert_eq!(zone(""), None);
    let calendar = "BEGIN:VCALENDAR\nEND:VCALENDAR\n";
    let read = zone(&format!("<C:timezone><![CDATA[{calendar}]]></C:timezone>"));
    assert_eq!(read, Some(Timezone::Calendar(calendar.to_owned())));
    let read = zone("<C:timezone-id>Europe/Berlin</C:timezone-id>");
    assert_eq!(read, Some(Timezone::Id("Europe/Berlin".to_owned())));
}

#[test]
fn times_are_those_of_the_calendar() {
    let start = |text: &str| {
        let body = format!(
            "<C:free-busy-query xmlns:C='{CALDAV}'><C:time-range start='{text}'/></C:free-busy-query>"
        );
        let read = FreeBusyQuery::parse(body.as_bytes(), &Limits::request());
        read.map(|query| query.time_range().start().unwrap())
    };
    let before = |seconds: u64| UNIX_EPOCH - Duration::from_secs(seconds);
    for (text, time) in [
        ("19700101T000000Z", at(0)),
        ("19691231T235959Z", before(1)),
        ("20000229T235960Z", at(951_868_800)),
        ("20240301T000000Z", at(1_709_251_200)),
        ("19000228T000000Z", before(2_203_977_600)),
        ("19000301T000000Z", before(2_203_891_200)),
        ("99991231T235959Z", at(253_402_300_799)),
        ("00000101T000000Z", before(62_167_219_200)),
    ] {
        assert_eq!(start(text), Ok(time), "{text}");
    }
    for wrong in [
        "",
        "20060104",
        "20060104T000000",
        "20060104T000000z",
        "20061304T000000Z",
        "20060100T000000Z",
        "20060229T000000Z",
        "20060104T240000Z",
        "20060104T006000Z",
        "20060104T000061Z",
        "+0060104T000000Z",
        "2006010\u{e9}T00000Z",
    ] {
        let error = start(wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{wrong}");
        let sentence = "`start` is not a time in UTC, write it as `20060104T140000Z`";
        assert!(error.to_string().starts_with(sentence), "{error}");
    }
}

#[test]
fn what_is_no_query() {
    let refused = |body: &str, sentence| assert_refused(CalendarQuery::parse, body, 400, sentence);
    refused(&query(""), "`calendar-query` holds no `filter`");
    let one = "<C:comp-filter name='VCALENDAR'/>";
    let both = format!("<C:filter>{one}</C:filter><C:filter>{one}</C:filter>");
    refused(
        &query(&both),
        "`calendar-query` holds more than one `filter`",
    );
    let zones = "<C:timezone/><C:timezone-id/>";
    refused(
        &query(zones),
        "`calendar-query` holds more than one time zone",
    );
    let data = |inside: &str| {
        query(&format!(
            "<D:prop><C:calendar-data>{inside}</C:calendar-data></D:prop>"
        ))
    };
    refused(
        &data("<C:comp name='a'/><C:comp name='b'/>"),
        "`calendar-data` holds more than one `comp`",
    );
    let all = "`comp` asks for all of something, and then for some";
    refused(
        &data("<C:comp name='a'><C:allprop/><C:prop name='b'/></C:comp>"),
        all,
    );
    refused(
        &data("<C:comp name='a'><C:allcomp/><C:comp name='b'/></C:comp>"),
        all,
    );
    refused(
        &data("<C:expand start='20060104T000000Z'/>"),
        "`expand` has no `start` or no `end`",
    );
    let span = "start='20060104T000000Z' end='20060105T000000Z'";
    let both = format!("<C:expand {span}/><C:limit-recurrence-set {span}/>");
    let sentence = "`calendar-data` holds more than one of `expand` and `limit-recurrence-set`";
    refused(&data(&both), sentence);
    let twice = query("<D:prop><C:calendar-data/><C:calendar-data/></D:prop>");
    refused(&twice, "`prop` holds more than one `calendar-data`");

    let get = |inside: &str| {
        format!(
            "<C:calendar-multiget xmlns:D='DAV:' xmlns:C='{CALDAV}'>{inside}</C:calendar-multiget>"
        )
    };
    assert_refused(
        CalendarMultiget::parse,
        &get(""),
        400,
        "a multiget holds no `href`",
    );
    let relative = get("<D:href>a.ics</D:href>");
    let sentence = "invalid href: neither an absolute path nor an absolute URI at byte 0";
    assert_refused(CalendarMultiget::parse, &relative, 400, sentence);
    let broken = get("<D:href>/100%.ics</D:href>");
    let sentence = "invalid href: a character that must be percent-encoded at byte 4";
    assert_refused(CalendarMultiget::parse, &broken, 400, sentence);
    let fragment = get("<D:href>/a#b</D:href>");
    let sentence = "invalid href: a fragment at byte 2";
    assert_refused(CalendarMultiget::parse, &fragment, 400, sentence);
    let busy = format!("<C:free-busy-query xmlns:C='{CALDAV}'/>");
    assert_refused(
        FreeBusyQuery::parse,
        &busy,
        400,
        "`free-busy-query` holds no `time-range`",
    );
}

/// RFC 4791, section 7.8: `valid-filter`.
#[test]
fn what_is_no_filter() {
    let refused = |body: &str, sentence| {
        assert_refused(CalendarQuery::parse, body, 403, sentence);
        let error = CalendarQuery::parse(body.as_bytes(), &Limits::request()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFilter, "{body}");
        let condition = Rejection::from(error).condition();
        assert_eq!(condition, Some(Caldav::ValidFilter.into()), "{body}");
    };
    refused(&filter(""), "`filter` holds no `comp-filter`");
    refused(
        &filter("<C:comp-filter/>"),
        "`comp-filter` has no attribute `name`",
    );
    refused(
        &filter("<C:comp-filter C:name='a'/>"),
        "`comp-filter` has no attribute `name`",
    );
    let other = "the outermost `comp-filter` is not named `VCALENDAR`";
    for name in ["VEVENT", "LUNCH", " VCALENDAR", ""] {
        refused(&filter(&format!("<C:comp-filter name='{name}'/>")), other);
    }
    let one = "<C:comp-filter name='VCALENDAR'/>";
    refused(
        &filter(&format!("{one}{one}")),
        "`filter` holds more than one `comp-filter`",
    );
    let beside = "a filter holds something beside `is-not-defined`";
    let within = |inside: &str| {
        filter(&format!(
            "<C:comp-filter name='vCalendar'>{inside}</C:comp-filter>"
        ))
    };
    refused(&within(&format!("<C:is-not-defined/>{one}")), beside);
    refused(
        &within("<C:time-range start='20060104T000000Z'/><C:is-not-defined/>"),
        beside,
    );
    let prop = |inside: &str| within(&format!("<C:prop-filter name='b'>{inside}</C:prop-filter>"));
    refused(
        &prop("<C:text-match>x</C:text-match><C:is-not-defined/>"),
        beside,
    );
    let param = "<C:param-filter name='c'><C:is-not-defined/><C:text-match/></C:param-filter>";
    refused(&prop(param), beside);
    let two = "<C:param-filter name='c'><C:text-match/><C:text-match/></C:param-filter>";
    refused(
        &prop(two),
        "`param-filter` holds more than one `text-match`",
    );
    let both = "`prop-filter` holds more than one of `time-range` and `text-match`";
    refused(&prop("<C:text-match/><C:text-match/>"), both);
    let negated = "<C:text-match negate-condition='maybe'/>";
    refused(
        &prop(negated),
        "the attribute `negate-condition` is neither `yes` nor `no`",
    );
    refused(
        &within("<C:time-range/>"),
        "`time-range` has neither a `start` nor an `end`",
    );
    let order = "<C:time-range start='20060104T000000Z' end='20060104T000000Z'/>";
    refused(&within(order), "`end` is not after `start`");
    let twice = "<C:time-range start='20060104T000000Z'/><C:time-range end='20060104T000000Z'/>";
    refused(
        &within(twice),
        "`comp-filter` holds more than one `time-range`",
    );

    // What is no XML, or too much of it, is what it would be elsewhere.
    let malformed = filter("<C:comp-filter name='VCALENDAR'>");
    let error = CalendarQuery::parse(malformed.as_bytes(), &Limits::request()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EndTag);
}

/// Clients leave names as they are, and mean what [`Href::of_request`](statuary::Href::of_request) takes them
/// for.
#[test]
fn what_should_have_been_encoded_is() {
    for (sent, href) in [
        ("/caf\u{e9}/a b.ics", "/caf%C3%A9/a%20b.ics"),
        (
            "/a%20b|\"c\".ics?d e=[f]",
            "/a%20b%7C%22c%22.ics?d%20e=%5Bf%5D",
        ),
        ("http://[::1]:80/[a]", "http://[::1]:80/%5Ba%5D"),
    ] {
        let body = format!(
            "<C:calendar-multiget xmlns:D='DAV:' xmlns:C='{CALDAV}'><D:href>{sent}</D:href>\
             </C:calendar-multiget>"
        );
        let report = read(CalendarMultiget::parse, &body);
        assert_eq!(report.hrefs()[0].to_string(), href);
    }
}

#[test]
fn hrefs_are_counted() {
    let href = "<D:href>/a</D:href>".repeat(3);
    let body = format!(
        "<C:calendar-multiget xmlns:D='DAV:' xmlns:C='{CALDAV}'>{href}</C:calendar-multiget>"
    );
    assert!(CalendarMultiget::parse(body.as_bytes(), &Limits::request().hrefs(3)).is_ok());
    let error = CalendarMultiget::parse(body.as_bytes(), &Limits::request().hrefs(2)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyHrefs);
}

/// With the limits lifted, neither reading nor dropping takes the stack.
#[test]
fn a_filter_may_be_as_deep_as_the_limits_let_it() {
    const DEEP: usize = 20_000;
    let body = filter(
        &("<C:comp-filter name='VCALENDAR'>".repeat(DEEP) + &"</C:comp-filter>".repeat(DEEP)),
    );
    let error = CalendarQuery::parse(body.as_bytes(), &Limits::request()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooDeep);
    let limits = Limits::request()
        .bytes(1 << 24)
        .depth(usize::MAX)
        .elements(usize::MAX);
    let query = CalendarQuery::parse(body.as_bytes(), &limits).unwrap();
    assert_eq!(query.filter().values().count(), DEEP);
    assert_eq!(query.clone(), query);
    assert_eq!(filters(&query).len(), DEEP);
}

#[test]
fn section_9_7_5_rfc6352_section_10_5_4_a_text_matches_by_its_collation() {
    let matches = |text: &str, collation: &str, value: &str| {
        [
            MatchType::Contains,
            MatchType::EndsWith,
            MatchType::Equals,
            MatchType::StartsWith,
        ]
        .map(|match_type| {
            let mut text = TextMatch::new(text, collation);
            text.match_type = match_type;
            let found = text.matches(value).expect("a known collation");
            text.negated = true;
            assert_eq!(text.matches(value), Some(!found));
            found
        })
    };
    let (no, yes) = (false, true);
    assert_eq!(matches("ann", "i;octet", "annann"), [yes, yes, no, yes]);
    assert_eq!(matches("ann", "i;octet", "Joanne"), [yes, no, no, no]);
    assert_eq!(matches("Ann", "i;octet", "ann"), [no; 4]);
    assert_eq!(matches("Ann", "i;ascii-casemap", "aNN"), [yes; 4]);
    assert_eq!(matches("\u{c9}a", "i;ascii-casemap", "\u{e9}A"), [no; 4]);
    assert_eq!(matches("\u{c9}a", "i;unicode-casemap", "\u{e9}A"), [yes; 4]);
    assert_eq!(matches("\u{3a3}", "i;unicode-casemap", "\u{3c2}"), [yes; 4]);
    assert_eq!(matches("ss", "i;unicode-casemap", "\u{df}"), [no; 4]);
    assert_eq!(TextMatch::new("a", "i;pig-latin").matches("a"), None);
}

#[test]
fn section_9_6_how_much_of_an_object_is_asked_for() {
    let asked = |data: &str, path: &[&str], property: &str| {
        let body = format!(
            "<C:calendar-multiget xmlns:D='DAV:' xmlns:C='{CALDAV}'><D:prop><C:calendar-data>{data}\
             </C:calendar-data></D:prop><D:href>/a</D:href></C:calendar-multiget>"
        );
        let report = CalendarMultiget::parse(body.as_bytes(), &Limits::request()).unwrap();
        let data = report.data().expect("`calendar-data`");
        (data.asks_for_component(path), data.asks_for(path, property))
    };
    let (calendar, event) = (&["VCALENDAR"][..], &["VCALENDAR", "VEVENT"][..]);
    let alarm = &["VCALENDAR", "VEVENT", "VALARM"][..];
    let (no, part, whole) = ((false, false), (true, false), (true, true));

    for path in [calendar, event, alarm] {
        assert_eq!(asked("", path, "X"), whole);
        assert_eq!(asked("<C:comp name='VCALENDAR'/>", path, "X"), whole);
    }

    let summary = "<C:comp name='vcalendar'><C:prop name='VERSION'/>\
        <C:comp name='VEVENT'><C:prop name='SUMMARY'/></C:comp></C:comp>";
    assert_eq!(asked(summary, calendar, "VERSION"), whole);
    assert_eq!(asked(summary, calendar, "PRODID"), part);
    assert_eq!(asked(summary, event, "summary"), whole);
    assert_eq!(asked(summary, event, "DTSTART"), part);
    assert_eq!(asked(summary, alarm, "TRIGGER"), no);
    assert_eq!(asked(summary, &["VCALENDAR", "VTODO"], "SUMMARY"), no);
    assert_eq!(asked(summary, &["VCARD"], "VERSION"), no);

    let all =
        "<C:comp name='VCALENDAR'><C:allprop/><C:comp name='VEVENT'><C:allcomp/></C:comp></C:comp>";
    assert_eq!(asked(all, calendar, "VERSION"), whole);
    assert_eq!(asked(all, event, "SUMMARY"), part);
    assert_eq!(asked(all, alarm, "TRIGGER"), whole);
}
