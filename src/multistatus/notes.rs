//! What explains a status: the elements that may follow it.

use super::description::Description;
use crate::{
    dav::{Condition, Href},
    xml::{Buffer, Content, IllegalChars, Prefixes},
};

/// `responsedescription`, encoded, and `error`, `location` and `score`, each as encoded content; empty when
/// absent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Notes {
    error: Buffer,
    description: Buffer,
    location: Buffer,
    score: Buffer,
}

// === impl Notes ===

impl Notes {
    pub(super) fn add_error(
        &mut self,
        condition: &Condition,
        prefixes: &mut Prefixes,
        illegal_chars: IllegalChars,
    ) {
        condition.write(&mut Content::new(&mut self.error, prefixes, illegal_chars));
    }

    /// Sets the description, and makes the notes if there are none yet. An empty text is no description.
    pub(super) fn describe(
        notes: &mut Option<Box<Self>>,
        description: &Description<'_>,
        illegal_chars: IllegalChars,
    ) {
        let described = notes.get_or_insert_default();
        described.description.clear();
        description.push(&mut described.description, illegal_chars);
        notes.take_if(|notes| **notes == Self::default());
    }

    pub(super) fn set_location(&mut self, href: &Href<'_>, prefixes: &mut Prefixes) {
        self.location.clear();
        href.write(&mut Content::new(
            &mut self.location,
            prefixes,
            IllegalChars::default(),
        ));
    }

    pub(super) fn set_score(&mut self, score: u16) {
        let score = score.min(BEST_SCORE);
        self.score.clear();
        self.score.extend_from_slice(score.to_string().as_bytes());
    }

    /// Appends the elements in the order of the DTD.
    pub(super) fn push(&self, out: &mut Buffer) {
        push_element(out, "error", &self.error);
        out.extend_from_slice(&self.description);
        push_element(out, "location", &self.location);
        push_element(out, "score", &self.score);
    }
}

/// The highest score, by [RFC 5323, section 5.16.1](https://www.rfc-editor.org/rfc/rfc5323#section-5.16.1).
const BEST_SCORE: u16 = 10_000;

// === helpers ===

/// Appends an element of `DAV:` around encoded content, unless that is empty.
pub(super) fn push_element(out: &mut Buffer, local: &str, content: &[u8]) {
    if content.is_empty() {
        return;
    }
    out.extend_from_slice(b"<D:");
    out.extend_from_slice(local.as_bytes());
    out.push(b'>');
    out.extend_from_slice(content);
    out.extend_from_slice(b"</D:");
    out.extend_from_slice(local.as_bytes());
    out.push(b'>');
}
