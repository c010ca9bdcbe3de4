//! The conditions of versioning.

use super::code::codes;

codes! {
    /// The preconditions of [RFC 3253](https://www.rfc-editor.org/rfc/rfc3253), by which a server refuses a
    /// request. Its postconditions describe what a request does; a server that cannot do it names them by
    /// [`Condition::Other`](crate::Condition::Other).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{DavError, dav::condition::Versioning};
    ///
    /// let refused = DavError::from(Versioning::MustBeCheckedIn);
    /// assert_eq!(refused.status(), 409);
    /// ```
    pub enum Versioning in "DAV:" {
        /// An activity cannot be made here. With 403.
        ActivityLocationOk = "activity-location-ok", FORBIDDEN;
        /// The version has this label already. With 409.
        AddMustBeNewLabel = "add-must-be-new-label", CONFLICT;
        /// Not all of an activity can be checked in. With 409.
        AtomicActivityCheckin = "atomic-activity-checkin", CONFLICT;
        /// A member of the baseline-controlled collection is checked out. With 409.
        BaselineControlledMembersMustBeCheckedIn = "baseline-controlled-members-must-be-checked-in", CONFLICT;
        /// The baselines belong to different histories. With 403.
        BaselinesFromSameHistory = "baselines-from-same-history", FORBIDDEN;
        /// The resource has a history, and cannot become a part of another one. With 409.
        CannotAddToExistingHistory = "cannot-add-to-existing-history", CONFLICT;
        /// A version of a collection cannot be copied. With 403.
        CannotCopyCollectionVersion = "cannot-copy-collection-version", FORBIDDEN;
        /// A version history cannot be copied. With 403.
        CannotCopyHistory = "cannot-copy-history", FORBIDDEN;
        /// The source of a merge is checked out. With 409.
        CannotMergeCheckedOutResource = "cannot-merge-checked-out-resource", CONFLICT;
        /// The collection above is checked in. With 409.
        CannotModifyCheckedInParent = "cannot-modify-checked-in-parent", CONFLICT;
        /// The collection above the destination is checked in. With 409.
        CannotModifyDestinationCheckedInParent = "cannot-modify-destination-checked-in-parent", CONFLICT;
        /// A version cannot be changed. With 403.
        CannotModifyVersion = "cannot-modify-version", FORBIDDEN;
        /// The configuration is checked in. With 409.
        CannotModifyVersionControlledConfiguration = "cannot-modify-version-controlled-configuration", CONFLICT;
        /// The content belongs to a resource that is checked in. With 409.
        CannotModifyVersionControlledContent = "cannot-modify-version-controlled-content", CONFLICT;
        /// The property belongs to a resource that is checked in. With 409.
        CannotModifyVersionControlledProperty = "cannot-modify-version-controlled-property", CONFLICT;
        /// A version history cannot be moved. With 403.
        CannotRenameHistory = "cannot-rename-history", FORBIDDEN;
        /// A version cannot be moved. With 403.
        CannotRenameVersion = "cannot-rename-version", FORBIDDEN;
        /// A working resource cannot be moved. With 403.
        CannotRenameWorkingResource = "cannot-rename-working-resource", FORBIDDEN;
        /// The version would be forked, and the request does not allow that. With 409.
        CheckinForkDiscouraged = "checkin-fork-discouraged", CONFLICT;
        /// The version may not be forked. With 403.
        CheckinForkForbidden = "checkin-fork-forbidden", FORBIDDEN;
        /// The merge would have to check out a resource, which the request does not allow. With 409.
        CheckoutNotAllowed = "checkout-not-allowed", CONFLICT;
        /// The version is checked out already, and the request does not allow a fork. With 409.
        CheckoutOfCheckedOutVersionIsDiscouraged = "checkout-of-checked-out-version-is-discouraged", CONFLICT;
        /// The version is checked out already, and may not be forked. With 403.
        CheckoutOfCheckedOutVersionIsForbidden = "checkout-of-checked-out-version-is-forbidden", FORBIDDEN;
        /// The version has a successor, and the request does not allow a fork. With 409.
        CheckoutOfVersionWithDescendantIsDiscouraged = "checkout-of-version-with-descendant-is-discouraged", CONFLICT;
        /// The version has a successor, and may not be forked. With 403.
        CheckoutOfVersionWithDescendantIsForbidden = "checkout-of-version-with-descendant-is-forbidden", FORBIDDEN;
        /// The version does not have this label. With 409.
        LabelMustExist = "label-must-exist", CONFLICT;
        /// The activity would no longer be one line of descent. With 409.
        LinearActivity = "linear-activity", CONFLICT;
        /// A merge is not complete. With 409.
        MergeMustBeComplete = "merge-must-be-complete", CONFLICT;
        /// The href is not that of an activity. With 409.
        MustBeActivity = "must-be-activity", CONFLICT;
        /// The href is not that of a baseline. With 409.
        MustBeBaseline = "must-be-baseline", CONFLICT;
        /// The resource is not checked in. With 409.
        MustBeCheckedIn = "must-be-checked-in", CONFLICT;
        /// The resource is not checked out. With 409.
        MustBeCheckedOut = "must-be-checked-out", CONFLICT;
        /// The resource is not checked out and under version control. With 409.
        MustBeCheckedOutVersionControlledResource = "must-be-checked-out-version-controlled-resource", CONFLICT;
        /// The href is not that of a version. With 409.
        MustBeVersion = "must-be-version", CONFLICT;
        /// The href is not that of a version history. With 409.
        MustBeVersionHistory = "must-be-version-history", CONFLICT;
        /// The collection has members under version control. With 409.
        MustHaveNoVersionControlledMembers = "must-have-no-version-controlled-members", CONFLICT;
        /// The request has a label and `apply-to-version`. With 403.
        MustNotHaveLabelAndApplyToVersion = "must-not-have-label-and-apply-to-version", FORBIDDEN;
        /// What a baseline holds cannot be changed. With 403.
        MustNotUpdateBaselineCollection = "must-not-update-baseline-collection", FORBIDDEN;
        /// The label is not one of this history. With 409.
        MustSelectVersionInHistory = "must-select-version-in-history", CONFLICT;
        /// A member of the baseline-controlled collection is checked out. With 409.
        NoCheckedOutBaselineControlledCollectionMembers = "no-checked-out-baseline-controlled-collection-members", CONFLICT;
        /// The resource that would be updated by the check-in has changed. With 409.
        NoOverwriteByAutoUpdate = "no-overwrite-by-auto-update", CONFLICT;
        /// A version cannot be removed. With 403.
        NoVersionDelete = "no-version-delete", FORBIDDEN;
        /// A workspace has a collection that is controlled by this history of baselines. With 409.
        OneBaselineControlledCollectionPerHistoryPerWorkspace = "one-baseline-controlled-collection-per-history-per-workspace", CONFLICT;
        /// The activity has a checkout of this history. With 409.
        OneCheckoutPerActivityPerHistory = "one-checkout-per-activity-per-history", CONFLICT;
        /// The workspace has a resource of this history. With 409.
        OneVersionControlledResourcePerHistoryPerWorkspace = "one-version-controlled-resource-per-history-per-workspace", CONFLICT;
        /// A baseline would hold two versions of one history. With 409.
        OneVersionPerHistoryPerBaseline = "one-version-per-history-per-baseline", CONFLICT;
        /// The Request-URI, at which a workspace, an activity or a calendar was to be made, exists already.
        /// With 409.
        ResourceMustBeNull = "resource-must-be-null", CONFLICT;
        /// The property is not supported. With 403.
        SupportedLiveProperty = "supported-live-property", FORBIDDEN;
        /// The collection has a configuration already. With 409.
        VersionControlledConfigurationMustNotExist = "version-controlled-configuration-must-not-exist", CONFLICT;
        /// The version would not descend from the root of its history. With 409.
        VersionHistoryIsTree = "version-history-is-tree", CONFLICT;
        /// A workspace cannot be made here. With 403.
        WorkspaceLocationOk = "workspace-location-ok", FORBIDDEN;
    }
}
