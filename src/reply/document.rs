//! A document other than a multistatus.

use http::{Response, StatusCode};

use super::{body::DavBody, respond};
use crate::xml::{self, Content, Name};

/// A response whose body is an element of any name: the answer to a report that is no 207, such as
/// [`PrincipalSearchPropertySet`](crate::request::report::PrincipalSearchPropertySet).
///
/// An error has its [own document](crate::DavError), and so has a [lock](crate::outcome::Lock). As in a
/// multistatus, a [`MultiStatusLayer`](crate::MultiStatusLayer) puts its mount before the hrefs.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{reply::Document, xml::Name};
///
/// const SET: Name<'static> = Name::dav("principal-search-property-set");
/// const PROPERTY: Name<'static> = Name::dav("principal-search-property");
///
/// let searchable = [("displayname", "Full name"), ("group-membership", "Groups")];
/// let answer = Document::new(StatusCode::OK, &SET, |set| {
///     for (name, description) in searchable {
///         set.element(&PROPERTY).content(|property| {
///             property.element(&Name::dav("prop")).content(|prop| {
///                 prop.element(&Name::dav(name)).empty();
///             });
///             property.element(&Name::dav("description")).lang("en").text(description);
///         });
///     }
/// });
/// let response = answer.into_http();
/// assert_eq!(response.headers()["content-type"], "application/xml; charset=utf-8");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a document does nothing until it is a response"]
pub struct Document {
    status: StatusCode,
    bytes: Vec<u8>,
}

// === impl Document ===

impl Document {
    /// Writes a document: the element with this name, and what `write` puts into it.
    pub fn new(status: StatusCode, root: &Name<'_>, write: impl FnOnce(&mut Content<'_>)) -> Self {
        Self {
            status,
            bytes: xml::document(root, write),
        }
    }

    /// Makes the response: the status, `application/xml`, and a body whose length is known.
    #[must_use]
    pub fn into_http(self) -> Response<DavBody> {
        respond::document(self.status, self.bytes)
    }
}
