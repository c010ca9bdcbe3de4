//! The basic grammar, which every SEARCH server supports.

use http::Uri;

use super::Operator;
use crate::{
    dav::Depth,
    read::resolve,
    request::{
        Propfind,
        names::Names,
        nested::Nested,
        walk::{self, DAV},
        wanted::Wanted,
    },
    xml::{Error, Name, Parser},
};

/// A query by the values of properties.
///
/// [RFC 5323, section 5](https://www.rfc-editor.org/rfc/rfc5323#section-5)
///
/// # Grammar
///
/// ```text
/// <!ELEMENT basicsearch (select, from, where?, orderby?, limit?) >
/// <!ELEMENT select      (allprop | prop) >
/// <!ELEMENT from        (scope+) >
/// <!ELEMENT scope       (href, depth, include-versions?) >
/// <!ELEMENT orderby     (order+) >
/// <!ELEMENT order       ((prop | score), (ascending | descending)?)>
/// <!ELEMENT limit       (nresults) >
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{
///     DavError, Href, MultiStatus,
///     dav::condition::Search::SearchMultipleScopeSupported,
///     outcome::Matches,
///     prop::{DisplayName, GetContentLength},
///     request::search::{BasicSearch, OrderBy, Search},
///     xml::{Limits, Name},
/// };
///
/// fn answer(search: &BasicSearch, mut files: Vec<(&str, u64)>) -> Result<MultiStatus, DavError> {
///     if search.scopes().len() > 1 {
///         return Err(SearchMultipleScopeSupported.into());
///     }
///     // What matters most is sorted by last.
///     for order in search.order().iter().rev() {
///         let by_length = OrderBy::Property(Name::dav("getcontentlength"));
///         files.sort_by(|(path, length), (other_path, other_length)| {
///             let ascending = match order.by == by_length {
///                 true => length.cmp(other_length),
///                 false => path.cmp(other_path),
///             };
///             if order.descending { ascending.reverse() } else { ascending }
///         });
///     }
///     let most = search.limit().unwrap_or(usize::MAX);
///     let mut matches = Matches::new(Href::path("/"));
///     for (path, length) in files.iter().take(most) {
///         let found = search.wanted().answer(Href::path(path));
///         matches.push(found.prop(DisplayName(path)).prop(GetContentLength(*length)));
///     }
///     Ok(if files.len() > most { matches.truncated() } else { matches }.into())
/// }
///
/// let body = br#"<searchrequest xmlns="DAV:"><basicsearch>
///     <select><prop><getcontentlength/></prop></select>
///     <from><scope><href>/</href><depth>infinity</depth></scope></from>
///     <orderby><order><prop><getcontentlength/></prop><descending/></order></orderby>
///     <limit><nresults>2</nresults></limit>
/// </basicsearch></searchrequest>"#;
/// let Search::Basic(search) = Search::parse(body, &Limits::request())? else { unreachable!() };
/// let answer = answer(&search, vec![("/small", 1), ("/large", 3), ("/middling", 2)])?.to_string();
/// let place = |path| answer.find(&format!("<D:href>{path}</D:href>"));
/// assert!(place("/large") < place("/middling") && place("/small").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BasicSearch {
    wanted: Propfind,
    scopes: Vec<Scope>,
    condition: Nested<Operator>,
    order: Vec<Order>,
    limit: Option<usize>,
}

/// Where a [`BasicSearch`] looks
/// ([RFC 5323, section 5.4](https://www.rfc-editor.org/rfc/rfc5323#section-5.4)).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Scope {
    /// As it was sent: any URI, or a reference relative to the Request-URI, such as `/docs/`, `docs/` or
    /// nothing, which is the target itself. [`resolve`](Self::resolve) says which resource it is.
    pub href: String,
    /// How far below it.
    pub depth: Depth,
    /// Whether the versions of resources are searched, too.
    pub include_versions: bool,
}

/// A criterion by which the matches are ordered
/// ([RFC 5323, section 5.6](https://www.rfc-editor.org/rfc/rfc5323#section-5.6)).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Order {
    /// What is compared.
    pub by: OrderBy,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Whether case is ignored; `None` leaves that to the server.
    pub caseless: Option<bool>,
}

/// What is compared to order matches.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OrderBy {
    /// A property.
    Property(Name<'static>),
    /// How well they match.
    Score,
}

// === impl BasicSearch ===

impl BasicSearch {
    /// The properties that are asked for, of each match.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }

    /// Where to look, at least one place.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// The condition: one outermost operator; without any, everything matches.
    #[must_use]
    pub fn condition(&self) -> &Nested<Operator> {
        &self.condition
    }

    /// The order of the matches, the most significant criterion first.
    #[must_use]
    pub fn order(&self) -> &[Order] {
        &self.order
    }

