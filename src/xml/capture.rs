//! Making an [`Element`] that stands on its own from a part of a document.

use std::{cmp::Reverse, mem, ops::Range};

use memchr::memchr_iter;

use super::{
    IllegalChars,
    buffer::Buffer,
    element::Element,
    encoding::Malformed,
    error::{Error, ErrorKind},
    name::{Name, is_name_char},
    parser::{Parser, Token},
    push_attribute, push_text,
    scope::Scope,
    start_tag::StartTag,
};

/// The bindings that an element may rely on where it is written.
pub(crate) const GIVEN: &[(&str, &str)] = &[("D", DAV)];

const DAV: &str = "DAV:";

/// The capacity that most elements fit into.
const USUAL: usize = 512;

/// Up to this many bindings are searched faster than they are sorted.
const FEW: usize = 8;

/// Writes an element that is being read as text.
///
/// Names that a client put in `DAV:` by a default namespace are written with a prefix, since the Windows
/// Mini-Redirector, which may read them one day, does not understand such a default. The prefix is `D`, or
/// one with a number if the client bound `D` to another namespace.
///
/// It is reused for the next element, to keep its memory.
#[derive(Debug, Default)]
pub(crate) struct Capture {
    out: Buffer,
    /// Where the names of the open elements are in `out`.
    open: Vec<Range<usize>>,
    /// Whether the last start tag still lacks its `>`.
    is_tag_open: bool,
    /// The prefixes bound here to `DAV:`, innermost last.
    aliases: Vec<Alias>,
    /// The bindings made outside the element that are needed inside.
    needed: Vec<usize>,
    /// The bindings made outside the element that no value has named yet, in the order of their prefixes.
    /// Filled only if there are many, once a value names a prefix.
    unnamed: Option<Vec<usize>>,
    /// The bindings made on the element itself, behind those made outside of it.
    own: Range<usize>,
}

/// A prefix that an element binds to `DAV:`, since it cannot use `D`.
#[derive(Debug)]
struct Alias {
    prefix: Box<str>,
    /// How many elements are open where it is bound.
    depth: usize,
}

// === impl Parser ===

impl Parser<'_> {
    /// Keeps the element just entered, and goes to its end.
    pub(crate) fn element(&mut self) -> Result<Element, Error> {
        let name = self.name().into_owned();
        let lang = self.scope().language().map(Into::into);
        let inside = self.depth();
        let mut capture = mem::take(&mut self.capture);
        capture.begin(self.scope());
        capture.start(self);
        let name_end = capture.open.first().map_or(0, |name| name.end);
        while self.depth() >= inside {
            match self.next()? {
                Token::Start => capture.start(self),
                Token::Text => capture.text(self),
                Token::End | Token::Eof => capture.end(),
            }
        }
        let xml = capture.finish(self.scope(), name_end);
        self.check_kept(xml.len())?;
        self.kept += xml.len();
        let xml = String::from_utf8(xml).map_err(|_| Malformed::Utf8.at(self.position()))?;
        self.capture = capture;
        Ok(Element::new(xml.into(), name, lang))
    }

    /// Keeps the first element with this name directly inside the one just entered, and goes to the end of
    /// that.
    pub(crate) fn child(&mut self, name: &Name<'_>) -> Result<Option<Element>, Error> {
        let mut found = None;
        while self.enter()? {
            if found.is_none() && self.name() == *name {
                found = Some(self.element()?);
            } else {
                self.skip()?;
            }
        }
        Ok(found)
    }

    /// A short document can make long elements, each of which repeats the same declarations from outside.
    fn check_kept(&self, more: usize) -> Result<(), Error> {
        let most = self.limits().bytes;
        if self.kept + more > most {
            let sentence = format!(
                "the elements are longer than {most} bytes when each is written, send fewer"
            );
            return Err(self.error(ErrorKind::TooLarge, sentence));
        }
        Ok(())
    }
}

// === impl Capture ===

impl Capture {
    /// Prepares for the element just entered.
    fn begin(&mut self, scope: &Scope) {
        self.out.clear();
        self.out.reserve(USUAL);
        self.needed.clear();
        self.unnamed = None;
        self.own = scope.own()..scope.len();
    }

