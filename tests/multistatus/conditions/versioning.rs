//! The codes of RFC 3253.

use statuary::dav::condition::Versioning;

use super::{DAV, assert_written};

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
