//! What a multistatus says about one resource.

use std::{borrow::Cow, fmt, sync::Arc};

use http::{StatusCode, Uri};

use super::{
    element_ref::{ElementRef, Elements},
    layout::{Layout, Slots, Span},
    propstat::PropStat,
    target::names_target,
};
use crate::xml::{Name, content};

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
/// assert_eq!(response.error().next().unwrap().name().local(), "lock-token-submitted");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone)]
pub struct Response<'a> {
    text: Cow<'a, str>,
    layout: Arc<Layout>,
    slots: Slots,
}

/// What is wrong with a resource or with some of its properties; made by [`Response::failures`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Failure<'r> {
    /// The status; `None` if the server wrote no readable one.
    pub status: Option<StatusCode>,
    /// The properties with this status; none if it is the status of the resource.
    pub properties: Elements<'r>,
    /// The conditions that were not met.
    pub error: Elements<'r>,
    /// The description, a text for people.
    pub description: Option<Cow<'r, str>>,
}

// === impl Response ===

impl<'a> Response<'a> {
    pub(super) fn new(text: Cow<'a, str>, layout: Arc<Layout>, slots: Slots) -> Self {
        Self {
            text,
            layout,
            slots,
        }
    }

    /// The same response, with its own copy of the text.
    #[must_use]
    pub fn into_owned(self) -> Response<'static> {
        Response {
            text: Cow::Owned(self.text.into_owned()),
            layout: self.layout,
            slots: self.slots,
        }
    }

    /// The resource, or the first of them, as the server wrote it: a URI or a path, percent-encoded.
    ///
    /// `None` only for a response that breaks the rules by naming no resource.
    #[must_use]
    pub fn href(&self) -> Option<Cow<'_, str>> {
        self.hrefs().next()
    }

    /// The resources. There are several only when they share a [`status`](Self::status).
    #[must_use]
    pub fn hrefs(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.layout.hrefs.iter().map(|&href| self.content(href))
    }

    /// The status of the resource itself. A 404 means that the resource does not exist.
    ///
    /// It is `None` if there are [`propstats`](Self::propstats) instead; the resource exists then.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.layout.status
    }

    /// The properties of the resource, by status. A 404 means that the resource lacks them.
    #[must_use]
    pub fn propstats(&self) -> impl ExactSizeIterator<Item = PropStat<'_>> {
        let layouts = self.layout.propstats.iter();
        layouts.map(|layout| PropStat::new(&self.text, &self.slots, &self.layout, layout))
    }

    /// The conditions that were not met.
    #[must_use]
    pub fn error(&self) -> Elements<'_> {
        Elements::new(&self.text, &self.slots, &self.layout, &self.layout.error)
    }

    /// The description, a text for people.
    #[must_use]
    pub fn description(&self) -> Option<Cow<'_, str>> {
        self.layout.description.map(|inside| self.content(inside))
    }

    /// The new location of the resource, if the status is a redirection.
    #[must_use]
    pub fn location(&self) -> Option<Cow<'_, str>> {
        self.layout.location.map(|inside| self.content(inside))
    }

    /// Whether nothing is wrong with the resource itself: its status, if it has one, is 2xx. Some or all of
    /// its properties may still have failed.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status().is_none_or(|status| status.is_success())
    }

    /// Whether nothing at all is wrong: the resource is [ok](Self::is_ok), and so are all of its
    /// properties.
    #[must_use]
    pub fn is_all_ok(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Whether it says that the answer to a request for this URI was cut off: a 507 for the target of the
    /// request. There is more to ask for; after a `sync-collection`, with the new token
    /// ([RFC 6578, section 3.6](https://www.rfc-editor.org/rfc/rfc6578#section-3.6),
    /// [RFC 6352, section 8.6.2](https://www.rfc-editor.org/rfc/rfc6352#section-8.6.2)).
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Uri;
    /// use statuary::read::Reader;
    ///
    /// let request = Uri::from_static("http://example.com/contacts/");
    /// let body = br#"<multistatus xmlns="DAV:">
    ///     <response><href>/contacts/1.vcf</href><status>HTTP/1.1 404 Not Found</status></response>
    ///     <response><href>/contacts/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>
    ///     <sync-token>http://example.com/sync/2</sync-token>
    /// </multistatus>"#;
    ///
    /// let (mut removed, mut has_more) = (0, false);
    /// for response in Reader::new(body) {
    ///     match response? {
    ///         end if end.is_truncation_of(&request) => has_more = true,
    ///         _ => removed += 1,
    ///     }
    /// }
    /// assert_eq!((removed, has_more), (1, true));
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    #[must_use]
    pub fn is_truncation_of(&self, request: &Uri) -> bool {
        let is_full = self.status() == Some(StatusCode::INSUFFICIENT_STORAGE);
        is_full && self.hrefs().any(|href| names_target(request, &href))
    }

    /// What failed, and why: the resource, or some of its properties.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::read::Reader;
    ///
    /// let body = br#"<multistatus xmlns="DAV:"><response><href>/a</href>
    ///     <propstat><prop><getetag/></prop><status>HTTP/1.1 403 Forbidden</status>
    ///         <error><cannot-modify-protected-property/></error></propstat>
    ///     <propstat><prop><displayname/></prop><status>HTTP/1.1 424 Failed Dependency</status></propstat>
    /// </response></multistatus>"#;
    ///
    /// let response = Reader::new(body).next().unwrap()?;
    /// let failures: Vec<_> = response.failures().collect();
    /// assert_eq!(failures[0].status.unwrap(), 403);
    /// assert_eq!(failures[0].properties.clone().next().unwrap().name().local(), "getetag");
    /// assert_eq!(failures[1].status.unwrap(), 424);
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    pub fn failures(&self) -> impl Iterator<Item = Failure<'_>> {
        let whole = (!self.is_ok()).then(|| Failure {
            status: self.status(),
            properties: Elements::new(&self.text, &self.slots, &self.layout, &[]),
            error: self.error(),
            description: self.description(),
        });
        let failed = self.propstats().filter(|propstat| !propstat.is_ok());
        let parts = failed.map(|propstat| Failure {
            status: propstat.status(),
            properties: propstat.properties(),
            error: propstat.error(),
            description: propstat.description(),
        });
        whole.into_iter().chain(parts)
    }

    /// A property and its status; `None` if the server did not mention it, or gave it no status.
    ///
    /// Servers have been seen to report a property twice, with a value and as not found; it is the
    /// value that counts.
    #[must_use]
    pub fn property(&self, name: &Name<'_>) -> Option<(StatusCode, ElementRef<'_>)> {
        let mut all = self
            .propstats()
            .filter_map(|propstat| Some((propstat.status()?, propstat.property(name)?)));
        let first = all.next()?;
        if first.0.is_success() {
            return Some(first);
        }
        Some(all.find(|(status, _)| status.is_success()).unwrap_or(first))
    }

    /// The value of a property; `None` if the server did not give it with a 2xx.
    #[must_use]
    pub fn value(&self, name: &Name<'_>) -> Option<ElementRef<'_>> {
        self.property(name)
            .filter(|(status, _)| status.is_success())
            .map(|(_, value)| value)
    }

    fn content(&self, inside: Span) -> Cow<'_, str> {
        content(inside.of(&self.text, &self.slots))
    }
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("hrefs", &self.hrefs().collect::<Vec<_>>())
            .field("status", &self.status())
            .field("propstats", &self.propstats().collect::<Vec<_>>())
            .field("error", &self.error().collect::<Vec<_>>())
            .field("description", &self.description())
            .field("location", &self.location())
            .finish()
    }
}

/// Two responses are equal if they say the same, however they are written.
impl PartialEq for Response<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.status() == other.status()
            && self.hrefs().eq(other.hrefs())
            && self.propstats().eq(other.propstats())
            && self.error().eq(other.error())
            && self.description() == other.description()
            && self.location() == other.location()
    }
}

impl Eq for Response<'_> {}
