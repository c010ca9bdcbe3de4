//! A start tag, taken apart into names and attributes.
//!
//! What XML forbids is refused: attributes without white space between them, `<` in a value, invalid names.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::{
    error::{ErrorKind, Fault},
    lexer::ascii_name,
    limits::Limits,
    name::{is_name_char, is_name_start},
    reference,
    text::is_space,
};

/// The start tag that was read last. It is reused for the next, to keep its memory.
#[derive(Debug, Default)]
pub(crate) struct StartTag {
    /// The text between `<` and `>`, followed by the values that differ from what is written.
    text: String,
    pub(crate) name: QName,
    pub(crate) attributes: Vec<Attribute>,
}

/// An attribute, or the declaration of a namespace.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: QName,
    value: Range<usize>,
}

/// A name as it is written: `prefix:local`.
#[derive(Clone, Debug, Default)]
pub(crate) struct QName {
    at: usize,
    colon: Option<usize>,
    end: usize,
}

/// Reads a list of attributes, such as is in a start tag or in the XML declaration.
#[derive(Debug)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

// === impl StartTag ===

impl StartTag {
    /// Reads the tag with this text between `<` and `>`, or between `<` and `/>`.
    pub(crate) fn read(&mut self, text: &str, limits: &Limits) -> Result<(), Fault> {
        let Self {
            text: own,
            name,
            attributes,
        } = self;
        own.clear();
        own.push_str(text);
        attributes.clear();

        let mut scanner = Scanner::new(text);
        *name = scanner.name()?;
        check_length(name.range().len(), limits, name.at)?;
        while scanner.skip_space_before_attribute()? {
            let name = scanner.name()?;
            check_length(name.range().len(), limits, name.at)?;
            if attributes.len() >= limits.attributes {
                let most = limits.attributes;
                let sentence = format!("an element has more than {most} attributes, send fewer");
                return Err(Fault::new(ErrorKind::TooManyAttributes, sentence, name.at));
            }
            let mut value = scanner.value()?;
            let written = &text[value.clone()];
            if !says_what_is_written(written) {
                let start = own.len();
                push_value(own, written).map_err(|fault| fault.within(value.start))?;
                value = start..own.len();
            }
            if value.len() > limits.text {
                let sentence = format!("a text is longer than {} bytes, send less", limits.text);
                return Err(Fault::new(ErrorKind::TextTooLong, sentence, name.at));
            }
            attributes.push(Attribute { name, value });
        }
        Ok(())
    }

    /// The prefix of a name, empty when it has none.
    pub(crate) fn prefix(&self, name: &QName) -> &str {
        name.colon.map_or("", |colon| &self.text[name.at..colon])
    }

    /// The local part of a name.
    pub(crate) fn local(&self, name: &QName) -> &str {
        &self.text[name.colon.map_or(name.at, |colon| colon + 1)..name.end]
    }

    /// A name as it is written.
    pub(crate) fn written(&self, name: &QName) -> &str {
        &self.text[name.at..name.end]
    }

    /// The value of an attribute, with references resolved and white space normalised.
    pub(crate) fn value(&self, attribute: &Attribute) -> &str {
        &self.text[attribute.value.clone()]
    }

    /// The prefix that a declaration declares, empty for the default; `None` for other attributes.
    pub(crate) fn declares(&self, attribute: &Attribute) -> Option<&str> {
        let (prefix, local) = (self.prefix(&attribute.name), self.local(&attribute.name));
        match (prefix, local) {
            ("xmlns", declared) => Some(declared),
            ("", "xmlns") => Some(""),
            _ => None,
        }
    }
}

// === impl QName ===

impl QName {
    /// The range of the name.
    pub(crate) fn range(&self) -> Range<usize> {
        self.at..self.end
    }
}

