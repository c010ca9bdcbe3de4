//! The responses inside of properties, as `expand-property` writes them
//! ([RFC 3253, section 3.8](https://www.rfc-editor.org/rfc/rfc3253#section-3.8)), in a document that
//! was written already.

use std::ops::Range;

use memchr::memmem;

use super::{
    document::MultiStatus,
    fate::Fate,
    resource::OPEN,
    responses::{Entry, spans},
};
use crate::{
    dav::Href,
    xml::{Buffer, Limits, Parser, Prefixes, Token, declared},
};

/// A response inside of another, with any prefix: values may come from other servers.
struct Inner {
    span: Range<usize>,
    hrefs: Vec<Href<'static>>,
    /// Whether all its hrefs could be read.
    is_legible: bool,
    /// Whether it is certain that the prefix `D` around it is that of `DAV:`.
    is_ours: bool,
}

/// An href that is being read.
struct Reading {
    depth: usize,
    text: String,
    of_server: bool,
}

// === impl MultiStatus ===

impl MultiStatus {
    /// The hrefs of all responses inside of others, in their order, outer ones first; each with the
    /// index of the outermost response, and the number of its own among those in there, from one
    /// on. Also returns whether all hrefs could be read.
    pub(crate) fn inner_hrefs(&self) -> (Vec<(usize, usize, Href<'static>)>, bool) {
        let (mut found, mut are_legible) = (Vec::new(), true);
        for (index, (span, _)) in spans(&self.entries).enumerate() {
            for (place, inner) in self.inner(&self.responses[span]).into_iter().enumerate() {
                are_legible &= inner.is_legible;
                let hrefs = inner.hrefs.into_iter();
                found.extend(hrefs.map(|href| (index, place + 1, href)));
            }
        }
        (found, are_legible)
    }

    /// Applies a fate to every href, in the order of [`inner_hrefs`](Self::inner_hrefs). If one
    /// href of a response does not stay, or cannot be read, the response does not stay either.
    pub(crate) fn with_inner_fates(mut self, fates: impl IntoIterator<Item = Fate>) -> Self {
        let mut fates = fates.into_iter();
        self.clear_rest();
        let mut known_names = self.known_names;
        let mut responses = Buffer::with_capacity(self.responses.len());
        let mut entries = Vec::with_capacity(self.entries.len());
        for (span, entry) in spans(&self.entries) {
            let response = &self.responses[span.clone()];
            let start = responses.len();
            let (mut done, mut before_missing) = (0, 0);
            for inner in self.inner(response) {
                let Inner {
                    span: inner,
                    hrefs,
                    is_legible: mut stays,
                    is_ours,
                } = inner;
                let mut instead = Vec::new();
                for _ in hrefs {
                    match fates.next().unwrap_or(Fate::Drop) {
                        Fate::Keep => {}
                        Fate::Drop => stays = false,
                        Fate::Replace(resource) => {
                            stays = false;
                            instead.push(resource);
                        }
                    }
                }
                // What was inside of a removed response is gone with it.
                if stays || inner.start < done {
                    continue;
                }
                responses.extend_from_slice(&response[done..inner.start]);
                done = inner.end;
                for resource in instead {
                    let tag = responses.len() + OPEN.len() - 1;
                    let (response, ..) = resource.finish(&Prefixes::default(), &mut known_names);
                    responses.extend_from_slice(&response);
                    if !is_ours {
                        responses.insert(tag, br#" xmlns:D="DAV:""#);
                    }
                }
                if span.start + inner.end <= entry.missing.start {
                    before_missing = responses.len() as isize - start as isize - done as isize;
                }
            }
            responses.extend_from_slice(&response[done..]);
            let end = responses.len();
            let missing = match entry.missing.is_empty() {
                true => end..end,
                // Missing properties have no values in which anything could be replaced.
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

    /// The responses inside of a response, each after the one that contains it.
    fn inner(&self, response: &[u8]) -> Vec<Inner> {
        if !may_hold_others(response) {
            return Vec::new();
        }
        let head = self.head().len();
        let text = self.alone(response);
        let mut found: Vec<Inner> = Vec::new();
        let mut open = Vec::new();
        let mut reading: Vec<Reading> = Vec::new();
        let mut parser = Parser::of_element(&text, &[], &Limits::none());
        loop {
            let token = parser.next();
            let place = parser.place();
            let depth = parser.depth();
            match token {
                Ok(Token::Start) if parser.is_dav("response") => {
                    open.push((depth, found.len()));
                    let is_ours = is_ours(&text[place.clone()]);
                    found.push(Inner {
                        is_ours,
                        ..Inner::new(place.start - head..response.len())
                    });
                }
                Ok(Token::Start) if parser.is_dav("href") => {
                    if open.last().is_some_and(|&(around, _)| around + 1 == depth) {
                        reading.push(Reading {
                            depth,
                            text: String::new(),
                            // A mount moves only hrefs that are written exactly so.
                            of_server: &text[place] != "<D:href>",
                        });
                    }
                }
                Ok(Token::Start) => {}
                Ok(Token::Text) => {
                    if let Some(reading) = reading.last_mut().filter(|href| href.depth == depth) {
                        reading.text.push_str(&parser.text());
                    }
                }
                Ok(Token::End) => {
                    if let Some(read) = reading.pop_if(|href| href.depth > depth) {
                        if let Some(&(_, index)) = open.last() {
                            found[index].add(read);
                        }
                    }
                    if let Some((_, index)) = open.pop_if(|(around, _)| *around > depth) {
                        found[index].span.end = place.end - head;
                    }
                }
                Ok(Token::Eof) => break,
                Err(_) => {
                    // What cannot be read is not shown.
                    let at = place.start.saturating_sub(head).min(response.len());
                    let mut rest = Inner::new(at..response.len());
                    rest.is_legible = false;
                    found.push(rest);
                    break;
                }
            }
        }
        // The first is the response itself.
        found.drain(..found.len().min(1));
        found
    }
}

// === impl Inner ===

impl Inner {
    fn new(span: Range<usize>) -> Self {
        Self {
            span,
            hrefs: Vec::new(),
            is_legible: true,
            is_ours: true,
        }
    }

    fn add(&mut self, href: Reading) {
        match Href::parse(href.text.trim_ascii().to_owned()) {
            // A mount does not move a path behind white space, either.
            Ok(read) if href.of_server || read.is_path() && !href.text.starts_with('/') => {
                self.hrefs.push(read.of_server());
            }
            Ok(read) => self.hrefs.push(read),
            Err(_) => self.is_legible = false,
        }
    }
}

// === helpers ===

/// Whether the start tag of a response shows that `D` is the prefix of `DAV:` around it.
fn is_ours(tag: &str) -> bool {
    tag.starts_with("<D:") && declared(&tag.as_bytes()[1..tag.len() - 1], b"D").is_none()
}

/// Whether a response holds anything, beside its own two tags, that could be the tag of a response.
fn may_hold_others(response: &[u8]) -> bool {
    const LOCAL: &[u8] = b"response";
    memmem::find_iter(response, LOCAL)
        .filter(|at| !response[at + LOCAL.len()..].starts_with(b"description"))
        .nth(2)
        .is_some()
}
