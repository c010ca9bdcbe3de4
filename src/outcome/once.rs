//! An href may not occur twice under one multistatus
//! ([RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)).

use std::collections::HashSet;

use crate::{
    dav::Href,
    multistatus::{Fate, MultiStatus},
};

/// The hrefs that had their response.
#[derive(Clone, Debug, Default)]
pub(super) struct Once {
    taken: HashSet<String>,
}

// === impl Once ===

impl Once {
    /// Whether a document, streamed or not, has a response of an href.
    pub(super) fn has(document: &MultiStatus, href: &Href<'_>) -> bool {
        let encoded = href.encoded();
        let other = match encoded.strip_suffix('/') {
            Some(without_slash) => without_slash.to_owned(),
            None => format!("{encoded}/"),
        };
        document.contains(href) || document.contains(&Href::of_encoded(other))
    }

    /// What an href is known by: a collection is the same with its last slash and without.
    pub(super) fn key(href: &Href<'_>) -> String {
        let encoded = href.encoded();
        encoded.strip_suffix('/').unwrap_or(&encoded).to_owned()
    }

    /// Takes an href; whether it had no response so far.
    pub(super) fn take(&mut self, href: &Href<'_>) -> bool {
        self.taken.insert(Self::key(href))
    }

    /// Takes all hrefs of a multistatus, which keeps the first response of each.
    pub(super) fn take_all(&mut self, multistatus: MultiStatus) -> MultiStatus {
        let new: Vec<_> = multistatus.hrefs().iter().map(|it| self.take(it)).collect();
        if !new.contains(&false) {
            return multistatus;
        }
        let fate = |is_new| if is_new { Fate::Keep } else { Fate::Drop };
        multistatus.with_fates(new.into_iter().map(fate))
    }
}