    /// How many matches the client accepts, at least one.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Reads the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let (mut wanted, mut scopes, mut condition) = (None, None, None);
        let (mut order, mut limit) = (None, None);
        while parser.enter()? {
            if parser.is_dav("select") {
                let read = select(parser)?;
                walk::once(
                    &mut wanted,
                    read,
                    parser,
                    "`basicsearch` holds more than one `select`",
                )?;
            } else if parser.is_dav("from") {
                let read = each(parser, "scope", Parser::check_hrefs, Scope::read)?;
                walk::once(
                    &mut scopes,
                    read,
                    parser,
                    "`basicsearch` holds more than one `from`",
                )?;
            } else if parser.is_dav("where") {
                let read = Operator::read_all(parser)?;
                walk::once(
                    &mut condition,
                    read,
                    parser,
                    "`basicsearch` holds more than one `where`",
                )?;
            } else if parser.is_dav("orderby") {
                let read = each(parser, "order", Parser::check_properties, Order::read)?;
                walk::once(
                    &mut order,
                    read,
                    parser,
                    "`basicsearch` holds more than one `orderby`",
                )?;
            } else if parser.is_dav("limit") {
                let read = walk::limit(parser, DAV)?;
                walk::once(
                    &mut limit,
                    read,
                    parser,
                    "`basicsearch` holds more than one `limit`",
                )?;
            } else {
                parser.skip()?;
            }
        }
        let missing = |sentence| walk::missing(parser, sentence);
        Ok(Self {
            wanted: wanted.ok_or_else(|| missing("`basicsearch` holds no `select`"))?,
            scopes: scopes
                .filter(|scopes: &Vec<_>| !scopes.is_empty())
                .ok_or_else(|| missing("`basicsearch` holds no `scope` to search"))?,
            condition: condition.unwrap_or_default(),
            order: order.unwrap_or_default(),
            limit,
        })
    }
}

// === impl Scope ===

impl Scope {
    /// A resource as a request names it, and everything down to this depth, without versions.
    #[must_use]
    pub fn new(href: impl Into<String>, depth: Depth) -> Self {
        Self {
            href: href.into(),
            depth,
            include_versions: false,
        }
    }

    /// The resource that the href names in a request for this URI, normalized as by
    /// [`read::resolve`](crate::read::resolve); `None` if a [`Uri`] cannot hold it, such as a `urn:`. A `#`
    /// in it is part of a name.
    ///
    /// The URI has to be the one that the client sent, axum's `OriginalUri`: a relative href takes the mount
    /// from there, so that the result always begins with the mount, if there is one
    /// ([`Href::of_server`](crate::Href::of_server)).
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Uri;
    /// use statuary::{request::search::Search, xml::Limits};
    ///
    /// let body = br#"<searchrequest xmlns="DAV:"><basicsearch>
    ///     <select><allprop/></select>
    ///     <from><scope><href>2026/</href><depth>infinity</depth></scope></from>
    /// </basicsearch></searchrequest>"#;
    /// let Search::Basic(search) = Search::parse(body, &Limits::request())? else { unreachable!() };
    ///
    /// let target = Uri::from_static("http://example.com/docs/");
    /// let scope = search.scopes()[0].resolve(&target).unwrap();
    /// assert_eq!(scope, "http://example.com/docs/2026/");
    /// # Ok::<(), statuary::xml::Error>(())
    /// ```
    #[must_use]
    pub fn resolve(&self, request: &Uri) -> Option<Uri> {
        resolve(request, &self.href)
    }

    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let (mut href, mut depth, mut include_versions) = (None, None, false);
        while parser.enter()? {
            if parser.is_dav("href") {
                let read = parser.content()?;
                walk::once(
                    &mut href,
                    read,
                    parser,
                    "`scope` holds more than one `href`",
                )?;
            } else if parser.is_dav("depth") {
                let sentence = "`depth` is not one of `0`, `1` and `infinity`";
                let read = parser.content()?.parse();
                let read = read.map_err(|_| walk::invalid(parser, sentence))?;
                walk::once(
                    &mut depth,
                    read,
                    parser,
                    "`scope` holds more than one `depth`",
                )?;
            } else {
                include_versions |= parser.is_dav("include-versions");
                parser.skip()?;
            }
        }
        match (href, depth) {
            (Some(href), Some(depth)) => Ok(Self {
                href,
                depth,
                include_versions,
            }),
            _ => Err(walk::missing(
                parser,
                "`scope` does not hold an `href` and a `depth`",
            )),
        }
    }
}

// === impl Order ===

impl Order {
    /// Orders by this, the least first.
    #[must_use]
    pub fn new(by: OrderBy) -> Self {
        Self {
            by,
            descending: false,
            caseless: None,
        }
    }

    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        const TWICE: &str = "`order` holds more than one of `prop` and `score`";

        let caseless = walk::maybe_yes(parser, "caseless")?;
        let (mut by, mut descending) = (None, None);
        while parser.enter()? {
            let is_descending = parser.is_dav("descending");
            if parser.is_dav("prop") {
                let name = Names::read_one(parser, "`order` does not name one property")?;
                walk::once(&mut by, OrderBy::Property(name), parser, TWICE)?;
            } else if parser.is_dav("score") {
                parser.skip()?;
                walk::once(&mut by, OrderBy::Score, parser, TWICE)?;
            } else if is_descending || parser.is_dav("ascending") {
                parser.skip()?;
                let sentence = "`order` has more than one direction";
                walk::once(&mut descending, is_descending, parser, sentence)?;
            } else {
                parser.skip()?;
            }
        }
        match by {
            Some(by) => Ok(Self {
                by,
                descending: descending.unwrap_or_default(),
                caseless,
            }),
            None => Err(walk::missing(
                parser,
                "`order` holds neither `prop` nor `score`",
            )),
        }
    }
}

// === helpers ===

fn select(parser: &mut Parser<'_>) -> Result<Propfind, Error> {
    let mut wanted = Wanted::new("select");
    while parser.enter()? {
        wanted.take(parser)?;
    }
    let wanted = wanted.finish(parser)?;
    wanted.ok_or_else(|| walk::missing(parser, "`select` holds neither `prop` nor `allprop`"))
}

fn each<'d, T>(
    parser: &mut Parser<'d>,
    local: &str,
    check: fn(&Parser<'d>, usize) -> Result<(), Error>,
    read: fn(&mut Parser<'d>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    while parser.enter()? {
        if parser.is_dav(local) {
            check(parser, all.len())?;
            all.push(read(parser)?);
        } else {
            parser.skip()?;
        }
    }
    Ok(all)
}
