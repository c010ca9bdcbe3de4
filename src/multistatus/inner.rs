//! The responses inside of properties, as `expand-property` writes them
//! ([RFC 3253, section 3.8](https://www.rfc-editor.org/rfc/rfc3253#section-3.8)), in a document that
//! was written already.

use std::ops::Range;

use memchr::memmem;

use super::{
    document::MultiStatus,
    encoded::{Entry, hrefs, spans},
    fate::{Fate, tag_len},
};
use crate::{
    dav::Href,
    xml::{Buffer, Prefixes},
};

const OPEN: &[u8] = b"<D:response";
const CLOSE: &[u8] = b"</D:response>";

// === impl MultiStatus ===

impl MultiStatus {
    /// The hrefs of all responses that are inside of others, in their order; outer ones first. With
    /// each are the place of the response around, and which of those in there it is, from one on.
    pub(crate) fn inner_hrefs(&self) -> Vec<(usize, usize, Href<'static>)> {
        let mut found = Vec::new();
        for (index, (span, _)) in spans(&self.entries).enumerate() {
            let response = &self.responses[span];
            for (place, inner) in inner(response).into_iter().enumerate() {
                let hrefs = hrefs(&response[inner]);
                found.extend(hrefs.map(|(_, href)| (index, place + 1, href)));
            }
        }
        found
    }

    /// Lets every href, in the order of [`inner_hrefs`](Self::inner_hrefs), have its fate. A response
    /// of which one href does not stay, does not stay either.
    pub(crate) fn with_inner_fates(mut self, fates: impl IntoIterator<Item = Fate>) -> Self {
        let mut fates = fates.into_iter();
        let mut known_names = self.known_names;
        let mut responses = Buffer::with_capacity(self.responses.len());
        let mut entries = Vec::with_capacity(self.entries.len());
        for (span, entry) in spans(&self.entries) {
            let response = &self.responses[span.clone()];
            let start = responses.len();
            let (mut done, mut before_missing) = (0, 0);
            for inner in inner(response) {
                let mut stays = true;
                let mut instead = Vec::new();
                for _ in hrefs(&response[inner.clone()]) {
                    match fates.next().unwrap_or(Fate::Drop) {
                        Fate::Keep => {}
                        Fate::Drop => stays = false,
                        Fate::Replace(resource) => {
                            stays = false;
                            instead.push(resource);
                        }
                    }
                }
                // Inside of one that is gone, there is nothing left.
                if stays || inner.start < done {
                    continue;
                }
                responses.extend_from_slice(&response[done..inner.start]);
                done = inner.end;
                for resource in instead {
                    resource.finish(&mut responses, &Prefixes::default(), &mut known_names);
                }
                if span.start + inner.end <= entry.missing.start {
                    before_missing = responses.len() as isize - start as isize - done as isize;
                }
            }
            responses.extend_from_slice(&response[done..]);
            let end = responses.len();
            let missing = match entry.missing.is_empty() {
                true => end..end,
                // What is replaced inside of values has no part in what is missing.
                false => {
                    let length = entry.missing.len();
                    let from = (start + entry.missing.start - span.start)
                        .saturating_add_signed(before_missing);
                    from..from + length
                }
            };
            entries.push(Entry {
                end,
                missing,
                ..*entry
            });
        }
        self.responses = responses;
        self.entries = entries;
        self
    }
}

// === helpers ===

/// Where the responses inside of a response are, each after the one that it is in.
fn inner(response: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = Vec::new();
    for at in memmem::find_iter(response, b"D:response") {
        if at > 1 && response[at - 2..].starts_with(CLOSE) {
            if let Some(index) = open.pop() {
                let index: usize = index;
                found[index].end = at - 2 + CLOSE.len();
            }
        } else if at > 0 && opens(&response[at - 1..]) {
            open.push(found.len());
            // Without an end it would go on to the end of all.
            found.push(at - 1..response.len());
        }
    }
    // The first is the response itself.
    found.drain(1..).collect()
}

/// Whether a response begins here, and is not empty.
fn opens(tag: &[u8]) -> bool {
    let Some(rest) = tag.strip_prefix(OPEN) else {
        return false;
    };
    let tag = &rest[..tag_len(rest)];
    tag.first().is_none_or(u8::is_ascii_whitespace) && tag.last() != Some(&b'/')
}
