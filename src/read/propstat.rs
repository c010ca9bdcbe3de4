//! The properties that share one status.

use std::{borrow::Cow, fmt, ops::Range};

use http::StatusCode;

use super::{
    element_ref::{ElementRef, Elements},
    layout::{ElementLayout, Layout, PropStatLayout, Slots},
};
use crate::xml::{Name, content};

/// Some properties of a resource, and the status that they share.
///
/// [RFC 4918, section 14.22](https://www.rfc-editor.org/rfc/rfc4918#section-14.22)
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{read::Reader, xml::Name};
///
/// let body = br#"<multistatus xmlns="DAV:"><response><href>/</href><propstat>
///     <prop><getetag/></prop>
///     <status>HTTP/1.1 403 Forbidden</status>
///     <error><cannot-modify-protected-property/></error>
/// </propstat></response></multistatus>"#;
///
/// let response = Reader::new(body).next().unwrap()?;
/// let propstat = response.propstats().next().unwrap();
/// assert_eq!(propstat.status(), Some(StatusCode::FORBIDDEN));
/// assert!(propstat.property(&Name::dav("getetag")).is_some());
/// let condition = propstat.error().next().unwrap();
/// assert_eq!(condition.name().local(), "cannot-modify-protected-property");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct PropStat<'r> {
    text: &'r str,
    slots: &'r Slots,
    response: &'r Layout,
    layout: &'r PropStatLayout,
}

// === impl PropStat ===

impl<'r> PropStat<'r> {
    pub(super) fn new(
        text: &'r str,
        slots: &'r Slots,
        response: &'r Layout,
        layout: &'r PropStatLayout,
    ) -> Self {
        Self {
            text,
            slots,
            response,
            layout,
        }
    }

    /// The status of these properties; `None` if the server wrote no readable one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.layout.status
    }

    /// Whether the properties have a status, and it is 2xx.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.layout.status.is_some_and(|status| status.is_success())
    }

    /// The properties; those that failed are empty elements.
    #[must_use]
    pub fn properties(&self) -> Elements<'r> {
        self.elements(&self.response.properties, &self.layout.properties)
    }

    /// The property with this name.
    #[must_use]
    pub fn property(&self, name: &Name<'_>) -> Option<ElementRef<'r>> {
        self.properties().find(|property| property.is(name))
    }

    /// The conditions that were not met.
    #[must_use]
    pub fn error(&self) -> Elements<'r> {
        self.elements(&self.response.conditions, &self.layout.conditions)
    }

    /// The description, a text for people.
    #[must_use]
    pub fn description(&self) -> Option<Cow<'r, str>> {
        let inside = self.layout.description?;
        Some(content(inside.of(self.text, self.slots)))
    }

    fn elements(&self, all: &'r [ElementLayout], its: &Range<usize>) -> Elements<'r> {
        let layouts = all.get(its.clone()).unwrap_or_default();
        Elements::new(self.text, self.slots, self.response, layouts)
    }
}

impl fmt::Debug for PropStat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropStat")
            .field("status", &self.status())
            .field("properties", &self.properties().collect::<Vec<_>>())
            .field("error", &self.error().collect::<Vec<_>>())
            .field("description", &self.description())
            .finish()
    }
}

/// Two propstats are equal if they say the same, however they are written.
impl PartialEq for PropStat<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.status() == other.status()
            && self.properties().eq(other.properties())
            && self.error().eq(other.error())
            && self.description() == other.description()
    }
}

impl Eq for PropStat<'_> {}
