//! How much of a calendar object or of a contact is asked for.

use super::TimeSpan;
use crate::{
    request::{
        nested::{Nested, Nesting},
        walk::{self, CALDAV, CARDDAV},
    },
    xml::{Error, ErrorKind, Parser},
};

/// Which parts of a calendar object are asked for, as the `calendar-data` among the properties says
/// ([RFC 4791, section 9.6](https://www.rfc-editor.org/rfc/rfc4791#section-9.6)).
///
/// Without [components](Self::components), the whole object is asked for.
///
/// # Examples
///
/// ```
/// use statuary::{request::report::CalendarMultiget, xml::Limits};
///
/// let body = br#"<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///     <D:prop><C:calendar-data><C:comp name="VCALENDAR">
///         <C:comp name="VEVENT"><C:prop name="SUMMARY"/></C:comp><C:comp name="VTIMEZONE"/>
///     </C:comp></C:calendar-data></D:prop>
///     <D:href>/work/lunch.ics</D:href>
/// </C:calendar-multiget>"#;
/// let report = CalendarMultiget::parse(body, &Limits::request())?;
/// let data = report.data().expect("`calendar-data` is asked for");
///
/// let event = ["VCALENDAR", "VEVENT"];
/// assert!(data.asks_for(&event, "SUMMARY") && !data.asks_for(&event, "DESCRIPTION"));
/// assert!(data.asks_for(&["VCALENDAR", "VTIMEZONE"], "TZID"));
/// assert!(!data.asks_for_component(&["VCALENDAR", "VTODO"]));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct CalendarData {
    /// The media type, if one is named; otherwise `text/calendar` is meant.
    pub content_type: Option<String>,
    /// The version of the media type, if one is named; otherwise `2.0` is meant.
    pub version: Option<String>,
    /// The components to be returned, from `VCALENDAR` on; all if there are none.
    pub components: Nested<Component>,
    /// How recurring components are returned.
    pub recurrence: Option<Recurrence>,
    /// The span of time outside of which `FREEBUSY` values are left out.
    pub limit_freebusy_set: Option<TimeSpan>,
}

/// A calendar component to be returned, and which parts of it
/// ([RFC 4791, section 9.6.1](https://www.rfc-editor.org/rfc/rfc4791#section-9.6.1)).
///
/// A component that names no parts is asked for as a whole, such as the `VTIMEZONE` in the example of
/// [section 7.8.1](https://www.rfc-editor.org/rfc/rfc4791#section-7.8.1).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Component {
    /// The name, such as `VEVENT`.
    pub name: String,
    /// Whether all properties are asked for.
    pub allprop: bool,
    /// The properties that are asked for otherwise.
    pub properties: Vec<DataProperty>,
    /// Whether all components inside are asked for; otherwise, those nested in this one.
    pub allcomp: bool,
}

/// A property of a calendar component or of a contact that is to be returned.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DataProperty {
    /// The name, such as `SUMMARY`.
    pub name: String,
    /// Whether the name is enough, without the value.
    pub novalue: bool,
}

/// How recurring components are returned.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Recurrence {
    /// Each instance in the span is a component of its own
    /// ([RFC 4791, section 9.6.5](https://www.rfc-editor.org/rfc/rfc4791#section-9.6.5)).
    Expand(TimeSpan),
    /// Overridden instances that do not affect the span are left out
    /// ([RFC 4791, section 9.6.6](https://www.rfc-editor.org/rfc/rfc4791#section-9.6.6)).
    Limit(TimeSpan),
}

/// Which parts of a contact are asked for, as the `address-data` among the properties says
/// ([RFC 6352, section 10.4](https://www.rfc-editor.org/rfc/rfc6352#section-10.4)).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AddressData {
    /// The media type, if one is named; otherwise `text/vcard` is meant.
    pub content_type: Option<String>,
    /// The version of the media type, if one is named; otherwise `3.0` is meant.
    pub version: Option<String>,
    /// The properties to be returned; all if there are none.
    pub properties: Vec<DataProperty>,
}

/// How much of a component is asked for.
enum Part<'d> {
    None,
    Named(&'d Component),
    Whole,
}

// === impl CalendarData ===

impl CalendarData {
    /// Whether a component is asked for, or a part of it. It is named by those around it, from `VCALENDAR`
    /// on, and by itself; the case of names is ignored.
    #[must_use]
    pub fn asks_for_component(&self, path: &[&str]) -> bool {
        !matches!(self.part(path), Part::None)
    }

    /// Whether a property of a component is asked for, with or without its value
    /// ([`DataProperty::novalue`]). The component is named as for
    /// [`asks_for_component`](Self::asks_for_component).
    #[must_use]
    pub fn asks_for(&self, path: &[&str], property: &str) -> bool {
        match self.part(path) {
            Part::None => false,
            Part::Named(Component {
                allprop,
                properties,
                ..
            }) => *allprop || properties.iter().any(|it| it.is(property)),
            Part::Whole => true,
        }
    }

