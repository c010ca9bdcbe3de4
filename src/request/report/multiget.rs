//! Resources that are asked for by their hrefs.

use super::{AddressData, CalendarData};
use crate::{
    dav::Href,
    request::{
        Propfind,
        body::{Body, body},
        walk::{self, CALDAV, CARDDAV},
        wanted::Wanted,
    },
    xml::{Error, Parser},
};

/// Asks for calendar objects by their hrefs.
///
/// [RFC 4791, section 9.10](https://www.rfc-editor.org/rfc/rfc4791#section-9.10)
///
/// [`outcome`](Self::outcome) answers it, or [`stream`](Self::stream).
///
/// Bytes of an href that the client should have encoded, such as a space and those of `ü`, are encoded here,
/// as by [`Href::of_request`]. If a single text among the hrefs is still not an [`Href`], the whole report
/// fails with 400: a response about it would have to repeat it as its href, and be just as malformed.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT calendar-multiget ((DAV:allprop | DAV:propname | DAV:prop)?, DAV:href+)>
/// ```
///
/// # Example values
///
/// ```xml
/// <C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///   <D:prop><D:getetag/><C:calendar-data/></D:prop>
///   <D:href>/bernard/work/abcd1.ics</D:href>
/// </C:calendar-multiget>
/// ```
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{read::Reader, request::report::CalendarMultiget, xml::Limits};
///
/// let body = br#"<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
///     <D:prop><D:getetag/></D:prop><D:href>/work/gone.ics</D:href>
/// </C:calendar-multiget>"#;
/// let report = CalendarMultiget::parse(body, &Limits::request())?;
/// assert!(report.data().is_none(), "the entity tags are enough");
///
/// let answer = report.outcome(|_, _| Err(StatusCode::NOT_FOUND)).to_string();
/// let response = Reader::new(answer.as_bytes()).next().unwrap()?;
/// assert_eq!(response.href().unwrap(), "/work/gone.ics");
/// assert_eq!(response.status(), Some(StatusCode::NOT_FOUND));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CalendarMultiget {
    wanted: Propfind,
    data: Option<CalendarData>,
    hrefs: Vec<Href<'static>>,
}

/// Asks for contacts by their hrefs.
///
/// [RFC 6352, section 10.7](https://www.rfc-editor.org/rfc/rfc6352#section-10.7)
///
/// [`outcome`](Self::outcome) answers it, or [`stream`](Self::stream).
///
/// Bytes of an href that the client should have encoded, such as a space and those of `ü`, are encoded here,
/// as by [`Href::of_request`]. If a single text among the hrefs is still not an [`Href`], the whole report
/// fails with 400: a response about it would have to repeat it as its href, and be just as malformed.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT addressbook-multiget ((DAV:allprop | DAV:propname | DAV:prop)?, DAV:href+)>
/// ```
///
/// # Example values
///
/// ```xml
/// <C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
///   <D:prop><D:getetag/><C:address-data><C:prop name="FN"/></C:address-data></D:prop>
///   <D:href>/home/bernard/addressbook/vcf102.vcf</D:href>
/// </C:addressbook-multiget>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::AddressbookMultiget, xml::Limits};
///
/// let body = br#"<C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
///     <D:prop><C:address-data><C:prop name="FN"/></C:address-data></D:prop>
///     <D:href>/friends/a.vcf</D:href>
/// </C:addressbook-multiget>"#;
/// let report = AddressbookMultiget::parse(body, &Limits::request())?;
/// assert_eq!(report.data().unwrap().properties[0].name, "FN");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddressbookMultiget {
    wanted: Propfind,
    data: Option<AddressData>,
    hrefs: Vec<Href<'static>>,
}

// === impl CalendarMultiget ===

body!(CalendarMultiget, "REPORT");

impl CalendarMultiget {
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

    /// The hrefs, in the order of the document, as the client sees them: with the mount, if there is one
    /// ([`Href::below`]).
    #[must_use]
    pub fn hrefs(&self) -> &[Href<'static>] {
        &self.hrefs
    }

    /// Takes out the properties that are asked for, how much of each object is, and the hrefs.
    pub(crate) fn into_parts(self) -> (Propfind, Option<CalendarData>, Vec<Href<'static>>) {
        (self.wanted, self.data, self.hrefs)
    }
}

impl Body for CalendarMultiget {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, CALDAV, "calendar-multiget")?;
        let mut data = None;
        let property = |parser: &mut Parser<'_>| CalendarData::take(&mut data, parser);
        let (wanted, hrefs) = read("calendar-multiget", parser, property)?;
        Ok(Self {
            wanted,
            data,
            hrefs,
        })
    }
}

// === impl AddressbookMultiget ===

body!(AddressbookMultiget, "REPORT");

impl AddressbookMultiget {
    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }

    /// How much of each contact is asked for, if `address-data` is among the properties.
    #[must_use]
    pub fn data(&self) -> Option<&AddressData> {
        self.data.as_ref()
    }

    /// The hrefs, in the order of the document, as the client sees them: with the mount, if there is one
    /// ([`Href::below`]).
    #[must_use]
    pub fn hrefs(&self) -> &[Href<'static>] {
        &self.hrefs
    }

    /// Takes out the properties that are asked for, how much of each contact is, and the hrefs.
    pub(crate) fn into_parts(self) -> (Propfind, Option<AddressData>, Vec<Href<'static>>) {
        (self.wanted, self.data, self.hrefs)
    }
}

impl Body for AddressbookMultiget {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, CARDDAV, "addressbook-multiget")?;
        let mut data = None;
        let property = |parser: &mut Parser<'_>| AddressData::take(&mut data, parser);
        let (wanted, hrefs) = read("addressbook-multiget", parser, property)?;
        Ok(Self {
            wanted,
            data,
            hrefs,
        })
    }
}

// === helpers ===

fn read(
    body: &'static str,
    parser: &mut Parser<'_>,
    mut property: impl FnMut(&mut Parser<'_>) -> Result<(), Error>,
) -> Result<(Propfind, Vec<Href<'static>>), Error> {
    let mut wanted = Wanted::new(body);
    let mut hrefs = Vec::new();
    while parser.enter()? {
        if parser.is_dav("href") {
            parser.check_hrefs(hrefs.len())?;
            hrefs.push(walk::href(parser)?);
        } else {
            wanted.take_with(parser, &mut property)?;
        }
    }
    if hrefs.is_empty() {
        return Err(walk::missing(parser, "a multiget holds no `href`"));
    }
    Ok((wanted.finish_or_nothing(parser)?, hrefs))
}
