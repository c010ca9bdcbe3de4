//! Writing the content of elements.

use std::{
    fmt,
    mem::{self, ManuallyDrop},
};

use super::{
    buffer::Buffer,
    element::Element,
    escape::{IllegalChars, SHORT, push_attribute, push_text},
    name::Name,
    prefixes::{Prefix, PrefixMark, Prefixes},
};

/// The content of an element that is being written: text and elements.
///
/// Its output is well-formed and namespace-correct whatever it is given: text is escaped, names were checked
/// when they were made, and every prefix is declared.
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
    out: &'b mut Buffer,
    prefixes: &'b mut Prefixes,
    illegal_chars: IllegalChars,
}

/// An element that is being written: first its attributes, then its content, which ends it.
#[must_use = "an element is written by `empty`, `text` or `content`"]
pub struct Tag<'c, 'n> {
    content: Content<'c>,
    name: &'n Name<'n>,
    /// Where the element begins, once it is begun, and its prefix.
    open: Option<(usize, Prefix)>,
    /// What was declared before an element that has attributes.
    before: Option<PrefixMark>,
    state: State,
}

/// How far an element has been written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Ended,
    InContent,
    InTag,
}

/// As much as an empty tag with a short name needs.
const TAG: usize = SHORT + 8;

/// As much as two tags with short names and a short text between them need.
const ELEMENT: usize = 2 * TAG + SHORT;

/// The proof that a [`Tag`] was ended.
#[derive(Debug)]
pub struct Written {
    /// The difference between the key of the name that was written and that of the tag.
    shift: u64,
}

// === impl Content ===

impl<'b> Content<'b> {
    #[inline]
    pub(crate) fn new(
        out: &'b mut Buffer,
        prefixes: &'b mut Prefixes,
        illegal_chars: IllegalChars,
    ) -> Self {
        Self {
            out,
            prefixes,
            illegal_chars,
        }
    }

    /// Writes text.
    #[inline]
    pub fn text(&mut self, text: &str) {
        push_text(self.out, text, self.illegal_chars);
    }

