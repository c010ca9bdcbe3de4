//! The reading of a multistatus, in one window after another.
//!
//! [`Reader`](super::Reader) and [`Decoder`](super::Decoder) are two interfaces to it, and read the same: for
//! a reader, the windows are the pages of a document that is complete.

use std::{borrow::Cow, sync::Arc};

use simdutf8::basic::from_utf8;

use super::{
    Response,
    builder::{Builder, Leaf, longest, too_large},
    experience::Experience,
    memory::Allowed,
    place::{Place, place},
    vocabulary::Word,
};
use crate::xml::{Encoding, ErrorKind, Fault, Limits, Pull, Scope, Step, check_text, text_run};

/// The state of reading a multistatus.
#[derive(Debug)]
pub(super) struct Engine {
    pull: Pull,
    builder: Builder,
    /// Set inside the root, unless the parser has to read everything.
    experience: Option<Experience>,
    /// Whether the root is in no namespace.
    is_bare: bool,
    is_complete: bool,
    pub(super) description: Option<String>,
    pub(super) sync_token: Option<String>,
}

/// What is next in a multistatus.
#[derive(Debug)]
pub(super) enum Next<'t> {
    Response(Response<'t>),
    /// The window ends here, and there may be more.
    Wait,
    /// The document has ended.
    End,
}

// === impl Engine ===

impl Engine {
    pub(super) fn new(encoding: Encoding, limits: &Limits) -> Self {
        Self {
            pull: Pull::new(Scope::new(&[]), encoding, limits),
            builder: Builder::default(),
            experience: None,
            is_bare: false,
            is_complete: false,
            description: None,
            sync_token: None,
        }
    }

