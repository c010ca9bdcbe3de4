//! The conditions under which a request changes something: RFC 9110, section 13, and RFC 4918,
//! section 10.4.

use std::fs::Metadata;

use axum::http::{HeaderMap, Uri, header};
use statuary::{
    DavError, Href,
    dav::{Current, If, IfMatch, IfNoneMatch, IfState, LockToken},
};

use crate::{
    fault::Fault,
    paid,
    target::Target,
    tree::{self, Tree},
};

/// `If-Match`, `If-None-Match` and `If`, as a writer sends them.
///
/// Those of GET and HEAD are not here: the file server checks them.
#[derive(Debug)]
pub(crate) struct Conditions {
    if_match: IfMatch,
    if_none_match: IfNoneMatch,
    lists: If,
    host: Option<String>,
}

/// What is known of the resources that `If` names, while one of them is to be changed.
struct Known<'k> {
    tree: &'k Tree,
    target: &'k Target,
    host: Option<&'k str>,
}

// === impl Conditions ===

impl Conditions {
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Fault> {
        let host = headers.get(header::HOST);
        Ok(Self {
            if_match: IfMatch::from_headers(headers)?,
            if_none_match: IfNoneMatch::from_headers(headers)?,
            lists: If::from_headers(headers)?,
            host: host.and_then(|host| Some(host.to_str().ok()?.to_owned())),
        })
    }

    /// Checks them against the current state, of the target and of the other resources in `If`.
    pub(crate) fn check(
        &self,
        tree: &Tree,
        target: &Target,
        there: Option<&Metadata>,
    ) -> Result<(), Fault> {
        let etag = there.and_then(tree::etag);
        let current = there.map_or(Current::Absent, |_| Current::Present(etag.as_ref()));
        if !self.if_match.holds(current) || !self.if_none_match.holds(current) {
            return Err(Fault::precondition_failed("it is not what you think it is"));
        }
        let known = Known {
            tree,
            target,
            host: self.host.as_deref(),
        };
        let is_collection = there.is_some_and(Metadata::is_dir);
        self.lists
            .check_write(&target.href(is_collection), &known)
            .map_err(DavError::from)?;
        Ok(())
    }
}

// === impl Known ===

impl IfState for Known<'_> {
    fn etag(&self, resource: &Href<'_>) -> Option<String> {
        let uri: Uri = resource.encoded().parse().ok()?;
        let is_here = |there: &str| self.host.is_some_and(|host| host == there);
        if !uri.authority().is_none_or(|it| is_here(it.as_str())) {
            return None;
        }
        let resource = Target::of(resource).ok()?;
        // Those who change another resource must not learn whether a guess at a paid one is right.
        if paid::is_paid(&resource) && !paid::is_paid(self.target) {
            return None;
        }
        let there = self.tree.find(&resource).ok()?.metadata?;
        tree::etag(&there).map(|etag| etag.to_string())
    }

    /// None: the drive is of class 1.
    fn locks(&self, _: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
        Vec::new()
    }
}
