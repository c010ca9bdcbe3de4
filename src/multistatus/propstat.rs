//! Properties that share a status.

use http::StatusCode;

use super::{
    notes::Notes,
    prop::{self, Property},
    status::push_status,
};
use crate::{
    dav::Condition,
    xml::{Content, Forbidden, Name, Prefixes},
};

/// Properties of one resource that share a status, and what explains it: a `DAV:propstat`
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
    group: Group,
    prefixes: Prefixes,
    forbidden: Forbidden,
}

/// What a propstat holds, whoever declares its prefixes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Group {
    pub(super) status: StatusCode,
    /// The encoded children of `prop`.
    pub(super) properties: Vec<u8>,
    notes: Option<Box<Notes>>,
}

/// A room for the names that most resources lack.
const CAPACITY: usize = 192;

// === impl PropStat ===

impl PropStat {
    /// Begins with the status that all properties in it have.
    pub fn new(status: StatusCode) -> Self {
        Self {
            group: Group::new(status),
            prefixes: Prefixes::default(),
            forbidden: Forbidden::default(),
        }
    }

    /// Adds a property with its value.
    pub fn prop(mut self, property: impl Property) -> Self {
        prop::write(&property, &mut self.content());
        self
    }

    /// Adds a property by its name alone.
    pub fn name(mut self, name: &Name<'_>) -> Self {
        self.content().element(name).empty();
        self
    }

    /// Adds a condition that was not met, to `DAV:error`.
    pub fn error(mut self, condition: impl Into<Condition>) -> Self {
        let notes = self.group.notes.get_or_insert_default();
        notes.add_error(&condition.into(), &mut self.prefixes, self.forbidden);
        self
    }

    /// Sets the text that a person may be shown, the `DAV:responsedescription`.
    pub fn description(mut self, text: impl AsRef<str>) -> Self {
        self.group
            .notes
            .get_or_insert_default()
            .set_description(text.as_ref(), self.forbidden);
        self
    }

    /// Sets what becomes of the characters that XML cannot hold, from here on. Default:
    /// [`Forbidden::Replace`].
    pub fn forbidden(mut self, forbidden: Forbidden) -> Self {
        self.forbidden = forbidden;
        self
    }

    /// Lets `prefixes` declare its own, if they agree; whether they do.
    pub(super) fn hoist(&mut self, prefixes: &mut Prefixes) -> bool {
        let agrees = prefixes.agrees(&self.prefixes);
        if agrees {
            prefixes.merge(&self.prefixes);
        }
        agrees
    }

    /// What is left when its prefixes are declared elsewhere.
    pub(super) fn into_group(self) -> Group {
        self.group
    }

    /// Whether the properties are missing.
    pub(super) fn is_missing(&self) -> bool {
        self.group.is_missing()
    }

    /// Appends the element. `outer` holds what is declared around it.
    pub(super) fn push(&self, out: &mut Vec<u8>, outer: &Prefixes) {
        out.extend_from_slice(b"<D:propstat");
        self.prefixes.push_declarations(out, outer);
        out.extend_from_slice(b"><D:prop>");
        self.group.push_rest(out);
    }

    fn content(&mut self) -> Content<'_> {
        Content::new(
            &mut self.group.properties,
            &mut self.prefixes,
            self.forbidden,
        )
    }
}

// === impl Group ===

impl Group {
    pub(super) fn new(status: StatusCode) -> Self {
        Self {
            status,
            properties: Vec::with_capacity(CAPACITY),
            notes: None,
        }
    }

    /// Whether the properties of another group belong into this one.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.status == other.status && self.notes == other.notes
    }

    /// Whether nothing explains the status.
    pub(super) fn is_plain(&self) -> bool {
        self.notes.is_none()
    }

    pub(super) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    pub(super) fn push(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<D:propstat><D:prop>");
        self.push_rest(out);
    }

    fn push_rest(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.properties);
        out.extend_from_slice(b"</D:prop>");
        push_status(out, self.status);
        if let Some(notes) = &self.notes {
            notes.push(out);
        }
        out.extend_from_slice(b"</D:propstat>");
    }
}
