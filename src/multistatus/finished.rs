//! A complete multistatus, which the bodies of responses share.

use std::mem;

use bytes::Bytes;

use super::{
    document::MultiStatus,
    responses::{Entry, Responses},
    taken::Taken,
};
use crate::dav::Href;

/// The bytes of a multistatus, and the spans in them that an answer may leave out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Finished {
    /// What stands before the responses.
    pub(crate) head: Bytes,
    /// The `response` elements, one after the other.
    pub(crate) responses: Bytes,
    /// What stands after the responses.
    pub(crate) tail: Bytes,
    /// The three in one piece, if they are short enough.
    pub(crate) whole: Option<Bytes>,
    pub(super) entries: Vec<Entry>,
    /// Whether all hrefs have one form.
    pub(crate) hrefs_agree: bool,
    /// The document without its responses.
    pub(super) rest: MultiStatus,
}

/// How long the responses may be to be moved, to make room for what stands before them.
const MOST_MOVED: usize = 64 * 1024;

// === impl MultiStatus ===

impl MultiStatus {
    /// Ends the document.
    pub(crate) fn finished(mut self) -> Finished {
        self.clear_rest();
        self.settle();
        let mut responses = mem::take(&mut self.responses);
        let length = responses.len();
        let (whole, [head, responses, tail]) = if length <= MOST_MOVED {
            self.push_head(&mut responses);
            let start = responses.len() - length;
            responses.move_to_front(start);
            self.push_tail(&mut responses);
            let whole = Bytes::from(responses.into_vec());
            let end = start + length;
            let pieces = [
                whole.slice(..start),
                whole.slice(start..end),
                whole.slice(end..),
            ];
            (Some(whole), pieces)
        } else {
            let pieces = [self.head(), responses, self.tail()];
            (None, pieces.map(|piece| piece.into_vec().into()))
        };
        Finished {
            head,
            responses,
            tail,
            whole,
            entries: mem::take(&mut self.entries),
            hrefs_agree: self.taken.agree(),
            rest: Self {
                taken: Taken::default(),
                ..self
            },
        }
    }
}

// === impl Finished ===

impl Finished {
    pub(crate) fn responses(&self) -> Responses<'_> {
        Responses::new(&self.responses, &self.entries)
    }

    /// The location of the resource that was asked about.
    pub(crate) fn location(&self) -> Option<&Href<'static>> {
        self.rest.location()
    }

    /// A copy of the document that can be changed.
    pub(crate) fn reopened(&self) -> MultiStatus {
        self.rest
            .clone()
            .with_responses(&self.responses, &self.entries)
    }

    /// How long the document is.
    pub(crate) fn byte_len(&self) -> u64 {
        (self.head.len() + self.responses.len() + self.tail.len()) as u64
    }

    /// Whether it tells of success only.
    pub(crate) fn succeeded(&self) -> bool {
        let mut entries = self.entries.iter();
        !self.entries.is_empty()
            && !self.rest.is_explained()
            && entries.all(|entry| entry.succeeded)
    }
}
