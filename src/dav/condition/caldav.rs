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
    /// use statuary::{DavError, Href, dav::condition::Caldav};
    ///
    /// let other = Href::path("/cal/work/lunch.ics").into_owned();
    /// let refused = DavError::from(Caldav::NoUidConflict(Some(other)));
    /// assert_eq!(refused.status(), 409);
    /// ```
    pub enum Caldav in "urn:ietf:params:xml:ns:caldav" {
        /// A calendar cannot be made here. With 403.
        CalendarCollectionLocationOk = "calendar-collection-location-ok", FORBIDDEN;
        /// The calendar could not be set up. With 409.
        InitializeCalendarCollection = "initialize-calendar-collection", CONFLICT;
        /// An instance has more attendees than it may have. With 403.
        MaxAttendeesPerInstance = "max-attendees-per-instance", FORBIDDEN;
        /// A time is later than the calendar allows. With 403.
        MaxDateTime = "max-date-time", FORBIDDEN;
        /// The object has more instances than it may have. With 403.
        MaxInstances = "max-instances", FORBIDDEN;
        /// The object is larger than it may be. With 403.
        MaxResourceSize = "max-resource-size", FORBIDDEN;
        /// A time is earlier than the calendar allows. With 403.
        MinDateTime = "min-date-time", FORBIDDEN;
        /// Another object has this UID; the href, if known, is that of this object. With 409.
        NoUidConflict(other: Option<Href<'static>>) = "no-uid-conflict", CONFLICT;
        /// The calendar does not support components of this kind. With 403.
        SupportedCalendarComponent = "supported-calendar-component", FORBIDDEN;
        /// The media type is not supported. With 403.
        SupportedCalendarData = "supported-calendar-data", FORBIDDEN;
        /// The collation is not supported. With 403.
        SupportedCollation = "supported-collation", FORBIDDEN;
        /// Parts of the filter are not supported; the elements, if known, are these parts: `comp-filter`,
        /// `prop-filter` and `param-filter`. With 403.
        SupportedFilter(parts: Vec<Element>) = "supported-filter", FORBIDDEN;
        /// The data are not valid for their media type. With 403.
        ValidCalendarData = "valid-calendar-data", FORBIDDEN;
        /// The object breaks a rule for calendar objects. With 403.
        ValidCalendarObjectResource = "valid-calendar-object-resource", FORBIDDEN;
        /// The filter is not valid. With 403.
        ValidFilter = "valid-filter", FORBIDDEN;
    }
}
