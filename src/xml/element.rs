//! One element, kept as text.

use std::fmt;

use super::{
    capture::GIVEN,
    error::Error,
    limits::Limits,
    name::Name,
    parser::{Parser, Token},
    scope::Outside,
};

/// One element, checked and kept as text.
///
/// It is the value of a dead property between the PROPPATCH that sets it and the PROPFIND that asks for it, a
/// condition code inside a `DAV:error`, or a property that a client does not know. It preserves what
/// [RFC 4918, section 4.3](https://www.rfc-editor.org/rfc/rfc4918#section-4.3) asks for: names, prefixes,
/// attributes, the order of elements and text, white space, and the language in scope. Comments and
/// processing instructions are dropped, and CDATA becomes text. Names that are in `DAV:` by a default
/// namespace get a prefix, since the Windows Mini-Redirector does not understand such a default.
///
/// The text can be put into any document that binds the prefix `D` to `DAV:`, as every document written by
/// this crate does: all other namespaces that it needs are declared on it. Two elements are equal if they are
/// written the same way, including prefixes.
///
/// # Examples
///
/// ```
/// use statuary::xml::{Element, Name};
///
/// let author = Element::parse(r#"<x:author xmlns:x="urn:x" xml:lang="en"><x:name>Jane</x:name></x:author>"#)?;
/// assert_eq!(author.name(), Name::new("urn:x", "author").unwrap());
/// assert_eq!(author.lang(), Some("en"));
///
/// let name = author.children().next().unwrap();
/// assert_eq!(name.text(), "Jane");
/// assert_eq!(name.as_str(), r#"<x:name xmlns:x="urn:x" xml:lang="en">Jane</x:name>"#);
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Element {
    xml: Box<str>,
    name: Name<'static>,
    lang: Option<Box<str>>,
}

/// The elements directly inside an element; made by [`Element::children`].
#[derive(Debug)]
pub struct Children<'a> {
    parser: Option<Parser<'a>>,
}

// === impl Element ===

impl Element {
    /// Reads one element. The prefix `D` is bound to `DAV:` unless the text binds it otherwise.
    ///
    /// # Errors
    ///
    /// When the text is not one well-formed element, with nothing but white space, comments and processing
    /// instructions around it, or exceeds [`Limits::response`].
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::xml::Element;
    ///
    /// let kind = Element::parse("<D:resourcetype><D:collection></D:collection></D:resourcetype>")?;
    /// assert_eq!(kind.as_str(), "<D:resourcetype><D:collection/></D:resourcetype>");
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_with(text, &Limits::response())
    }

    /// Reads one element under limits of your own; see [`Element::parse`].
    ///
    /// # Errors
    ///
    /// When the text is not one well-formed element, or exceeds one of the limits.
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Self, Error> {
        limits.check_bytes(text.len())?;
        let mut parser = Parser::of_element(text, GIVEN, limits);
        parser.next()?;
        let element = parser.element()?;
        parser.next()?;
        Ok(element)
    }

    /// An element that was checked when it was read, with the scope outside of it.
    pub(crate) fn part(text: &str, outside: &Outside, name: Name<'_>) -> Self {
        let mut parser = Parser::of_part(text, outside);
        let element = parser.next().and_then(|_| parser.element());
        element.unwrap_or_else(|_| Self::new(text.into(), name.into_owned(), None))
    }

    pub(super) fn new(xml: Box<str>, name: Name<'static>, lang: Option<Box<str>>) -> Self {
        Self { xml, name, lang }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        self.name.borrowed()
    }

    /// The value of an attribute, with its references resolved. Most attributes are in no namespace,
    /// whatever the namespace of the element is.
    ///
    /// # Examples
    ///
    /// The components that a calendar supports
    /// ([RFC 4791, section 5.2.3](https://www.rfc-editor.org/rfc/rfc4791#section-5.2.3)):
    ///
    /// ```
    /// use statuary::xml::{Element, Name};
    ///
    /// let name = Name::from_static("", "name");
    /// let taken = Element::parse(
    ///     r#"<C:supported-calendar-component-set xmlns:C="urn:ietf:params:xml:ns:caldav">
    ///         <C:comp name="VEVENT"/><C:comp name="VTODO"/>
    ///     </C:supported-calendar-component-set>"#,
    /// )?;
    /// let taken: Vec<_> = taken.children().filter_map(|comp| comp.attribute(&name)).collect();
    /// assert_eq!(taken, ["VEVENT", "VTODO"]);
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &Name<'_>) -> Option<String> {
        self.inside()?.attribute_value(name)
    }

    /// The language of the content, as `xml:lang` says.
    #[must_use]
    pub fn lang(&self) -> Option<&str> {
        self.lang.as_deref()
    }

    /// The text directly inside the element, without the text of elements inside it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = self.inside();
        while let Some(parser) = &mut inside {
            match parser.next() {
                Ok(Token::Text) => text.push_str(&parser.text()),
                Ok(Token::Start) if parser.skip().is_ok() => {}
                _ => inside = None,
            }
        }
        text
    }

    /// The first element with this name directly inside the element.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::xml::{Element, Name};
    ///
    /// let kind = Element::parse("<D:resourcetype><D:collection/></D:resourcetype>")?;
    /// assert!(kind.child(&Name::dav("collection")).is_some());
    /// assert!(kind.child(&Name::dav("principal")).is_none());
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    #[must_use]
    pub fn child(&self, name: &Name<'_>) -> Option<Self> {
        self.inside()?.child(name).ok().flatten()
    }

    /// The elements directly inside the element, in order.
    ///
    /// Each is a copy that declares again what it needs of the namespaces around it. Where others write the
    /// elements, all children at once may be many times as long as this element: look at one after the other,
    /// or take [the one](Self::child) that is needed.
    #[must_use]
    pub fn children(&self) -> Children<'_> {
        Children {
            parser: self.inside(),
        }
    }

    /// Whether the element has no content at all, not even white space.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        // With content it would end with an end tag.
        self.xml.ends_with("/>")
    }

    /// The element as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.xml
    }

    /// The names of the elements directly inside the element, in order.
    pub(crate) fn child_names(&self) -> Vec<Name<'static>> {
        let mut names = Vec::new();
        if let Some(mut parser) = self.inside() {
            while parser.enter() == Ok(true) {
                names.push(parser.name().into_owned());
                if parser.skip().is_err() {
                    break;
                }
            }
        }
        names
    }

    /// A parser that has just entered the element. It never fails, since the text was checked.
    fn inside(&self) -> Option<Parser<'_>> {
        let mut parser = Parser::of_element(&self.xml, GIVEN, &Limits::none());
        parser.next().ok()?;
        Some(parser)
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.xml)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.xml)
    }
}

impl std::str::FromStr for Element {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

// === impl Children ===

impl Iterator for Children<'_> {
    type Item = Element;

    fn next(&mut self) -> Option<Element> {
        let parser = self.parser.as_mut()?;
        let child = match parser.enter() {
            Ok(true) => parser.element().ok(),
            _ => None,
        };
        if child.is_none() {
            self.parser = None;
        }
        child
    }
}

impl std::iter::FusedIterator for Children<'_> {}
