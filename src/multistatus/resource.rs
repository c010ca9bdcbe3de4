//! One resource of a multistatus.

use std::{borrow::Borrow, fmt, marker::PhantomData, mem, ops::Range};

use http::StatusCode;

use super::{
    description::Description,
    form::{Either, Form, Properties, Status},
    names::KnownNames,
    notes::Notes,
    prop::{Property, Row},
    propstat::PropStat,
    responses::{Entry, href_spans},
    sections::Sections,
    status::push_status,
};
use crate::{
    dav::{Condition, Href},
    xml::{Buffer, Content, IllegalChars, Name, Prefixes},
};

/// One resource of a [`MultiStatus`](crate::MultiStatus): a `DAV:response`
/// ([RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)).
///
/// It has either properties or a status, and its type says which: [`Resource::new`] begins one with
/// [`Properties`], [`Resource::status`] makes one with a [`Status`]. Where both are wanted in one
/// place, as in the arms of a `match`, [`either`](Resource::either) forgets the difference.
///
/// Properties are grouped by status as they are added. A resource without any has an empty `propstat` with
/// 200, which is legal; to have no `propstat` at all is not.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Href, MultiStatus, Resource, prop};
///
/// # let files = [("/a.txt", Some(3)), ("/b.txt", None)];
/// let answer: MultiStatus = files
///     .iter()
///     .map(|(path, length)| match length {
///         Some(length) => Resource::new(Href::path(path))
///             .prop(prop::GetContentLength(*length))
///             .either(),
///         None => Resource::status(Href::path(path), StatusCode::NOT_FOUND).either(),
///     })
///     .collect();
/// ```
///
/// A resource with a status has no properties:
///
/// ```compile_fail
/// use http::StatusCode;
/// use statuary::{Href, Resource, prop};
///
/// Resource::status(Href::path("/a"), StatusCode::OK).prop(prop::GetContentLength(3));
/// ```
#[must_use]
pub struct Resource<F = Properties> {
    /// In a box, since every setter moves it.
    draft: Box<Draft>,
    form: PhantomData<fn() -> F>,
}

/// A resource that is being encoded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Draft {
    /// The start tag, the hrefs, and the propstats, in this order.
    buffer: Buffer,
    /// Where the text of the href is, unless there are several.
    href: Option<Range<usize>>,
    sections: Sections,
    /// Instead of propstats.
    status: Option<StatusCode>,
    notes: Option<Box<Notes>>,
    prefixes: Prefixes,
    illegal_chars: IllegalChars,
}

/// Enough for the nine properties that most clients ask for, and a size that allocators keep at hand.
const CAPACITY: usize = 1024;
const STATUS_CAPACITY: usize = 320;

/// How a `response` begins, unless it declares prefixes.
pub(super) const OPEN: &[u8] = b"<D:response>";

/// The propstat of a resource without properties; RFC 8144 also puts it in the place of missing ones.
pub(crate) const EMPTY_FOUND: &[u8] =
    b"<D:propstat><D:prop/><D:status>HTTP/1.1 200 OK</D:status></D:propstat>";

// === impl Resource ===

impl Resource<Properties> {
    /// Begins a resource that has properties.
    pub fn new(href: Href<'_>) -> Self {
        Self::of(Draft::new(&href, CAPACITY, None))
    }

    /// Adds a property that was found, with its value: it goes under 200.
    ///
    /// A property occurs once in a resource: if it is added again, the first one stays.
    #[inline]
    pub fn prop(mut self, property: impl Property) -> Self {
        self.add(&property, StatusCode::OK);
        self
    }

    /// Adds all properties of a row: those that are `None` go under 404, all others under 200.
    #[inline]
    pub fn row(mut self, row: &impl Row) -> Self {
        self.draft.sections.note_row(row.key());
        if row.has_found() {
            row.write_found(&mut self.draft.with_status(StatusCode::OK));
        }
        if row.has_missing() {
            row.write_missing(&mut self.draft.with_status(StatusCode::NOT_FOUND));
        }
        self
    }

    /// Adds the name of a property that was found, without its value: it goes under 200. Answers to
    /// `propname` and to PROPPATCH consist of these.
    pub fn name(mut self, name: &Name<'_>) -> Self {
        self.add_name(name, StatusCode::OK);
        self
    }

    /// Adds the name of a property that does not exist: it goes under 404.
    #[inline(always)]
    pub fn missing(self, name: &Name<'_>) -> Self {
        self.withheld(name, StatusCode::NOT_FOUND)
    }

    /// Adds the name of a property that has another status, such as 401 or 403.
    ///
    /// A property cannot have a status below 200, above 599 or from 300 to 399: that is a fault of the
    /// server, and is written as 500.
    #[inline(always)]
    pub fn withheld(mut self, name: &Name<'_>, status: StatusCode) -> Self {
        self.add_name(name, status);
        self
    }

