//! Every condition: its name, its namespace, its status, and what it tells beside its name.

use roxmltree::Document;
use statuary::{
    Condition, DavError, Href,
    dav::{Acl, Bind, Caldav, Carddav, NeedPrivileges, Search, Versioning},
    xml::{Element, Name},
};

use crate::documents::body;

const DAV: &str = "DAV:";
const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";

/// A condition in a document of its own, as an independent parser reads it: the name, and the text
/// of the elements inside.
#[track_caller]
fn assert_written(condition: Condition, namespace: &str, local: &str, status: u16) {
    let named = condition.name().into_owned();
    assert_eq!((named.namespace(), named.local()), (namespace, local));
    assert_eq!(
        condition.status().map(|it| it.as_u16()),
        Some(status),
        "{local}"
    );

    let error = DavError::from(condition);
    assert_eq!(error.status().as_u16(), status, "{local}");
    let document = body(error.into_http());
    let document = Document::parse(&document).expect(local);
    let root = document.root_element();
    assert!(root.has_tag_name((DAV, "error")));
    let children: Vec<_> = root.children().collect();
    assert_eq!(children.len(), 1, "{local}");
    assert!(children[0].has_tag_name((namespace, local)), "{local}");
}

/// What a condition has inside, as it is written.
#[track_caller]
fn assert_inside(condition: Condition, inside: &str) {
    let local = condition.name().local().to_owned();
    let document = body(DavError::from(condition).into_http());
    let (_, rest) = document.split_once(&format!(":{local}>")).expect(&local);
    let (content, _) = rest.rsplit_once("</D:error>").expect("the root");
    let (content, _) = content.rsplit_once("</").expect(&local);
    assert_eq!(content, inside);
}

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
            403,
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
fn rfc3253_versioning() {
    for (code, local, status) in [
        (Versioning::ActivityLocationOk, "activity-location-ok", 403),
        (Versioning::AddMustBeNewLabel, "add-must-be-new-label", 409),
        (
            Versioning::AtomicActivityCheckin,
            "atomic-activity-checkin",
            409,
        ),
        (
            Versioning::BaselineControlledMembersMustBeCheckedIn,
            "baseline-controlled-members-must-be-checked-in",
            409,
        ),
        (
            Versioning::BaselinesFromSameHistory,
            "baselines-from-same-history",
            403,
        ),
        (
            Versioning::CannotAddToExistingHistory,
            "cannot-add-to-existing-history",
            409,
        ),
        (
            Versioning::CannotCopyCollectionVersion,
            "cannot-copy-collection-version",
            403,
        ),
        (Versioning::CannotCopyHistory, "cannot-copy-history", 403),
        (
            Versioning::CannotMergeCheckedOutResource,
            "cannot-merge-checked-out-resource",
            409,
        ),
        (
            Versioning::CannotModifyCheckedInParent,
            "cannot-modify-checked-in-parent",
            409,
        ),
        (
            Versioning::CannotModifyDestinationCheckedInParent,
            "cannot-modify-destination-checked-in-parent",
            409,
        ),
        (
            Versioning::CannotModifyVersion,
            "cannot-modify-version",
            403,
        ),
        (
            Versioning::CannotModifyVersionControlledConfiguration,
            "cannot-modify-version-controlled-configuration",
            409,
        ),
        (
            Versioning::CannotModifyVersionControlledContent,
            "cannot-modify-version-controlled-content",
            409,
        ),
        (
            Versioning::CannotModifyVersionControlledProperty,
            "cannot-modify-version-controlled-property",
            409,
        ),
        (
            Versioning::CannotRenameHistory,
            "cannot-rename-history",
            403,
        ),
        (
            Versioning::CannotRenameVersion,
            "cannot-rename-version",
            403,
        ),
        (
            Versioning::CannotRenameWorkingResource,
            "cannot-rename-working-resource",
            403,
        ),
        (
            Versioning::CheckinForkDiscouraged,
            "checkin-fork-discouraged",
            409,
        ),
        (
            Versioning::CheckinForkForbidden,
            "checkin-fork-forbidden",
            403,
        ),
        (Versioning::CheckoutNotAllowed, "checkout-not-allowed", 409),
        (
            Versioning::CheckoutOfCheckedOutVersionIsDiscouraged,
            "checkout-of-checked-out-version-is-discouraged",
            409,
        ),
        (
            Versioning::CheckoutOfCheckedOutVersionIsForbidden,
            "checkout-of-checked-out-version-is-forbidden",
            403,
        ),
        (
            Versioning::CheckoutOfVersionWithDescendantIsDiscouraged,
            "checkout-of-version-with-descendant-is-discouraged",
            409,
        ),
        (
            Versioning::CheckoutOfVersionWithDescendantIsForbidden,
            "checkout-of-version-with-descendant-is-forbidden",
            403,
        ),
        (Versioning::LabelMustExist, "label-must-exist", 409),
        (Versioning::LinearActivity, "linear-activity", 409),
        (
            Versioning::MergeMustBeComplete,
            "merge-must-be-complete",
            409,
        ),
        (Versioning::MustBeActivity, "must-be-activity", 409),
        (Versioning::MustBeBaseline, "must-be-baseline", 409),
        (Versioning::MustBeCheckedIn, "must-be-checked-in", 409),
        (Versioning::MustBeCheckedOut, "must-be-checked-out", 409),
        (
            Versioning::MustBeCheckedOutVersionControlledResource,
            "must-be-checked-out-version-controlled-resource",
            409,
        ),
        (Versioning::MustBeVersion, "must-be-version", 409),
        (
            Versioning::MustBeVersionHistory,
            "must-be-version-history",
            409,
        ),
        (
            Versioning::MustHaveNoVersionControlledMembers,
            "must-have-no-version-controlled-members",
            409,
        ),
        (
            Versioning::MustNotHaveLabelAndApplyToVersion,
            "must-not-have-label-and-apply-to-version",
            403,
        ),
        (
            Versioning::MustNotUpdateBaselineCollection,
            "must-not-update-baseline-collection",
            403,
        ),
        (
            Versioning::MustSelectVersionInHistory,
            "must-select-version-in-history",
            409,
        ),
        (
            Versioning::NoCheckedOutBaselineControlledCollectionMembers,
            "no-checked-out-baseline-controlled-collection-members",
            409,
        ),
        (
            Versioning::NoOverwriteByAutoUpdate,
            "no-overwrite-by-auto-update",
            409,
        ),
        (Versioning::NoVersionDelete, "no-version-delete", 403),
        (
            Versioning::OneBaselineControlledCollectionPerHistoryPerWorkspace,
            "one-baseline-controlled-collection-per-history-per-workspace",
            409,
        ),
        (
            Versioning::OneCheckoutPerActivityPerHistory,
            "one-checkout-per-activity-per-history",
            409,
        ),
        (
            Versioning::OneVersionControlledResourcePerHistoryPerWorkspace,
            "one-version-controlled-resource-per-history-per-workspace",
            409,
        ),
        (
            Versioning::OneVersionPerHistoryPerBaseline,
            "one-version-per-history-per-baseline",
            409,
        ),
        (Versioning::ResourceMustBeNull, "resource-must-be-null", 409),
        (
            Versioning::SupportedLiveProperty,
            "supported-live-property",
            403,
        ),
        (
            Versioning::VersionControlledConfigurationMustNotExist,
            "version-controlled-configuration-must-not-exist",
            409,
        ),
        (
            Versioning::VersionHistoryIsTree,
            "version-history-is-tree",
            409,
        ),
        (
            Versioning::WorkspaceLocationOk,
            "workspace-location-ok",
            403,
        ),
    ] {
        assert_written(code.into(), DAV, local, status);
    }
}

