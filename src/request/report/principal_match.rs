//! Resources that match the caller.

use crate::{
    request::{
        Propfind,
        body::{Body, body, depth},
        names::Names,
        walk::{self, DAV},
        wanted::Wanted,
    },
    xml::{Error, Name, Parser},
};

/// Asks for the resources below the target that match the caller.
///
/// [RFC 3744, section 9.3](https://www.rfc-editor.org/rfc/rfc3744#section-9.3)
///
/// It is about its target: a `Depth` other than `0` is refused.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT principal-match ((principal-property | self), prop?)>
/// <!ELEMENT principal-property ANY>
/// <!ELEMENT self EMPTY>
/// ```
///
/// # Example values
///
/// ```xml
/// <D:principal-match xmlns:D="DAV:">
///   <D:principal-property><D:owner/></D:principal-property>
/// </D:principal-match>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::{MatchedBy, PrincipalMatch}, xml::{Limits, Name}};
///
/// let body = br#"<D:principal-match xmlns:D="DAV:">
///     <D:principal-property><D:owner/></D:principal-property>
/// </D:principal-match>"#;
/// let report = PrincipalMatch::parse(body, &Limits::request())?;
/// assert_eq!(report.matched_by(), &MatchedBy::Property(Name::dav("owner")));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrincipalMatch {
    matched_by: MatchedBy,
    wanted: Propfind,
}

/// How a [`PrincipalMatch`] selects a resource.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MatchedBy {
    /// This property of the resource names the caller, or a group of theirs.
    Property(Name<'static>),
    /// The resource is the caller's principal, or a group of theirs: `self`.
    Itself,
}

// === impl PrincipalMatch ===

body!(PrincipalMatch, "REPORT");
depth!(PrincipalMatch);

impl PrincipalMatch {
    /// How the resources are selected.
    #[must_use]
    pub fn matched_by(&self) -> &MatchedBy {
        &self.matched_by
    }

    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }
}

impl Body for PrincipalMatch {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        const BODY: &str = "principal-match";
        const TWICE: &str = "`principal-match` holds more than one of `self` and \
                             `principal-property`";
        walk::report(parser, DAV, BODY)?;
        let mut wanted = Wanted::new(BODY);
        let mut matched_by = None;
        while parser.enter()? {
            if parser.is_dav("self") {
                parser.skip()?;
                walk::once(&mut matched_by, MatchedBy::Itself, parser, TWICE)?;
            } else if parser.is_dav("principal-property") {
                let name =
                    Names::read_one(parser, "`principal-property` does not name one property")?;
                walk::once(&mut matched_by, MatchedBy::Property(name), parser, TWICE)?;
            } else {
                wanted.take(parser)?;
            }
        }
        let Some(matched_by) = matched_by else {
            let sentence = "`principal-match` holds neither `self` nor `principal-property`";
            return Err(walk::missing(parser, sentence));
        };
        Ok(Self {
            matched_by,
            wanted: wanted.finish_or_nothing(parser)?,
        })
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}
