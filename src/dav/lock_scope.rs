//! Who else may hold a lock.

/// Who else may hold a lock
/// ([RFC 4918, section 14.13](https://www.rfc-editor.org/rfc/rfc4918#section-14.13)).
///
/// # Grammar
///
/// ```text
/// <!ELEMENT lockscope (exclusive | shared) >
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum LockScope {
    /// Nobody.
    Exclusive,
    /// Everyone who asks for a shared lock, too.
    Shared,
}
