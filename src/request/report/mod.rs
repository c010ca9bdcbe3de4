//! The bodies of REPORT.
//!
//! [`Report`] is any of them, told apart by the root element. A handler that serves only one report takes its
//! type, and any other is refused with 403 and `supported-report`
//! ([RFC 3253, section 3.6](https://www.rfc-editor.org/rfc/rfc3253#section-3.6)).
//!
//! | root element | type | answered by |
//! |---|---|---|
//! | `acl-principal-prop-set` (RFC 3744) | [`AclPrincipalPropSet`] | `wanted().answer(…)` |
//! | `addressbook-multiget` (RFC 6352) | [`AddressbookMultiget`] | `outcome(…)`, `stream(…)` |
//! | `addressbook-query` (RFC 6352) | [`AddressbookQuery`] | `wanted().answer(…)`, in [`Matches`] |
//! | `calendar-multiget` (RFC 4791) | [`CalendarMultiget`] | `outcome(…)`, `stream(…)` |
//! | `calendar-query` (RFC 4791) | [`CalendarQuery`] | `wanted().answer(…)`, in [`Matches`] |
//! | `expand-property` (RFC 3253) | [`ExpandProperty`] | `answer(…)`, `inside(…)` |
//! | `free-busy-query` (RFC 4791) | [`FreeBusyQuery`] | no 207 |
//! | `principal-match` (RFC 3744) | [`PrincipalMatch`] | `wanted().answer(…)` |
//! | `principal-property-search` (RFC 3744) | [`PrincipalPropertySearch`] | `wanted().answer(…)`, in [`Matches`] |
//! | `principal-search-property-set` (RFC 3744) | [`PrincipalSearchPropertySet`] | no 207 |
//! | `sync-collection` (RFC 6578) | [`SyncCollection`] | `outcome(…)`, `wanted().answer(…)` |
//! | `version-tree` (RFC 3253) | [`VersionTree`] | `wanted().answer(…)` |
//!
//! The reports of [RFC 3744, section 9](https://www.rfc-editor.org/rfc/rfc3744#section-9), and
//! `sync-collection` ([RFC 6578, section 3.3](https://www.rfc-editor.org/rfc/rfc6578#section-3.3)) are about
//! their target alone: a request with a `Depth` other than `0` is refused. If you parse a body yourself, call
//! its `check_depth`, or that of [`Report`], which knows which reports these are.
//!
//! ```
//! use http::{HeaderMap, HeaderValue};
//! use statuary::{request::report::PrincipalSearchPropertySet, xml::Limits};
//!
//! let body = br#"<D:principal-search-property-set xmlns:D="DAV:"/>"#;
//! let report = PrincipalSearchPropertySet::parse(body, &Limits::request())?;
//!
//! let mut headers = HeaderMap::new();
//! assert!(report.check_depth(&headers).is_ok());
//! headers.insert("depth", HeaderValue::from_static("1"));
//! let error = report.check_depth(&headers).unwrap_err();
//! assert_eq!(error.to_string(), "the header `depth` must be `0` for this report");
//! # Ok::<(), statuary::xml::Error>(())
//! ```
//!
//! [`Matches`]: crate::outcome::Matches

mod acl_principal_prop_set;
mod addressbook_query;
mod calendar_query;
mod data;
mod expand_property;
mod filter;
mod free_busy_query;
mod multiget;
mod principal_match;
mod principal_property_search;
mod principal_search_property_set;
mod sync_collection;
mod time_range;
mod version_tree;

pub use self::{
    acl_principal_prop_set::AclPrincipalPropSet,
    addressbook_query::AddressbookQuery,
    calendar_query::{CalendarQuery, CompFilter, Timezone},
    data::{AddressData, CalendarData, Component, DataProperty, Recurrence},
    expand_property::{ExpandProperty, Expansion},
    filter::{FilterTest, MatchType, ParamFilter, PropFilter, TextMatch},
    free_busy_query::FreeBusyQuery,
    multiget::{AddressbookMultiget, CalendarMultiget},
    principal_match::{MatchedBy, PrincipalMatch},
    principal_property_search::{PrincipalPropertySearch, PropertySearch},
    principal_search_property_set::PrincipalSearchPropertySet,
    sync_collection::{SyncCollection, SyncLevel},
    time_range::{InvalidTimeRange, TimeRange, TimeSpan, TodoTimes},
    version_tree::VersionTree,
};
use super::{
    body::{Body, body, depth},
    walk::{CALDAV, CARDDAV, DAV},
};
use crate::xml::{Element, Error, Parser};

