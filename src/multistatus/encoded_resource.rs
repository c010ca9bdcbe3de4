//! Resources that are written many times.

use std::{fmt, ops::Range};

use super::{
    document::MultiStatus,
    form::Form,
    names::KnownNames,
    resource::{Resource, declaring},
    responses::Entry,
};
use crate::xml::{PrefixMark, Prefixes};

/// A [`Resource`] that is encoded once and written into many documents; made by [`Resource::into_encoded`].
///
/// Writing it only copies its bytes. It suits a server that keeps what it says of each resource until that
/// changes.
///
/// Its type does not say whether it has properties. So it can be listed where both forms can, in a
/// [`MultiStatus`] and a [`MultiStatusStream`](crate::MultiStatusStream), but not where properties are
/// required, as in [`Matches`](crate::outcome::Matches) and
/// [`SyncCollection`](crate::outcome::SyncCollection).
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, Resource, prop};
///
/// let kept = [("/a.txt", 3), ("/b.txt", 5)].map(|(path, length)| {
///     Resource::new(Href::path(path)).prop(prop::GetContentLength(length)).into_encoded()
/// });
/// for _request in 0..2 {
///     let listing: MultiStatus = kept.iter().collect();
///     assert_eq!(listing.len(), 2);
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct EncodedResource {
    /// The `response`, which declares nothing.
    response: Box<[u8]>,
    entry: Entry,
    /// Where the text of the href is, unless there are several.
    href: Option<Range<usize>>,
    prefixes: Prefixes,
}

// === impl EncodedResource ===

impl fmt::Debug for EncodedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let response = String::from_utf8_lossy(&self.response);
        write!(f, "EncodedResource({response})")
    }
}

// === impl Resource ===

impl<F: Form> Resource<F> {
    /// Encodes the whole resource, to be kept and written many times.
    #[must_use]
    pub fn into_encoded(self) -> EncodedResource {
        let prefixes = self.prefixes().clone();
        let (response, entry, href) = self.finish(&prefixes, &mut KnownNames::default());
        EncodedResource {
            response: response.into_vec().into(),
            entry,
            href,
            prefixes,
        }
    }
}

// === impl MultiStatus ===

impl MultiStatus {
    pub(super) fn push_encoded(&mut self, resource: &EncodedResource) {
        let declared = self.declare(&resource.prefixes);
        let EncodedResource {
            response,
            entry,
            href,
            prefixes,
        } = resource;
        match self.prefixes.covers(prefixes) {
            true => self.append_one(response, entry.clone(), href.clone(), declared),
            false => self.push_undeclared(resource, declared),
        }
    }

    /// Adds a resource that declares what has not been declared around it.
    #[inline(never)]
    fn push_undeclared(&mut self, resource: &EncodedResource, declared: PrefixMark) {
        let response = declaring(&resource.response, &resource.prefixes, &self.prefixes);
        let more = response.len() - resource.response.len();
        let mut entry = resource.entry.clone();
        entry.move_by(more);
        let href = resource.href.as_ref();
        let href = href.map(|text| more + text.start..more + text.end);
        self.append_one(&response, entry, href, declared);
    }
}
