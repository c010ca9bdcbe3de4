//! One resource, written in place.

use std::{borrow::Borrow, fmt, ops::Range};

use http::StatusCode;

use super::{
    description::Description,
    document::MultiStatus,
    notes::Notes,
    prop::{Property, Row},
    propstat::PropStat,
    resource::{EMPTY_FOUND, OPEN},
    responses::Entry,
    sections::Sections,
};
use crate::{
    dav::{Condition, Href},
    xml::{Buffer, Content, IllegalChars, Name, PrefixMark},
};

/// A resource with properties that is written at the end of a [`MultiStatus`], straight from borrowed
/// values; made by [`MultiStatus::resource`].
///
/// [`end`](Self::end) adds it to the multistatus; if it is dropped before, as by an early return, it is left
/// out, though the root may still declare a namespace for it. It has the setters of a
/// [`Resource`](crate::Resource), and allocates nothing as long as the buffer of the multistatus has room.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, prop, xml::Name};
///
/// # let files = [("/a.txt", 3), ("/b.txt", 5)];
/// let mut listing = MultiStatus::new();
/// for (path, length) in files {
///     listing
///         .resource(Href::path(path))
///         .prop(prop::GetContentLength(length))
///         .missing(&Name::dav("getetag"))
///         .end();
/// }
/// assert_eq!(listing.len(), 2);
/// ```
#[must_use = "a resource is written by `end`"]
pub struct ResourceWriter<'m> {
    document: &'m mut MultiStatus,
    start: usize,
    /// The text of the href.
    href: Range<usize>,
    /// What the document declared before.
    declared: PrefixMark,
    sections: Sections,
    notes: Option<Box<Notes>>,
    illegal_chars: IllegalChars,
    ended: bool,
}

// === impl ResourceWriter ===

impl<'m> ResourceWriter<'m> {
    pub(super) fn begin(document: &'m mut MultiStatus, href: &Href<'_>) -> Self {
        let start = document.responses.len();
        let MultiStatus {
            responses,
            prefixes,
            ..
        } = &mut *document;
        responses.extend_from_slice(OPEN);
        let text = href.push_element(responses);
        Self {
            start,
            href: text,
            declared: prefixes.mark(),
            document,
            sections: Sections::default(),
            notes: None,
            illegal_chars: IllegalChars::default(),
            ended: false,
        }
    }

    /// Adds a property that was found, with its value: it goes under 200.
    ///
    /// A property occurs once in a resource: if it is added again, the first one stays.
    #[inline(always)]
    #[must_use = "a resource is written by `end`"]
    pub fn prop(&mut self, property: impl Property) -> &mut Self {
        let written = property.write(&mut self.with_status(StatusCode::OK));
        self.sections.note(property.key(), &written);
        self
    }

    /// Adds all properties of a row: those that are `None` go under 404, all others under 200.
    #[inline]
    #[must_use = "a resource is written by `end`"]
    pub fn row(&mut self, row: &impl Row) -> &mut Self {
        self.sections.note_row(row.key());
        if row.has_found() {
            row.write_found(&mut self.with_status(StatusCode::OK));
        }
        if row.has_missing() {
            row.write_missing(&mut self.with_status(StatusCode::NOT_FOUND));
        }
        self
    }

    /// Adds the name of a property that was found, without its value.
    #[must_use = "a resource is written by `end`"]
    pub fn name(&mut self, name: &Name<'_>) -> &mut Self {
        self.withheld(name, StatusCode::OK)
    }

    /// Adds the name of a property that does not exist: it goes under 404.
    #[inline(always)]
    #[must_use = "a resource is written by `end`"]
    pub fn missing(&mut self, name: &Name<'_>) -> &mut Self {
        self.withheld(name, StatusCode::NOT_FOUND)
    }

    /// Adds the name of a property that has another status, such as 401 or 403.
    ///
    /// A property cannot have a status below 200, above 599 or from 300 to 399: that is a fault of the
    /// server, and is written as 500.
    #[inline(always)]
    #[must_use = "a resource is written by `end`"]
    pub fn withheld(&mut self, name: &Name<'_>, status: StatusCode) -> &mut Self {
        let written = self.with_status(status).empty_element(name);
        self.sections.note(name.key(), &written);
        self
    }

