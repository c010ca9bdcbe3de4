//! Properties: a name and a value.
//!
//! The live properties of [RFC 4918, section 15](https://www.rfc-editor.org/rfc/rfc4918#section-15) have
//! types of their own, which write their values as the RFC asks, and so has the [`SupportedReportSet`]. Any
//! other property is made of a [`Name`] and a text ([`text`]), hrefs ([`href`], [`hrefs`]) or elements
//! ([`with_content`]); a property that is XML already is an [`xml::Element`](crate::xml::Element).
//!
//! Properties that always come together form a [`Row`], and one that is written many times can be kept
//! [`Encoded`].
//!
//! ```
//! use statuary::{Href, Resource, prop, xml::Name};
//!
//! const COLOR: Name<'static> = Name::from_static("http://example.com/ns", "color");
//!
//! let resource = Resource::new(Href::path("/walls/north"))
//!     .prop(prop::DisplayName("North wall"))
//!     .prop(prop::text(COLOR, "bleu").lang("fr"));
//! ```

mod encoded;
mod hrefs;
mod live;
mod named;
mod row;

use std::{borrow::Cow, fmt};

pub use self::live::{
    CreationDate, DisplayName, GetContentLanguage, GetContentLength, GetContentType, GetEtag,
    GetLastModified, LockDiscovery, ResourceType, SupportedLock, SupportedReportSet,
};
pub use self::{
    encoded::Encoded,
    hrefs::{Hrefs, href, hrefs},
    named::{Named, Value},
    row::Row,
};
use crate::xml::{Content, Element, Name, Tag, Written};

/// A property of a resource: a name and a value.
///
/// A type of your own writes its element by the [`Tag`] that it is given; only a written tag becomes the
/// [`Written`] that it has to return:
///
/// ```
/// use statuary::{Property, xml::{Name, Tag, Written}};
///
/// struct Rating(u8);
///
/// impl Property for Rating {
///     fn name(&self) -> Name<'_> {
///         const { Name::from_static("http://example.com/ns", "rating") }
///     }
///
///     fn value(&self, tag: Tag<'_, '_>) -> Written {
///         tag.text(&"*".repeat(self.0.into()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a property",
    note = "`statuary::prop` has the properties of RFC 4918, and `prop::text` for any other"
)]
pub trait Property {
    /// The name of the property.
    fn name(&self) -> Name<'_>;

    /// Writes the value: the attributes and the content of the property's element.
    fn value(&self, tag: Tag<'_, '_>) -> Written;

    /// Writes the property as a child of `DAV:prop`; overridden where there is a faster way than by its name
    /// and its value.
    #[doc(hidden)]
    #[inline(always)]
    fn write(&self, prop: &mut Content<'_>) -> Written {
        self.value(prop.element(&self.name()))
    }

    /// The number that stands for the name; overridden where it is known beforehand.
    #[doc(hidden)]
    #[inline(always)]
    fn key(&self) -> u64 {
        self.name().key()
    }
}

/// A property with text as its value; made by [`text`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Text<'a> {
    name: Name<'a>,
    value: Cow<'a, str>,
    lang: Option<Cow<'a, str>>,
}

/// A property with elements as its value; made by [`with_content`].
#[derive(Clone)]
#[must_use]
pub struct WithContent<'a, F> {
    name: Name<'a>,
    write: F,
}

/// A property of any namespace whose value is text.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::Name};
///
/// const NOTE: Name<'static> = Name::from_static("http://example.com/ns", "note");
///
/// let resource = Resource::new(Href::path("/a")).prop(prop::text(NOTE, "R & D").lang("en"));
/// assert!(resource.to_string().contains(r#"<n0:note xml:lang="en">R &amp; D</n0:note>"#));
/// ```
#[inline]
pub fn text<'a>(name: Name<'a>, value: impl Into<Cow<'a, str>>) -> Text<'a> {
    Text {
        name,
        value: value.into(),
        lang: None,
    }
}

/// A property of any namespace whose value is what `write` writes: elements and text.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::Name};
///
/// let nobody = prop::with_content(Name::dav("current-user-principal"), |principal| {
///     principal.element(&Name::dav("unauthenticated")).empty();
/// });
/// let resource = Resource::new(Href::path("/notes")).prop(nobody);
/// assert!(resource.to_string().contains(
///     "<D:current-user-principal><D:unauthenticated/></D:current-user-principal>"
/// ));
/// ```
pub fn with_content<F: Fn(&mut Content<'_>)>(name: Name<'_>, write: F) -> WithContent<'_, F> {
    WithContent { name, write }
}

// === impl Property ===

impl<P: Property + ?Sized> Property for &P {
    #[inline(always)]
    fn name(&self) -> Name<'_> {
        (**self).name()
    }

    #[inline(always)]
    fn value(&self, tag: Tag<'_, '_>) -> Written {
        (**self).value(tag)
    }

    #[inline]
    fn write(&self, prop: &mut Content<'_>) -> Written {
        (**self).write(prop)
    }

    #[inline(always)]
    fn key(&self) -> u64 {
        (**self).key()
    }
}

// === impl Element ===

/// Writes the property as it was set, with its whole value.
impl Property for Element {
    fn name(&self) -> Name<'_> {
        self.name()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        tag.whole(self)
    }

    #[inline]
    fn write(&self, prop: &mut Content<'_>) -> Written {
        prop.append(self);
        prop.written()
    }
}

// === impl Text ===

impl<'a> Text<'a> {
    /// Sets the language of the text, as `xml:lang`. Default: none.
    pub fn lang(mut self, tag: impl Into<Cow<'a, str>>) -> Self {
        self.lang = Some(tag.into());
        self
    }
}

impl Property for Text<'_> {
    #[inline(always)]
    fn name(&self) -> Name<'_> {
        self.name.borrowed()
    }

    #[inline(always)]
    fn value(&self, tag: Tag<'_, '_>) -> Written {
        match &self.lang {
            Some(lang) => tag.lang(lang).text(&self.value),
            None => tag.text(&self.value),
        }
    }

    #[inline(always)]
    fn write(&self, prop: &mut Content<'_>) -> Written {
        match self.lang {
            Some(_) => self.value(prop.element(&self.name)),
            None => prop.text_element(&self.name, &self.value),
        }
    }

    #[inline(always)]
    fn key(&self) -> u64 {
        self.name.key()
    }
}

// === impl WithContent ===

impl<F: Fn(&mut Content<'_>)> Property for WithContent<'_, F> {
    fn name(&self) -> Name<'_> {
        self.name.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        tag.content(|content| (self.write)(content))
    }
}

impl<F> fmt::Debug for WithContent<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithContent")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
