//! An href may not occur twice under one multistatus
//! ([RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)), and hrefs that name the
//! same resource are one member, however a handler spells them.

use std::collections::HashSet;

use crate::{
    dav::{Href, LatestPaths},
    multistatus::MultiStatus,
};

/// The members that had their response.
#[derive(Clone, Debug, Default)]
pub(super) struct Once {
    taken: HashSet<String>,
}

/// The members that had their response in a streamed answer: hrefs that are spelled the same as long as the
/// answer remembers them, other spellings as long as they are among the latest.
#[derive(Debug, Default)]
pub(super) struct StreamedOnce {
    latest: LatestPaths,
}

// === impl Once ===

impl Once {
    /// Takes an href. Returns whether it had no response so far.
    pub(super) fn take(&mut self, href: &Href<'_>) -> bool {
        self.taken.insert(href.normalized())
    }
}

// === impl StreamedOnce ===

impl StreamedOnce {
    /// Begins after these hrefs.
    pub(super) fn after<'h>(hrefs: impl Iterator<Item = &'h Href<'static>>) -> Self {
        let mut latest = LatestPaths::default();
        hrefs.for_each(|href| _ = latest.take(href));
        Self { latest }
    }

    /// Takes an href that is to have a response next. Returns whether it had none so far.
    pub(super) fn take(&mut self, answer: &MultiStatus, href: &Href<'_>) -> bool {
        self.latest.forget();
        self.latest.take(href) && !is_listed(answer, href)
    }
}

// === helpers ===

/// Whether a document, streamed or not, has a response for an href that is written so, with the trailing
/// slash of its path or without.
pub(super) fn is_listed(document: &MultiStatus, href: &Href<'_>) -> bool {
    document.contains(href) || document.contains(&href.with_other_slash())
}
