//! How a response becomes a part of a document: its href must be free.

use std::{borrow::Cow, ops::Range};

use super::{
    document::MultiStatus,
    responses::{Entry, HrefSpan, first_href},
    taken::{Claim, TOGETHER},
};
use crate::xml::PrefixMark;

// === impl MultiStatus ===

impl MultiStatus {
    /// Makes the bytes that were written last a response of the document, without the hrefs that are taken.
    /// Returns whether any href is left. See [`admit_one`](Self::admit_one) for `may_wait`.
    pub(super) fn admit(&mut self, entry: Entry, may_wait: bool) -> bool {
        let start = self.byte_len();
        let first = start + first_href(&self.responses[start..]);
        match HrefSpan::at(&self.responses, first) {
            Some(HrefSpan { element, text })
                if HrefSpan::at(&self.responses, element.end).is_none() =>
            {
                let claim = self.taken.claim(&self.responses[text.clone()], text.start);
                self.admit_one(entry, claim, may_wait)
            }
            _ => self.admit_several(entry),
        }
    }

    /// Appends a response, whose entry and href count from its own beginning. `href` is the span of the text
    /// of its only href, or `None` if it has several. If none is free, what was declared for the response is
    /// forgotten.
    #[inline(always)]
    pub(super) fn append_one(
        &mut self,
        response: &[u8],
        mut entry: Entry,
        href: Option<Range<usize>>,
        declared: PrefixMark,
    ) {
        let start = self.responses.len();
        let claim = href.map(|text| {
            let place = start + text.start;
            self.taken.claim(&response[text], place)
        });
        self.responses.extend_from_slice(response);
        entry.move_by(start);
        let may_wait = self.prefixes.mark() == declared;
        let is_admitted = match claim {
            Some(claim) => self.admit_one(entry, claim, may_wait),
            None => self.admit_several(entry.clone()),
        };
        if !is_admitted {
            self.prefixes.reset(declared);
        }
    }

    /// Makes the bytes that were written last a response, unless their one href, which is claimed, is taken.
    /// Returns whether they became one; if the claim `may_wait`, the response may still be removed later.
    #[inline(always)]
    pub(super) fn admit_one(&mut self, entry: Entry, claim: Claim, may_wait: bool) -> bool {
        if self.taken.are_many() {
            return self.admit_to_many(entry.clone(), claim, may_wait);
        }
        self.admit_now(entry, claim)
    }

    /// Removes the responses that were admitted although their href was taken. Returns by how many bytes what
    /// follows them has moved.
    #[inline]
    pub(crate) fn settle(&mut self) -> usize {
        match self.taken.waiting() {
            0 => 0,
            _ => self.taken.settle(&mut self.responses, &mut self.entries),
        }
    }

    /// The same document, [settled](Self::settle).
    pub(super) fn settled(&self) -> Cow<'_, Self> {
        if self.taken.repeated(&self.responses) == 0 {
            return Cow::Borrowed(self);
        }
        let mut settled = self.clone();
        settled.settle();
        Cow::Owned(settled)
    }

    /// Admits a response while no href is waiting.
    #[inline(always)]
    fn admit_now(&mut self, entry: Entry, claim: Claim) -> bool {
        let is_free = self.taken.take(&self.responses, claim);
        if is_free {
            self.entries.push(entry);
        } else {
            self.clear_rest();
        }
        is_free
    }

    #[inline(never)]
    fn admit_to_many(&mut self, mut entry: Entry, mut claim: Claim, may_wait: bool) -> bool {
        if may_wait && self.taken.take_later(claim) {
            self.entries.push(entry);
            if self.taken.waiting() == TOGETHER {
                self.settle();
            }
            return true;
        }
        let gone = self.settle();
        entry.move_back(gone);
        claim.place -= gone;
        self.admit_now(entry, claim)
    }

    /// Makes the bytes that were written last a response, without those of its hrefs that are taken. Returns
    /// whether any is left.
    pub(super) fn admit_several(&mut self, mut entry: Entry) -> bool {
        entry.move_back(self.settle());
        let start = self.byte_len();
        let first = start + first_href(&self.responses[start..]);
        let (mut at, mut kept) = (first, first);
        while let Some(HrefSpan { element, text }) = HrefSpan::at(&self.responses, at) {
            at = element.end;
            let place = kept + (text.start - element.start);
            let claim = self.taken.claim(&self.responses[text], place);
            let length = element.len();
            if kept < element.start {
                self.responses.copy_within(element, kept);
            }
            if self.taken.take(&self.responses, claim) {
                kept += length;
            }
        }
        if kept == first {
            self.responses.truncate(start);
            return false;
        }
        if kept < at {
            self.responses.remove(kept..at);
            entry.move_back(at - kept);
        }
        self.entries.push(entry);
        true
    }
}
