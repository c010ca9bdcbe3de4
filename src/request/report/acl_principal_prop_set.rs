//! The principals of an access control list.

use crate::{
    request::{
        Propfind,
        body::{Body, body, depth},
        walk::{self, DAV},
        wanted::Wanted,
    },
    xml::{Error, Parser},
};

/// Asks for properties of all principals that the access control list of the target names.
///
/// [RFC 3744, section 9.2](https://www.rfc-editor.org/rfc/rfc3744#section-9.2)
///
/// It is about its target: a `Depth` other than `0` is refused.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT acl-principal-prop-set ANY>
/// ANY value: a sequence of one or more elements, with at most one DAV:prop element.
/// ```
///
/// # Example values
///
/// ```xml
/// <D:acl-principal-prop-set xmlns:D="DAV:">
///   <D:prop><D:displayname/></D:prop>
/// </D:acl-principal-prop-set>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::AclPrincipalPropSet, xml::{Limits, Name}};
///
/// let body = br#"<D:acl-principal-prop-set xmlns:D="DAV:">
///     <D:prop><D:displayname/></D:prop>
/// </D:acl-principal-prop-set>"#;
/// let report = AclPrincipalPropSet::parse(body, &Limits::request())?;
/// assert_eq!(report.wanted().names(), [Name::dav("displayname")]);
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AclPrincipalPropSet {
    wanted: Propfind,
}

// === impl AclPrincipalPropSet ===

body!(AclPrincipalPropSet, "REPORT");
depth!(AclPrincipalPropSet);

impl AclPrincipalPropSet {
    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }
}

impl Body for AclPrincipalPropSet {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        const BODY: &str = "acl-principal-prop-set";
        walk::report(parser, DAV, BODY)?;
        let mut wanted = Wanted::new(BODY);
        while parser.enter()? {
            wanted.take(parser)?;
        }
        let wanted = wanted.finish_or_nothing(parser)?;
        Ok(Self { wanted })
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}