// === impl Scanner ===

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Goes to the next attribute, if there is one.
    pub(crate) fn skip_space_before_attribute(&mut self) -> Result<bool, Fault> {
        let before = self.at;
        self.skip_space();
        if self.at == self.text.len() {
            return Ok(false);
        }
        if self.at == before {
            return Err(self.fault(
                ErrorKind::Syntax,
                "an attribute has no white space before it, write a space",
            ));
        }
        Ok(true)
    }

    /// Reads a name.
    pub(crate) fn name(&mut self) -> Result<QName, Fault> {
        let at = self.at;
        let rest = self.rest().as_bytes();
        let ends = |length: usize| rest.get(length).is_none_or(|&byte| ends_name(byte));
        let plain = ascii_name(rest).filter(|&(length, _)| ends(length));
        let (length, colon) = match plain {
            Some(name) => name,
            None => self.any_name()?,
        };
        self.at += length;
        Ok(QName {
            at,
            colon: colon.map(|colon| at + colon),
            end: self.at,
        })
    }

    /// Reads `="value"`. Returns where the value is, as it is written.
    pub(crate) fn value(&mut self) -> Result<Range<usize>, Fault> {
        self.skip_space();
        if self.next() != Some(b'=') {
            return Err(self.fault(
                ErrorKind::Syntax,
                "an attribute has no value, write one in quotes",
            ));
        }
        self.at += 1;
        self.skip_space();
        let Some(quote @ (b'"' | b'\'')) = self.next() else {
            let sentence = "the value of an attribute has no quotes, write it in quotes";
            return Err(self.fault(ErrorKind::Syntax, sentence));
        };
        self.at += 1;
        let Some(length) = memchr(quote, self.rest().as_bytes()) else {
            return Err(self.fault(
                ErrorKind::Syntax,
                "the value of an attribute has no end, close its quotes",
            ));
        };
        let value = self.at..self.at + length;
        self.at = value.end + 1;
        Ok(value)
    }

    /// The length of the next name, which may have any letters, and that of its prefix.
    fn any_name(&self) -> Result<(usize, Option<usize>), Fault> {
        let rest = self.rest();
        let written = &rest[..rest.bytes().position(ends_name).unwrap_or(rest.len())];
        let colon = written.bytes().position(|byte| byte == b':');
        let is_qualified = match colon {
            // The local part cannot have a second colon.
            Some(colon) => is_ncname(&written[..colon]) && is_ncname(&written[colon + 1..]),
            None => is_ncname(written),
        };
        if !is_qualified {
            return Err(self.fault(
                ErrorKind::InvalidName,
                "this is not a qualified name, write `prefix:name` or `name`",
            ));
        }
        Ok((written.len(), colon))
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.next().is_some_and(|byte| is_space(char::from(byte))) {
            self.at += 1;
        }
    }

    fn fault(&self, kind: ErrorKind, sentence: &'static str) -> Fault {
        Fault::new(kind, sentence, self.at)
    }
}

// === helpers ===

/// The namespace that a start tag declares for a prefix, given what is between the brackets.
pub(crate) fn declared(tag: &[u8], prefix: &[u8]) -> Option<String> {
    memmem::find(tag, b" xmlns")?;
    let tag = std::str::from_utf8(tag).ok()?;
    let mut read = StartTag::default();
    let text = tag.strip_suffix('/').unwrap_or(tag);
    read.read(text, &Limits::none()).ok()?;
    let is_of_prefix = |attribute: &&Attribute| {
        let declared = read.declares(attribute);
        declared.is_some_and(|declared| declared.as_bytes() == prefix)
    };
    let declaration = read.attributes.iter().find(is_of_prefix)?;
    Some(read.value(declaration).to_owned())
}

/// How long a tag is, up to its `>`.
pub(crate) fn tag_len(tag: &[u8]) -> usize {
    let mut quote = None;
    let end = tag.iter().position(|&byte| match quote {
        Some(open) => {
            quote = quote.filter(|_| byte != open);
            false
        }
        None => {
            quote = matches!(byte, b'"' | b'\'').then_some(byte);
            byte == b'>'
        }
    });
    end.unwrap_or(tag.len())
}

/// Refuses a name, a namespace or a language that is too long.
#[inline]
pub(crate) fn check_length(length: usize, limits: &Limits, at: usize) -> Result<(), Fault> {
    if length <= limits.name {
        return Ok(());
    }
    let sentence = format!(
        "a name, a namespace or a language is longer than {} bytes, choose a shorter one",
        limits.name
    );
    Err(Fault::new(ErrorKind::NameTooLong, sentence, at))
}

/// Whether a name before a value or in a list of attributes ends at this byte.
fn ends_name(byte: u8) -> bool {
    byte == b'=' || is_space(char::from(byte))
}

fn is_ncname(name: &str) -> bool {
    name.starts_with(is_name_start) && name.chars().all(is_name_char)
}

/// Whether a value means what is written, as most do.
fn says_what_is_written(raw: &str) -> bool {
    // Looking at all bytes is faster than stopping at the first that needs decoding.
    !raw.bytes().fold(false, |found, byte| found | is_odd(byte))
}

fn is_odd(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r')
}

/// Appends a value by the rules of [XML 1.0, section 3.3.3](https://www.w3.org/TR/xml/#AVNormalize).
fn push_value(values: &mut String, raw: &str) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(found) = raw.bytes().skip(at).position(is_odd) {
        values.push_str(&raw[at..at + found]);
        at += found;
        let rest = &raw[at..];
        match rest.as_bytes()[0] {
            b'&' => {
                let Some(end) = rest.find(';') else {
                    return Err(Fault::new(
                        ErrorKind::Syntax,
                        "a reference has no `;`, write `&amp;` for `&`",
                        at,
                    ));
                };
                values.push(reference::resolve(&rest[1..end], at)?);
                at += end + 1;
            }
            b'<' => {
                let sentence = "the value of an attribute holds `<`, write `&lt;`";
                return Err(Fault::new(ErrorKind::Syntax, sentence, at));
            }
            _ => {
                values.push(' ');
                at += if rest.starts_with("\r\n") { 2 } else { 1 };
            }
        }
    }
    values.push_str(&raw[at..]);
    Ok(())
}
