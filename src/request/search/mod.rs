//! The body of SEARCH.

mod basic;
mod operator;

pub use self::{
    basic::{BasicSearch, Order, OrderBy, Scope},
    operator::{Comparison, Literal, Operator},
};
use super::{
    body::{Body, body},
    walk::{self, DAV},
};
use crate::xml::{Element, Error, ErrorKind, Parser};

/// What a SEARCH asks for.
///
/// [RFC 5323, section 2.2](https://www.rfc-editor.org/rfc/rfc5323#section-2.2)
///
/// A grammar that the server does not support is answered by
/// [`Search::SearchGrammarSupported`](crate::dav::condition::Search::SearchGrammarSupported).
///
/// # Grammar
///
/// ```text
/// <!ELEMENT searchrequest ANY>
/// <!ELEMENT query-schema-discovery ANY>
/// ANY value: one element, which names the grammar.
/// ```
///
/// # Example values
///
/// ```xml
/// <D:searchrequest xmlns:D="DAV:" xmlns:F="http://example.com/foo">
///   <F:natural-language-query>
///     Find the locations of good Thai restaurants in Los Angeles
///   </F:natural-language-query>
/// </D:searchrequest>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::search::{Operator, Search}, xml::Limits};
///
/// let body = br#"<D:searchrequest xmlns:D="DAV:"><D:basicsearch>
///     <D:select><D:allprop/></D:select>
///     <D:from><D:scope><D:href>/docs/</D:href><D:depth>infinity</D:depth></D:scope></D:from>
///     <D:where><D:not><D:is-collection/></D:not></D:where>
/// </D:basicsearch></D:searchrequest>"#;
/// let Search::Basic(search) = Search::parse(body, &Limits::request())? else { unreachable!() };
/// assert_eq!(search.scopes()[0].href, "/docs/");
///
/// let not = search.condition().branches().next().unwrap();
/// assert_eq!(not.value(), &Operator::Not);
/// assert_eq!(not.branches().next().unwrap().value(), &Operator::IsCollection);
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Search {
    /// A query in the basic grammar, which every SEARCH server supports.
    Basic(BasicSearch),
    /// A request for the query schema of a grammar and a scope
    /// ([section 4](https://www.rfc-editor.org/rfc/rfc5323#section-4)): the element that names
    /// them. A [`Document`](crate::reply::Document) can have the schema in its answer.
    Discovery(Element),
    /// A query in another grammar, as it was sent.
    Other(Element),
}

// === impl Search ===

body!(Search, "SEARCH");

impl Body for Search {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let is_discovery = walk::is(parser, DAV, "query-schema-discovery");
        if !is_discovery {
            walk::root(parser, DAV, "searchrequest")?;
        }
        let mut search = None;
        while parser.enter()? {
            let read = if is_discovery {
                Self::Discovery(parser.element()?)
            } else if parser.is_dav("basicsearch") {
                Self::Basic(BasicSearch::read(parser)?)
            } else {
                Self::Other(parser.element()?)
            };
            let sentence = "there is more than one query";
            walk::once(&mut search, read, parser, sentence)?;
        }
        search.ok_or_else(|| parser.error(ErrorKind::MissingElement, "there is no query"))
    }
}
