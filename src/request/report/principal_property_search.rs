//! Principals by their properties.

use super::FilterTest;
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

/// Asks for the principals that have some text in some of their properties.
///
/// [RFC 3744, section 9.4](https://www.rfc-editor.org/rfc/rfc3744#section-9.4)
///
/// It is about its target: a `Depth` other than `0` is refused.
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

/// One of the texts that a [`PrincipalPropertySearch`] looks for, ignoring case.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PropertySearch {
    /// The properties that all have to contain the text.
    pub properties: Vec<Name<'static>>,
    /// The text.
    pub text: String,
}

// === impl PrincipalPropertySearch ===

body!(PrincipalPropertySearch, "REPORT");
depth!(PrincipalPropertySearch);

impl PrincipalPropertySearch {
    /// Whether one of the searches is enough, which some clients say by the attribute `test`.
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

    /// Whether the collections of the target's `principal-collection-set` are to be searched
    /// instead of the target.
    #[must_use]
    pub fn applies_to_principal_collection_set(&self) -> bool {
        self.everywhere
    }
}

impl Body for PrincipalPropertySearch {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        const BODY: &str = "principal-property-search";
        walk::report(parser, DAV, BODY)?;
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
    /// A text that all of these properties have to contain.
    #[must_use]
    pub fn new(
        properties: impl IntoIterator<Item = Name<'static>>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            properties: properties.into_iter().collect(),
            text: text.into(),
        }
    }

    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let (mut properties, mut text) = (None, None);
        while parser.enter()? {
            if parser.is_dav("prop") {
                let read = Names::read(parser)?.order;
                let sentence = "`property-search` holds more than one `prop`";
                walk::once(&mut properties, read, parser, sentence)?;
            } else if parser.is_dav("match") {
                let read = parser.untrimmed_content()?;
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
                Err(walk::missing(parser, sentence))
            }
        }
    }
}
