//! Parts of a multistatus in other elements: a resource inside a property, and propstats under a
//! root of their own.

use super::{form::Form, names::KnownNames, propstat::PropStat, resource::Resource};
use crate::xml::Content;

// === impl Resource ===

impl<F: Form> Resource<F> {
    /// Writes the resource as a `DAV:response` element into the value of a property, in place of
    /// the `DAV:href` that names it, as the `expand-property` report does
    /// ([RFC 3253, section 3.8](https://www.rfc-editor.org/rfc/rfc3253#section-3.8)).
    ///
    /// Its own properties can hold resources in turn.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, Resource, prop, xml::Name};
    ///
    /// let ann = Resource::new(Href::path("/people/ann")).prop(prop::DisplayName("Ann"));
    /// let owner = prop::with_content(Name::dav("owner"), |owner| ann.write(owner));
    /// let notes = Resource::new(Href::collection("/notes")).prop(owner);
    /// assert!(notes.to_string().contains(
    ///     "<D:owner><D:response><D:href>/people/ann</D:href>"
    /// ));
    /// ```
    pub fn write(&self, parent: &mut Content<'_>) {
        let (out, prefixes) = parent.pieces();
        let known = &mut KnownNames::default();
        let (response, ..) = self.clone().finish(prefixes, known);
        out.extend_from_slice(&response);
    }
}

// === helpers ===

/// Writes propstats as the children of an element.
pub(crate) fn push_propstats(propstats: &[PropStat], parent: &mut Content<'_>) {
    let (out, prefixes) = parent.pieces();
    for propstat in propstats {
        let hoisted = propstat.hoist(prefixes);
        propstat.push(out, (!hoisted).then_some(&*prefixes));
    }
}
