//! What marks an answer as its caller's own.

use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};

use crate::{paywall::cache_control::keep_private, vary::Vary};

/// What marks an answer as its caller's own.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    vary: Vary,
}

// === impl Seal ===

impl Seal {
    pub(crate) const fn new(vary: Vary) -> Self {
        Self { vary }
    }

    /// Marks a refusal, which no cache keeps at all.
    pub(crate) fn put_on_refusal(&self, headers: &mut HeaderMap) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.vary.merge_into(headers);
    }

    #[inline]
    pub(crate) fn put_on(&self, headers: &mut HeaderMap) {
        keep_private(headers);
        self.vary.merge_into(headers);
    }
}
