//! Queries of address books.

use super::{AddressData, FilterTest, PropFilter};
use crate::{
    request::{
        Propfind,
        body::{Body, body},
        walk::{self, CARDDAV},
        wanted::Wanted,
    },
    xml::{Error, Parser},
};

/// Asks for the contacts that pass a filter.
///
/// [RFC 6352, section 10.3](https://www.rfc-editor.org/rfc/rfc6352#section-10.3)
///
/// # Grammar
///
/// ```text
/// <!ELEMENT addressbook-query ((DAV:allprop | DAV:propname | DAV:prop)?, filter, limit?)>
/// <!ELEMENT filter (prop-filter*)>
/// <!ELEMENT prop-filter (is-not-defined | (text-match*, param-filter*))>
/// <!ELEMENT param-filter (is-not-defined | text-match)?>
/// <!ELEMENT limit (nresults)>
/// ```
///
/// # Example values
///
/// ```xml
/// <C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
///   <D:prop><D:getetag/></D:prop>
///   <C:filter test="anyof">
///     <C:prop-filter name="FN">
///       <C:text-match collation="i;unicode-casemap" match-type="contains">daboo</C:text-match>
///     </C:prop-filter>
///   </C:filter>
/// </C:addressbook-query>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::report::{AddressbookQuery, MatchType}, xml::Limits};
///
/// let body = br#"<C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
///     <C:filter><C:prop-filter name="FN">
///         <C:text-match match-type="starts-with">Jane</C:text-match>
///     </C:prop-filter></C:filter>
///     <C:limit><C:nresults>20</C:nresults></C:limit>
/// </C:addressbook-query>"#;
/// let query = AddressbookQuery::parse(body, &Limits::request())?;
/// assert_eq!(query.filters()[0].text_matches[0].match_type, MatchType::StartsWith);
/// assert_eq!(query.limit(), Some(20));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddressbookQuery {
    wanted: Propfind,
    data: Option<AddressData>,
    test: FilterTest,
    filters: Vec<PropFilter>,
    limit: Option<usize>,
}

// === impl AddressbookQuery ===

body!(AddressbookQuery, "REPORT");

impl AddressbookQuery {
    /// The properties that are asked for.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }

    /// How much of each contact is asked for, if `address-data` is among the properties.
    #[must_use]
    pub fn data(&self) -> Option<&AddressData> {
        self.data.as_ref()
    }

    /// Whether one of the filters is enough, or all have to hold.
    #[must_use]
    pub fn test(&self) -> FilterTest {
        self.test
    }

    /// The filters of properties; without any, every contact passes.
    #[must_use]
    pub fn filters(&self) -> &[PropFilter] {
        &self.filters
    }

    /// How many contacts the client accepts, at least one.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }
}

impl Body for AddressbookQuery {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, CARDDAV, "addressbook-query")?;
        let mut wanted = Wanted::new("addressbook-query");
        let (mut data, mut filter, mut limit) = (None, None, None);
        while parser.enter()? {
            if walk::is(parser, CARDDAV, "filter") {
                let read = read_filter(parser)?;
                let sentence = "`addressbook-query` holds more than one `filter`";
                walk::once(&mut filter, read, parser, sentence)?;
            } else if walk::is(parser, CARDDAV, "limit") {
                let read = walk::limit(parser, CARDDAV)?;
                let sentence = "`addressbook-query` holds more than one `limit`";
                walk::once(&mut limit, read, parser, sentence)?;
            } else {
                wanted.take_with(parser, |parser| AddressData::take(&mut data, parser))?;
            }
        }
        let Some((test, filters)) = filter else {
            return Err(walk::missing(
                parser,
                "`addressbook-query` holds no `filter`",
            ));
        };
        Ok(Self {
            wanted: wanted.finish_or_nothing(parser)?,
            data,
            test,
            filters,
            limit,
        })
    }
}

// === helpers ===

fn read_filter(parser: &mut Parser<'_>) -> Result<(FilterTest, Vec<PropFilter>), Error> {
    let test = FilterTest::read(parser, FilterTest::AnyOf)?;
    let mut filters = Vec::new();
    while parser.enter()? {
        if walk::is(parser, CARDDAV, "prop-filter") {
            filters.push(PropFilter::read(parser, CARDDAV)?);
        } else {
            parser.skip()?;
        }
    }
    Ok((test, filters))
}