    /// Adds properties that share a status and its explanation.
    #[must_use = "a resource is written by `end`"]
    pub fn propstat(&mut self, propstat: impl Borrow<PropStat>) -> &mut Self {
        let propstat = propstat.borrow();
        let MultiStatus {
            responses,
            prefixes,
            ..
        } = &mut *self.document;
        let hoisted = propstat.hoist(prefixes);
        self.sections.add(propstat, prefixes, !hoisted, responses);
        self
    }

    /// Adds an unmet condition to the `DAV:error`.
    #[must_use = "a resource is written by `end`"]
    pub fn error(&mut self, condition: impl Into<Condition>) -> &mut Self {
        if self.ended {
            // It would leave a prefix behind, and no bytes with which the prefix would be forgotten.
            return self;
        }
        let notes = self.notes.get_or_insert_default();
        notes.add_error(
            &condition.into(),
            &mut self.document.prefixes,
            self.illegal_chars,
        );
        self
    }

    /// Sets the `DAV:responsedescription`, a text that may be shown to a person. Default: none.
    #[must_use = "a resource is written by `end`"]
    pub fn description<'d>(&mut self, text: impl Into<Description<'d>>) -> &mut Self {
        Notes::describe(&mut self.notes, &text.into(), self.illegal_chars);
        self
    }

    /// Sets the `DAV:score`, how well the resource matches a search; see
    /// [`Resource::score`](crate::Resource::score). Default: none.
    #[must_use = "a resource is written by `end`"]
    pub fn score(&mut self, score: u16) -> &mut Self {
        self.notes.get_or_insert_default().set_score(score);
        self
    }

    /// Sets what becomes of the characters that XML cannot hold, from here on. Default:
    /// [`IllegalChars::Replace`].
    #[must_use = "a resource is written by `end`"]
    pub fn illegal_chars(&mut self, illegal_chars: IllegalChars) -> &mut Self {
        self.illegal_chars = illegal_chars;
        self
    }

    /// Ends the resource, and adds it to the multistatus, unless its href occurs there already. What is set
    /// afterwards is lost.
    pub fn end(&mut self) {
        if self.ended {
            return;
        }
        self.ended = true;
        let mut entry = self.close();
        let used = self.document.prefixes.mark();
        if let Some(declared) = self.document.sealed {
            if used != declared {
                entry.move_by(self.declare(declared));
            }
        }
        let may_wait = self.declared == used;
        let MultiStatus {
            responses, taken, ..
        } = &mut *self.document;
        let claim = taken.claim(&responses[self.href.clone()], self.href.start);
        if !self.document.admit_one(entry, claim, may_wait) {
            self.document.prefixes.reset(self.declared);
        }
    }

    #[inline(always)]
    fn with_status(&mut self, status: StatusCode) -> Content<'_> {
        self.sections.turn_to(status, &mut self.document.responses);
        self.content()
    }

    #[inline(always)]
    fn content(&mut self) -> Content<'_> {
        let MultiStatus {
            responses,
            prefixes,
            ..
        } = &mut *self.document;
        Content::new(responses, prefixes, self.illegal_chars)
    }

    #[inline]
    fn close(&mut self) -> Entry {
        let MultiStatus {
            responses: out,
            prefixes,
            known_names,
            ..
        } = &mut *self.document;
        self.sections.mend(out, prefixes, known_names);
        let outline = self.sections.finish(self.start, out);
        if self.sections.is_empty() {
            out.extend_from_slice(EMPTY_FOUND);
        }
        if let Some(notes) = &self.notes {
            notes.push(out);
        }
        out.extend_from_slice(b"</D:response>");
        Entry {
            end: out.len(),
            missing: outline.missing,
            only_missing: outline.only_missing,
            has_properties: true,
            succeeded: outline.succeeded && self.notes.is_none(),
            tells_failure: false,
        }
    }

    /// Declares on the resource what was not declared at the root. Returns how many bytes that takes.
    #[cold]
    #[inline(never)]
    fn declare(&mut self, declared: PrefixMark) -> usize {
        let MultiStatus {
            responses,
            prefixes,
            ..
        } = &mut *self.document;
        let used = prefixes.clone();
        prefixes.reset(declared);
        let mut declarations = Buffer::default();
        used.push_declarations(&mut declarations, prefixes);
        let at = self.start + OPEN.len() - 1;
        let more = declarations.len();
        responses.insert(at, &declarations);
        self.href = self.href.start + more..self.href.end + more;
        more
    }
}

impl fmt::Debug for ResourceWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceWriter").finish_non_exhaustive()
    }
}
