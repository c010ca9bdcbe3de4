//! The conditions under which a request changes something: RFC 9110, section 13, and RFC 4918,
//! section 10.4.

use std::fs::Metadata;

use axum::http::{HeaderMap, HeaderName, header};

use crate::{fault::Fault, tree};

/// `If-Match`, `If-None-Match` and `If`, as a writer sends them.
///
/// `If` names the locks that the writer holds. There are none here: it never holds true.
/// GET and HEAD are not here: their conditions are the file server's to check.
#[derive(Debug)]
pub(crate) struct Conditions {
    matches: Option<String>,
    matches_none: Option<String>,
    locks: bool,
}

impl Conditions {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let joined = |name: HeaderName| {
            let values = headers
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok());
            let values: Vec<_> = values.collect();
            (!values.is_empty()).then(|| values.join(","))
        };
        Self {
            matches: joined(header::IF_MATCH),
            matches_none: joined(header::IF_NONE_MATCH),
            locks: headers.contains_key("if"),
        }
    }

    /// Checks them against what is there now.
    pub(crate) fn check(&self, there: Option<&Metadata>) -> Result<(), Fault> {
        let wanted = self.matches.as_ref().is_none_or(|tags| names(tags, there));
        let unwanted = self
            .matches_none
            .as_ref()
            .is_some_and(|tags| names(tags, there));
        if !wanted || unwanted || self.locks {
            return Err(Fault::precondition_failed("it is not what you think it is"));
        }
        Ok(())
    }
}

/// Whether a list of entity tags names what is there. The drive's own tags hold no comma.
fn names(tags: &str, there: Option<&Metadata>) -> bool {
    let Some(there) = there else { return false };
    let own = tree::etag(there).map(|etag| etag.to_string());
    tags.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || own.as_deref() == Some(tag))
}
