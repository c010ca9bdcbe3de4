//! An element in the text that was read.

use std::{borrow::Cow, fmt, iter::FusedIterator, slice, time::SystemTime};

use super::layout::{ElementLayout, Layout, Slots};
use crate::{
    date,
    xml::{Element, Name, Parser, direct_text, is_empty},
};

/// An element in a response, such as a property: a part of the text that was read.
///
/// Nothing is copied until it is asked for. [`to_element`](Self::to_element) makes an [`Element`] that
/// stands on its own, with the namespaces that it needs and its children.
///
/// # Examples
///
/// ```
/// use statuary::{read::Reader, xml::Name};
///
/// let body = br#"<multistatus xmlns="DAV:"><response><href>/a&amp;b/</href><propstat>
///     <prop><resourcetype><collection/></resourcetype><displayname>a&amp;b</displayname></prop>
///     <status>HTTP/1.1 200 OK</status>
/// </propstat></response></multistatus>"#;
///
/// let response = Reader::new(body).next().unwrap()?;
/// let name = response.value(&Name::dav("displayname")).unwrap();
/// assert_eq!(name.text(), "a&b");
///
/// let kind = response.value(&Name::dav("resourcetype")).unwrap();
/// assert_eq!(kind.name(), Name::dav("resourcetype"));
/// assert_eq!(kind.to_element().children().next().unwrap().name(), Name::dav("collection"));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ElementRef<'r> {
    text: &'r str,
    slots: &'r Slots,
    response: &'r Layout,
    layout: &'r ElementLayout,
}

/// Elements in a response, in the order of the document.
#[derive(Clone)]
pub struct Elements<'r> {
    text: &'r str,
    slots: &'r Slots,
    response: &'r Layout,
    layouts: slice::Iter<'r, ElementLayout>,
}

// === impl ElementRef ===

