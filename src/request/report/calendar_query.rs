//! Queries of calendars.

use super::{CalendarData, PropFilter, TimeRange, filter::BESIDE_NOT_DEFINED};
use crate::{
    request::{
        Propfind,
        body::{Body, body},
        nested::{Nested, Nesting},
        walk::{self, CALDAV},
        wanted::Wanted,
    },
    xml::{Error, ErrorKind, Parser},
};

/// Asks for the calendar objects that pass a filter.
///
/// [RFC 4791, section 9.5](https://www.rfc-editor.org/rfc/rfc4791#section-9.5)
///
/// A filter that is not valid is refused with 403 and
/// [`Caldav::ValidFilter`](crate::dav::condition::Caldav::ValidFilter); so is one that is not about a
/// `VCALENDAR`, the only component that a calendar object is. Whether it makes sense in a calendar, where no
/// `VEVENT` is inside of a `VTODO`, is for the server to check.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT calendar-query ((DAV:allprop | DAV:propname | DAV:prop)?, filter, timezone?)>
/// <!ELEMENT filter (comp-filter)>
/// <!ELEMENT comp-filter (is-not-defined | (time-range?, prop-filter*, comp-filter*))>
/// <!ELEMENT prop-filter (is-not-defined | ((time-range | text-match)?, param-filter*))>
/// <!ELEMENT param-filter (is-not-defined | text-match?)>
/// ```
///
/// # Example values
///
/// ```xml
/// <C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///   <D:prop><D:getetag/><C:calendar-data/></D:prop>
///   <C:filter>
///     <C:comp-filter name="VCALENDAR">
///       <C:comp-filter name="VEVENT">
///         <C:time-range start="20060104T000000Z" end="20060105T000000Z"/>
///       </C:comp-filter>
///     </C:comp-filter>
///   </C:filter>
/// </C:calendar-query>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::CalendarQuery, xml::Limits};
///
/// let body = br#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///     <D:prop><D:getetag/></D:prop>
///     <C:filter><C:comp-filter name="VCALENDAR">
///         <C:comp-filter name="VTODO"><C:prop-filter name="COMPLETED"><C:is-not-defined/>
///     </C:prop-filter></C:comp-filter></C:comp-filter></C:filter>
/// </C:calendar-query>"#;
/// let query = CalendarQuery::parse(body, &Limits::request())?;
///
/// let calendar = query.filter().branches().next().unwrap();
/// assert_eq!(calendar.value().name, "VCALENDAR");
/// let todo = calendar.branches().next().unwrap().value();
/// assert!(todo.properties[0].is_not_defined);
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CalendarQuery {
    wanted: Propfind,
    data: Option<CalendarData>,
    filter: Nested<CompFilter>,
    timezone: Option<Timezone>,
}

/// The conditions on a calendar component. Filters nested in it are about the components inside.
///
/// [RFC 4791, section 9.7.1](https://www.rfc-editor.org/rfc/rfc4791#section-9.7.1)
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CompFilter {
    /// The name of the component, such as `VEVENT`.
    pub name: String,
    /// Whether the component has to be absent; there are no other conditions then.
    pub is_not_defined: bool,
    /// The span of time that the component has to fall into.
    pub time_range: Option<TimeRange>,
    /// The conditions on its properties, all of which have to hold.
    pub properties: Vec<PropFilter>,
}

/// The time zone of what has none
/// ([RFC 4791, section 9.8](https://www.rfc-editor.org/rfc/rfc4791#section-9.8)).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Timezone {
    /// A calendar with one `VTIMEZONE`.
    Calendar(String),
    /// The name of a standard time zone
    /// ([RFC 7809, section 5.2](https://www.rfc-editor.org/rfc/rfc7809#section-5.2)).
    Id(String),
}

// === impl CalendarQuery ===

body!(CalendarQuery, "REPORT");

impl CalendarQuery {
    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }

    /// How much of each object is asked for, if `calendar-data` is among the properties.
    #[must_use]
    pub fn data(&self) -> Option<&CalendarData> {
        self.data.as_ref()
    }

    /// The filter: one outermost component, `VCALENDAR` in upper or lower case.
    #[must_use]
    pub fn filter(&self) -> &Nested<CompFilter> {
        &self.filter
    }

    /// The time zone of what has none.
    #[must_use]
    pub fn timezone(&self) -> Option<&Timezone> {
        self.timezone.as_ref()
    }
}