/// What a REPORT asks for.
///
/// [RFC 3253, section 3.6](https://www.rfc-editor.org/rfc/rfc3253#section-3.6)
///
/// Without a `Depth` header it is about the target alone; see [`Depth`](crate::Depth).
///
/// # Examples
///
/// ```
/// use statuary::{Condition, DavError, request::report::Report, xml::Limits};
///
/// fn name(report: &Report) -> Result<&str, DavError> {
///     match report {
///         Report::SyncCollection(_) => Ok("what changed"),
///         Report::CalendarQuery(_) => Ok("what matches"),
///         _ => Err(Condition::SupportedReport.into()),
///     }
/// }
///
/// let body = br#"<x:lunch-menu xmlns:x="urn:x"/>"#;
/// let report = Report::parse(body, &Limits::request())?;
/// assert!(matches!(&report, Report::Other(menu) if menu.name().local() == "lunch-menu"));
/// assert!(name(&report).is_err());
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Report {
    /// The principals of an access control list.
    AclPrincipalPropSet(AclPrincipalPropSet),
    /// Contacts by their hrefs.
    AddressbookMultiget(AddressbookMultiget),
    /// Contacts that pass a filter.
    AddressbookQuery(AddressbookQuery),
    /// Calendar objects by their hrefs.
    CalendarMultiget(CalendarMultiget),
    /// Calendar objects that pass a filter.
    CalendarQuery(CalendarQuery),
    /// Properties of the resources that properties name.
    ExpandProperty(ExpandProperty),
    /// When somebody is busy.
    FreeBusyQuery(FreeBusyQuery),
    /// A report that this crate does not know, as it was sent.
    Other(Element),
    /// Resources that match the caller.
    PrincipalMatch(PrincipalMatch),
    /// Principals by their properties.
    PrincipalPropertySearch(PrincipalPropertySearch),
    /// Which properties of principals can be searched.
    PrincipalSearchPropertySet(PrincipalSearchPropertySet),
    /// What changed in a collection.
    SyncCollection(SyncCollection),
    /// The versions of a resource.
    VersionTree(VersionTree),
}

// === impl Report ===

body!(Report, "REPORT");
depth!(Report);

impl Body for Report {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        match (parser.namespace(), parser.local()) {
            (DAV, "acl-principal-prop-set") => read(parser, Self::AclPrincipalPropSet),
            (CARDDAV, "addressbook-multiget") => read(parser, Self::AddressbookMultiget),
            (CARDDAV, "addressbook-query") => read(parser, Self::AddressbookQuery),
            (CALDAV, "calendar-multiget") => read(parser, Self::CalendarMultiget),
            (CALDAV, "calendar-query") => read(parser, Self::CalendarQuery),
            (DAV, "expand-property") => read(parser, Self::ExpandProperty),
            (CALDAV, "free-busy-query") => read(parser, Self::FreeBusyQuery),
            (DAV, "principal-match") => read(parser, Self::PrincipalMatch),
            (DAV, "principal-property-search") => read(parser, Self::PrincipalPropertySearch),
            (DAV, "principal-search-property-set") => {
                read(parser, Self::PrincipalSearchPropertySet)
            }
            (DAV, "sync-collection") => read(parser, Self::SyncCollection),
            (DAV, "version-tree") => read(parser, Self::VersionTree),
            _ => parser.element().map(Self::Other),
        }
    }

    fn is_about_target_alone(&self) -> bool {
        match self {
            Self::AclPrincipalPropSet(report) => report.is_about_target_alone(),
            Self::PrincipalMatch(report) => report.is_about_target_alone(),
            Self::PrincipalPropertySearch(report) => report.is_about_target_alone(),
            Self::PrincipalSearchPropertySet(report) => report.is_about_target_alone(),
            Self::SyncCollection(report) => report.is_about_target_alone(),
            _ => false,
        }
    }
}

// === helpers ===

fn read<T: Body>(parser: &mut Parser<'_>, report: fn(T) -> Report) -> Result<Report, Error> {
    T::read(parser).map(report)
}
