//! The words of [RFC 4918](https://www.rfc-editor.org/rfc/rfc4918) and its extensions as types.
//!
//! | word | type |
//! |---|---|
//! | `href`, a Simple-ref (§8.3, §14.7) | [`Href`] |
//! | precondition and postcondition codes (§16) | [`Condition`] |
//! | `Prefer` (RFC 7240, RFC 8144), `Brief` | [`Prefer`], [`Return`] |

mod condition;
mod href;
mod prefer;

pub(crate) use self::prefer::{BRIEF, PREFER};
pub use self::{
    condition::Condition,
    href::{Href, InvalidHref, InvalidHrefKind},
    prefer::{Prefer, Return},
};
