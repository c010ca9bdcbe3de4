//! The checks that make lexemes a document: one closed root, nothing around it, matching end tags, declared
//! prefixes, no repeated attributes, no forbidden characters, no document type.
//!
//! It is a loop over lexemes, never a recursion, so that the depth of a document costs no stack, and memory
//! only up to a limit. It can stop anywhere and go on in the next window of the document. Of the open
//! elements it remembers places in the window, which has to keep them, except for the root, whose name it
//! keeps itself.

mod checks;

use std::{borrow::Cow, mem, ops::Range};

use super::{
    encoding::Encoding,
    error::{ErrorKind, Fault},
    lexer::{Lexeme, Plain, Progress},
    limits::Limits,
    namespaces,
    prefixes::FixedPrefix,
    scope::{Mark, Scope},
    start_tag::StartTag,
    text,
};

/// The state of reading a document.
#[derive(Debug)]
pub(crate) struct Pull {
    progress: Progress,
    limits: Limits,
    encoding: Encoding,
    /// Whether every namespace has to be a URI.
    uris_only: bool,
    pub(crate) scope: Scope,
    /// The last tag with attributes.
    tag: StartTag,
    /// The root's name as it is written.
    root: Box<str>,
    open: Vec<Open>,
    elements: usize,
    /// Whether the start tag just read is an end tag, too.
    is_empty: bool,
    /// Whether anything was read yet.
    is_begun: bool,
    /// Where the lexeme just read starts.
    at: usize,
    name: StartName,
}

/// An element that is open.
#[derive(Debug)]
struct Open {
    /// Where its name is in the window, if it is not the root.
    name: Range<usize>,
    scope: Mark,
}

/// The name of the element just entered.
#[derive(Clone, Debug, Default)]
struct StartName {
    namespace: Option<usize>,
    /// Where the local part is in the window.
    local: Range<usize>,
    /// Whether the tag is [`Pull::tag`].
    has_tag: bool,
}

/// A start tag that is only a name in ASCII, and its meaning in its scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainTag {
    /// Its length, from `<` to `>`.
    pub(crate) length: usize,
    /// Where the local part of its name starts in it, and where the name ends.
    pub(crate) local: usize,
    pub(crate) end: usize,
    /// The binding of its namespace.
    pub(crate) namespace: Option<usize>,
    pub(crate) is_empty: bool,
}