impl Body for CalendarQuery {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, CALDAV, "calendar-query")?;
        let mut wanted = Wanted::new("calendar-query");
        let (mut data, mut filter, mut timezone) = (None, None, None);
        while parser.enter()? {
            if walk::is(parser, CALDAV, "filter") {
                let read = read_filter(parser).map_err(no_filter)?;
                let sentence = "`calendar-query` holds more than one `filter`";
                walk::once(&mut filter, read, parser, sentence)?;
            } else if let Some(read) = Timezone::take(parser)? {
                let sentence = "`calendar-query` holds more than one time zone";
                walk::once(&mut timezone, read, parser, sentence)?;
            } else {
                wanted.take_with(parser, |parser| CalendarData::take(&mut data, parser))?;
            }
        }
        let Some(filter) = filter else {
            return Err(walk::missing(parser, "`calendar-query` holds no `filter`"));
        };
        Ok(Self {
            wanted: wanted.finish_or_nothing(parser)?,
            data,
            filter,
            timezone,
        })
    }
}

// === impl CompFilter ===

impl CompFilter {
    /// A filter that asks for a component with this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_not_defined: false,
            time_range: None,
            properties: Vec::new(),
        }
    }

    /// Takes the element just entered inside of a component, and goes to its end.
    fn take(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        if walk::is(parser, CALDAV, "is-not-defined") {
            self.is_not_defined = true;
            parser.skip()
        } else if walk::is(parser, CALDAV, "time-range") {
            let range = TimeRange::read(parser)?;
            let sentence = "`comp-filter` holds more than one `time-range`";
            walk::once(&mut self.time_range, range, parser, sentence)
        } else if walk::is(parser, CALDAV, "prop-filter") {
            self.properties.push(PropFilter::read(parser, CALDAV)?);
            Ok(())
        } else {
            parser.skip()
        }
    }

    fn check(&self, inside: usize, parser: &Parser<'_>) -> Result<(), Error> {
        let asks_more = self.time_range.is_some() || self.properties.len() + inside > 0;
        if self.is_not_defined && asks_more {
            return Err(parser.error(ErrorKind::Conflict, BESIDE_NOT_DEFINED));
        }
        Ok(())
    }
}

// === impl Timezone ===

impl Timezone {
    fn take(parser: &mut Parser<'_>) -> Result<Option<Self>, Error> {
        if walk::is(parser, CALDAV, "timezone") {
            parser
                .untrimmed_content()
                .map(|text| Some(Self::Calendar(text)))
        } else if walk::is(parser, CALDAV, "timezone-id") {
            parser.content().map(|text| Some(Self::Id(text)))
        } else {
            Ok(None)
        }
    }
}

// === helpers ===

/// Reads the filters inside the `filter` just entered, however deep, in one loop.
fn read_filter(parser: &mut Parser<'_>) -> Result<Nested<CompFilter>, Error> {
    let mut filters = Nesting::new();
    loop {
        if !parser.enter()? {
            match filters.close() {
                Some((filter, inside)) => CompFilter::check(filter, inside, parser)?,
                None => break,
            }
        } else if walk::is(parser, CALDAV, "comp-filter") {
            let name = walk::attribute(parser, "name")?;
            if filters.last().is_none() && !name.eq_ignore_ascii_case("VCALENDAR") {
                let sentence = "the outermost `comp-filter` is not named `VCALENDAR`";
                return Err(walk::invalid(parser, sentence));
            }
            filters.open(CompFilter::new(name));
        } else if let Some(filter) = filters.last() {
            CompFilter::take(filter, parser)?;
        } else {
            parser.skip()?;
        }
    }
    let filters = filters.finish();
    match filters.branches().count() {
        0 => Err(walk::missing(parser, "`filter` holds no `comp-filter`")),
        1 => Ok(filters),
        _ => {
            let sentence = "`filter` holds more than one `comp-filter`";
            Err(parser.error(ErrorKind::Conflict, sentence))
        }
    }
}

/// An error in the filter as such, and not in its XML, has a kind of its own
/// ([RFC 4791, section 7.8](https://www.rfc-editor.org/rfc/rfc4791#section-7.8)).
fn no_filter(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Conflict
        | ErrorKind::InvalidValue
        | ErrorKind::MissingAttribute
        | ErrorKind::MissingElement => error.with_kind(ErrorKind::InvalidFilter),
        _ => error,
    }
}
