//! Element content on its way into a document.

use std::fmt;

use super::{
    element::Element,
    escape::{Forbidden, push_attribute, push_text},
    name::Name,
    prefixes::{Prefix, Prefixes},
};

/// The inside of an element that is being written: text and elements.
///
/// What is written through it is well-formed and namespace-correct whatever is given: text is
/// escaped, names were checked when they were made, and every prefix is declared.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::Name};
///
/// const PRIVILEGE: Name<'static> = Name::dav("privilege");
///
/// let mine = prop::with_content(Name::dav("current-user-privilege-set"), |set| {
///     for right in ["read", "write-content"] {
///         set.element(&PRIVILEGE).content(|privilege| {
///             privilege.element(&Name::dav(right)).empty();
///         });
///     }
/// });
/// let resource = Resource::new(Href::path("/notes")).prop(mine);
/// assert!(resource.to_string().contains("<D:privilege><D:write-content/></D:privilege>"));
/// ```
pub struct Content<'b> {
    out: &'b mut Vec<u8>,
    prefixes: &'b mut Prefixes,
    forbidden: Forbidden,
}

/// An element that is being written: first its attributes, then, to end it, its content.
#[must_use = "an element is written by `empty`, `text` or `content`"]
pub struct Tag<'c, 'n> {
    content: Content<'c>,
    name: &'n Name<'n>,
    /// Where the element begins, once it does, and its prefix.
    open: Option<(usize, Prefix)>,
    ended: bool,
}

/// The proof that a [`Tag`] was ended.
#[derive(Debug)]
pub struct Written(());

// === impl Content ===

impl<'b> Content<'b> {
    #[inline]
    pub(crate) fn new(
        out: &'b mut Vec<u8>,
        prefixes: &'b mut Prefixes,
        forbidden: Forbidden,
    ) -> Self {
        Self {
            out,
            prefixes,
            forbidden,
        }
    }

    /// Writes text.
    #[inline]
    pub fn text(&mut self, text: &str) {
        push_text(self.out, text, self.forbidden);
    }

    /// Begins an element.
    #[inline]
    pub fn element<'n>(&mut self, name: &'n Name<'n>) -> Tag<'_, 'n> {
        let content = Content::new(self.out, self.prefixes, self.forbidden);
        Tag {
            content,
            name,
            open: None,
            ended: false,
        }
    }

    /// Writes an element that is there already.
    pub fn append(&mut self, element: &Element) {
        self.out.extend_from_slice(element.as_str().as_bytes());
    }

    /// Where whole pieces go that bring prefixes of their own, and the prefixes that are in scope.
    pub(crate) fn pieces(&mut self) -> (&mut Vec<u8>, &mut Prefixes) {
        (self.out, self.prefixes)
    }

    /// Where text goes that is known to need no escape.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        self.out
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").finish_non_exhaustive()
    }
}

// === impl Tag ===

#[expect(
    clippy::must_use_candidate,
    reason = "only a property has a use for the proof"
)]
impl Tag<'_, '_> {
    /// Adds an attribute. Of several with one name, the first stays.
    pub fn attribute(mut self, name: &Name<'_>, value: &str) -> Self {
        let prefix = self.content.prefixes.of(name.namespace());
        self.push_attribute(|out| prefix.push_name(out, name.local()), value);
        self
    }

    /// Adds `xml:lang`, the language of all text inside
    /// ([RFC 4918, section 4.3](https://www.rfc-editor.org/rfc/rfc4918#section-4.3)).
    pub fn lang(mut self, tag: &str) -> Self {
        self.push_attribute(|out| out.extend_from_slice(b"xml:lang"), tag);
        self
    }

    /// Ends the element without content.
    pub fn empty(mut self) -> Written {
        self.open();
        self.end_empty();
        Written(())
    }

    /// Ends the element with text as its content.
    #[inline]
    pub fn text(self, text: &str) -> Written {
        self.content(|content| content.text(text))
    }

    /// Ends the element with what `write` puts into it.
    #[inline]
    pub fn content(mut self, write: impl FnOnce(&mut Content<'_>)) -> Written {
        let (_, prefix) = self.open();
        self.content.out.push(b'>');
        write(&mut self.content);
        self.content.out.extend_from_slice(b"</");
        prefix.push_name(self.content.out, self.name.local());
        self.content.out.push(b'>');
        self.ended = true;
        Written(())
    }

    /// Ends the element as one of its name whose markup is ready, on both sides of its content.
    #[inline]
    pub(crate) fn fused(
        mut self,
        [open, close]: [&'static str; 2],
        write: impl FnOnce(&mut Content<'_>),
    ) -> Written {
        self.ended = true;
        self.content.out.extend_from_slice(open.as_bytes());
        write(&mut self.content);
        self.content.out.extend_from_slice(close.as_bytes());
        Written(())
    }

    /// Ends the element as one of its name that is there already, attributes and all.
    pub(crate) fn whole(mut self, element: &Element) -> Written {
        if self.open.is_none() {
            self.content.append(element);
            self.ended = true;
        }
        Written(())
    }

    #[inline]
    fn open(&mut self) -> (usize, Prefix) {
        if let Some(open) = self.open {
            return open;
        }
        let Content { out, prefixes, .. } = &mut self.content;
        let open = (out.len(), prefixes.of(self.name.namespace()));
        out.push(b'<');
        open.1.push_name(out, self.name.local());
        self.open = Some(open);
        open
    }

    fn end_empty(&mut self) {
        self.content.out.extend_from_slice(b"/>");
        self.ended = true;
    }

    fn push_attribute(&mut self, push_name: impl FnOnce(&mut Vec<u8>), value: &str) {
        let (start, _) = self.open();
        let Content { out, forbidden, .. } = &mut self.content;
        let attribute = out.len();
        out.push(b' ');
        push_name(out);
        out.extend_from_slice(b"=\"");
        // Values hold no bare quote, so nothing but an attribute of this name looks like this.
        let (before, this) = out[start..].split_at(attribute - start);
        if memchr::memmem::find(before, this).is_some() {
            out.truncate(attribute);
            return;
        }
        push_attribute(out, value, *forbidden);
        out.push(b'"');
    }
}

/// An element that was begun is ended, whatever becomes of the one who writes it.
impl Drop for Tag<'_, '_> {
    fn drop(&mut self) {
        if self.open.is_some() && !self.ended {
            self.end_empty();
        }
    }
}

impl fmt::Debug for Tag<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag")
            .field("name", self.name)
            .finish_non_exhaustive()
    }
}
