//! What a multistatus says about one resource.

use http::StatusCode;

use super::{
    propstat::{PropStat, read_elements},
    status,
};
use crate::xml::{Element, Error, Name, Parser};

/// What a multistatus says about one resource, or about several that share a status.
///
/// [RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::read::Reader;
///
/// let body = br#"<multistatus xmlns="DAV:"><response>
///     <href>/a</href><href>/b</href>
///     <status>HTTP/1.1 423 Locked</status>
///     <error><lock-token-submitted><href>/a</href></lock-token-submitted></error>
/// </response></multistatus>"#;
///
/// let response = Reader::new(body).next().unwrap()?;
/// assert_eq!(response.hrefs().collect::<Vec<_>>(), ["/a", "/b"]);
/// assert_eq!(response.status(), Some(StatusCode::LOCKED));
/// assert_eq!(response.error()[0].name().local(), "lock-token-submitted");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Response {
    hrefs: Vec<String>,
    status: Option<StatusCode>,
    propstats: Vec<PropStat>,
    error: Vec<Element>,
    description: Option<String>,
    location: Option<String>,
}

// === impl Response ===

impl Response {
    /// Reads the `response` just entered.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let mut response = Self::default();
        let mut properties = 0;
        parser.forget_kept();
        while parser.enter()? {
            if parser.is_dav("href") {
                parser.check_hrefs(response.hrefs.len())?;
                response.hrefs.push(parser.content()?);
            } else if parser.is_dav("status") {
                let line = parser.content()?;
                response.status = response.status.or_else(|| status::parse(&line));
            } else if parser.is_dav("propstat") {
                parser.check_properties(response.propstats.len())?;
                let propstat = PropStat::read(parser, properties)?;
                properties += propstat.properties().len();
                response.propstats.push(propstat);
            } else if parser.is_dav("error") {
                read_elements(parser, &mut response.error, 0)?;
            } else if parser.is_dav("responsedescription") {
                response.description = Some(parser.content()?);
            } else if parser.is_dav("location") {
                response.read_location(parser)?;
            } else {
                parser.skip()?;
            }
        }
        Ok(response)
    }

    /// The resource, or the first of them, as the server wrote it: a URI or a path, percent-encoded.
    ///
    /// `None` only for a response that breaks the rules; it is about nobody knows what.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        self.hrefs.first().map(String::as_str)
    }

    /// The resources. There are several only when they share a [`status`](Self::status).
    pub fn hrefs(&self) -> impl ExactSizeIterator<Item = &str> {
        self.hrefs.iter().map(String::as_str)
    }

    /// The status of the resource itself. A 404 means that the resource is gone.
    ///
    /// It is missing where there are [`propstats`](Self::propstats); the resource is there then.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The properties of the resource, by status. A 404 means that the resource lacks them.
    #[must_use]
    pub fn propstats(&self) -> &[PropStat] {
        &self.propstats
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

    /// Where the resource is instead, when the status is a redirection.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// Whether nothing is wrong with the resource itself: its status, if it has one, is 2xx. Some or all
    /// of its properties may have failed all the same.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status.is_none_or(|status| status.is_success())
    }

    /// A property and its status; `None` if the server did not mention it, or gave it no status.
    ///
    /// Servers have been seen to report a property twice, with a value and as not found; it is the
    /// value that counts.
    #[must_use]
    pub fn property(&self, name: &Name<'_>) -> Option<(StatusCode, &Element)> {
        let mut all = self.propstats.iter().filter_map(|propstat| {
            let found = propstat
                .properties()
                .iter()
                .find(|property| property.name() == *name)?;
            Some((propstat.status()?, found))
        });
        let first = all.next()?;
        if first.0.is_success() {
            return Some(first);
        }
        Some(all.find(|(status, _)| status.is_success()).unwrap_or(first))
    }

    /// The value of a property; `None` if the server did not give it with a 2xx.
    #[must_use]
    pub fn value(&self, name: &Name<'_>) -> Option<&Element> {
        self.property(name)
            .filter(|(status, _)| status.is_success())
            .map(|(_, value)| value)
    }

    fn read_location(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        while parser.enter()? {
            if parser.is_dav("href") {
                self.location = Some(parser.content()?);
            } else {
                parser.skip()?;
            }
        }
        Ok(())
    }
}
