//! All versions of a resource.

use crate::{
    request::{
        Propfind,
        body::{Body, body},
        walk::{self, DAV},
        wanted::Wanted,
    },
    xml::{Error, Parser},
};

/// Asks for properties of all versions of a resource.
///
/// [RFC 3253, section 3.7](https://www.rfc-editor.org/rfc/rfc3253#section-3.7)
///
/// # Grammar
///
/// ```text
/// <!ELEMENT version-tree ANY>
/// ANY value: a sequence of zero or more elements, with at most one DAV:prop element.
/// ```
///
/// # Example values
///
/// ```xml
/// <D:version-tree xmlns:D="DAV:">
///   <D:prop><D:version-name/><D:creator-displayname/><D:successor-set/></D:prop>
/// </D:version-tree>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::VersionTree, xml::{Limits, Name}};
///
/// let body = br#"<D:version-tree xmlns:D="DAV:">
///     <D:prop><D:version-name/></D:prop>
/// </D:version-tree>"#;
/// let report = VersionTree::parse(body, &Limits::request())?;
/// assert_eq!(report.wanted().names(), [Name::dav("version-name")]);
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionTree {
    wanted: Propfind,
}

// === impl VersionTree ===

body!(VersionTree, "REPORT");

impl VersionTree {
    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }
}

impl Body for VersionTree {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, DAV, "version-tree")?;
        let mut wanted = Wanted::new("version-tree");
        while parser.enter()? {
            wanted.take(parser)?;
        }
        let wanted = wanted.finish_or_nothing(parser)?;
        Ok(Self { wanted })
    }
}