    /// How much of a component is asked for.
    fn part(&self, path: &[&str]) -> Part<'_> {
        if self.components.is_empty() {
            return Part::Whole;
        }
        let (mut part, mut inside) = (Part::None, self.components.branches());
        for name in path {
            let Some(branch) = inside.find(|it| it.value().name.eq_ignore_ascii_case(name)) else {
                return match part {
                    Part::Named(Component { allcomp: true, .. }) => Part::Whole,
                    _ => Part::None,
                };
            };
            if branch.value().is_whole() && branch.branches().next().is_none() {
                return Part::Whole;
            }
            (part, inside) = (Part::Named(branch.value()), branch.branches());
        }
        part
    }

    /// Reads a property just entered, if it is this one, and goes to its end.
    pub(super) fn take(slot: &mut Option<Self>, parser: &mut Parser<'_>) -> Result<(), Error> {
        if !walk::is(parser, CALDAV, "calendar-data") {
            return parser.skip();
        }
        let data = Self::read(parser)?;
        walk::once(
            slot,
            data,
            parser,
            "`prop` holds more than one `calendar-data`",
        )
    }

    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let mut data = Self {
            content_type: parser.attribute("", "content-type").map(str::to_owned),
            version: parser.attribute("", "version").map(str::to_owned),
            ..Self::default()
        };
        let mut components: Nesting<Component> = Nesting::new();
        loop {
            if !parser.enter()? {
                match components.close() {
                    Some((component, inside)) => component.check(inside, parser)?,
                    None => break,
                }
            } else if walk::is(parser, CALDAV, "comp") {
                components.open(Component::new(walk::attribute(parser, "name")?));
            } else if let Some(component) = components.last() {
                component.take(parser)?;
            } else {
                data.take_limit(parser)?;
            }
        }
        data.components = components.finish();
        if data.components.branches().count() > 1 {
            let sentence = "`calendar-data` holds more than one `comp`";
            return Err(parser.error(ErrorKind::Conflict, sentence));
        }
        Ok(data)
    }

    fn take_limit(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        const TWICE: &str = "`calendar-data` holds more than one of `expand` and \
                             `limit-recurrence-set`";

        if walk::is(parser, CALDAV, "expand") {
            let span = TimeSpan::read(parser)?;
            walk::once(
                &mut self.recurrence,
                Recurrence::Expand(span),
                parser,
                TWICE,
            )
        } else if walk::is(parser, CALDAV, "limit-recurrence-set") {
            let span = TimeSpan::read(parser)?;
            walk::once(&mut self.recurrence, Recurrence::Limit(span), parser, TWICE)
        } else if walk::is(parser, CALDAV, "limit-freebusy-set") {
            let span = TimeSpan::read(parser)?;
            let sentence = "`calendar-data` holds more than one `limit-freebusy-set`";
            walk::once(&mut self.limit_freebusy_set, span, parser, sentence)
        } else {
            parser.skip()
        }
    }
}

// === impl Component ===

impl Component {
    /// A component of this name, as a whole.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            allprop: false,
            properties: Vec::new(),
            allcomp: false,
        }
    }

    /// Whether it names neither properties nor all of something; components inside of it are not looked at.
    fn is_whole(&self) -> bool {
        !self.allprop && self.properties.is_empty() && !self.allcomp
    }

    fn take(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        if walk::is(parser, CALDAV, "prop") {
            self.properties.push(DataProperty::read(parser)?);
            return Ok(());
        }
        self.allprop |= walk::is(parser, CALDAV, "allprop");
        self.allcomp |= walk::is(parser, CALDAV, "allcomp");
        parser.skip()
    }

    fn check(&self, inside: usize, parser: &Parser<'_>) -> Result<(), Error> {
        let is_conflict =
            (self.allprop && !self.properties.is_empty()) || (self.allcomp && inside > 0);
        if is_conflict {
            let sentence = "`comp` asks for all of something, and then for some";
            return Err(parser.error(ErrorKind::Conflict, sentence));
        }
        Ok(())
    }
}

// === impl DataProperty ===

impl DataProperty {
    /// A property of this name, with its value.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            novalue: false,
        }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let property = Self {
            name: walk::attribute(parser, "name")?,
            novalue: walk::yes(parser, "novalue")?,
        };
        parser.skip()?;
        Ok(property)
    }
}

// === impl AddressData ===

impl AddressData {
    /// Whether a property is asked for, with or without its value ([`DataProperty::novalue`]). The case of
    /// names is ignored.
    #[must_use]
    pub fn asks_for(&self, property: &str) -> bool {
        self.properties.is_empty() || self.properties.iter().any(|it| it.is(property))
    }

    /// Reads a property just entered, if it is this one, and goes to its end.
    pub(super) fn take(slot: &mut Option<Self>, parser: &mut Parser<'_>) -> Result<(), Error> {
        if !walk::is(parser, CARDDAV, "address-data") {
            return parser.skip();
        }
        let data = Self::read(parser)?;
        walk::once(
            slot,
            data,
            parser,
            "`prop` holds more than one `address-data`",
        )
    }

    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let mut data = Self {
            content_type: parser.attribute("", "content-type").map(str::to_owned),
            version: parser.attribute("", "version").map(str::to_owned),
            properties: Vec::new(),
        };
        let mut is_all = false;
        while parser.enter()? {
            if walk::is(parser, CARDDAV, "prop") {
                data.properties.push(DataProperty::read(parser)?);
            } else {
                is_all |= walk::is(parser, CARDDAV, "allprop");
                parser.skip()?;
            }
        }
        if is_all && !data.properties.is_empty() {
            let sentence = "`address-data` asks for all properties, and then for some";
            return Err(parser.error(ErrorKind::Conflict, sentence));
        }
        Ok(data)
    }
}
