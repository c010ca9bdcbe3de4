//! The conditions of bindings.

use super::code::codes;

codes! {
    /// The preconditions and postconditions of BIND, UNBIND and REBIND
    /// ([RFC 5842, sections 4 to 6](https://www.rfc-editor.org/rfc/rfc5842#section-4)).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{DavError, dav::condition::Bind};
    ///
    /// let refused = DavError::from(Bind::CycleAllowed);
    /// assert_eq!(refused.status(), 403);
    /// ```
    pub enum Bind in "DAV:" {
        /// The target of a BIND is not a collection. With 409.
        BindIntoCollection = "bind-into-collection", CONFLICT;
        /// The resource to be bound does not exist. With 409.
        BindSourceExists = "bind-source-exists", CONFLICT;
        /// The resource cannot have several bindings. With 403.
        BindingAllowed = "binding-allowed", FORBIDDEN;
        /// The binding was not removed. With 409.
        BindingDeleted = "binding-deleted", CONFLICT;
        /// A binding of this name exists, and may not be replaced. With 412, like any refusal that
        /// `Overwrite` asks for.
        CanOverwrite = "can-overwrite", PRECONDITION_FAILED;
        /// The resource is on another server. With 403.
        CrossServerBinding = "cross-server-binding", FORBIDDEN;
        /// A collection would become its own member. With 403.
        CycleAllowed = "cycle-allowed", FORBIDDEN;
        /// The lock was not removed. With 409.
        LockDeleted = "lock-deleted", CONFLICT;
        /// The binding to be replaced is locked. With 423.
        LockedOverwriteAllowed = "locked-overwrite-allowed", LOCKED;
        /// The collection that is moved from is locked. With 423.
        LockedSourceCollectionUpdateAllowed = "locked-source-collection-update-allowed", LOCKED;
        /// The collection is locked. With 423.
        LockedUpdateAllowed = "locked-update-allowed", LOCKED;
        /// A binding cannot have this name. With 403.
        NameAllowed = "name-allowed", FORBIDDEN;
        /// The binding was not made. With 409.
        NewBinding = "new-binding", CONFLICT;
        /// The URL to be moved from is locked. With 423.
        ProtectedSourceUrlDeletionAllowed = "protected-source-url-deletion-allowed", LOCKED;
        /// The URL to be removed is locked. With 423.
        ProtectedUrlDeletionAllowed = "protected-url-deletion-allowed", LOCKED;
        /// The URL to be replaced is locked. With 423.
        ProtectedUrlModificationAllowed = "protected-url-modification-allowed", LOCKED;
        /// The target of a REBIND is not a collection. With 409.
        RebindIntoCollection = "rebind-into-collection", CONFLICT;
        /// The resource to be rebound does not exist. With 409.
        RebindSourceExists = "rebind-source-exists", CONFLICT;
        /// The target of an UNBIND is not a collection. With 409.
        UnbindFromCollection = "unbind-from-collection", CONFLICT;
        /// The binding to be removed does not exist. With 409.
        UnbindSourceExists = "unbind-source-exists", CONFLICT;
    }
}
