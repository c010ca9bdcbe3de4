//! The conditions of CalDAV.

use super::code::codes;
use crate::{dav::Href, xml::Element};

codes! {
    /// The preconditions and postconditions of
    /// [RFC 4791](https://www.rfc-editor.org/rfc/rfc4791), sections 5.2.10, 5.3, 7.8 and 7.9.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Condition, DavError, Href, dav::condition::Caldav};
    ///
    /// let other = Href::path("/cal/work/lunch.ics").into_owned();
    /// let refused = DavError::from(Condition::from(Caldav::NoUidConflict(Some(other))));
    /// assert_eq!(refused.status(), 409);
    /// ```
    pub enum Caldav in "urn:ietf:params:xml:ns:caldav" {
        /// A calendar cannot be made here. With 403.
        CalendarCollectionLocationOk = "calendar-collection-location-ok", FORBIDDEN;
        /// There is no new calendar. With 409.
        InitializeCalendarCollection = "initialize-calendar-collection", CONFLICT;
        /// An instance has more attendees than it may have. With 403.
        MaxAttendeesPerInstance = "max-attendees-per-instance", FORBIDDEN;
        /// A time is later than the calendar goes. With 403.
        MaxDateTime = "max-date-time", FORBIDDEN;
        /// There are more instances than there may be. With 403.
        MaxInstances = "max-instances", FORBIDDEN;
        /// The object is larger than it may be. With 403.
        MaxResourceSize = "max-resource-size", FORBIDDEN;
        /// A time is earlier than the calendar goes. With 403.
        MinDateTime = "min-date-time", FORBIDDEN;
        /// Another object has this UID; the href, where known, is where it is. With 409.
        NoUidConflict(other: Option<Href<'static>>) = "no-uid-conflict", CONFLICT;
        /// The calendar does not have components of this kind. With 403.
        SupportedCalendarComponent = "supported-calendar-component", FORBIDDEN;
        /// The media type is none of this server. With 403.
        SupportedCalendarData = "supported-calendar-data", FORBIDDEN;
        /// The collation is none of this server. With 403.
        SupportedCollation = "supported-collation", FORBIDDEN;
        /// This server cannot filter by some things; the elements, where known, are those parts of the
        /// filter: `comp-filter`, `prop-filter` and `param-filter`. With 403.
        SupportedFilter(parts: Vec<Element>) = "supported-filter", FORBIDDEN;
        /// The data are not what their media type says. With 403.
        ValidCalendarData = "valid-calendar-data", FORBIDDEN;
        /// The object breaks a rule of calendars. With 403.
        ValidCalendarObjectResource = "valid-calendar-object-resource", FORBIDDEN;
        /// The filter makes no sense. With 403.
        ValidFilter = "valid-filter", FORBIDDEN;
    }
}
