//! The syntax of XML 1.0 with namespaces, as far as WebDAV bodies need it: names, text, fragments,
//! and a parser with limits.
//!
//! This room knows nothing of WebDAV. [RFC 4918, section 8.2](https://www.rfc-editor.org/rfc/rfc4918#section-8.2)
//! asks that every body be well-formed and namespace-correct; both halves of the crate, writing and
//! reading, stand on what is here.

mod content;
mod escape;
mod name;
mod prefixes;

pub use self::{
    content::{Content, Tag, Written},
    escape::Forbidden,
    name::{InvalidName, Name},
};
pub(crate) use self::{escape::push_text, prefixes::Prefixes};