    /// Goes to the next response. Faults count from the start of the window, which is the decoded part of the
    /// bytes.
    pub(super) fn next<'t>(
        &mut self,
        window: &'t str,
        bytes: &'t [u8],
        is_last: bool,
    ) -> Result<Next<'t>, Fault> {
        loop {
            if let Some(response) = self.recall(window, bytes) {
                return Ok(Next::Response(response));
            }
            // A recalled response may end behind the window, where the parser sees nothing.
            if self.pull.next_at() > window.len() {
                return Ok(Next::Wait);
            }
            while self.recognise(window)? {}
            match self.pull.next(window, is_last)? {
                Step::Start if self.builder.innermost().is_none() => self.enter_root(window)?,
                Step::Start => {
                    self.check_response(window)?;
                    self.builder.enter(&self.pull, window)?;
                }
                Step::Text(raw) => self.builder.text(raw.len(), false, &self.pull)?,
                Step::CData(raw) => self.builder.text(raw.len(), true, &self.pull)?,
                Step::End => {
                    if let Some(response) = self.leave(window)? {
                        return Ok(Next::Response(response));
                    }
                }
                Step::Wait => return Ok(Next::Wait),
                Step::Eof => {
                    self.is_complete = true;
                    return Ok(Next::End);
                }
            }
        }
    }

    /// Whether the end of the document was read.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// How many bytes at the start of the window are not needed any more.
    pub(super) fn read(&self) -> usize {
        match self.builder.is_between() {
            true => self.pull.next_at(),
            false => self.builder.start(),
        }
    }

    /// Forgets the first bytes of the window.
    pub(super) fn shift(&mut self, bytes: usize) {
        self.pull.shift(bytes);
        self.builder.shift(bytes);
    }

    /// Takes the root that the parser has just entered.
    fn enter_root(&mut self, window: &str) -> Result<(), Fault> {
        let pull = &self.pull;
        let name = (pull.namespace(), &window[pull.local()]);
        if !matches!(name, ("DAV:" | "", "multistatus")) {
            let sentence = "the root element is not `multistatus` in the namespace `DAV:`, \
                see whether the answer is a 207";
            return Err(pull.fault(ErrorKind::UnexpectedRoot, sentence));
        }
        self.is_bare = name.0.is_empty();
        let scope = match pull.limits().no_memory {
            true => Arc::new(pull.scope.outside()),
            false => {
                let experience = Experience::of(&pull.scope, pull.limits());
                Arc::clone(&self.experience.insert(experience).scope)
            }
        };
        self.builder.enter_root(scope, pull);
        Ok(())
    }

    /// Refuses a response in no namespace if the root is in none: ignoring it would turn the answer into an
    /// empty listing.
    fn check_response(&self, window: &str) -> Result<(), Fault> {
        let is_bare = self.is_bare && self.is_in_root() && self.pull.namespace().is_empty();
        match is_bare && &window[self.pull.local()] == "response" {
            false => Ok(()),
            true => {
                let sentence = "neither the root element nor a response is in the namespace `DAV:`, \
                    see whether the answer is a 207";
                Err(self.pull.fault(ErrorKind::UnexpectedRoot, sentence))
            }
        }
    }

    /// Whether what comes next is directly inside the root.
    fn is_in_root(&self) -> bool {
        let innermost = self.builder.innermost();
        innermost.is_some_and(|open| open.place == Place::MultiStatus)
    }

    /// Reads a response that is like one before, even if it goes beyond the window.
    #[inline]
    fn recall<'t>(&mut self, window: &'t str, bytes: &'t [u8]) -> Option<Response<'t>> {
        let at = self.pull.next_at();
        let is_tag = bytes.get(at) == Some(&b'<');
        if !is_tag || !self.builder.is_between() || !self.pull.is_inside_root() {
            return None;
        }
        let limits = self.pull.limits();
        let allowed = Allowed {
            elements: limits.elements - self.pull.elements(),
            bytes: longest(&self.pull),
            text: limits.text,
        };
        let memory = &mut self.experience.as_mut()?.memory;
        let known = memory.recall(&bytes[at..], allowed)?;
        let end = at + known.length;
        let text = match window.get(at..end) {
            Some(text) => text,
            None => from_utf8(&bytes[at..end]).ok()?,
        };
        self.pull.pass(end, known.elements);
        let text = Cow::Borrowed(text);
        Some(Response::new(text, known.layout, known.slots))
    }

    /// Reads the next element if its start tag is known, or can be learned.
    #[inline]
    fn recognise(&mut self, window: &str) -> Result<bool, Fault> {
        let open = self.builder.innermost().filter(|open| !open.declares);
        let is_checked = self.is_bare && self.is_in_root();
        let Some(open) = open.filter(|_| !self.pull.is_empty() && !is_checked) else {
            return Ok(false);
        };
        let rest = &window.as_bytes()[self.pull.next_at()..];
        if !matches!(rest, [b'<', next, ..] if *next != b'/') {
            return Ok(false);
        }
        let Some(experience) = &mut self.experience else {
            return Ok(false);
        };
        let known = experience.vocabulary.find(rest, open.place);
        let Some(word) = known.or_else(|| self.learn(window, open.place)) else {
            return Ok(false);
        };
        let is_leaf = open.place != Place::MultiStatus && !word.place.holds_elements();
        if is_leaf && self.leaf(&word, window) {
            return Ok(true);
        }
        if !self.pull.enter(word.tag) {
            return Ok(false);
        }
        self.builder.enter_as(word.place, &self.pull)?;
        Ok(true)
    }

    /// Learns the next start tag, which is not known yet.
    fn learn(&mut self, window: &str, parent: Place) -> Option<Word> {
        let vocabulary = &mut self.experience.as_mut()?.vocabulary;
        if !vocabulary.has_room() {
            return None;
        }
        let tag = self.pull.plain_tag(window)?;
        let text = &window[self.pull.next_at()..];
        let namespace = self.pull.scope.namespace(tag.namespace);
        let place = place(parent, (namespace, &text[tag.local..tag.end]));
        vocabulary.learn(text.as_bytes(), tag, parent, place)
    }

    /// Reads an element with a known start tag that holds nothing but text.
    #[inline]
    fn leaf(&mut self, word: &Word, window: &str) -> bool {
        let bytes = window.as_bytes();
        let start = self.pull.next_at();
        let inside = start + word.tag.length;
        let name = start + 1..start + word.tag.end;
        let (text, end) = match word.tag.is_empty {
            true => (None, inside),
            false => {
                let run = text_run(bytes, inside);
                let end = run.end + "</".len() + name.len() + ">".len();
                let is_closed = bytes.get(run.end..end).is_some_and(|tag| {
                    let written = &tag[2..tag.len() - 1];
                    tag.starts_with(b"</") && tag.ends_with(b">") && *written == bytes[name.clone()]
                });
                let text = inside..run.end;
                let is_right = is_closed
                    && text.len() <= self.pull.limits().text
                    && (run.is_plain || check_text(&window[text.clone()]).is_ok());
                if !is_right {
                    return false;
                }
                (Some(text), end)
            }
        };
        let leaf = Leaf {
            start,
            local: start + word.tag.local..name.end,
            text,
            end,
        };
        let may_be = self.pull.may_enter();
        if !may_be || !self.builder.leaf(word, leaf, window, &self.pull) {
            return false;
        }
        self.pull.pass(end, 1);
        true
    }

    fn leave<'t>(&mut self, window: &'t str) -> Result<Option<Response<'t>>, Fault> {
        let (place, inside) = self.builder.leave(&self.pull, window)?;
        if place == Place::Response {
            let (layout, built) = self.builder.finish(&self.pull);
            let layout = Arc::new(layout);
            let text = &window[self.builder.start()..self.pull.next_at()];
            if let Some(experience) = &mut self.experience {
                experience.memory.learn(text, &layout, &built);
            }
            let text = Cow::Borrowed(text);
            return Ok(Some(Response::new(text, layout, built.slots)));
        }
        if self.builder.is_between() {
            match place {
                Place::Description => {
                    self.description = Some(self.builder.content(inside, window));
                }
                Place::SyncToken => self.sync_token = Some(self.builder.content(inside, window)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Refuses a piece that is too long to be kept, before all of it has arrived.
    pub(super) fn check_waiting(&self, window: &str) -> Result<(), Fault> {
        let (start, most) = (self.read(), self.pull.limits().resource);
        match window.len() - start <= most {
            true => Ok(()),
            false => Err(too_large(start, most)),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(experience) = self.experience.take() {
            experience.leave();
        }
    }
}