#[test]
fn rfc4918_and_what_extends_it_a_little() {
    let unbind = NeedPrivileges::new(Href::path("/a"), Name::dav("unbind"));
    for (code, local, status) in [
        (
            Condition::CannotModifyProtectedProperty,
            "cannot-modify-protected-property",
            403,
        ),
        (
            Condition::LockTokenMatchesRequestUri,
            "lock-token-matches-request-uri",
            409,
        ),
        (
            Condition::LockTokenSubmitted(Vec::new()),
            "lock-token-submitted",
            423,
        ),
        (
            Condition::NoConflictingLock(Vec::new()),
            "no-conflicting-lock",
            423,
        ),
        (Condition::NoExternalEntities, "no-external-entities", 403),
        (
            Condition::PreservedLiveProperties,
            "preserved-live-properties",
            409,
        ),
        (Condition::PropfindFiniteDepth, "propfind-finite-depth", 403),
        // RFC 3253, 3744, 4331, 5689, 6578.
        (Condition::SupportedReport, "supported-report", 403),
        (Condition::NeedPrivileges(unbind), "need-privileges", 403),
        (
            Condition::NumberOfMatchesWithinLimits,
            "number-of-matches-within-limits",
            507,
        ),
        (Condition::QuotaNotExceeded, "quota-not-exceeded", 507),
        (Condition::SufficientDiskSpace, "sufficient-disk-space", 507),
        (Condition::ValidResourcetype, "valid-resourcetype", 403),
        (
            Condition::SyncTraversalSupported,
            "sync-traversal-supported",
            403,
        ),
        (Condition::ValidSyncToken, "valid-sync-token", 403),
    ] {
        assert_written(code, DAV, local, status);
    }
}

#[test]
fn what_a_condition_tells_beside_its_name() -> Result<(), statuary::xml::Error> {
    let root = || Href::path("/a & b").into_owned();
    let href = "<D:href>/a%20&amp;%20b</D:href>";
    assert_inside(Condition::LockTokenSubmitted(vec![root()]), href);
    assert_inside(
        Condition::NoConflictingLock(vec![root(), root()]),
        &href.repeat(2),
    );
    assert_inside(Caldav::NoUidConflict(Some(root())).into(), href);
    assert_inside(Carddav::NoUidConflict(Some(root())).into(), href);

    let part = Element::parse(r#"<x:prop-filter xmlns:x="urn:x" name="UID"/>"#)?;
    assert_inside(
        Caldav::SupportedFilter(vec![part.clone()]).into(),
        part.as_str(),
    );
    assert_inside(
        Carddav::SupportedFilter(vec![part.clone()]).into(),
        part.as_str(),
    );

    let gone = Element::parse(
        "<D:response><D:href>http://www.example.com/X</D:href>\
         <D:status>HTTP/1.1 404 Not Found</D:status></D:response>",
    )?;
    assert_inside(
        Search::SearchScopeValid(vec![gone.clone()]).into(),
        gone.as_str(),
    );
    Ok(())
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
fn any_other_condition_is_written_as_it_is() -> Result<(), statuary::xml::Error> {
    let element = Element::parse(r#"<x:busy xmlns:x="urn:x"><x:until>noon</x:until></x:busy>"#)?;
    let condition = Condition::Element(element.clone());
    assert_eq!(condition.name(), element.name());
    assert_eq!(condition.status(), None);
    let error = body(DavError::from(condition).into_http());
    assert!(error.contains(element.as_str()), "{error}");
    Ok(())
}