    /// Writes the start tag of the element just entered.
    fn start(&mut self, parser: &Parser<'_>) {
        let (tag, scope) = (parser.tag(), parser.scope());
        let (prefix, written) = parser.written();
        self.close_tag();
        self.out.push(b'<');
        let name = self.out.len();
        let is_default = prefix.is_empty() && scope.namespace(scope.find("")) == DAV;
        let alias = is_default.then(|| self.alias(scope)).flatten();
        if is_default {
            let prefix = alias.map_or("D", |at| &self.aliases[at].prefix);
            self.out.extend_from_slice(prefix.as_bytes());
            self.out.push(b':');
        } else {
            self.need(scope, prefix);
        }
        self.out.extend_from_slice(written.as_bytes());
        self.open.push(name..self.out.len());
        self.is_tag_open = true;

        let depth = self.open.len();
        let alias = alias.map(|at| &self.aliases[at]);
        if let Some(alias) = alias.filter(|alias| alias.depth == depth) {
            push_declaration(&mut self.out, &alias.prefix, DAV);
        }
        let is_root = depth == 1;
        for binding in scope.own_bindings() {
            let written = (&*binding.prefix, &*binding.namespace);
            let is_given = is_root && GIVEN.contains(&written);
            if !is_given && written != ("", DAV) {
                push_declaration(&mut self.out, &binding.prefix, &binding.namespace);
            }
        }
        let has_language = tag.is_some_and(|tag| self.attributes(tag, scope));
        if let Some(language) = scope.language().filter(|_| is_root && !has_language) {
            push_pair(&mut self.out, "xml:lang", language);
        }
    }

    /// Writes the attributes of a tag that are not declarations. Returns whether one is its language.
    fn attributes(&mut self, tag: &StartTag, scope: &Scope) -> bool {
        let mut has_language = false;
        for attribute in &tag.attributes {
            if tag.declares(attribute).is_some() {
                continue;
            }
            let written = tag.written(&attribute.name);
            has_language |= written == "xml:lang";
            if !tag.prefix(&attribute.name).is_empty() {
                self.need(scope, tag.prefix(&attribute.name));
            }
            self.need_for_value(scope, tag.value(attribute));
            push_pair(&mut self.out, written, tag.value(attribute));
        }
        has_language
    }

    fn text(&mut self, parser: &Parser<'_>) {
        let text = parser.text();
        if text.is_empty() {
            return;
        }
        self.close_tag();
        self.need_for_value(parser.scope(), &text);
        push_text(&mut self.out, &text, IllegalChars::Replace);
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else {
            return;
        };
        let depth = self.open.len();
        self.aliases.pop_if(|alias| alias.depth > depth);
        if self.is_tag_open {
            self.out.extend_from_slice(b"/>");
            self.is_tag_open = false;
        } else {
            self.out.extend_from_slice(b"</");
            self.out.extend_from_within(name);
            self.out.push(b'>');
        }
    }

    /// Puts the declarations that are needed after the name of the element.
    fn finish(&mut self, scope: &Scope, name_end: usize) -> Vec<u8> {
        let end = self.out.len();
        for binding in self.needed.iter().filter_map(|&at| scope.binding(at)) {
            push_declaration(&mut self.out, &binding.prefix, &binding.namespace);
        }
        let (element, declarations) = self.out.split_at(end);
        let (name, rest) = element.split_at(name_end);
        [name, declarations, rest].concat()
    }

    fn close_tag(&mut self) {
        if self.is_tag_open {
            self.out.push(b'>');
            self.is_tag_open = false;
        }
    }

    /// The prefix by which the element just entered can name `DAV:` if `D` is another namespace: one
    /// bound further out, or one for it to bind.
    fn alias(&mut self, scope: &Scope) -> Option<usize> {
        let own = scope.find("D");
        if own.is_none() || scope.namespace(own) == DAV {
            return None;
        }
        let is_free = |alias: &Alias| scope.find(&alias.prefix).is_none();
        if !self.aliases.last().is_some_and(is_free) {
            let prefix = format!("D{}", scope.free_number("D")).into();
            let depth = self.open.len() + 1;
            self.aliases.push(Alias { prefix, depth });
        }
        self.aliases.len().checked_sub(1)
    }

