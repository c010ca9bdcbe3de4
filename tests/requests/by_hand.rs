//! What a server matches by can be made without XML, and is what is read from it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use statuary::{
    Depth,
    request::{
        Nested,
        report::{
            AddressData, AddressbookMultiget, CalendarData, CalendarQuery, CompFilter, Component,
            DataProperty, FreeBusyQuery, ParamFilter, PrincipalPropertySearch, PropFilter,
            PropertySearch, Recurrence, TextMatch, TimeRange, TimeSpan,
        },
        search::{BasicSearch, Comparison, Literal, Operator, Order, OrderBy, Scope, Search},
    },
    xml::Name,
};

use crate::{
    report::{CALDAV, CARDDAV},
    support::read,
};

/// A day of January 1970, which starts on the first.
fn january(day: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs((day - 1) * 86_400)
}

fn query(inside: &str) -> CalendarQuery {
    let body =
        format!("<C:calendar-query xmlns:D='DAV:' xmlns:C='{CALDAV}'>{inside}</C:calendar-query>");
    read(CalendarQuery::parse, &body)
}

fn search(inside: &str) -> BasicSearch {
    let body = format!(
        "<searchrequest xmlns='DAV:'><basicsearch><select><allprop/></select>{inside}\
         </basicsearch></searchrequest>"
    );
    match read(Search::parse, &body) {
        Search::Basic(search) => search,
        other => panic!("{other:?}"),
    }
}

#[test]
fn filters() -> Result<(), Box<dyn std::error::Error>> {
    let asked = query(
        "<C:filter><C:comp-filter name='VCALENDAR'>
            <C:comp-filter name='VTODO'><C:is-not-defined/></C:comp-filter>
            <C:comp-filter name='VEVENT'>
                <C:time-range start='19700102T000000Z'/>
                <C:prop-filter name='ATTENDEE'>
                    <C:text-match collation='i;octet'>ann</C:text-match>
                    <C:param-filter name='PARTSTAT'/>
                </C:prop-filter>
                <C:comp-filter name='VALARM'/>
            </C:comp-filter>
        </C:comp-filter></C:filter>",
    );
    let mut todo = CompFilter::new("VTODO");
    todo.is_not_defined = true;
    let mut attendee = PropFilter::new("ATTENDEE");
    attendee.text_matches = vec![TextMatch::new("ann", "i;octet")];
    attendee.params = vec![ParamFilter::new("PARTSTAT")];
    let mut event = CompFilter::new("VEVENT");
    event.time_range = Some(TimeRange::new(Some(january(2)), None)?);
    event.properties = vec![attendee];
    let event = Nested::new(event, [CompFilter::new("VALARM").into()]);
    let made = Nested::new(CompFilter::new("VCALENDAR"), [todo.into(), event]);
    assert_eq!(*asked.filter(), made);
    assert_eq!(made.values().count(), 4);
    Ok(())
}

#[test]
fn times() -> Result<(), Box<dyn std::error::Error>> {
    let body = format!(
        "<C:free-busy-query xmlns:C='{CALDAV}'>
            <C:time-range start='19700102T000000Z' end='19700103T000000Z'/>
        </C:free-busy-query>"
    );
    let asked = read(FreeBusyQuery::parse, &body).time_range();
    let made = TimeRange::new(Some(january(2)), Some(january(3)))?;
    assert_eq!(asked, made);
    assert_eq!(TimeRange::new(None, Some(january(3)))?.start(), None);
    for (start, end) in [
        (None, None),
        (Some(january(2)), Some(january(2))),
        (Some(january(3)), Some(january(2))),
    ] {
        let error = TimeRange::new(start, end).unwrap_err();
        let sentence = "invalid span of time: it has no ends, or does not end after it starts";
        assert_eq!(error.to_string(), sentence);
    }
    assert!(TimeSpan::new(january(2), january(2)).is_err());
    Ok(())
}

#[test]
fn parts_of_data() -> Result<(), Box<dyn std::error::Error>> {
    let asked = query(
        "<D:prop><C:calendar-data content-type='text/calendar'>
            <C:comp name='VCALENDAR'><C:allprop/><C:comp name='VEVENT'>
                <C:prop name='SUMMARY'/><C:prop name='UID' novalue='yes'/>
            </C:comp></C:comp>
            <C:expand start='19700102T000000Z' end='19700103T000000Z'/>
        </C:calendar-data></D:prop>
        <C:filter><C:comp-filter name='VCALENDAR'/></C:filter>",
    );
    let mut uid = DataProperty::new("UID");
    uid.novalue = true;
    let mut event = Component::new("VEVENT");
    event.properties = vec![DataProperty::new("SUMMARY"), uid];
    let mut calendar = Component::new("VCALENDAR");
    calendar.allprop = true;
    let mut made = CalendarData::default();
    made.content_type = Some("text/calendar".to_owned());
    made.components = Nested::new(calendar, [event.into()]);
    made.recurrence = Some(Recurrence::Expand(TimeSpan::new(january(2), january(3))?));
    assert_eq!(asked.data(), Some(&made));

    let body = format!(
        "<C:addressbook-multiget xmlns:D='DAV:' xmlns:C='{CARDDAV}'>
            <D:prop><C:address-data><C:prop name='EMAIL'/></C:address-data></D:prop>
            <D:href>/a</D:href>
        </C:addressbook-multiget>"
    );
    let mut made = AddressData::default();
    made.properties = vec![DataProperty::new("EMAIL")];
    assert_eq!(read(AddressbookMultiget::parse, &body).data(), Some(&made));
    Ok(())
}

#[test]
fn searches_of_principals() {
    let body = "<principal-property-search xmlns='DAV:'><property-search>
            <prop><displayname/></prop><match>doE</match>
        </property-search></principal-property-search>";
    let asked = read(PrincipalPropertySearch::parse, body);
    let made = PropertySearch::new([Name::dav("displayname")], "doE");
    assert_eq!(asked.searches(), [made]);
}

#[test]
fn conditions_of_a_search() {
    const LENGTH: Name<'static> = Name::dav("getcontentlength");

    let asked = search(
        "<from><scope><href>/docs/</href><depth>1</depth></scope></from>
        <where><and>
            <gt caseless='no'><prop><getcontentlength/></prop><literal>5</literal></gt>
            <not><like><prop><getcontentlength/></prop><literal>1%</literal></like></not>
            <language-matches><prop><getcontentlength/></prop><literal>en</literal></language-matches>
        </and></where>
        <orderby><order><prop><getcontentlength/></prop></order></orderby>",
    );
    let longer = Operator::Compare {
        comparison: Comparison::Greater,
        property: LENGTH,
        literal: Literal::new("5"),
        caseless: Some(false),
    };
    let like = Operator::Like {
        property: LENGTH,
        pattern: "1%".to_owned(),
        caseless: None,
    };
    let english = Operator::LanguageMatches {
        property: LENGTH,
        language: "en".to_owned(),
    };
    let unlike = Nested::new(Operator::Not, [like.into()]);
    let made = Nested::new(Operator::And, [longer.into(), unlike, english.into()]);
    assert_eq!(*asked.condition(), made);
    assert_eq!(asked.scopes(), [Scope::new("/docs/", Depth::One)]);
    assert_eq!(asked.order(), [Order::new(OrderBy::Property(LENGTH))]);

    let everything = search("<from><scope><href/><depth>0</depth></scope></from>");
    assert_eq!(*everything.condition(), Nested::default());
}
