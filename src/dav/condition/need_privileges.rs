//! The condition `need-privileges`.

use super::code::Explanation;
use crate::{
    dav::{Condition, Href},
    xml::{Content, Name},
};

/// The privileges that a caller lacks, each with the resource that requires it: the content of
/// `DAV:need-privileges`
/// ([RFC 3744, section 7.1.1](https://www.rfc-editor.org/rfc/rfc3744#section-7.1.1)).
///
/// # Grammar
///
/// ```text
/// <!ELEMENT need-privileges (resource)* >
/// <!ELEMENT resource ( href , privilege ) >
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{DavError, Href, dav::condition::NeedPrivileges, xml::Name};
///
/// let lacking = NeedPrivileges::new(Href::path("/a"), Name::dav("unbind"))
///     .and(Href::path("/c"), Name::dav("bind"));
/// let error = DavError::from(lacking);
/// assert_eq!(error.status(), 403);
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct NeedPrivileges {
    lacking: Vec<(Href<'static>, Name<'static>)>,
}

// === impl NeedPrivileges ===

impl NeedPrivileges {
    /// Begins with a privilege that the caller lacks on a resource; it is named by its element,
    /// such as `DAV:write-content`.
    pub fn new(resource: Href<'_>, privilege: Name<'_>) -> Self {
        Self {
            lacking: Vec::new(),
        }
        .and(resource, privilege)
    }

    /// Adds another privilege.
    pub fn and(mut self, resource: Href<'_>, privilege: Name<'_>) -> Self {
        self.lacking
            .push((resource.into_owned(), privilege.into_owned()));
        self
    }

    /// All pairs of a resource and a privilege, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&Href<'static>, &Name<'static>)> {
        self.lacking
            .iter()
            .map(|(resource, privilege)| (resource, privilege))
    }
}

impl Explanation for NeedPrivileges {
    fn is_empty(&self) -> bool {
        self.lacking.is_empty()
    }

    fn write(&self, condition: &mut Content<'_>) {
        for (href, privilege) in self.iter() {
            let tag = condition.element(const { &Name::dav("resource") });
            tag.content(|resource| {
                href.write(resource);
                let tag = resource.element(const { &Name::dav("privilege") });
                tag.content(|inside| {
                    inside.element(privilege).empty();
                });
            });
        }
    }
}

impl<'h, 'n> Extend<(Href<'h>, Name<'n>)> for NeedPrivileges {
    fn extend<I: IntoIterator<Item = (Href<'h>, Name<'n>)>>(&mut self, lacking: I) {
        let lacking = lacking.into_iter();
        self.lacking.extend(
            lacking.map(|(resource, privilege)| (resource.into_owned(), privilege.into_owned())),
        );
    }
}

impl From<NeedPrivileges> for Condition {
    fn from(lacking: NeedPrivileges) -> Self {
        Self::NeedPrivileges(lacking)
    }
}
