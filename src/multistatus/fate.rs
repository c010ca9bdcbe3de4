//! Dropping and replacing hrefs of a document that was written already.

use std::mem;

use memchr::memmem;

use super::{
    document::MultiStatus,
    form::Either,
    resource::Resource,
    responses::{href_texts, hrefs, spans},
    taken::Taken,
};
use crate::{
    dav::Href,
    xml::{Buffer, Prefix, declared, tag_len},
};

/// What becomes of an href and its response.
pub(crate) enum Fate {
    Drop,
    Keep,
    Replace(Box<Resource<Either>>),
}

// === impl MultiStatus ===

impl MultiStatus {
    /// Adds a resource that tells why the answer is incomplete, in place of other responses with
    /// its hrefs; those that were sent cannot be taken back. Returns whether it was added.
    pub(crate) fn push_failure(&mut self, resource: Resource<Either>) -> bool {
        self.settle();
        let over = Self::from_iter([resource.clone()]);
        let fate = |href: &Href<'_>| match over.contains(href) {
            true => Fate::Drop,
            false => Fate::Keep,
        };
        let fates: Vec<_> = self.hrefs().iter().map(fate).collect();
        *self = mem::take(self).with_fates(fates);
        let before = self.len();
        self.push(resource);
        let is_added = self.len() > before;
        if let Some(last) = self.entries.last_mut().filter(|_| is_added) {
            last.tells_failure = true;
        }
        is_added
    }

    /// Applies a fate to every href, in the order of [`hrefs`](Self::hrefs).
    pub(crate) fn with_fates(mut self, fates: impl IntoIterator<Item = Fate>) -> Self {
        let mut fates = fates.into_iter();
        self.clear_rest();
        let mut taken = mem::take(&mut self.taken);
        match self.sealed {
            // The hrefs that were sent stay taken.
            Some(_) => taken.give_back(href_texts(&self.responses, &self.entries)),
            None => taken = Taken::default(),
        }
        let mut fated = Self {
            responses: Buffer::with_capacity(self.responses.len()),
            entries: Vec::with_capacity(self.entries.len()),
            taken,
            ..self
        };
        for (span, entry) in spans(&self.entries) {
            let response = &self.responses[span];
            let mut dropped = Vec::new();
            let mut replaced = Vec::new();
            let mut kept = false;
            for (element, _) in hrefs(response) {
                // An href without a decision is not shown.
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
                fated.push_written(response, entry, &dropped);
            }
            fated.extend(replaced);
        }
        if fated.is_sealed() {
            return fated;
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
}

// === helpers ===

/// Whether a response uses a prefix as the root declares it. Inside of an element that declares it
/// anew, it is a different one.
pub(super) fn is_of_root(prefix: Prefix, response: &[u8]) -> bool {
    let mut name = Buffer::default();
    prefix.push_name(&mut name, "");
    if memmem::find(response, &name).is_none() {
        return false;
    }
    let attribute = [b" ", &name[..]].concat();
    let mut depth = 0_usize;
    let mut declared_at = None;
    for start in memchr::memchr_iter(b'<', response) {
        let tag = &response[start + 1..];
        if tag.first() == Some(&b'/') {
            depth = depth.saturating_sub(1);
            if declared_at == Some(depth) {
                declared_at = None;
            }
            continue;
        }
        let tag = &tag[..tag_len(tag)];
        let is_open = tag.last() != Some(&b'/');
        if declared_at.is_none() {
            if declared(tag, &name[..name.len() - 1]).is_some() {
                declared_at = is_open.then_some(depth);
            } else if tag.starts_with(&name) || memmem::find(tag, &attribute).is_some() {
                return true;
            }
        }
        depth += usize::from(is_open);
    }
    false
}