impl<'r> ElementRef<'r> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Name<'r> {
        let local = self.layout.local.of(self.text, self.slots);
        Name::checked(self.response.namespace(self.layout), local)
    }

    /// Whether the element has this name; faster than comparing [`name`](Self::name).
    #[must_use]
    pub fn is(&self, name: &Name<'_>) -> bool {
        self.layout.local.of(self.text, self.slots) == name.local()
            && *self.response.namespace(self.layout) == *name.namespace()
    }

    /// The text directly inside the element, without the text of elements inside it.
    #[must_use]
    pub fn text(&self) -> Cow<'r, str> {
        direct_text(self.inside())
    }

    /// The text as a number, such as that of `getcontentlength`; `None` if it is not a number, or too large.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use statuary::{
    ///     prop::{GetContentLength, GetLastModified, Named},
    ///     read::Reader,
    /// };
    ///
    /// let body = br#"<multistatus xmlns="DAV:"><response><href>/a.txt</href><propstat><prop>
    ///     <getcontentlength>42</getcontentlength>
    ///     <getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</getlastmodified>
    /// </prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"#;
    ///
    /// let response = Reader::new(body).next().unwrap()?;
    /// let length = response.value(&GetContentLength::NAME).and_then(|it| it.number());
    /// assert_eq!(length, Some(42));
    ///
    /// let modified = response.value(&GetLastModified::NAME).and_then(|it| it.http_date());
    /// assert_eq!(modified, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)));
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let text = self.text();
        date::number(text.trim_ascii())
    }

    /// The text as a time, such as that of `getlastmodified`: an HTTP-date of
    /// [RFC 9110, section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7), in one of its three
    /// forms; `None` if it is not a date. For an example see [`number`](Self::number).
    #[must_use]
    pub fn http_date(&self) -> Option<SystemTime> {
        date::read_http(&self.text(), SystemTime::now())
    }

    /// The hrefs that the element holds, such as those of `current-user-principal` or `calendar-home-set`, as
    /// the server wrote them; [`resolve`](super::resolve) says what they name.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Uri;
    /// use statuary::{read::{Reader, resolve}, xml::Name};
    ///
    /// let request = Uri::from_static("http://example.com/");
    /// let body = br#"<multistatus xmlns="DAV:"><response><href>/</href><propstat><prop>
    ///     <current-user-principal><href>/people/ann/</href></current-user-principal>
    /// </prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"#;
    ///
    /// let response = Reader::new(body).next().unwrap()?;
    /// let principal = response.value(&Name::dav("current-user-principal")).unwrap();
    /// let principal = principal.hrefs().next().and_then(|href| resolve(&request, &href));
    /// assert_eq!(principal.unwrap(), "http://example.com/people/ann/");
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    pub fn hrefs(&self) -> impl Iterator<Item = String> + use<> {
        let element = self.to_element();
        let is_href = |child: &Element| child.name() == const { Name::dav("href") };
        // One child after the other: all of them at once may be much longer than the element.
        let hrefs = element.children().filter(is_href);
        let hrefs: Vec<_> = hrefs
            .map(|href| href.text().trim_ascii().to_owned())
            .collect();
        hrefs.into_iter()
    }

    /// The value of an attribute, as by [`Element::attribute`].
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{read::Reader, xml::Name};
    ///
    /// let body = br##"<multistatus xmlns="DAV:"><response><href>/work/</href><propstat><prop>
    ///     <calendar-color xmlns="http://apple.com/ns/ical/" symbolic-color="red">#FF2968</calendar-color>
    /// </prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"##;
    ///
    /// let response = Reader::new(body).next().unwrap()?;
    /// let color = Name::from_static("http://apple.com/ns/ical/", "calendar-color");
    /// let color = response.value(&color).unwrap();
    /// let symbol = color.attribute(&Name::from_static("", "symbolic-color"));
    /// assert_eq!(symbol.as_deref(), Some("red"));
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &Name<'_>) -> Option<String> {
        self.entered()?.attribute_value(name)
    }

    /// The language of the content, as `xml:lang` says here or outside of the element.
    #[must_use]
    pub fn lang(&self) -> Option<String> {
        self.entered()?.language().map(str::to_owned)
    }

    /// Whether the element has no content at all, not even white space. Comments and processing instructions
    /// do not count as content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        is_empty(self.inside())
    }

    /// The element as the server wrote it. It may use prefixes that are declared outside of it.
    #[must_use]
    pub fn as_written(&self) -> &'r str {
        self.layout.whole.of(self.text, self.slots)
    }

    /// Copies the element, so that it stands on its own: it declares what it needs of the namespaces around
    /// it. Where others write the body, all its elements at once may be many times as long as the body: copy
    /// those that are needed.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let outside = self.response.outside(self.layout);
        Element::part(self.as_written(), outside, self.name())
    }

    /// A parser that has just entered the element. It never fails, since the text was checked.
    fn entered(&self) -> Option<Parser<'r>> {
        let mut parser = Parser::of_part(self.as_written(), self.response.outside(self.layout));
        parser.next().ok()?;
        Some(parser)
    }

    fn inside(&self) -> &'r str {
        let inside = self.layout.inside;
        inside.map_or("", |inside| inside.of(self.text, self.slots))
    }
}

impl fmt::Debug for ElementRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_written())
    }
}

/// Two elements are equal if they are equal as [`Element`]s.
impl PartialEq for ElementRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.to_element() == other.to_element()
    }
}

impl Eq for ElementRef<'_> {}

// === impl Elements ===

impl<'r> Elements<'r> {
    pub(super) fn new(
        text: &'r str,
        slots: &'r Slots,
        response: &'r Layout,
        layouts: &'r [ElementLayout],
    ) -> Self {
        Self {
            text,
            slots,
            response,
            layouts: layouts.iter(),
        }
    }
}

impl fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl PartialEq for Elements<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(self.clone(), other.clone())
    }
}

impl Eq for Elements<'_> {}

impl<'r> Iterator for Elements<'r> {
    type Item = ElementRef<'r>;

    fn next(&mut self) -> Option<ElementRef<'r>> {
        let layout = self.layouts.next()?;
        Some(ElementRef {
            text: self.text,
            slots: self.slots,
            response: self.response,
            layout,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.layouts.size_hint()
    }
}

impl ExactSizeIterator for Elements<'_> {}

impl FusedIterator for Elements<'_> {}
