//! The properties that share one status.

use http::StatusCode;

use super::status;
use crate::xml::{Element, Error, Parser};

/// Some properties of a resource and the one status that they have.
///
/// [RFC 4918, section 14.22](https://www.rfc-editor.org/rfc/rfc4918#section-14.22)
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::read::Reader;
///
/// let body = br#"<multistatus xmlns="DAV:"><response><href>/</href><propstat>
///     <prop><getetag/></prop>
///     <status>HTTP/1.1 403 Forbidden</status>
///     <error><cannot-modify-protected-property/></error>
/// </propstat></response></multistatus>"#;
///
/// let response = Reader::new(body).next().unwrap()?;
/// let [propstat] = response.propstats() else { unreachable!() };
/// assert_eq!(propstat.status(), Some(StatusCode::FORBIDDEN));
/// assert_eq!(propstat.properties()[0].name().local(), "getetag");
/// assert_eq!(propstat.error()[0].name().local(), "cannot-modify-protected-property");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PropStat {
    status: Option<StatusCode>,
    properties: Vec<Element>,
    error: Vec<Element>,
    description: Option<String>,
}

// === impl PropStat ===

impl PropStat {
    /// Reads the `propstat` just entered; `before` properties of the response were read already.
    pub(super) fn read(parser: &mut Parser<'_>, before: usize) -> Result<Self, Error> {
        let mut propstat = Self::default();
        while parser.enter()? {
            if parser.is_dav("prop") {
                read_elements(parser, &mut propstat.properties, before)?;
            } else if parser.is_dav("status") {
                let line = parser.content()?;
                propstat.status = propstat.status.or_else(|| status::parse(&line));
            } else if parser.is_dav("error") {
                read_elements(parser, &mut propstat.error, before)?;
            } else if parser.is_dav("responsedescription") {
                propstat.description = Some(parser.content()?);
            } else {
                parser.skip()?;
            }
        }
        Ok(propstat)
    }

    /// The status of these properties; `None` if the server wrote none that can be read.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The properties; those that failed are empty elements.
    #[must_use]
    pub fn properties(&self) -> &[Element] {
        &self.properties
    }

    /// The conditions that were not met.
    #[must_use]
    pub fn error(&self) -> &[Element] {
        &self.error
    }

    /// A sentence for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

// === helpers ===

/// Keeps the elements inside the one just entered, and goes to its end.
pub(super) fn read_elements(
    parser: &mut Parser<'_>,
    elements: &mut Vec<Element>,
    before: usize,
) -> Result<(), Error> {
    while parser.enter()? {
        parser.check_properties(before + elements.len())?;
        elements.push(parser.element()?);
    }
    Ok(())
}
