//! Fragments: responses that another document takes over.

use std::{mem, ops::Range};

use memchr::memmem;

use super::{
    document::MultiStatus,
    fate::is_of_root,
    resource::declaring,
    responses::{Entry, href_texts, spans},
};
use crate::xml::Prefixes;

// === impl MultiStatus ===

impl MultiStatus {
    /// An empty fragment: it declares nothing at its root, so that any other document can
    /// [append](Self::append) it.
    pub(crate) fn fragment() -> Self {
        Self::new().fragment_behind()
    }

    /// An empty [fragment](Self::fragment) that will follow this document, and knows its hrefs.
    pub(crate) fn fragment_behind(&self) -> Self {
        let mut taken = self.taken.clone();
        if !self.is_sealed() {
            taken.forget_places(href_texts(&self.responses, &self.entries));
        }
        Self {
            sealed: Some(Prefixes::default().mark()),
            taken,
            ..Self::default()
        }
    }

    /// Takes out the content of a [fragment](Self::fragment), which still knows its hrefs. What is left is a
    /// fragment, even if another document has taken its place.
    pub(crate) fn take_fragment(&mut self) -> Self {
        self.seal();
        let rest = Self {
            sealed: Some(Prefixes::default().mark()),
            taken: mem::take(&mut self.taken),
            known_names: self.known_names,
            ..Self::default()
        };
        mem::replace(self, rest)
    }

    /// Adds the responses of another document, and its description and sync token. What its root declares
    /// (that of a [fragment](Self::fragment) declares nothing) is declared by the responses.
    pub(crate) fn append(&mut self, other: Self) {
        let declares = other.prefixes.mark() != Prefixes::default().mark();
        for (span, entry) in spans(&other.entries) {
            let response = &other.responses[span];
            match declares {
                true => self.push_declaring(response, entry, &other.prefixes),
                false => self.push_written(response, entry, &[]),
            }
        }
        if !other.description.is_empty() {
            self.description = other.description;
        }
        if !other.sync_token.is_empty() {
            self.sync_token = other.sync_token;
        }
    }

    /// Adds a response of another document, and declares on it those prefixes of that document's root which
    /// it uses.
    fn push_declaring(&mut self, response: &[u8], entry: &Entry, declared: &Prefixes) {
        let mut used = declared.clone();
        used.retain(|prefix| is_of_root(prefix, response));
        let response = declaring(response, &used, &Prefixes::default());
        self.push_written(&response, entry, &[]);
    }

    /// Adds a response of another document that declared the same prefixes, or none. If some of its hrefs are
    /// left out, only its status stays, since its explanation may be about those.
    pub(super) fn push_written(
        &mut self,
        response: &[u8],
        entry: &Entry,
        without: &[Range<usize>],
    ) {
        const STATUS: &[u8] = b"</D:status>";
        const END: &[u8] = b"</D:response>";
        let mut done = 0;
        for element in without {
            self.responses
                .extend_from_slice(&response[done..element.start]);
            done = element.end;
        }
        let rest = &response[done..];
        match memmem::find(rest, STATUS) {
            Some(status) if !without.is_empty() => {
                self.responses
                    .extend_from_slice(&rest[..status + STATUS.len()]);
                self.responses.extend_from_slice(END);
            }
            _ => self.responses.extend_from_slice(rest),
        }
        let end = self.responses.len();
        let moved = |at: usize| {
            if without.is_empty() && !entry.missing.is_empty() {
                at + end - entry.end
            } else {
                end
            }
        };
        let entry = Entry {
            end,
            missing: moved(entry.missing.start)..moved(entry.missing.end),
            ..*entry
        };
        self.admit(entry, true);
    }
}
