//! The codes of RFC 3744, 4791, 5323, 5842 and 6352.

use statuary::{
    Condition, DavError, Href, PropStat,
    dav::condition::{Acl, Bind, Caldav, Carddav, NeedPrivileges, Search, Versioning},
    xml::Name,
};

use super::{DAV, assert_inside, assert_written};

const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";

#[test]
fn rfc3744_acl() {
    for (code, local, status) in [
        (Acl::AllowedPrincipal, "allowed-principal", 403),
        (Acl::DenyBeforeGrant, "deny-before-grant", 403),
        (Acl::GrantOnly, "grant-only", 403),
        (Acl::LimitedNumberOfAces, "limited-number-of-aces", 403),
        (
            Acl::MissingRequiredPrincipal,
            "missing-required-principal",
            403,
        ),
        (Acl::NoAbstract, "no-abstract", 403),
        (Acl::NoAceConflict, "no-ace-conflict", 409),
        (
            Acl::NoInheritedAceConflict,
            "no-inherited-ace-conflict",
            409,
        ),
        (Acl::NoInvert, "no-invert", 403),
        (
            Acl::NoProtectedAceConflict,
            "no-protected-ace-conflict",
            403,
        ),
        (Acl::NotSupportedPrivilege, "not-supported-privilege", 403),
        (Acl::RecognizedPrincipal, "recognized-principal", 403),
    ] {
        assert_written(code.into(), DAV, local, status);
    }
}

/// RFC 3744, section 7.1.1, with its own example.
#[test]
fn e5_need_privileges_names_resources_and_privileges() {
    let lacking = NeedPrivileges::new(Href::path("/a"), Name::dav("unbind"))
        .and(Href::path("/c"), Name::dav("bind"));
    assert_inside(
        lacking.into(),
        "<D:resource><D:href>/a</D:href><D:privilege><D:unbind/></D:privilege></D:resource>\
         <D:resource><D:href>/c</D:href><D:privilege><D:bind/></D:privilege></D:resource>",
    );
}

#[test]
fn the_conditions_of_extensions_are_reasons_to_fail() {
    fn refused(reason: impl Into<Condition> + Into<DavError> + Into<PropStat> + Clone) {
        let condition: Condition = reason.clone().into();
        let propstat: PropStat = reason.clone().into();
        let error: DavError = reason.into();
        assert_eq!(propstat, PropStat::from(condition.clone()));
        assert_eq!(error, DavError::from(condition));
    }
    refused(Acl::NoInvert);
    refused(Bind::CycleAllowed);
    refused(Caldav::NoUidConflict(None));
    refused(Carddav::NoUidConflict(None));
    refused(NeedPrivileges::new(Href::path("/a"), Name::dav("read")));
    refused(Search::SearchScopeValid(Vec::new()));
    refused(Versioning::MustBeCheckedIn);
}

#[test]
fn rfc4791_caldav() {
    for (code, local, status) in [
        (
            Caldav::CalendarCollectionLocationOk,
            "calendar-collection-location-ok",
            403,
        ),
        (
            Caldav::InitializeCalendarCollection,
            "initialize-calendar-collection",
            409,
        ),
        (
            Caldav::MaxAttendeesPerInstance,
            "max-attendees-per-instance",
            403,
        ),
        (Caldav::MaxDateTime, "max-date-time", 403),
        (Caldav::MaxInstances, "max-instances", 403),
        (Caldav::MaxResourceSize, "max-resource-size", 403),
        (Caldav::MinDateTime, "min-date-time", 403),
        (Caldav::NoUidConflict(None), "no-uid-conflict", 409),
        (
            Caldav::SupportedCalendarComponent,
            "supported-calendar-component",
            403,
        ),
        (
            Caldav::SupportedCalendarData,
            "supported-calendar-data",
            403,
        ),
        (Caldav::SupportedCollation, "supported-collation", 403),
        (Caldav::SupportedFilter(Vec::new()), "supported-filter", 403),
        (Caldav::ValidCalendarData, "valid-calendar-data", 403),
        (
            Caldav::ValidCalendarObjectResource,
            "valid-calendar-object-resource",
            403,
        ),
        (Caldav::ValidFilter, "valid-filter", 403),
    ] {
        assert_written(code.into(), CALDAV, local, status);
    }
}

#[test]
fn rfc5323_search() {
    for (code, local, status) in [
        (
            Search::SearchGrammarDiscoverySupported,
            "search-grammar-discovery-supported",
            403,
        ),
        (
            Search::SearchGrammarSupported,
            "search-grammar-supported",
            403,
        ),
        (
            Search::SearchMultipleScopeSupported,
            "search-multiple-scope-supported",
            403,
        ),
        (
            Search::SearchScopeValid(Vec::new()),
            "search-scope-valid",
            409,
        ),
    ] {
        assert_written(code.into(), DAV, local, status);
    }
}

#[test]
fn rfc5842_bindings() {
    for (code, local, status) in [
        (Bind::BindIntoCollection, "bind-into-collection", 409),
        (Bind::BindSourceExists, "bind-source-exists", 409),
        (Bind::BindingAllowed, "binding-allowed", 403),
        (Bind::BindingDeleted, "binding-deleted", 409),
        (Bind::CanOverwrite, "can-overwrite", 412),
        (Bind::CrossServerBinding, "cross-server-binding", 403),
        (Bind::CycleAllowed, "cycle-allowed", 403),
        (Bind::LockDeleted, "lock-deleted", 409),
        (
            Bind::LockedOverwriteAllowed,
            "locked-overwrite-allowed",
            423,
        ),
        (
            Bind::LockedSourceCollectionUpdateAllowed,
            "locked-source-collection-update-allowed",
            423,
        ),
        (Bind::LockedUpdateAllowed, "locked-update-allowed", 423),
        (Bind::NameAllowed, "name-allowed", 403),
        (Bind::NewBinding, "new-binding", 409),
        (
            Bind::ProtectedSourceUrlDeletionAllowed,
            "protected-source-url-deletion-allowed",
            423,
        ),
        (
            Bind::ProtectedUrlDeletionAllowed,
            "protected-url-deletion-allowed",
            423,
        ),
        (
            Bind::ProtectedUrlModificationAllowed,
            "protected-url-modification-allowed",
            423,
        ),
        (Bind::RebindIntoCollection, "rebind-into-collection", 409),
        (Bind::RebindSourceExists, "rebind-source-exists", 409),
        (Bind::UnbindFromCollection, "unbind-from-collection", 409),
        (Bind::UnbindSourceExists, "unbind-source-exists", 409),
    ] {
        assert_written(code.into(), DAV, local, status);
    }
}

#[test]
fn rfc6352_carddav() {
    for (code, local, status) in [
        (
            Carddav::AddressbookCollectionLocationOk,
            "addressbook-collection-location-ok",
            403,
        ),
        (Carddav::MaxResourceSize, "max-resource-size", 403),
        (Carddav::NoUidConflict(None), "no-uid-conflict", 409),
        (Carddav::SupportedAddressData, "supported-address-data", 403),
        (
            Carddav::SupportedAddressDataConversion,
            "supported-address-data-conversion",
            415,
        ),
        (Carddav::SupportedCollation, "supported-collation", 403),
        (
            Carddav::SupportedFilter(Vec::new()),
            "supported-filter",
            403,
        ),
        (Carddav::ValidAddressData, "valid-address-data", 403),
    ] {
        assert_written(code.into(), CARDDAV, local, status);
    }
}
