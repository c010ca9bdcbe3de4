//! The parser: quick-xml's tokens, and the checks that quick-xml leaves to its callers.
//!
//! quick-xml takes a document apart but does not say whether it is one. What makes it one is checked
//! here: one root that is closed, nothing beside it, declared prefixes, no attribute twice, no
//! forbidden characters, no document type. It is a loop over tokens, never a recursion, so that how
//! deep a document is costs memory under a limit and no stack.

use std::{borrow::Cow, collections::HashSet, io, mem};

use quick_xml::{
    Reader,
    errors::{Error as QuickError, IllFormedError, SyntaxError},
    events::Event,
};

use super::{
    declaration,
    encoding::Document,
    error::{Error, ErrorKind, Fault, Position},
    is_forbidden,
    limits::Limits,
    name::Name,
    reference,
    scope::{Scope, XML, XMLNS},
    tag::{Tag, is_space, name_too_long},
};

/// A pull parser that looks at one token at a time.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    reader: Reader<io::Cursor<Document<'a>>>,
    buffer: Vec<u8>,
    limits: Limits,
    pub(super) scope: Scope,
    pub(super) tag: Tag,
    /// The namespace of the element just entered.
    namespace: Option<usize>,
    text: String,
    elements: usize,
    /// Whether every namespace has to be a URI.
    uris_only: bool,
    /// The bytes of the elements kept so far.
    pub(super) kept: usize,
    /// Where the token starts.
    at: usize,
}

/// What a document consists of. Comments and processing instructions are left out, and
/// `<empty/>` is a start and an end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Token {
    /// A start tag. It is asked for its name before the next token is.
    Start,
    /// An end tag.
    End,
    /// A piece of text inside an element, to be asked for by [`Parser::text`].
    Text,
    /// The end of the document.
    Eof,
}

// === impl Parser ===