    /// Begins an element.
    #[inline]
    pub fn element<'n>(&mut self, name: &'n Name<'n>) -> Tag<'_, 'n> {
        let content = Content::new(self.out, self.prefixes, self.illegal_chars);
        Tag {
            content,
            name,
            open: None,
            before: None,
            state: State::InTag,
        }
    }

    /// Writes an existing element.
    pub fn append(&mut self, element: &Element) {
        push_kept(self.out, element.as_str());
    }

    /// Writes an element without content.
    #[inline(always)]
    pub(crate) fn empty_element(&mut self, name: &Name<'_>) -> Written {
        match self.put_empty(name) {
            true => Written::AS_NAMED,
            false => self.element(name).empty_slowly(),
        }
    }

    /// Writes an element with text as its content.
    #[inline(always)]
    pub(crate) fn text_element(&mut self, name: &Name<'_>, text: &str) -> Written {
        match self.put_text(name, text) {
            true => Written::AS_NAMED,
            false => self.element(name).text_slowly(text),
        }
    }

    /// The buffer, for whole pieces that bring prefixes of their own, and the prefixes in scope.
    pub(crate) fn pieces(&mut self) -> (&mut Buffer, &mut Prefixes) {
        (self.out, self.prefixes)
    }

    /// The proof that an element was written here without a [`Tag`].
    #[inline]
    pub(crate) fn written(&mut self) -> Written {
        Written::AS_NAMED
    }

    /// The buffer, for text that is known to need no escaping.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Buffer {
        self.out
    }

    /// Writes an empty element in one piece, if its name is short. Returns whether it is.
    #[inline(always)]
    fn put_empty(&mut self, name: &Name<'_>) -> bool {
        let local = name.local().as_bytes();
        let is_short = local.len() <= SHORT;
        let Some(opening) = self.prefixes.opening(name).filter(|_| is_short) else {
            return false;
        };
        let mut piece = self.out.piece(TAG);
        piece.put_front(&opening.bytes, opening.len);
        piece.put_ends(local);
        piece.put(b"/>");
        let length = piece.len();
        self.out.count(length);
        true
    }

    /// Writes an element with text in one piece, if both its name and the text are short, and the text needs
    /// no escaping. Returns whether that is so.
    #[inline(always)]
    fn put_text(&mut self, name: &Name<'_>, text: &str) -> bool {
        let local = name.local().as_bytes();
        let is_short = local.len() <= SHORT;
        let Some(opening) = self.prefixes.opening(name).filter(|_| is_short) else {
            return false;
        };
        let mut piece = self.out.piece(ELEMENT);
        piece.put_front(&opening.bytes, opening.len);
        piece.put_ends(local);
        piece.put(b">");
        let is_clean = piece.put_clean(text);
        if is_clean {
            piece.put(b"</");
            piece.put_front(&opening.prefix(), opening.len - 1);
            piece.put_ends(local);
            piece.put(b">");
            let length = piece.len();
            self.out.count(length);
        }
        is_clean
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
    /// Adds an attribute. Of several with the same name, the first stays; `xmlns`, which is a declaration and
    /// not an attribute, is ignored.
    #[inline(never)]
    pub fn attribute(mut self, name: &Name<'_>, value: &str) -> Self {
        if name.namespace().is_empty() && name.local() == "xmlns" {
            return self;
        }
        self.note_prefixes();
        let prefix = self.content.prefixes.of(name);
        self.push_attribute(|out| prefix.push_name(out, name.local()), value);
        self
    }

    /// Adds `xml:lang`, the language of all text inside
    /// ([RFC 4918, section 4.3](https://www.rfc-editor.org/rfc/rfc4918#section-4.3)).
    #[inline(never)]
    pub fn lang(mut self, tag: &str) -> Self {
        self.note_prefixes();
        self.push_attribute(|out| out.extend_from_slice(b"xml:lang"), tag);
        self
    }

    /// Ends the element without content.
    #[inline(always)]
    pub fn empty(self) -> Written {
        // Nothing is left to be done once it is written.
        let mut tag = ManuallyDrop::new(self);
        let name = tag.name;
        if tag.open.is_none() && tag.content.put_empty(name) {
            return Written::AS_NAMED;
        }
        ManuallyDrop::into_inner(tag).empty_slowly()
    }

    /// Ends the element with text as its content.
    #[inline(always)]
    pub fn text(self, text: &str) -> Written {
        let mut tag = ManuallyDrop::new(self);
        let name = tag.name;
        if tag.open.is_none() && tag.content.put_text(name, text) {
            return Written::AS_NAMED;
        }
        ManuallyDrop::into_inner(tag).text_slowly(text)
    }

    /// Ends the element with what `write` puts into it.
    #[inline]
    pub fn content(mut self, write: impl FnOnce(&mut Content<'_>)) -> Written {
        self.open();
        self.content.out.push(b'>');
        self.state = State::InContent;
        write(&mut self.content);
        self.close();
        Written::AS_NAMED
    }

    /// Writes an existing element in place of this one, including its attributes.
    pub(crate) fn whole(self, element: &Element) -> Written {
        self.instead(element.name().key(), |content| content.append(element))
    }

    /// Writes something else, whose name has this key, in place of this element.
    pub(crate) fn instead(mut self, key: u64, write: impl FnOnce(&mut Content<'_>)) -> Written {
        if let (Some((start, _)), Some(before)) = (self.open.take(), self.before) {
            self.content.out.truncate(start);
            self.content.prefixes.reset(before);
        }
        self.state = State::Ended;
        write(&mut self.content);
        Written {
            shift: key.wrapping_sub(self.name.key()),
        }
    }

    #[inline(never)]
    fn empty_slowly(mut self) -> Written {
        self.open();
        self.close();
        Written::AS_NAMED
    }

    #[inline(never)]
    fn text_slowly(self, text: &str) -> Written {
        self.content(|content| content.text(text))
    }

    #[inline]
    fn open(&mut self) -> (usize, Prefix) {
        if let Some(open) = self.open {
            return open;
        }
        let Content { out, prefixes, .. } = &mut self.content;
        let open = (out.len(), prefixes.of(self.name));
        out.push(b'<');
        open.1.push_name(out, self.name.local());
        self.open = Some(open);
        open
    }

    /// Ends the element, wherever it is.
    #[inline]
    fn close(&mut self) {
        let state = mem::replace(&mut self.state, State::Ended);
        match (state, self.open) {
            (State::InTag, Some(_)) => self.content.out.extend_from_slice(b"/>"),
            (State::InContent, Some((_, prefix))) => {
                self.content.out.extend_from_slice(b"</");
                prefix.push_name(self.content.out, self.name.local());
                self.content.out.push(b'>');
            }
            _ => {}
        }
    }

    /// Remembers what was declared before the first attribute, since another element may be written in place
    /// of this one.
    fn note_prefixes(&mut self) {
        self.before
            .get_or_insert_with(|| self.content.prefixes.mark());
    }

    fn push_attribute(&mut self, push_name: impl FnOnce(&mut Buffer), value: &str) {
        let (start, _) = self.open();
        let Content {
            out, illegal_chars, ..
        } = &mut self.content;
        let attribute = out.len();
        out.push(b' ');
        push_name(out);
        out.extend_from_slice(b"=\"");
        // A value that ends with the name and what follows it is not taken for the attribute: it stands
        // between quotes, and has none itself.
        let (before, this) = out[start..].split_at(attribute - start);
        let is_outside = |at: usize| memchr::memchr_iter(b'"', &before[..at]).count() % 2 == 0;
        if memchr::memmem::find_iter(before, this).any(is_outside) {
            out.truncate(attribute);
            return;
        }
        push_attribute(out, value, *illegal_chars);
        out.push(b'"');
    }
}

/// An element that was begun is always ended, even if its writer panics.
impl Drop for Tag<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Tag<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag")
            .field("name", self.name)
            .finish_non_exhaustive()
    }
}

// === impl Written ===

impl Written {
    const AS_NAMED: Self = Self { shift: 0 };

    /// The key of the name that was written, given that of the tag.
    #[inline(always)]
    pub(crate) fn key(&self, key_of_tag: u64) -> u64 {
        key_of_tag.wrapping_add(self.shift)
    }
}

// === helpers ===

/// Appends stored markup as it is. Only hrefs in it that look like those that this crate writes get a
/// different spelling of the same tag: stored hrefs are not moved below a mount, nor do they become URIs.
fn push_kept(out: &mut Buffer, markup: &str) {
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once("<D:href>/") {
        out.extend_from_slice(before.as_bytes());
        out.extend_from_slice(b"<D:href  >/");
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
}
