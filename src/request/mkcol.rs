//! The bodies of MKCOL and MKCALENDAR.

use super::{
    body::{Body, body},
    property_update::Properties,
    walk::{self, CALDAV, DAV},
};
use crate::xml::{Element, Error, ErrorKind, Name, Parser};

/// The properties that an extended MKCOL gives the collection that it makes.
///
/// [RFC 5689, section 5.1](https://www.rfc-editor.org/rfc/rfc5689#section-5.1)
///
/// A MKCOL without a body makes a plain collection. A body of another kind is refused with 415
/// ([RFC 4918, section 9.3](https://www.rfc-editor.org/rfc/rfc4918#section-9.3)).
///
/// # Grammar
///
/// ```text
/// <!ELEMENT mkcol (set+)>
/// <!ELEMENT set (prop)>
/// ```
///
/// # Example values
///
/// ```xml
/// <D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
///   <D:set>
///     <D:prop>
///       <D:resourcetype><D:collection/><C:addressbook/></D:resourcetype>
///       <D:displayname>Friends</D:displayname>
///     </D:prop>
///   </D:set>
/// </D:mkcol>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::Mkcol, xml::{Limits, Name}};
///
/// let body = br#"<D:mkcol xmlns:D="DAV:"><D:set><D:prop>
///     <D:resourcetype><D:collection/><S:special xmlns:S="urn:s"/></D:resourcetype>
/// </D:prop></D:set></D:mkcol>"#;
/// let mkcol = Mkcol::parse(body, &Limits::request())?;
/// assert_eq!(
///     mkcol.resource_types(),
///     [Name::dav("collection"), Name::from_static("urn:s", "special")]
/// );
/// assert!(Mkcol::parse(b"", &Limits::request())?.values().is_empty());
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mkcol {
    values: Vec<Element>,
}

/// The properties that a MKCALENDAR gives the calendar that it makes.
///
/// [RFC 4791, section 9.2](https://www.rfc-editor.org/rfc/rfc4791#section-9.2)
///
/// A MKCALENDAR without a body gives it none. A body of another kind is refused with 415.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT mkcalendar (DAV:set)>
/// ```
///
/// # Example values
///
/// ```xml
/// <C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///   <D:set><D:prop><D:displayname>Lisa's Events</D:displayname></D:prop></D:set>
/// </C:mkcalendar>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::Mkcalendar, xml::Limits};
///
/// let body = br#"<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///     <D:set><D:prop><D:displayname>Lisa's Events</D:displayname></D:prop></D:set>
/// </C:mkcalendar>"#;
/// let mkcalendar = Mkcalendar::parse(body, &Limits::request())?;
/// assert_eq!(mkcalendar.values()[0].text(), "Lisa's Events");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mkcalendar {
    values: Vec<Element>,
}

// === impl Mkcol ===

body!(Mkcol, "MKCOL");

impl Mkcol {
    /// The properties with their values, in the order of the document.
    #[must_use]
    pub fn values(&self) -> &[Element] {
        &self.values
    }

    /// The properties with their values, taken out.
    #[must_use]
    pub fn into_values(self) -> Vec<Element> {
        self.values
    }

    /// What kind of collection is to be made: the names inside of its `resourcetype`. There are none
    /// when the body sets no such property.
    #[must_use]
    pub fn resource_types(&self) -> Vec<Name<'static>> {
        const RESOURCETYPE: Name<'static> = Name::dav("resourcetype");
        let types = self.values.iter().filter(|it| it.name() == RESOURCETYPE);
        types.flat_map(Element::child_names).collect()
    }
}

impl Body for Mkcol {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root_or(ErrorKind::UnsupportedBody, parser, DAV, "mkcol")?;
        let values = read_sets(parser, "`mkcol` sets nothing")?;
        Ok(Self { values })
    }

    fn of_nothing() -> Option<Self> {
        Some(Self::default())
    }
}

// === impl Mkcalendar ===

body!(Mkcalendar, "MKCALENDAR");

impl Mkcalendar {
    /// The properties with their values, in the order of the document.
    #[must_use]
    pub fn values(&self) -> &[Element] {
        &self.values
    }

    /// The properties with their values, taken out.
    #[must_use]
    pub fn into_values(self) -> Vec<Element> {
        self.values
    }
}

impl Body for Mkcalendar {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root_or(ErrorKind::UnsupportedBody, parser, CALDAV, "mkcalendar")?;
        let values = read_sets(parser, "`mkcalendar` sets nothing")?;
        Ok(Self { values })
    }

    fn of_nothing() -> Option<Self> {
        Some(Self::default())
    }
}

// === helpers ===

fn read_sets(parser: &mut Parser<'_>, nothing: &'static str) -> Result<Vec<Element>, Error> {
    let mut properties = Properties::default();
    while parser.enter()? {
        if parser.is_dav("set") {
            properties.read_each(parser, walk::element)?;
        } else {
            parser.skip()?;
        }
    }
    if properties.read.is_empty() {
        return Err(walk::missing(parser, nothing));
    }
    Ok(properties.read)
}