    /// Sets the `DAV:score`, how well the resource matches a search: from 0 to 10000; a higher score is
    /// written as 10000 ([RFC 5323, section 5.16.1](https://www.rfc-editor.org/rfc/rfc5323#section-5.16.1)).
    /// Default: none.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, Resource};
    ///
    /// let found = Resource::new(Href::path("/a")).score(9_000);
    /// assert!(found.to_string().contains("<D:score>9000</D:score>"));
    /// ```
    pub fn score(mut self, score: u16) -> Self {
        let notes = self.draft.notes.get_or_insert_default();
        notes.set_score(score);
        self
    }

    /// Adds properties that share a status and its explanation.
    pub fn propstat(mut self, propstat: impl Borrow<PropStat>) -> Self {
        self.draft.add(propstat.borrow());
        self
    }

    #[inline]
    pub(crate) fn add(&mut self, property: &impl Property, status: StatusCode) {
        let written = property.write(&mut self.draft.with_status(status));
        self.draft.sections.note(property.key(), &written);
    }

    #[inline(always)]
    pub(crate) fn add_name(&mut self, name: &Name<'_>, status: StatusCode) {
        let written = self.draft.with_status(status).empty_element(name);
        self.draft.sections.note(name.key(), &written);
    }
}

impl Resource<Status> {
    /// Makes a resource that has a status and no properties: the outcome of a `DELETE`, `COPY`, `MOVE` or
    /// `LOCK` of a member, or a member that does not exist.
    ///
    /// A status below 200 or above 599 has no place in a multistatus, and one from 300 to 399 needs a
    /// location ([`Resource::redirect`]): they are faults of the server, and are written as 500.
    pub fn status(href: Href<'_>, status: StatusCode) -> Self {
        let status = match status.is_redirection() {
            true => StatusCode::INTERNAL_SERVER_ERROR,
            false => status,
        };
        Self::of(Draft::new(&href, STATUS_CAPACITY, Some(status)))
    }

    /// Adds the href of another resource that has the same status.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::StatusCode;
    /// use statuary::{Href, Resource};
    ///
    /// let both = Resource::status(Href::path("/a"), StatusCode::LOCKED).and(Href::path("/b"));
    /// assert_eq!(
    ///     both.to_string(),
    ///     "<D:response><D:href>/a</D:href><D:href>/b</D:href>\
    ///      <D:status>HTTP/1.1 423 Locked</D:status></D:response>"
    /// );
    /// ```
    pub fn and(mut self, href: Href<'_>) -> Self {
        href.write(&mut self.draft.content());
        self.draft.href = None;
        self
    }

    /// Makes a resource that has moved: a status from 300 to 399 with its `DAV:location`
    /// ([section 13.2](https://www.rfc-editor.org/rfc/rfc4918#section-13.2)).
    ///
    /// With any other status the location, which would confuse clients, is left out.
    pub fn redirect(href: Href<'_>, status: StatusCode, location: Href<'_>) -> Self {
        if !status.is_redirection() {
            return Self::status(href, status);
        }
        let mut resource = Self::of(Draft::new(&href, STATUS_CAPACITY, Some(status)));
        let Draft {
            notes, prefixes, ..
        } = &mut *resource.draft;
        notes
            .get_or_insert_default()
            .set_location(&location, prefixes);
        resource
    }
}

impl<F: Form> Resource<F> {
    /// Adds an unmet condition to the `DAV:error`.
    pub fn error(mut self, condition: impl Into<Condition>) -> Self {
        let Draft {
            notes,
            prefixes,
            illegal_chars,
            ..
        } = &mut *self.draft;
        notes
            .get_or_insert_default()
            .add_error(&condition.into(), prefixes, *illegal_chars);
        self
    }

    /// Sets the `DAV:responsedescription`, a text that may be shown to a person. Default: none.
    pub fn description<'d>(mut self, text: impl Into<Description<'d>>) -> Self {
        let Draft {
            notes,
            illegal_chars,
            ..
        } = &mut *self.draft;
        Notes::describe(notes, &text.into(), *illegal_chars);
        self
    }

    /// Sets what becomes of the characters that XML cannot hold, from here on. Default:
    /// [`IllegalChars::Replace`].
    pub fn illegal_chars(mut self, illegal_chars: IllegalChars) -> Self {
        self.draft.illegal_chars = illegal_chars;
        self
    }

    /// Forgets which form the resource has.
    pub fn either(self) -> Resource<Either> {
        Resource::of(self.draft)
    }

    /// Its href; of several, the first.
    pub(crate) fn href(&self) -> Href<'_> {
        let mut spans = href_spans(&self.draft.buffer);
        let text = spans.next().map_or(0..0, |span| span.text);
        Href::of_escaped(&self.draft.buffer[text])
    }

    /// The `response` as it is in a document that has declared these prefixes, its outline, and the place of
    /// its href's text, unless it has several.
    pub(super) fn finish(
        mut self,
        declared: &Prefixes,
        known: &mut KnownNames,
    ) -> (Buffer, Entry, Option<Range<usize>>) {
        let draft = &mut *self.draft;
        let entry = draft.finish(declared, known);
        (mem::take(&mut draft.buffer), entry, draft.href.take())
    }

    /// The prefixes that it uses.
    pub(super) fn prefixes(&self) -> &Prefixes {
        &self.draft.prefixes
    }

    fn of(draft: Box<Draft>) -> Self {
        Self {
            draft,
            form: PhantomData,
        }
    }
}

