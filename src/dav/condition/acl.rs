//! The conditions of access control.

use super::code::codes;

codes! {
    /// The preconditions of the ACL method
    /// ([RFC 3744, section 8.1.1](https://www.rfc-editor.org/rfc/rfc3744#section-8.1.1)).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{DavError, dav::condition::Acl};
    ///
    /// let refused = DavError::from(Acl::NoInvert);
    /// assert_eq!(refused.status(), 403);
    /// ```
    pub enum Acl in "DAV:" {
        /// A principal is not allowed in the ACL of this resource. With 403.
        AllowedPrincipal = "allowed-principal", FORBIDDEN;
        /// All ACEs that deny must come before those that grant. With 403.
        DenyBeforeGrant = "deny-before-grant", FORBIDDEN;
        /// No ACE may deny. With 403.
        GrantOnly = "grant-only", FORBIDDEN;
        /// There are more ACEs than the resource may have. With 403.
        LimitedNumberOfAces = "limited-number-of-aces", FORBIDDEN;
        /// A principal that must have an ACE has none. With 403.
        MissingRequiredPrincipal = "missing-required-principal", FORBIDDEN;
        /// An abstract privilege can be neither granted nor denied. With 403.
        NoAbstract = "no-abstract", FORBIDDEN;
        /// The ACEs contradict each other. With 409.
        NoAceConflict = "no-ace-conflict", CONFLICT;
        /// The ACEs contradict inherited ones. With 409.
        NoInheritedAceConflict = "no-inherited-ace-conflict", CONFLICT;
        /// No ACE may use `invert`. With 403.
        NoInvert = "no-invert", FORBIDDEN;
        /// The ACEs contradict protected ones. With 403.
        NoProtectedAceConflict = "no-protected-ace-conflict", FORBIDDEN;
        /// The resource does not support the privilege. With 403.
        NotSupportedPrivilege = "not-supported-privilege", FORBIDDEN;
        /// A URL is not that of a principal. With 403.
        RecognizedPrincipal = "recognized-principal", FORBIDDEN;
    }
}
