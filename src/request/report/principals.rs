//! Reports about principals, of RFC 3744.

use super::FilterTest;
use crate::{
    request::{
        Propfind,
        body::{Body, body},
        walk::{self, DAV},
        wanted::{Names, Wanted},
    },
    xml::{Error, ErrorKind, Name, Parser},
};

/// Asks for properties of all principals that the access control list of the target names.
///
/// [RFC 3744, section 9.2](https://www.rfc-editor.org/rfc/rfc3744#section-9.2)
///
/// A `Depth` other than `0` is refused.
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

/// Asks for the resources below the target that have to do with the caller.
///
/// [RFC 3744, section 9.3](https://www.rfc-editor.org/rfc/rfc3744#section-9.3)
///
/// A `Depth` other than `0` is refused.
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

/// How a [`PrincipalMatch`] knows a resource that has to do with the caller.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MatchedBy {
    /// This property of it names the caller, or a group of theirs.
    Property(Name<'static>),
    /// It is the caller's principal, or a group of theirs: `self`.
    Itself,
}

/// Asks for the principals that have some text in some of their properties.
///
/// [RFC 3744, section 9.4](https://www.rfc-editor.org/rfc/rfc3744#section-9.4)
///
/// A `Depth` other than `0` is refused.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT principal-property-search
///   ((property-search+), prop?, apply-to-principal-collection-set?) >
/// <!ELEMENT property-search (prop, match) >
/// <!ELEMENT match #PCDATA >
/// ```
///
/// # Example values
///
/// ```xml
/// <D:principal-property-search xmlns:D="DAV:">
///   <D:property-search>
///     <D:prop><D:displayname/></D:prop>
///     <D:match>doE</D:match>
///   </D:property-search>
///   <D:prop><D:displayname/></D:prop>
/// </D:principal-property-search>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::PrincipalPropertySearch, xml::Limits};
///
/// let body = br#"<D:principal-property-search xmlns:D="DAV:">
///     <D:property-search>
///         <D:prop><D:displayname/></D:prop><D:match>doE</D:match>
///     </D:property-search>
/// </D:principal-property-search>"#;
/// let report = PrincipalPropertySearch::parse(body, &Limits::request())?;
/// assert_eq!(report.searches()[0].text, "doE");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrincipalPropertySearch {
    test: FilterTest,
    searches: Vec<PropertySearch>,
    wanted: Propfind,
    everywhere: bool,
}

/// One of the texts that a [`PrincipalPropertySearch`] looks for; the case of letters does not count.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PropertySearch {
    /// The properties that all have to contain the text.
    pub properties: Vec<Name<'static>>,
    /// The text.
    pub text: String,
}

/// Asks which properties a [`PrincipalPropertySearch`] may look into. The answer is no 207 but a
/// `principal-search-property-set`.
///
/// [RFC 3744, section 9.5](https://www.rfc-editor.org/rfc/rfc3744#section-9.5)
///
/// A `Depth` other than `0` is refused.
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

// === impl AclPrincipalPropSet ===

body!(AclPrincipalPropSet, "REPORT");

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
        walk::root(parser, DAV, BODY)?;
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

// === impl PrincipalMatch ===

body!(PrincipalMatch, "REPORT");

impl PrincipalMatch {
    /// How a resource is known.
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
        walk::root(parser, DAV, BODY)?;
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

// === impl PrincipalPropertySearch ===

body!(PrincipalPropertySearch, "REPORT");

impl PrincipalPropertySearch {
    /// Whether one of the searches is enough, as some clients ask by the attribute `test`.
    #[must_use]
    pub fn test(&self) -> FilterTest {
        self.test
    }

    /// What is looked for, and where.
    #[must_use]
    pub fn searches(&self) -> &[PropertySearch] {
        &self.searches
    }

    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }

    /// Whether the collections of the target's `principal-collection-set` are to be searched, and not
    /// the target.
    #[must_use]
    pub fn applies_to_principal_collection_set(&self) -> bool {
        self.everywhere
    }
}

impl Body for PrincipalPropertySearch {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        const BODY: &str = "principal-property-search";
        walk::root(parser, DAV, BODY)?;
        let test = FilterTest::read(parser, FilterTest::AllOf)?;
        let mut wanted = Wanted::new(BODY);
        let (mut searches, mut everywhere, mut count) = (Vec::new(), false, 0);
        while parser.enter()? {
            if parser.is_dav("property-search") {
                let search = PropertySearch::read(parser)?;
                count += search.properties.len();
                parser.check_properties(count.saturating_sub(1))?;
                searches.push(search);
            } else if parser.is_dav("apply-to-principal-collection-set") {
                everywhere = true;
                parser.skip()?;
            } else {
                wanted.take(parser)?;
            }
        }
        if searches.is_empty() {
            let sentence = "`principal-property-search` holds no `property-search`";
            return Err(walk::missing(parser, sentence));
        }
        Ok(Self {
            test,
            searches,
            wanted: wanted.finish_or_nothing(parser)?,
            everywhere,
        })
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}

// === impl PropertySearch ===

impl PropertySearch {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let (mut properties, mut text) = (None, None);
        while parser.enter()? {
            if parser.is_dav("prop") {
                let read = Names::read(parser)?.order;
                let sentence = "`property-search` holds more than one `prop`";
                walk::once(&mut properties, read, parser, sentence)?;
            } else if parser.is_dav("match") {
                let read = walk::text(parser)?;
                let sentence = "`property-search` holds more than one `match`";
                walk::once(&mut text, read, parser, sentence)?;
            } else {
                parser.skip()?;
            }
        }
        match (properties, text) {
            (Some(properties), Some(text)) if !properties.is_empty() => {
                Ok(Self { properties, text })
            }
            _ => {
                let sentence = "`property-search` does not hold properties and a `match`";
                Err(parser.error(ErrorKind::MissingElement, sentence))
            }
        }
    }
}

// === impl PrincipalSearchPropertySet ===

body!(PrincipalSearchPropertySet, "REPORT");

impl Body for PrincipalSearchPropertySet {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root(parser, DAV, "principal-search-property-set")?;
        parser.skip()?;
        Ok(Self)
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}
