//! How a response becomes a part of a document: its href must be free.

use std::{borrow::Cow, ops::Range};

use super::{
    document::MultiStatus,
    responses::{Entry, HrefSpan, first_href},
    taken::TOGETHER,
};
use crate::xml::PrefixMark;

// === impl MultiStatus ===

impl MultiStatus {
    /// Makes what was written last a response of the document, without the hrefs that are taken;
    /// whether any is left. See [`admit_one`](Self::admit_one) for `may_wait`.
    pub(super) fn admit(&mut self, entry: Entry, may_wait: bool) -> bool {
        let start = self.byte_len();
        let first = start + first_href(&self.responses[start..]);
        match HrefSpan::at(&self.responses, first) {
            Some(HrefSpan { element, text })
                if HrefSpan::at(&self.responses, element.end).is_none() =>
            {
                self.admit_one(entry, text, may_wait)
            }
            _ => self.admit_several(entry),
        }
    }

    /// Makes what was written last a response, with one href, whose text is there, or with several; if
    /// none of them is free, what was declared for it is forgotten.
    #[inline(always)]
    pub(super) fn admit_any(
        &mut self,
        entry: Entry,
        href: Option<Range<usize>>,
        declared: PrefixMark,
    ) {
        let may_wait = self.prefixes.mark() == declared;
        let is_admitted = match href {
            Some(href) => self.admit_one(entry, href, may_wait),
            None => self.admit_several(entry.clone()),
        };
        if !is_admitted {
            self.prefixes.reset(declared);
        }
    }

    /// Makes what was written last a response, unless its one href, whose text is there, is taken;
    /// whether it was not. It may turn out later that it was, if it `may_wait` for that.
    #[inline(always)]
    pub(super) fn admit_one(&mut self, entry: Entry, href: Range<usize>, may_wait: bool) -> bool {
        if self.taken.are_many() {
            return self.admit_to_many(entry.clone(), href, may_wait);
        }
        self.admit_now(entry, href)
    }

    /// Takes the responses out that were admitted although their href was taken; by how many bytes
    /// what follows them has moved.
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

    /// Does it while none is waiting.
    #[inline(always)]
    fn admit_now(&mut self, entry: Entry, href: Range<usize>) -> bool {
        let place = href.start;
        let is_free = self.taken.take(&self.responses, href, place);
        if is_free {
            self.entries.push(entry);
        } else {
            self.clear_rest();
        }
        is_free
    }

    #[inline(never)]
    fn admit_to_many(&mut self, mut entry: Entry, href: Range<usize>, may_wait: bool) -> bool {
        if may_wait && self.taken.take_later(&self.responses, &href) {
            self.entries.push(entry);
            if self.taken.waiting() == TOGETHER {
                self.settle();
            }
            return true;
        }
        let gone = self.settle();
        entry.move_back(gone);
        self.admit_now(entry, href.start - gone..href.end - gone)
    }

    /// Makes what was written last a response, without those of its hrefs that are taken; whether any is
    /// left.
    pub(super) fn admit_several(&mut self, mut entry: Entry) -> bool {
        entry.move_back(self.settle());
        let start = self.byte_len();
        let first = start + first_href(&self.responses[start..]);
        let (mut at, mut kept) = (first, first);
        while let Some(HrefSpan { element, text }) = HrefSpan::at(&self.responses, at) {
            at = element.end;
            let place = kept + (text.start - element.start);
            if self.taken.take(&self.responses, text, place) {
                let length = element.len();
                if kept < element.start {
                    self.responses.copy_within(element, kept);
                }
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