impl<F> Clone for Resource<F> {
    fn clone(&self) -> Self {
        Self {
            draft: self.draft.clone(),
            form: PhantomData,
        }
    }
}

impl<F: Form> fmt::Debug for Resource<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({self})")
    }
}

/// The `DAV:response` as it will be written.
impl<F: Form> fmt::Display for Resource<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = &mut KnownNames::default();
        let (response, ..) = self.clone().finish(self.prefixes(), known);
        f.write_str(&String::from_utf8_lossy(&response))
    }
}

impl<F> Eq for Resource<F> {}

impl<F> PartialEq for Resource<F> {
    fn eq(&self, other: &Self) -> bool {
        self.draft == other.draft
    }
}

impl From<Resource<Properties>> for Resource<Either> {
    fn from(resource: Resource<Properties>) -> Self {
        resource.either()
    }
}

impl From<Resource<Status>> for Resource<Either> {
    fn from(resource: Resource<Status>) -> Self {
        resource.either()
    }
}

// === impl Draft ===

impl Draft {
    fn new(href: &Href<'_>, capacity: usize, status: Option<StatusCode>) -> Box<Self> {
        // Made in its place, not moved there.
        let mut draft = Box::<Self>::default();
        draft.status = status;
        draft.buffer = Buffer::with_capacity(capacity);
        draft.buffer.extend_from_slice(OPEN);
        draft.href = Some(href.push_element(&mut draft.buffer));
        draft
    }

    /// Where properties with this status, and no explanation of it, are written.
    #[inline(always)]
    fn with_status(&mut self, status: StatusCode) -> Content<'_> {
        self.sections.turn_to(status, &mut self.buffer);
        self.content()
    }

    fn add(&mut self, propstat: &PropStat) {
        let hoisted = propstat.hoist(&mut self.prefixes);
        let Self {
            buffer,
            sections,
            prefixes,
            ..
        } = self;
        sections.add(propstat, prefixes, !hoisted, buffer);
    }

    /// Ends the `response`; `declared` holds what is declared around it.
    fn finish(&mut self, declared: &Prefixes, known: &mut KnownNames) -> Entry {
        let out = &mut self.buffer;
        self.sections.mend(out, &self.prefixes, known);
        let mut outline = self.sections.finish(0, out);
        match self.status {
            Some(status) => {
                push_status(out, status);
                outline.succeeded = status.is_success();
            }
            None if self.sections.is_empty() => out.extend_from_slice(EMPTY_FOUND),
            None => {}
        }
        if let Some(notes) = &self.notes {
            notes.push(out);
        }
        out.extend_from_slice(b"</D:response>");
        let mut entry = Entry {
            end: out.len(),
            missing: outline.missing,
            only_missing: outline.only_missing,
            has_properties: self.status.is_none(),
            succeeded: outline.succeeded && self.notes.is_none(),
            tells_failure: false,
        };
        if !declared.covers(&self.prefixes) {
            entry.move_by(self.declare(declared));
        }
        entry
    }

    /// Declares what is not declared around it. Returns how many bytes that takes.
    #[inline(never)]
    fn declare(&mut self, declared: &Prefixes) -> usize {
        let mut declarations = Buffer::default();
        self.prefixes.push_declarations(&mut declarations, declared);
        self.buffer.insert(OPEN.len() - 1, &declarations);
        let more = declarations.len();
        let moved = |text: Range<usize>| text.start + more..text.end + more;
        self.href = self.href.take().map(moved);
        more
    }

    fn content(&mut self) -> Content<'_> {
        Content::new(&mut self.buffer, &mut self.prefixes, self.illegal_chars)
    }
}

// === helpers ===

/// A copy of a response, which declares what of these prefixes is not declared around it.
pub(super) fn declaring(response: &[u8], prefixes: &Prefixes, declared: &Prefixes) -> Vec<u8> {
    let mut declarations = Buffer::default();
    prefixes.push_declarations(&mut declarations, declared);
    let (open, rest) = response.split_at(OPEN.len() - 1);
    [open, &declarations, rest].concat()
}