impl<'a> Parser<'a> {
    /// A parser of a document in bytes.
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        if bytes.len() > limits.bytes {
            let sentence = format!("the document is longer than {} bytes", limits.bytes);
            return Err(Error::new(ErrorKind::TooLarge, sentence, Position::START));
        }
        Self::of(Document::decode(bytes)?, Scope::new(&[]), limits)
    }

    /// A parser of a document that is not only read: parts of it will be written into others, whose
    /// readers may refuse a namespace that is no URI.
    pub(crate) fn of_request(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let parser = Self::new(bytes, limits)?;
        Ok(Self {
            uris_only: true,
            ..parser
        })
    }

    /// A parser of one element, in a scope where some prefixes are declared.
    pub(crate) fn of_element(
        text: &'a str,
        given: &[(&str, &str)],
        limits: &Limits,
    ) -> Result<Self, Error> {
        Self::of(Document::from_text(text), Scope::new(given), limits)
    }

    fn of(document: Document<'a>, scope: Scope, limits: &Limits) -> Result<Self, Error> {
        // quick-xml would take a second byte order mark away.
        if document.text().starts_with('\u{FEFF}') {
            return Err(Error::new(ErrorKind::Syntax, OUTSIDE, document.position(0)));
        }
        let mut reader = Reader::from_reader(io::Cursor::new(document));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            reader,
            buffer: Vec::new(),
            limits: *limits,
            scope,
            tag: Tag::default(),
            namespace: None,
            text: String::new(),
            elements: 0,
            uris_only: false,
            kept: 0,
            at: 0,
        })
    }

    /// Goes to the next token.
    pub(crate) fn next(&mut self) -> Result<Token, Error> {
        loop {
            let mut buffer = mem::take(&mut self.buffer);
            buffer.clear();
            let token = self.read(&mut buffer);
            self.buffer = buffer;
            if let Some(token) = token? {
                return Ok(token);
            }
        }
    }

    /// Goes to the end of the element just entered.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        let inside = self.scope.depth();
        while self.scope.depth() >= inside {
            self.next()?;
        }
        Ok(())
    }

    /// Enters the next element inside the one just entered or left; `false` at the end of the parent.
    /// Text between the elements is passed over.
    pub(crate) fn enter(&mut self) -> Result<bool, Error> {
        loop {
            match self.next()? {
                Token::Start => return Ok(true),
                Token::Text => {}
                Token::End | Token::Eof => return Ok(false),
            }
        }
    }

    /// The text directly inside the element just entered, without white space at its ends; goes to
    /// its end. Elements inside are passed over, since
    /// [RFC 4918, section 17](https://www.rfc-editor.org/rfc/rfc4918#section-17) takes them for absent.
    pub(crate) fn content(&mut self) -> Result<String, Error> {
        let mut content = String::new();
        loop {
            match self.next()? {
                Token::Start => self.skip()?,
                Token::Text => {
                    if content.len() + self.text.len() > self.limits.text {
                        return Err(self.too_long());
                    }
                    content.push_str(&self.text);
                }
                Token::End | Token::Eof => break,
            }
        }
        let trimmed = content.trim_matches(is_space);
        if trimmed.len() < content.len() {
            content = trimmed.to_owned();
        }
        Ok(content)
    }

    /// Checks that there may be one more `href` than these.
    pub(crate) fn check_hrefs(&self, count: usize) -> Result<(), Error> {
        self.check_count(count, self.limits.hrefs, ErrorKind::TooManyHrefs, "hrefs")
    }

    /// Refuses more namespaces than the limit in what is kept of a document.
    pub(crate) fn check_namespaces(&self, count: usize) -> Result<(), Error> {
        let most = self.limits.namespaces;
        self.check_count(count, most, ErrorKind::TooManyNamespaces, "namespaces")
    }

    /// Checks that there may be one more property than these.
    pub(crate) fn check_properties(&self, count: usize) -> Result<(), Error> {
        self.check_count(
            count,
            self.limits.properties,
            ErrorKind::TooManyProperties,
            "properties",
        )
    }

    /// Starts anew to count the bytes of the elements kept.
    pub(crate) fn forget_kept(&mut self) {
        self.kept = 0;
    }

    /// The number of open elements.
    pub(crate) fn depth(&self) -> usize {
        self.scope.depth()
    }

    /// The limits that the document is read under.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The piece of text just read.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the element just entered has this name in the namespace `DAV:`.
    pub(crate) fn is_dav(&self, local: &str) -> bool {
        self.namespace() == "DAV:" && self.tag.local(&self.tag.name) == local
    }

    /// The namespace of the element just entered, empty if it is in none.
    pub(crate) fn namespace(&self) -> &str {
        self.scope.namespace(self.namespace)
    }

    /// The local part of the name of the element just entered.
    pub(crate) fn local(&self) -> &str {
        self.tag.local(&self.tag.name)
    }

    /// The name of the element just entered.
    pub(crate) fn name(&self) -> Result<Name<'_>, Error> {
        Name::new(self.namespace(), self.local())
            .map_err(|error| self.error(ErrorKind::InvalidName, error.to_string()))
    }

    /// The value of an attribute of the element just entered; it is in no namespace if `namespace` is
    /// empty.
    pub(crate) fn attribute(&self, namespace: &str, local: &str) -> Option<&str> {
        let Self { scope, tag, .. } = self;
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

    /// The namespace and the local part of a name that is written in a value inside the element just
    /// entered; `None` if its prefix is not declared.
    pub(crate) fn qualified<'n>(&'n self, written: &'n str) -> Option<(&'n str, &'n str)> {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let found = self.scope.find(prefix);
        (found.is_some() || prefix.is_empty()).then(|| (self.scope.namespace(found), local))
    }

    /// An error at the token just read.
    pub(crate) fn error(&self, kind: ErrorKind, sentence: impl Into<Cow<'static, str>>) -> Error {
        self.locate(Fault::new(kind, sentence, self.at))
    }

    fn too_long(&self) -> Error {
        let sentence = format!("a text is longer than {} bytes", self.limits.text);
        self.error(ErrorKind::TextTooLong, sentence)
    }

    fn locate(&self, fault: Fault) -> Error {
        let Fault { kind, sentence, at } = fault;
        Error::new(kind, sentence, self.reader.get_ref().get_ref().position(at))
    }

    fn read(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Token>, Error> {
        self.at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let event = match self.reader.read_event_into(buffer) {
            Ok(event) => event,
            Err(error) => return Err(self.refuse(&error)),
        };
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                self.check_characters(tag)?;
                self.start(tag)?;
                Ok(Some(Token::Start))
            }
            Event::End(_) => {
                self.scope.leave();
                Ok(Some(Token::End))
            }
            Event::Text(text) => self.take_text(text),
            Event::CData(text) => {
                self.check_inside()?;
                self.check_characters(text)?;
                self.take_lines(text).map(Some)
            }
            Event::GeneralRef(name) => {
                self.check_inside()?;
                let c = reference::resolve(name, self.at).map_err(|fault| self.locate(fault))?;
                self.take_lines("")?;
                self.text.push(c);
                Ok(Some(Token::Text))
            }
            Event::Comment(comment) => {
                self.check_characters(comment)?;
                if comment.contains("--") || comment.ends_with('-') {
                    return Err(self.error(ErrorKind::Syntax, "a comment holds `--`"));
                }
                Ok(None)
            }
            Event::PI(instruction) => {
                self.check_characters(instruction)?;
                self.check_instruction(instruction)?;
                Ok(None)
            }
            Event::Decl(declaration) => {
                self.check_characters(declaration)?;
                self.check_declaration(declaration)?;
                Ok(None)
            }
            Event::DocType(_) => Err(self.error(ErrorKind::Doctype, DOCTYPE)),
            Event::Eof if self.scope.depth() > 0 => {
                let sentence = "the document ends before its root element does";
                Err(self.error(ErrorKind::UnexpectedEnd, sentence))
            }
            Event::Eof if self.elements == 0 => {
                Err(self.error(ErrorKind::UnexpectedEnd, "the document has no root element"))
            }
            Event::Eof => Ok(Some(Token::Eof)),
        }
    }

    /// Takes the text between two pieces of markup. Outside of the root, it is white space.
    fn take_text(&mut self, text: &str) -> Result<Option<Token>, Error> {
        self.check_characters(text)?;
        if self.scope.depth() == 0 {
            return match text.find(|c| !is_space(c)) {
                Some(at) => Err(self.locate(Fault::new(ErrorKind::Syntax, OUTSIDE, self.at + at))),
                None => Ok(None),
            };
        }
        if let Some(at) = text.find("]]>") {
            let sentence = "the text holds `]]>`, write `]]&gt;`";
            return Err(self.locate(Fault::new(ErrorKind::Syntax, sentence, self.at + at)));
        }
        self.take_lines(text).map(Some)
    }

    /// Takes text with its line ends as
    /// [XML 1.0, section 2.11](https://www.w3.org/TR/xml/#sec-line-ends) has them.
    fn take_lines(&mut self, text: &str) -> Result<Token, Error> {
        if text.len() > self.limits.text {
            return Err(self.too_long());
        }
        self.text.clear();
        let mut lines = text.split('\r');
        self.text.push_str(lines.next().unwrap_or_default());
        for line in lines {
            self.text.push('\n');
            self.text.push_str(line.strip_prefix('\n').unwrap_or(line));
        }
        Ok(Token::Text)
    }

    /// Enters an element: takes its tag apart, and gives names their namespaces.
    fn start(&mut self, text: &str) -> Result<(), Error> {
        let limits = self.limits;
        if self.scope.depth() == 0 && self.elements > 0 {
            return Err(self.error(ErrorKind::Syntax, OUTSIDE));
        }
        if self.scope.depth() >= limits.depth {
            let sentence = format!("the elements nest deeper than {} levels", limits.depth);
            return Err(self.error(ErrorKind::TooDeep, sentence));
        }
        let kind = ErrorKind::TooManyElements;
        self.check_count(self.elements, limits.elements, kind, "elements")?;
        self.elements += 1;

        let start = self.at + 1;
        let mut tag = mem::take(&mut self.tag);
        let read = tag.read(text, &limits).and_then(|()| self.declare(&tag));
        let names = read.and_then(|()| self.resolve(&tag));
        self.tag = tag;
        self.namespace = names.map_err(|fault| self.locate(fault.within(start)))?;
        Ok(())
    }

    /// Brings the declarations of a tag into scope.
    fn declare(&mut self, tag: &Tag) -> Result<(), Fault> {
        self.scope.enter();
        for attribute in &tag.attributes {
            let (value, at) = (tag.value(attribute), attribute.name.range().start);
            if let Some(prefix) = tag.declares(attribute) {
                check_declaration(prefix, value)
                    .map_err(|sentence| Fault::new(ErrorKind::InvalidNamespace, sentence, at))?;
                if self.uris_only && !is_uri_reference(value) {
                    let sentence = "a namespace is no URI";
                    return Err(Fault::new(ErrorKind::InvalidNamespace, sentence, at));
                }
                if value.len() > self.limits.name {
                    return Err(name_too_long(&self.limits, at));
                }
                if self.scope.declared() >= self.limits.namespaces {
                    let most = self.limits.namespaces;
                    let sentence = format!("there are more than {most} namespaces in scope");
                    return Err(Fault::new(ErrorKind::TooManyNamespaces, sentence, at));
                }
                self.scope.bind(prefix, value);
            } else if tag.written(&attribute.name) == "xml:lang" {
                self.scope.speak(value);
            }
        }
        Ok(())
    }

    /// Finds the namespace of the element, and checks the names of its attributes.
    fn resolve(&self, tag: &Tag) -> Result<Option<usize>, Fault> {
        let find = |name| {
            let prefix = tag.prefix(name);
            let found = self.scope.find(prefix);
            if found.is_none() && !prefix.is_empty() {
                let sentence = format!("the prefix `{prefix}` is not declared");
                return Err(Fault::new(
                    ErrorKind::UndeclaredPrefix,
                    sentence,
                    name.range().start,
                ));
            }
            Ok(found)
        };
        let mut seen = HashSet::with_capacity(tag.attributes.len());
        for attribute in &tag.attributes {
            let name = &attribute.name;
            let namespace = match tag.prefix(name) {
                "" => "",
                "xmlns" => XMLNS,
                _ => self.scope.namespace(find(name)?),
            };
            if !seen.insert((namespace, tag.local(name))) {
                let sentence = format!("the attribute `{}` is there twice", tag.written(name));
                return Err(Fault::new(
                    ErrorKind::DuplicateAttribute,
                    sentence,
                    name.range().start,
                ));
            }
        }
        let namespace = find(&tag.name)?;
        if tag.prefix(&tag.name) == "xml" {
            let sentence = "an element is in a namespace that is reserved for XML itself";
            return Err(Fault::new(ErrorKind::InvalidNamespace, sentence, 0));
        }
        Ok(namespace)
    }

    fn check_count(
        &self,
        count: usize,
        most: usize,
        kind: ErrorKind,
        what: &str,
    ) -> Result<(), Error> {
        if count < most {
            return Ok(());
        }
        Err(self.error(kind, format!("there are more than {most} {what}")))
    }

    fn check_inside(&self) -> Result<(), Error> {
        if self.scope.depth() == 0 {
            return Err(self.error(ErrorKind::Syntax, OUTSIDE));
        }
        Ok(())
    }

    fn check_characters(&self, text: &str) -> Result<(), Error> {
        if !text
            .bytes()
            .fold(false, |found, byte| found | (byte < 0x20) | (byte == 0xEF))
        {
            return Ok(());
        }
        let Some(c) = text.chars().find(|&c| is_forbidden(c)) else {
            return Ok(());
        };
        // The token may start with markup, so its place is looked for in the document.
        let document = self.reader.get_ref().get_ref().text();
        let at = document
            .get(self.at..)
            .and_then(|rest| rest.find(c))
            .unwrap_or(0);
        let sentence = format!("the character U+{:04X} is forbidden in XML", u32::from(c));
        Err(self.locate(Fault::new(
            ErrorKind::ForbiddenCharacter,
            sentence,
            self.at + at,
        )))
    }

    fn check_declaration(&self, declaration: &str) -> Result<(), Error> {
        if self.at > 0 {
            return Err(self.error(ErrorKind::Syntax, LATE_DECLARATION));
        }
        let attributes = declaration.strip_prefix("xml").unwrap_or(declaration);
        declaration::check(attributes, self.reader.get_ref().get_ref())
            .map_err(|fault| self.locate(fault.within("<?xml".len())))
    }

    fn check_instruction(&self, instruction: &str) -> Result<(), Error> {
        let target = instruction.split(is_space).next().unwrap_or_default();
        if target.eq_ignore_ascii_case("xml") {
            return Err(self.error(ErrorKind::Syntax, LATE_DECLARATION));
        }
        if Name::new("", target).is_err() {
            let sentence = "the target of a processing instruction is no name";
            return Err(self.error(ErrorKind::InvalidName, sentence));
        }
        Ok(())
    }

    /// What quick-xml did not read, in our words.
    fn refuse(&self, error: &QuickError) -> Error {
        match error {
            QuickError::Syntax(SyntaxError::UnclosedDoctype)
            | QuickError::IllFormed(IllFormedError::MissingDoctypeName) => {
                self.error(ErrorKind::Doctype, DOCTYPE)
            }
            QuickError::Syntax(SyntaxError::InvalidBangMarkup) => self.error(
                ErrorKind::Syntax,
                "after `<!` comes neither a comment nor CDATA",
            ),
            QuickError::Syntax(_) => self.error(
                ErrorKind::UnexpectedEnd,
                "the document ends inside of markup",
            ),
            QuickError::IllFormed(IllFormedError::MismatchedEndTag { expected, .. }) => self.error(
                ErrorKind::EndTag,
                format!("this is not the end tag of `{expected}`"),
            ),
            QuickError::IllFormed(IllFormedError::UnmatchedEndTag(_)) => {
                self.error(ErrorKind::EndTag, "an end tag has no start tag")
            }
            QuickError::IllFormed(IllFormedError::UnclosedReference) => self.error(
                ErrorKind::Syntax,
                "a reference has no `;`, write `&amp;` for `&`",
            ),
            _ => self.error(ErrorKind::Syntax, "the markup is broken"),
        }
    }
}

