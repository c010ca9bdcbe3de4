//! What becomes of the hrefs of a document that was written already.

use std::{mem, ops::Range};

use memchr::memmem;

use super::{
    document::MultiStatus,
    encoded::{Entry, hrefs, spans},
    resource::{Either, Resource, Status},
    taken::Taken,
};
use crate::{
    dav::Href,
    xml::{Buffer, Prefix},
};

/// What becomes of an href, and of all that is said of it.
pub(crate) enum Fate {
    Drop,
    Keep,
    Replace(Box<Resource<Status>>),
}

// === impl MultiStatus ===

impl MultiStatus {
    /// Adds a resource in the place of what is said of its hrefs; of responses that were sent, nothing
    /// can be taken back.
    pub(crate) fn push_over(&mut self, resource: Resource<Either>) {
        if self.sealed.is_none() {
            let over = Self::from_iter([resource.clone()]);
            let fate = |href: &Href<'_>| match over.contains(href) {
                true => Fate::Drop,
                false => Fate::Keep,
            };
            let fates: Vec<_> = self.hrefs().iter().map(fate).collect();
            *self = mem::take(self).with_fates(fates);
        }
        self.push(resource);
    }

    /// All hrefs, in their order; a response may have several.
    pub(crate) fn hrefs(&self) -> Vec<Href<'static>> {
        let hrefs = spans(&self.entries).flat_map(|(span, _)| hrefs(&self.responses[span]));
        hrefs.map(|(_, href)| href).collect()
    }

    /// Lets every href, in the order of [`hrefs`](Self::hrefs), have its fate.
    pub(crate) fn with_fates(self, fates: impl IntoIterator<Item = Fate>) -> Self {
        let mut fates = fates.into_iter();
        let mut fated = Self {
            responses: Buffer::with_capacity(self.responses.len()),
            entries: Vec::with_capacity(self.entries.len()),
            taken: Taken::default(),
            ..self
        };
        for (span, entry) in spans(&self.entries) {
            let response = &self.responses[span];
            let mut dropped = Vec::new();
            let mut replaced = Vec::new();
            let mut kept = false;
            for (element, _) in hrefs(response) {
                // What nobody decided about is not shown.
                match fates.next().unwrap_or(Fate::Drop) {
                    Fate::Keep => kept = true,
                    Fate::Drop => dropped.push(element),
                    Fate::Replace(resource) => {
                        dropped.push(element);
                        replaced.push(*resource);
                    }
                }
            }
            if kept {
                fated.push_encoded(response, entry, &dropped);
            }
            fated.extend(replaced);
        }
        let Self {
            responses,
            entries,
            prefixes,
            ..
        } = &mut fated;
        prefixes
            .retain(|prefix| spans(entries).any(|(span, _)| is_of_root(prefix, &responses[span])));
        fated
    }

    /// Adds a response of another document that declared the same prefixes. Without some of its hrefs,
    /// only its status is left: what explains it may be about those.
    fn push_encoded(&mut self, response: &[u8], entry: &Entry, without: &[Range<usize>]) {
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
            if without.is_empty() {
                at + end - entry.end
            } else {
                end
            }
        };
        self.admit(Entry {
            end,
            missing: moved(entry.missing.start)..moved(entry.missing.end),
            ..*entry
        });
    }
}

// === helpers ===

/// Whether a response uses a prefix as the root declares it. Text that looks like a name with the
/// prefix may pass for one.
fn is_of_root(prefix: Prefix, response: &[u8]) -> bool {
    let mut name = Buffer::default();
    prefix.push_name(&mut name, "");
    let declaration = [b" xmlns:", &name[..name.len() - 1], b"="].concat();
    let tag = memchr::memchr(b'>', response).unwrap_or(response.len());
    memmem::find(&response[..tag], &declaration).is_none()
        && memmem::find_iter(response, &name[..])
            .any(|at| at > 0 && matches!(response[at - 1], b'<' | b' '))
}
