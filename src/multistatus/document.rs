//! The multistatus as a whole.

use std::fmt;

use super::{
    encoded::{Encoded, Entry},
    notes::push_element,
    resource::{Either, Resource},
};
use crate::xml::{Forbidden, Prefixes, push_text};

/// Many resources, each with a status of its own: the body of a
/// [207 Multi-Status](https://www.rfc-editor.org/rfc/rfc4918#section-13).
///
/// It is collected from [`Resource`]s, or filled by [`push`](MultiStatus::push), and is a response by
/// itself: from an axum handler, or by [`into_http`](MultiStatus::into_http) without one. Under a
/// [`MultiStatusLayer`](crate::MultiStatusLayer) the response also follows what the request prefers.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, Resource, prop};
///
/// let answer: MultiStatus = ["/a.txt", "/b & c.txt"]
///     .iter()
///     .map(|path| Resource::new(Href::path(path)).prop(prop::GetContentLength(3)))
///     .collect();
/// assert_eq!(answer.len(), 2);
///
/// let response = answer.into_http();
/// assert_eq!(response.status(), 207);
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
#[must_use = "a multistatus does nothing until it is a response"]
pub struct MultiStatus {
    /// The `response` elements, one after the other.
    responses: Vec<u8>,
    entries: Vec<Entry>,
    prefixes: Prefixes,
    /// What follows the responses: `responsedescription` and `sync-token`, as encoded content.
    description: Vec<u8>,
    sync_token: Vec<u8>,
}

// === impl MultiStatus ===

impl MultiStatus {
    /// Makes an empty one, which is a legal answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text that a person may be shown about the whole answer, the `DAV:responsedescription`.
    pub fn description(mut self, text: impl AsRef<str>) -> Self {
        self.description.clear();
        push_text(&mut self.description, text.as_ref(), Forbidden::default());
        self
    }

    /// Sets the `DAV:sync-token`, a URI
    /// ([RFC 6578, section 6.4](https://www.rfc-editor.org/rfc/rfc6578#section-6.4)).
    pub fn sync_token(mut self, token: impl AsRef<str>) -> Self {
        self.sync_token.clear();
        push_text(&mut self.sync_token, token.as_ref(), Forbidden::default());
        self
    }

    /// Adds a resource.
    pub fn push(&mut self, resource: impl Into<Resource<Either>>) {
        let entry = resource
            .into()
            .finish(&mut self.responses, &mut self.prefixes);
        self.entries.push(entry);
    }

    /// How many resources there are; several that share a status in one `response` count as one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no resources.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Ends the document.
    pub(crate) fn encoded(self) -> Encoded {
        Encoded {
            head: self.head().into(),
            tail: self.tail().into(),
            responses: self.responses.into(),
            entries: self.entries,
        }
    }

    /// What stands before the responses.
    fn head(&self) -> Vec<u8> {
        let mut head = Vec::with_capacity(256);
        head.extend_from_slice(br#"<?xml version="1.0" encoding="utf-8"?>"#);
        head.extend_from_slice(br#"<D:multistatus xmlns:D="DAV:""#);
        self.prefixes
            .push_declarations(&mut head, &Prefixes::default());
        head.push(b'>');
        head
    }

    /// What stands after the responses.
    fn tail(&self) -> Vec<u8> {
        let mut tail = Vec::with_capacity(64);
        push_element(&mut tail, "responsedescription", &self.description);
        push_element(&mut tail, "sync-token", &self.sync_token);
        tail.extend_from_slice(b"</D:multistatus>");
        tail
    }
}

impl fmt::Debug for MultiStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MultiStatus({self})")
    }
}

/// The whole document.
impl fmt::Display for MultiStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in [&self.head(), &self.responses, &self.tail()] {
            f.write_str(&String::from_utf8_lossy(piece))?;
        }
        Ok(())
    }
}

impl<R: Into<Resource<Either>>> Extend<R> for MultiStatus {
    fn extend<I: IntoIterator<Item = R>>(&mut self, resources: I) {
        resources
            .into_iter()
            .for_each(|resource| self.push(resource));
    }
}

impl<R: Into<Resource<Either>>> FromIterator<R> for MultiStatus {
    fn from_iter<I: IntoIterator<Item = R>>(resources: I) -> Self {
        let mut multistatus = Self::new();
        multistatus.extend(resources);
        multistatus
    }
}