/// The next step in a document. Comments and instructions are left out, and `<empty/>` is a start and an end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'t> {
    Start,
    End,
    /// Text inside an element, as it is written and checked.
    Text(&'t str),
    /// The content of a CDATA section inside an element.
    CData(&'t str),
    /// The window ends here, and there may be more.
    Wait,
    /// The document has ended.
    Eof,
}

// === impl Pull ===

impl Pull {
    pub(crate) fn new(scope: Scope, encoding: Encoding, limits: &Limits) -> Self {
        Self {
            progress: Progress::default(),
            limits: *limits,
            encoding,
            uris_only: false,
            scope,
            tag: StartTag::default(),
            root: Box::default(),
            open: Vec::with_capacity(FEW),
            elements: 0,
            is_empty: false,
            is_begun: false,
            at: 0,
            name: StartName::default(),
        }
    }

    /// Refuses namespaces that are not URIs.
    pub(crate) fn uris_only(self) -> Self {
        Self {
            uris_only: true,
            ..self
        }
    }

    /// Goes to the next step. Faults count from the start of the window.
    #[inline(always)]
    pub(crate) fn next<'t>(&mut self, window: &'t str, is_last: bool) -> Result<Step<'t>, Fault> {
        if self.leave_empty() {
            return Ok(Step::End);
        }
        if self.is_closed_here(window) {
            self.leave();
            return Ok(Step::End);
        }
        loop {
            self.at = self.progress.at;
            let Some(lexeme) = self.progress.next(window, is_last)? else {
                return self.pause(window, is_last);
            };
            match lexeme {
                Lexeme::Start {
                    tag,
                    plain,
                    is_empty,
                } => {
                    self.is_empty = is_empty;
                    self.start(tag, plain)?;
                    return Ok(Step::Start);
                }
                Lexeme::End(name) => {
                    self.end(window, name)?;
                    self.leave();
                    return Ok(Step::End);
                }
                Lexeme::Text { raw, is_plain } => {
                    if !is_plain {
                        text::check(raw).map_err(|fault| fault.within(self.at))?;
                    }
                    if self.depth() > 0 {
                        self.check_text(raw)?;
                        return Ok(Step::Text(raw));
                    }
                    self.check_space(raw)?;
                }
                Lexeme::CData(raw) => {
                    self.check_inside()?;
                    self.check_characters(raw, "<![CDATA[")?;
                    self.check_text(raw)?;
                    return Ok(Step::CData(raw));
                }
                Lexeme::Comment(comment) => {
                    self.check_characters(comment, "<!--")?;
                    if comment.contains("--") || comment.ends_with('-') {
                        return Err(
                            self.fault(ErrorKind::Syntax, "a comment holds `--`, write `- -`")
                        );
                    }
                }
                Lexeme::Instruction(instruction) => {
                    self.check_characters(instruction, "<?")?;
                    self.check_instruction(instruction)?;
                }
            }
            self.is_begun = true;
        }
    }

    /// Forgets the first bytes of the window, in which only the root may be still open.
    pub(crate) fn shift(&mut self, bytes: usize) {
        self.progress.shift(bytes);
        self.at = self.at.saturating_sub(bytes);
        let names = self.open.iter_mut().map(|open| &mut open.name);
        for place in names.chain([&mut self.name.local]) {
            *place = place.start.saturating_sub(bytes)..place.end.saturating_sub(bytes);
        }
    }

    /// Enters the element whose start tag is next and known, as [`next`](Self::next) would. Returns `false`
    /// if a limit forbids it.
    #[inline(always)]
    pub(crate) fn enter(&mut self, tag: PlainTag) -> bool {
        if !self.may_enter() {
            return false;
        }
        self.at = self.progress.at;
        self.progress.go(self.at + tag.length);
        self.elements += 1;
        self.is_empty = tag.is_empty;
        let scope = self.scope.enter();
        let end = self.at + tag.end;
        self.name = StartName {
            namespace: tag.namespace,
            local: self.at + tag.local..end,
            has_tag: false,
        };
        let name = self.at + 1..end;
        self.open.push(Open { name, scope });
        true
    }

    /// Whether the limits allow one more element here.
    #[inline(always)]
    pub(crate) fn may_enter(&self) -> bool {
        self.depth() < self.limits.depth && self.elements < self.limits.elements
    }

    /// The next start tag inside the root; `None` if it is more than a name, incomplete or invalid.
    #[inline]
    pub(crate) fn plain_tag(&self, window: &str) -> Option<PlainTag> {
        let plain = self.progress.plain(window)?;
        let (start, end) = (1, 1 + plain.name);
        let prefix = start..plain.colon.map_or(start, |colon| start + colon);
        let namespace = match &window[self.next_at()..][prefix] {
            "" => self.scope.find(""),
            "xml" => return None,
            prefix => Some(self.scope.find(prefix)?),
        };
        (plain.name <= self.limits.name).then_some(PlainTag {
            length: plain.length,
            local: plain.colon.map_or(start, |colon| start + colon + 1),
            end,
            namespace,
            is_empty: plain.is_empty,
        })
    }

    /// Leaves the element just entered, if its start tag is an end tag, too. Returns whether it is.
    #[inline(always)]
    pub(crate) fn leave_empty(&mut self) -> bool {
        let is_empty = mem::take(&mut self.is_empty);
        if is_empty {
            self.leave();
        }
        is_empty
    }

    /// Skips the white space between two tags inside an element.
    #[inline(always)]
    pub(crate) fn pass_indent(&mut self, window: &str) {
        if self.is_inside_root() {
            let at = self.progress.at;
            let end = text::end_of_indent(window.as_bytes(), at);
            if window.as_bytes().get(end) == Some(&b'<') && end - at <= self.limits.text {
                self.progress.go(end);
            }
        }
    }

    /// Skips an element inside the root that is known already, with its content.
    pub(crate) fn pass(&mut self, end: usize, elements: usize) {
        self.elements += elements;
        self.progress.go(end);
    }

    /// Where the next lexeme starts.
    pub(crate) fn next_at(&self) -> usize {
        self.progress.at
    }

    /// Where the lexeme just read starts.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The number of open elements.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The number of elements so far.
    pub(crate) fn elements(&self) -> usize {
        self.elements
    }

    /// The limits that the document is read under.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The namespace of the element just entered, empty if it is in none.
    pub(crate) fn namespace(&self) -> &str {
        self.scope.namespace(self.name.namespace)
    }

    /// The same, with its fixed prefix.
    pub(crate) fn namespace_and_prefix(&self) -> (&str, FixedPrefix) {
        self.scope.namespace_and_prefix(self.name.namespace)
    }

    /// The binding of that namespace.
    pub(crate) fn binding(&self) -> Option<usize> {
        self.name.namespace
    }

    /// Whether the next lexeme is inside the root.
    pub(crate) fn is_inside_root(&self) -> bool {
        self.depth() > 0 && !self.is_empty
    }

    /// Whether the start tag just read is an end tag, too.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The range of the local part of the name of the element just entered.
    pub(crate) fn local(&self) -> Range<usize> {
        self.name.local.clone()
    }

    /// The prefix of the name of the element just entered, and the name as it is written.
    pub(crate) fn written<'t>(&self, window: &'t str) -> (&'t str, &'t str) {
        let name = self.open.last().map(|open| open.name.clone());
        let Range { start, end } = name.unwrap_or_default();
        let prefix = start..self.name.local.start.saturating_sub(1).max(start);
        (&window[prefix], &window[start..end])
    }

    /// The tag just read, if it is more than a name.
    pub(crate) fn tag(&self) -> Option<&StartTag> {
        self.name.has_tag.then_some(&self.tag)
    }

    /// A fault at the lexeme just read.
    pub(crate) fn fault(&self, kind: ErrorKind, sentence: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(kind, sentence, self.at)
    }

    /// Skips the end tag of the innermost open element, if it is next and in the usual form.
    #[inline(always)]
    fn is_closed_here(&mut self, window: &str) -> bool {
        let at = self.progress.at;
        let [.., _, Open { name, .. }] = self.open.as_slice() else {
            return false;
        };
        let rest = window.as_bytes().get(at..).unwrap_or_default();
        let is_end = rest.starts_with(b"</")
            && rest.get(2 + name.len()) == Some(&b'>')
            && rest[2..2 + name.len()] == window.as_bytes()[name.clone()];
        if is_end {
            self.at = at;
            self.progress.go(at + name.len() + 3);
        }
        is_end
    }

    #[inline(always)]
    fn leave(&mut self) {
        if let Some(open) = self.open.pop() {
            self.scope.leave(open.scope);
        }
    }

    /// The step at the end of the window.
    fn pause<'t>(&self, window: &str, is_last: bool) -> Result<Step<'t>, Fault> {
        let sentence = match is_last {
            false => return Ok(Step::Wait),
            true if self.at < window.len() => "the document ends inside of markup, send all of it",
            true if self.depth() > 0 => {
                "the document ends before its root element does, send all of it"
            }
            true if self.elements == 0 => "the document has no root element, send one",
            true => return Ok(Step::Eof),
        };
        Err(self.fault(ErrorKind::UnexpectedEnd, sentence))
    }

    /// Enters an element: takes its tag apart, and resolves the namespaces of its names.
    #[inline(always)]
    fn start(&mut self, tag: &str, plain: Option<Plain>) -> Result<(), Fault> {
        let (depth, start) = (self.depth(), self.at + 1);
        self.check_start(depth)?;
        self.elements += 1;
        let scope = self.scope.enter();
        let (length, local) = match plain.filter(|_| tag.len() <= self.limits.name) {
            Some(Plain { colon, .. }) => {
                let prefix = colon.map_or("", |colon| &tag[..colon]);
                if prefix == "xml" {
                    return Err(reserved(start));
                }
                self.name.namespace = namespaces::find(&self.scope, prefix, start)?;
                self.name.has_tag = false;
                (tag.len(), colon.map_or(0, |colon| colon + 1))
            }
            None => self.start_tag(tag).map_err(|fault| fault.within(start))?,
        };
        self.name.local = start + local..start + length;
        if depth == 0 {
            self.root = tag[..length].into();
        }
        let name = start..start + length;
        self.open.push(Open { name, scope });
        Ok(())
    }

    /// Reads a tag that is more than a name in ASCII. Returns the length of its name, and where its local
    /// part starts.
    fn start_tag(&mut self, text: &str) -> Result<(usize, usize), Fault> {
        text::check_characters(text)?;
        self.tag.read(text, &self.limits)?;
        namespaces::declare(&mut self.scope, &self.tag, &self.limits, self.uris_only)?;
        self.name.namespace = namespaces::resolve(&self.scope, &self.tag)?;
        self.name.has_tag = true;
        let name = &self.tag.name;
        if self.tag.prefix(name) == "xml" {
            return Err(reserved(0));
        }
        Ok((
            name.range().end,
            name.range().end - self.tag.local(name).len(),
        ))
    }
}

/// How many elements are open at once in most documents.
const FEW: usize = 8;

// === helpers ===

fn reserved(at: usize) -> Fault {
    let sentence = "an element is in a namespace that is reserved for XML itself, choose another";
    Fault::new(ErrorKind::InvalidNamespace, sentence, at)
}
