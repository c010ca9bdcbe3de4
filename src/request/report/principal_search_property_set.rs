//! Which properties of principals can be searched.

use crate::{
    request::{
        body::{Body, body, depth},
        walk::{self, DAV},
    },
    xml::{Error, Parser},
};

/// Asks which properties a [`PrincipalPropertySearch`](super::PrincipalPropertySearch) may look into. The
/// answer is not a 207 but a `principal-search-property-set`, a [`Document`](crate::reply::Document).
///
/// [RFC 3744, section 9.5](https://www.rfc-editor.org/rfc/rfc3744#section-9.5)
///
/// It is about its target: a `Depth` other than `0` is refused.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT principal-search-property-set EMPTY>
/// ```
///
/// # Example values
///
/// ```xml
/// <D:principal-search-property-set xmlns:D="DAV:"/>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::PrincipalSearchPropertySet, xml::Limits};
///
/// let body = br#"<D:principal-search-property-set xmlns:D="DAV:"/>"#;
/// assert!(PrincipalSearchPropertySet::parse(body, &Limits::request()).is_ok());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PrincipalSearchPropertySet;

// === impl PrincipalSearchPropertySet ===

body!(PrincipalSearchPropertySet, "REPORT");
depth!(PrincipalSearchPropertySet);

impl Body for PrincipalSearchPropertySet {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, DAV, "principal-search-property-set")?;
        parser.skip()?;
        Ok(Self)
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}
