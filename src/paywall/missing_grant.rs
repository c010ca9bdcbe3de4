//! Why a handler of axum has no grant to read.

use std::{error::Error, fmt};

/// Rejection of the extractor [`Grant`](crate::Grant): no paywall is in front of the handler, or the
/// paywall let the request through unasked, or it does not [show its
/// grants](crate::PaywallLayer::show_grant).
///
/// Its response is a 500 that says so as plain text: the layers are not set up as the handler expects. A
/// handler that also serves exempt requests takes an `Option<Grant>`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MissingGrant;

// === impl MissingGrant ===

impl fmt::Display for MissingGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "no grant in the request: is `PaywallLayer` around this route, and does it show its grants?",
        )
    }
}

impl Error for MissingGrant {}
