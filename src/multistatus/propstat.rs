//! Properties that share a status.

use std::ops::Range;

use http::StatusCode;

use super::{
    description::Description, names::Names, notes::Notes, prop::Property, sections::OPEN,
    status::push_property_status,
};
use crate::{
    dav::Condition,
    xml::{Buffer, Content, IllegalChars, Name, Prefixes},
};

/// Properties of one resource that share a status and its explanation: a `DAV:propstat`
/// ([RFC 4918, section 14.22](https://www.rfc-editor.org/rfc/rfc4918#section-14.22)).
///
/// A [`Resource`](crate::Resource) joins the propstats that agree in status, error and description.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Condition, Href, PropStat, Resource, xml::Name};
///
/// let refused = PropStat::new(StatusCode::FORBIDDEN)
///     .name(&Name::dav("getetag"))
///     .error(Condition::CannotModifyProtectedProperty)
///     .description("the server computes it");
/// let resource = Resource::new(Href::path("/report")).propstat(refused);
/// assert!(resource.to_string().contains(
///     "<D:error><D:cannot-modify-protected-property/></D:error>\
///      <D:responsedescription>the server computes it</D:responsedescription>"
/// ));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct PropStat {
    status: StatusCode,
    /// The start tags and the encoded children of `prop`.
    properties: Buffer,
    names: Names,
    notes: Option<Box<Notes>>,
    prefixes: Prefixes,
    illegal_chars: IllegalChars,
}

// === impl PropStat ===

impl PropStat {
    /// Begins a propstat with the status of all its properties.
    ///
    /// A property cannot have a status below 200, above 599 or from 300 to 399: that is a fault of the
    /// server, and is written as 500.
    pub fn new(status: StatusCode) -> Self {
        let mut properties = Buffer::default();
        properties.extend_from_slice(OPEN);
        Self {
            status,
            properties,
            names: Names::default(),
            notes: None,
            prefixes: Prefixes::default(),
            illegal_chars: IllegalChars::default(),
        }
    }

    /// Adds a property with its value.
    pub fn prop(mut self, property: impl Property) -> Self {
        let written = property.write(&mut self.content());
        self.names.add(written.key(property.key()));
        self
    }

    /// Adds the name of a property, without its value.
    pub fn name(mut self, name: &Name<'_>) -> Self {
        self.names.add(name.key());
        self.content().element(name).empty();
        self
    }

    /// Adds an unmet condition to the `DAV:error`.
    pub fn error(mut self, condition: impl Into<Condition>) -> Self {
        let notes = self.notes.get_or_insert_default();
        notes.add_error(&condition.into(), &mut self.prefixes, self.illegal_chars);
        self
    }

    /// Sets the `DAV:responsedescription`, a text that may be shown to a person. Default: none.
    pub fn description<'d>(mut self, text: impl Into<Description<'d>>) -> Self {
        Notes::describe(&mut self.notes, &text.into(), self.illegal_chars);
        self
    }

    /// Sets what becomes of the characters that XML cannot hold, from here on. Default:
    /// [`IllegalChars::Replace`].
    pub fn illegal_chars(mut self, illegal_chars: IllegalChars) -> Self {
        self.illegal_chars = illegal_chars;
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn names(&self) -> Names {
        self.names
    }

    /// Adds its own prefixes to `prefixes`, if they agree. Returns whether they do.
    pub(super) fn hoist(&self, prefixes: &mut Prefixes) -> bool {
        if prefixes.covers(&self.prefixes) {
            return true;
        }
        let agrees = prefixes.agrees(&self.prefixes);
        if agrees {
            prefixes.merge(&self.prefixes);
        }
        agrees
    }

    /// Whether nothing explains the status.
    pub(super) fn is_plain(&self) -> bool {
        self.notes.is_none()
    }

    /// Appends the element up to the last of its properties, all of whose prefixes are declared.
    #[inline]
    pub(super) fn push_open(&self, out: &mut Buffer) {
        out.extend_from_slice(&self.properties);
    }

    /// Appends the element, and returns where its properties and its notes are. `outer` holds what is
    /// declared around it; with `None`, all that it uses is.
    pub(super) fn push(
        &self,
        out: &mut Buffer,
        outer: Option<&Prefixes>,
    ) -> (Range<usize>, Range<usize>) {
        let properties = &self.properties[OPEN.len()..];
        match outer {
            None => self.push_open(out),
            Some(outer) => {
                out.extend_from_slice(b"<D:propstat");
                self.prefixes.push_declarations(out, outer);
                out.extend_from_slice(b"><D:prop>");
                out.extend_from_slice(properties);
            }
        }
        let properties = out.len() - properties.len()..out.len();
        out.extend_from_slice(b"</D:prop>");
        push_property_status(out, self.status);
        let start = out.len();
        if let Some(notes) = &self.notes {
            notes.push(out);
        }
        let notes = start..out.len();
        out.extend_from_slice(b"</D:propstat>");
        (properties, notes)
    }

    fn content(&mut self) -> Content<'_> {
        Content::new(&mut self.properties, &mut self.prefixes, self.illegal_chars)
    }
}

/// Has no properties so far.
impl From<StatusCode> for PropStat {
    fn from(status: StatusCode) -> Self {
        Self::new(status)
    }
}

/// Takes the status that belongs to the condition, or 403, and has no properties so far.
impl From<Condition> for PropStat {
    fn from(condition: Condition) -> Self {
        let status = condition.status().unwrap_or(StatusCode::FORBIDDEN);
        Self::new(status).error(condition)
    }
}