const DOCTYPE: &str = "a document type declaration is refused, send none";

const LATE_DECLARATION: &str = "the XML declaration is not at the start";

const OUTSIDE: &str = "there is something beside the root element";

// === helpers ===

/// Checks a declaration after [Namespaces in XML, section 3](https://www.w3.org/TR/xml-names/#ns-decl).
fn check_declaration(prefix: &str, namespace: &str) -> Result<(), &'static str> {
    match (prefix, namespace) {
        ("xmlns", _) => Err("the prefix `xmlns` is declared"),
        ("xml", XML) => Ok(()),
        ("xml", _) => Err("the prefix `xml` is bound to another namespace"),
        (_, XML | XMLNS) => Err("a namespace that is reserved for XML itself is declared"),
        ("", _) => Ok(()),
        (_, "") => Err("a prefix is bound to no namespace"),
        _ => Ok(()),
    }
}

/// Whether a namespace is made as [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986) makes URIs, as far
/// as their readers look: of its characters, with whole percent-encodings, and with brackets round
/// nothing but an address.
fn is_uri_reference(namespace: &str) -> bool {
    let bytes = namespace.as_bytes();
    let legal = bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'"' | b'<' | b'>' | b'[' | b']' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        byte => byte.is_ascii_graphic(),
    });
    legal && !namespace.starts_with(':')
}
