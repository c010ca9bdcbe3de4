//! The bodies of REPORT.

mod addressbook;
mod calendar;
mod dispatch;
mod principals;
mod sync_collection;
mod time_range;
mod versioning;

use statuary::xml::Name;

pub(crate) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
pub(crate) const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";

pub(crate) fn caldav(local: &'static str) -> Name<'static> {
    Name::from_static(CALDAV, local)
}
