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
/// use statuary::{request::{Branch, report::{CalendarData, CalendarMultiget, Component}}, xml::Limits};
///
/// /// Whether a property of a component in a `VCALENDAR` is asked for.
/// fn asks_for(data: &CalendarData, component: &str, property: &str) -> bool {
///     let Some(calendar) = data.components.branches().next() else {
///         return true;
///     };
///     let is_whole = |of: Branch<'_, Component>| {
///         let Component { allprop, properties, allcomp, .. } = of.value();
///         !allprop && properties.is_empty() && !allcomp && of.branches().next().is_none()
///     };
///     if is_whole(calendar) || calendar.value().allcomp {
///         return true;
///     }
///     let asked = calendar.branches().find(|of| of.value().name == component);
///     asked.is_some_and(|of| {
///         let mut properties = of.value().properties.iter();
///         is_whole(of) || of.value().allprop || properties.any(|it| it.name == property)
///     })
/// }
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
/// assert!(asks_for(data, "VEVENT", "SUMMARY") && !asks_for(data, "VEVENT", "DESCRIPTION"));
/// assert!(asks_for(data, "VTIMEZONE", "TZID"));
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

// === impl CalendarData ===

impl CalendarData {
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
