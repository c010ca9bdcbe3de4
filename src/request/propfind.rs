//! The body of PROPFIND.

use super::{
    body::{Body, body},
    walk::{self, DAV},
    wanted::Wanted,
};
use crate::xml::{Error, Name, Parser};

/// The properties that a PROPFIND asks for.
///
/// [RFC 4918, section 14.20](https://www.rfc-editor.org/rfc/rfc4918#section-14.20)
///
/// A request without a body asks for all properties. Unknown elements are ignored, as
/// [section 17](https://www.rfc-editor.org/rfc/rfc4918#section-17) demands.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT propfind ( propname | (allprop, include?) | prop ) >
/// ```
///
/// # Example values
///
/// ```xml
/// <D:propfind xmlns:D="DAV:">
///   <D:prop xmlns:R="http://ns.example.com/boxschema/">
///     <R:bigbox/>
///     <R:author/>
///   </D:prop>
/// </D:propfind>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::Propfind, xml::{Limits, Name}};
///
/// let body = br#"<propfind xmlns="DAV:"><prop><getetag/><displayname/></prop></propfind>"#;
/// let propfind = Propfind::parse(body, &Limits::request())?;
/// assert_eq!(propfind, Propfind::Prop(vec![Name::dav("getetag"), Name::dav("displayname")]));
///
/// assert_eq!(Propfind::parse(b"", &Limits::request())?, Propfind::AllProp { include: vec![] });
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Propfind {
    /// All dead properties and the live ones of RFC 4918.
    AllProp {
        /// The live properties to be added, in the order of the request, each once.
        include: Vec<Name<'static>>,
    },
    /// These properties, in the order of the request, each once.
    Prop(Vec<Name<'static>>),
    /// The names of all properties, without values.
    PropName,
}

// === impl Propfind ===

body!(Propfind, "PROPFIND");

impl Body for Propfind {
    /// A body that asks for nothing known
    /// ([RFC 4918, A.4](https://www.rfc-editor.org/rfc/rfc4918#appendix-A.4)), or for two things
    /// that exclude each other, is an error.
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root(parser, DAV, "propfind")?;
        let mut wanted = Wanted::new("propfind");
        while parser.enter()? {
            wanted.take(parser)?;
        }
        wanted.finish(parser)?.ok_or_else(|| {
            let sentence = "`propfind` holds none of `prop`, `allprop` and `propname`";
            walk::missing(parser, sentence)
        })
    }

    fn of_nothing() -> Option<Self> {
        Some(Self::default())
    }
}

/// All properties, which is what a request without a body asks for.
impl Default for Propfind {
    fn default() -> Self {
        Self::AllProp {
            include: Vec::new(),
        }
    }
}