    /// Notes that the element relies on what a prefix is bound to.
    fn need(&mut self, scope: &Scope, prefix: &str) {
        let found = scope.find(prefix);
        if let Some(at) = found.filter(|&at| at < self.own.start && has_to_be_declared(scope, at)) {
            self.need_binding(at);
        }
    }

    /// Notes the prefixes in a value such as `xs:string`, which means nothing without them.
    fn need_for_value(&mut self, scope: &Scope, value: &str) {
        for colon in memchr_iter(b':', value.as_bytes()) {
            let prefix = last_name(&value[..colon]);
            if !prefix.is_empty() {
                self.need_by_value(scope, prefix);
            }
        }
    }

    /// Notes that a value names a prefix. A long value may name one at every other byte: among many bindings,
    /// each is found by a binary search, and only once. It is then ignored whether the element binds the
    /// prefix again around the value: a needless declaration does no harm.
    fn need_by_value(&mut self, scope: &Scope, prefix: &str) {
        if scope.len() <= FEW {
            return self.need(scope, prefix);
        }
        let unnamed = self
            .unnamed
            .get_or_insert_with(|| nameable(scope, &self.own));
        if let Ok(place) = unnamed.binary_search_by(|&at| prefix_of(scope, at).cmp(prefix)) {
            let at = unnamed.remove(place);
            self.need_binding(at);
        }
    }

    fn need_binding(&mut self, at: usize) {
        if !self.needed.contains(&at) {
            self.needed.push(at);
        }
    }
}

// === helpers ===

/// The bindings made outside of an element that can be declared on it, in the order of their prefixes.
fn nameable(scope: &Scope, own: &Range<usize>) -> Vec<usize> {
    let mut bindings = Vec::from_iter(0..own.end);
    // Of several bindings of a prefix, the innermost counts.
    bindings.sort_unstable_by_key(|&at| (prefix_of(scope, at), Reverse(at)));
    bindings.dedup_by_key(|at| prefix_of(scope, *at));
    bindings.retain(|&at| at < own.start && has_to_be_declared(scope, at));
    bindings
}

/// The first binding is that of `xml`, which needs no declaration.
fn has_to_be_declared(scope: &Scope, at: usize) -> bool {
    at > 0
        && scope.binding(at).is_some_and(|binding| {
            !binding.namespace.is_empty() && !GIVEN.contains(&(&binding.prefix, &binding.namespace))
        })
}

fn prefix_of(scope: &Scope, at: usize) -> &str {
    scope.binding(at).map_or("", |binding| &binding.prefix)
}

/// The longest end of a text that may be in a name. As long as it is ASCII, it is searched byte by byte,
/// which is faster; other characters may belong to a name or not.
fn last_name(text: &str) -> &str {
    let ends_name = |&byte: &u8| !byte.is_ascii() || !is_name_char(char::from(byte));
    let bytes = text.as_bytes();
    let start = bytes.iter().rposition(ends_name).map_or(0, |at| at + 1);
    let is_ascii = start == 0 || bytes[start - 1].is_ascii();
    match is_ascii {
        true => &text[start..],
        false => text.rsplit(|c| !is_name_char(c)).next().unwrap_or_default(),
    }
}

fn push_declaration(out: &mut Buffer, prefix: &str, namespace: &str) {
    if prefix.is_empty() {
        push_pair(out, "xmlns", namespace);
    } else {
        out.extend_from_slice(b" xmlns:");
        out.extend_from_slice(prefix.as_bytes());
        push_value(out, namespace);
    }
}

fn push_pair(out: &mut Buffer, name: &str, value: &str) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    push_value(out, value);
}

fn push_value(out: &mut Buffer, value: &str) {
    out.extend_from_slice(b"=\"");
    push_attribute(out, value, IllegalChars::Replace);
    out.push(b'"');
}
