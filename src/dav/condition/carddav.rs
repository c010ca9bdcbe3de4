//! The conditions of CardDAV.

use super::code::codes;
use crate::{dav::Href, xml::Element};

codes! {
    /// The preconditions of [RFC 6352](https://www.rfc-editor.org/rfc/rfc6352), sections 5.1.1, 6.3.2,
    /// 8.6 and 8.7.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::StatusCode;
    /// use statuary::{Href, Resource, dav::condition::Carddav};
    ///
    /// let card = Resource::status(Href::path("/cards/ann.vcf"), StatusCode::UNSUPPORTED_MEDIA_TYPE)
    ///     .error(Carddav::SupportedAddressDataConversion);
    /// assert!(card.to_string().contains("<CR:supported-address-data-conversion/>"));
    /// ```
    pub enum Carddav in "urn:ietf:params:xml:ns:carddav" {
        /// An address book cannot be here. With 403.
        AddressbookCollectionLocationOk = "addressbook-collection-location-ok", FORBIDDEN;
        /// The card is larger than it may be. With 403.
        MaxResourceSize = "max-resource-size", FORBIDDEN;
        /// Another card has this UID; the href, if known, is that of this card. With 409.
        NoUidConflict(other: Option<Href<'static>>) = "no-uid-conflict", CONFLICT;
        /// The media type is not supported. With 403.
        SupportedAddressData = "supported-address-data", FORBIDDEN;
        /// The card cannot be converted to the media type asked for. With 415.
        SupportedAddressDataConversion = "supported-address-data-conversion", UNSUPPORTED_MEDIA_TYPE;
        /// The collation is not supported. With 403.
        SupportedCollation = "supported-collation", FORBIDDEN;
        /// Parts of the filter are not supported; the elements, if known, are these parts: `prop-filter` and
        /// `param-filter`. With 403.
        SupportedFilter(parts: Vec<Element>) = "supported-filter", FORBIDDEN;
        /// The data are not valid for their media type. With 403.
        ValidAddressData = "valid-address-data", FORBIDDEN;
    }
}
