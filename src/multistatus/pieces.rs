//! Documents in pieces: their responses looked at, and added to others.

use std::{mem, ops::Range};

use memchr::memmem;

use super::{
    document::MultiStatus,
    fate::is_of_root,
    resource::OPEN,
    responses::{Entry, hrefs, spans},
};
use crate::{
    dav::Href,
    xml::{Buffer, Prefixes},
};

// === impl MultiStatus ===

impl MultiStatus {
    /// An empty document that declares nothing at its root, so that its responses can be
    /// [appended](Self::append) to any other.
    pub(crate) fn of_pieces() -> Self {
        let mut document = Self::new();
        document.seal();
        document
    }

    /// Takes out what a document [of pieces](Self::of_pieces) has, but for its hrefs, which it still knows.
    /// It is of pieces again, even if another document has taken its place.
    pub(crate) fn take_pieces(&mut self) -> Self {
        self.seal();
        let rest = Self {
            sealed: Some(Prefixes::default().mark()),
            taken: mem::take(&mut self.taken),
            known_names: self.known_names,
            ..Self::default()
        };
        mem::replace(self, rest)
    }

    /// Adds the responses of another document, and what it says of the whole. What its root declares, as that
    /// of one [of pieces](Self::of_pieces) does not, the responses declare.
    pub(crate) fn append(&mut self, pieces: Self) {
        let declares = pieces.prefixes.mark() != Prefixes::default().mark();
        for (span, entry) in spans(&pieces.entries) {
            let response = &pieces.responses[span];
            match declares {
                true => self.push_declaring(response, entry, &pieces.prefixes),
                false => self.push_written(response, entry, &[]),
            }
        }
        if !pieces.description.is_empty() {
            self.description = pieces.description;
        }
        if !pieces.sync_token.is_empty() {
            self.sync_token = pieces.sync_token;
        }
    }

    /// The last response; empty if there is none.
    pub(crate) fn last_response(&self) -> &[u8] {
        let start = self
            .entries
            .iter()
            .nth_back(1)
            .map_or(0, |before| before.end);
        &self.responses[start..self.byte_len()]
    }

    /// The text of the response at this place, in a document of its own.
    pub(crate) fn one(&self, index: usize) -> String {
        let (span, _) = self.responses().get(index);
        self.alone(&self.responses[span])
    }

    /// The text of one of its responses, in a document of its own.
    pub(super) fn alone(&self, response: &[u8]) -> String {
        let pieces = [&self.head()[..], response, b"</D:multistatus>"];
        String::from_utf8_lossy(&pieces.concat()).into_owned()
    }

    /// How many hrefs each response has.
    pub(crate) fn href_counts(&self) -> impl Iterator<Item = usize> {
        spans(&self.entries).map(|(span, _)| hrefs(&self.responses[span]).count())
    }

    /// All hrefs, in their order; a response may have several.
    pub(crate) fn hrefs(&self) -> Vec<Href<'static>> {
        let hrefs = spans(&self.entries).flat_map(|(span, _)| hrefs(&self.responses[span]));
        hrefs.map(|(_, href)| href).collect()
    }

    /// Adds a response of another document, and to its start tag what it uses of the prefixes that were
    /// declared there.
    fn push_declaring(&mut self, response: &[u8], entry: &Entry, declared: &Prefixes) {
        let mut used = declared.clone();
        used.retain(|prefix| is_of_root(prefix, response));
        let mut declarations = Buffer::default();
        used.push_declarations(&mut declarations, &Prefixes::default());
        let (open, rest) = response.split_at(OPEN.len() - 1);
        self.push_written(&[open, &declarations[..], rest].concat(), entry, &[]);
    }

    /// Adds a response of another document that declared the same prefixes, or none. Without some of its
    /// hrefs, only its status is left: what explains it may be about those.
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
