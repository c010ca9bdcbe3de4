//! Texts of any characters, also of those that no document can hold.

use proptest::{collection::vec, prelude::*};

/// `any::<String>()` would be of printable characters only.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..32).prop_map(String::from_iter)
}
