//! A parser of a document that is in memory as a whole.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::{
    capture::Capture,
    error::{Error, ErrorKind, Fault, Position},
    limits::Limits,
    name::Name,
    namespaces,
    pull::{Pull, Step},
    scope::{Outside, Scope},
    source::Source,
    start_tag::{self, StartTag},
    text::{self, is_space},
};

/// A pull parser that looks at one token at a time.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    source: Source<'a>,
    pull: Pull,
    text: Said,
    /// The bytes of the elements kept so far.
    pub(super) kept: usize,
    /// Writes the elements that are kept.
    pub(super) capture: Capture,
}

/// Where a piece of text is in the document.
#[derive(Debug)]
enum Said {
    CData(Range<usize>),
    Text(Range<usize>),
}

/// A part of a document. Comments and processing instructions are left out, and `<empty/>` is a start and an
/// end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Token {
    /// A start tag. Its name has to be taken before the next token.
    Start,
    /// An end tag.
    End,
    /// A piece of text inside an element, which [`Parser::text`] returns.
    Text,
    /// The end of the document.
    Eof,
}

// === impl Parser ===

impl<'a> Parser<'a> {
    /// A parser of a document in bytes.
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        limits.check_bytes(bytes.len())?;
        let source = Source::decode(bytes)?;
        Ok(Self::of(source, Scope::new(&[]), limits))
    }

    /// A parser of a document whose parts will be written into others, whose readers may refuse a namespace
    /// that is not a URI.
    pub(crate) fn of_request(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let parser = Self::new(bytes, limits)?;
        Ok(Self {
            pull: parser.pull.uris_only(),
            ..parser
        })
    }

    /// A parser of one element, in a scope where some prefixes are declared.
    pub(crate) fn of_element(text: &'a str, given: &[(&str, &str)], limits: &Limits) -> Self {
        Self::of(Source::from_text(text), Scope::new(given), limits)
    }

    /// A parser of one element that was read before, in the scope that it was in.
    pub(crate) fn of_part(text: &'a str, outside: &Outside) -> Self {
        Self::of(Source::from_text(text), Scope::of(outside), &Limits::none())
    }

    fn of(source: Source<'a>, scope: Scope, limits: &Limits) -> Self {
        Self {
            pull: Pull::new(scope, source.encoding(), limits),
            source,
            text: Said::Text(0..0),
            kept: 0,
            capture: Capture::default(),
        }
    }

    /// Goes to the next token.
    pub(crate) fn next(&mut self) -> Result<Token, Error> {
        let Self { source, pull, .. } = self;
        let step = pull
            .next(source.text(), true)
            .map_err(|fault| fault.locate(source))?;
        self.text = match step {
            Step::Start => return Ok(Token::Start),
            Step::End => return Ok(Token::End),
            Step::Wait | Step::Eof => return Ok(Token::Eof),
            Step::Text(raw) => {
                let end = pull.next_at();
                Said::Text(end - raw.len()..end)
            }
            Step::CData(raw) => {
                let end = pull.next_at() - "]]>".len();
                Said::CData(end - raw.len()..end)
            }
        };
        Ok(Token::Text)
    }

    /// Goes to the end of the element just entered.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        if self.pull.leave_empty() {
            return Ok(());
        }
        let inside = self.depth();
        while self.depth() >= inside {
            self.next()?;
        }
        Ok(())
    }

    /// Enters the next element inside the one just entered or left; `false` at the end of the parent. Text
    /// between the elements is skipped.
    pub(crate) fn enter(&mut self) -> Result<bool, Error> {
        loop {
            self.pull.pass_indent(self.source.text());
            match self.next()? {
                Token::Start => return Ok(true),
                Token::Text => {}
                Token::End | Token::Eof => return Ok(false),
            }
        }
    }

    /// Reads the text directly inside the element just entered, without white space at its ends, and goes to
    /// the end of the element.
    pub(crate) fn content(&mut self) -> Result<String, Error> {
        let content = self.untrimmed_content()?;
        let trimmed = content.trim_matches(is_space);
        Ok(match trimmed.len() < content.len() {
            true => trimmed.to_owned(),
            false => content,
        })
    }

    /// Reads the text directly inside the element just entered, including white space, and goes to the end of
    /// the element. Elements inside are ignored, since
    /// [RFC 4918, section 17](https://www.rfc-editor.org/rfc/rfc4918#section-17) takes them for absent.
    pub(crate) fn untrimmed_content(&mut self) -> Result<String, Error> {
        let mut content = String::new();
        loop {
            match self.next()? {
                Token::Start => self.skip()?,
                Token::Text => {
                    let text = self.text();
                    let length = content.len() + text.len();
                    self.locate(self.pull.check_length(length))?;
                    content.push_str(&text);
                }
                Token::End | Token::Eof => return Ok(content),
            }
        }
    }

    /// Checks that there may be one more `href` than these.
    pub(crate) fn check_hrefs(&self, count: usize) -> Result<(), Error> {
        self.check_count(count, self.limits().hrefs, ErrorKind::TooManyHrefs, "hrefs")
    }

    /// Checks the length of a name that a value of the tag just read holds.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Error> {
        self.locate(start_tag::check_length(
            name.len(),
            self.limits(),
            self.pull.at(),
        ))
    }

    /// Checks a namespace that a value of the tag just read holds and that will be declared.
    pub(crate) fn check_namespace(&self, namespace: &str) -> Result<(), Error> {
        self.check_name(namespace)?;
        self.locate(namespaces::check_uri(namespace, self.pull.at()))
    }

    /// Refuses more namespaces than the limit among the names that are kept of a document.
    pub(crate) fn check_namespaces(&self, count: usize) -> Result<(), Error> {
        let most = self.limits().namespaces;
        self.check_count(count, most, ErrorKind::TooManyNamespaces, "namespaces")
    }

    /// Checks that there may be one more property than these.
    pub(crate) fn check_properties(&self, count: usize) -> Result<(), Error> {
        self.check_count(
            count,
            self.limits().properties,
            ErrorKind::TooManyProperties,
            "properties",
        )
    }

    /// The number of open elements.
    pub(crate) fn depth(&self) -> usize {
        self.pull.depth()
    }

    /// Where the token just read is.
    pub(crate) fn place(&self) -> Range<usize> {
        self.pull.at()..self.pull.next_at()
    }

    /// The limits that the document is read under.
    pub(crate) fn limits(&self) -> &Limits {
        self.pull.limits()
    }

    /// The piece of text just read.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        let source = self.source.text();
        match &self.text {
            Said::CData(place) => text::decode_lines(&source[place.clone()]),
            Said::Text(place) => text::decode(&source[place.clone()]),
        }
    }

    /// Whether the element just entered has this name in the namespace `DAV:`.
    pub(crate) fn is_dav(&self, local: &str) -> bool {
        self.namespace() == "DAV:" && self.local() == local
    }

    /// The namespace of the element just entered, empty if it is in none.
    pub(crate) fn namespace(&self) -> &str {
        self.pull.namespace()
    }

    /// The local part of the name of the element just entered.
    pub(crate) fn local(&self) -> &str {
        &self.source.text()[self.pull.local()]
    }

    /// The name of the element just entered.
    pub(crate) fn name(&self) -> Name<'_> {
        let (namespace, prefix) = self.pull.namespace_and_prefix();
        Name::checked_of(namespace, prefix, self.local())
    }

    /// The value of an attribute of the element just entered; it is in no namespace if `namespace` is
    /// empty.
    pub(crate) fn attribute(&self, namespace: &str, local: &str) -> Option<&str> {
        let (scope, tag) = (self.scope(), self.tag()?);
        let mut attributes = tag.attributes.iter();
        let found = attributes.find(|attribute| {
            let prefix = tag.prefix(&attribute.name);
            tag.local(&attribute.name) == local
                && tag.declares(attribute).is_none()
                && match prefix {
                    "" => namespace.is_empty(),
                    _ => scope.namespace(scope.find(prefix)) == namespace,
                }
        });
        found.map(|attribute| tag.value(attribute))
    }

    /// The value of an attribute of the element just entered.
    pub(crate) fn attribute_value(&self, name: &Name<'_>) -> Option<String> {
        self.attribute(name.namespace(), name.local())
            .map(str::to_owned)
    }

    /// The language of the element just entered.
    pub(crate) fn language(&self) -> Option<&str> {
        self.scope().language()
    }

    /// The current scope, to read a part of the document later by itself.
    pub(crate) fn outside(&self) -> Outside {
        self.scope().outside()
    }

    /// The scope inside of the element just entered, given that around it; `None` if it is the same.
    pub(crate) fn outside_within(&self, around: &Arc<Outside>) -> Option<Outside> {
        let scope = self.scope();
        (!scope.is_unchanged()).then(|| scope.outside_within(around))
    }

    /// The namespace and the local part of a name that is written in a value inside the element just
    /// entered; `None` if its prefix is not declared.
    pub(crate) fn qualified<'n>(&'n self, written: &'n str) -> Option<(&'n str, &'n str)> {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let found = self.scope().find(prefix);
        (found.is_some() || prefix.is_empty()).then(|| (self.scope().namespace(found), local))
    }

    /// Where in the document the token just read is.
    pub(super) fn position(&self) -> Position {
        self.source.position(self.pull.at())
    }

    /// An error at the token just read.
    pub(crate) fn error(&self, kind: ErrorKind, sentence: impl Into<Cow<'static, str>>) -> Error {
        self.pull.fault(kind, sentence).locate(&self.source)
    }

    /// The scope.
    pub(super) fn scope(&self) -> &Scope {
        &self.pull.scope
    }

    /// The tag just read, if it is more than a name.
    pub(super) fn tag(&self) -> Option<&StartTag> {
        self.pull.tag()
    }

    /// The name of the element just entered, as it is written.
    pub(super) fn written(&self) -> (&str, &str) {
        self.pull.written(self.source.text())
    }

    fn check_count(
        &self,
        count: usize,
        most: usize,
        kind: ErrorKind,
        what: &str,
    ) -> Result<(), Error> {
        self.locate(self.pull.check_count(count, most, kind, what))
    }

    fn locate(&self, checked: Result<(), Fault>) -> Result<(), Error> {
        checked.map_err(|fault| fault.locate(&self.source))
    }
}
